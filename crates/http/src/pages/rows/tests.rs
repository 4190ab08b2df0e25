use firsthand_domain::search::Query;

use super::*;

#[test]
fn a_text_is_cut_by_how_wide_it_is() {
    assert_eq!(cut("abc", 3), "abc");
    assert_eq!(cut("abcd", 3), "ab…");
    assert_eq!(cut("送水员两次", 6), "送水…");
    assert_eq!(cut("Nguye\u{302}\u{303}n", 6), "Nguye\u{302}\u{303}n");
    assert_eq!(cut("late again", 6), "late…");
    assert_eq!(cut("🙂🙂", 1), "…");
}

#[test]
fn a_mark_never_opens_a_tag() {
    let words = Query::parse("script tran").unwrap();
    let marked = Marked::new("<script>alert('Trần') & \"x\"</script>", Some(&words)).to_string();
    assert_eq!(
        marked,
        "&lt;<mark>script</mark>&gt;alert(&#39;<mark>Trần</mark>&#39;) &amp; &#34;x&#34;&lt;/<mark>script</mark>&gt;"
    );
}

#[test]
fn a_passage_begins_before_what_was_looked_for() {
    let words = Query::parse("kettle").unwrap();
    let story = format!("{} and then the Kettle broke in two", "Once upon a time. ".repeat(100));
    let told = marked::passage(&story, &words, 46).unwrap().to_string();
    assert!(told.starts_with('…') && told.contains("<mark>Kettle</mark> broke"), "{told}");
    assert_eq!(marked::passage("nothing", &words, 46), None);
}
