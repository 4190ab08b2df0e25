use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::*;

fn document(text: &str) -> Document {
    let mut document = Document::default();
    document.add_text(text);
    document
}

fn finds(text: &str, query: &str) -> bool {
    Query::parse(query).unwrap().finds(&document(text))
}

#[test]
fn words_are_found_in_every_form() {
    let text = "Khách hàng khiếu nại ĐƠN HÀNG; Árvíztűrő tükörfúrógép; Straße; 客户投诉产品，退款。";
    for query in [
        "khiếu nại",
        "khieu nai",
        "KHIẾU",
        "khi",
        "don hang",
        "ĐƠN",
        "đơn hàng",
        "hàng đơn",
        "arvizturo",
        "TÜKÖR",
        "strasse",
        "STRASSE",
        "straße",
        "投诉",
        "诉产品",
        "客户投诉产品",
        "款",
        "退",
        "投诉产品 退款",
    ] {
        assert!(finds(text, query), "{query}");
    }
    for query in ["hieu", "产投", "诉款", "品退", "xyz", "khieu xyz"] {
        assert!(!finds(text, query), "{query}");
    }
}

#[test]
fn numbers_are_found_however_they_are_written() {
    let forms =
        ["+84 90 123-4567", "0901234567", "(090) 123.45.67", "0084 901 234 567", "０９０ １２３ ４５６７"];
    for kept in forms {
        for asked in forms {
            assert!(finds(&format!("call me: {kept}, please"), asked), "{asked} in {kept}");
        }
        assert!(finds(kept, "4567"), "the last digits of {kept}");
        assert!(!finds(kept, "0901234568"), "{kept}");
    }
}

#[test]
fn codes_are_found_whole_and_in_parts() {
    let mut kept = Document::default();
    for code in ["C-2026-000123", "A-17", "Ana.Kovacs+x@Example.com"] {
        kept.add_code(code);
    }
    for query in [
        "C-2026-000123",
        "c2026000123",
        "2026-000123",
        "000123",
        "123",
        "A17",
        "a 17",
        "kovacs",
        "ana.kovacs+x@example.com",
        "ANA.KOVACS",
    ] {
        assert!(Query::parse(query).unwrap().finds(&kept), "{query}");
    }
    for query in ["C-2016-000123", "C-2026-000124", "B-17"] {
        assert!(!Query::parse(query).unwrap().finds(&kept), "{query}");
    }
}

#[test]
fn a_query_has_something_to_look_for_and_not_too_much() {
    for nothing in ["", " ", "\"*:", "。，", "\0", "\u{301}"] {
        assert_eq!(Query::parse(nothing), Err(QueryProblem::Empty), "{nothing:?}");
    }
    assert!(Query::parse(&"投".repeat(200)).is_ok());
    assert_eq!(Query::parse(&"a".repeat(201)), Err(QueryProblem::TooLong));
}

#[test]
fn no_character_is_an_operator() {
    let query = Query::parse("a\" OR b* NEAR(c) -d' & :e\\").unwrap();
    let expected =
        "((\"a\")) AND ((\"or\"*)) AND ((\"b\")) AND ((\"near\"*)) AND ((\"c\")) AND ((\"d\")) AND ((\"e\"))";
    assert_eq!(query.lite(), expected);
    assert!(query.pg().starts_with("(('a')) & (('or':*))"));
}

#[test]
fn like_texts_are_alike() {
    let [a, b, c] = ["The parcel came open", "the PARCEL came late", "第二个"].map(shingles);
    assert_eq!((likeness(&a, &a), likeness(&a, &b), likeness(&a, &c)), (1000, 600, 0));
    assert_eq!(likeness(&shingles(""), &shingles("")), 0);
    assert_eq!(telling("an elephant in the 客户投诉产品", 4), ["elephant", "the", "客户投", "投诉产"]);
}

/// Words as people of the desk's languages write them.
fn story() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z]{1,12}",
        "[ăâđêôơưàáảãạằếềểễệốồổỗộớờởỡợứừửữựýỳỷỹỵĐƠƯẾa-z]{1,8}",
        "[áéíóöőúüűÁÉÍÓÖŐÚÜŰa-z]{1,10}",
        "[\u{4e00}-\u{9fa5}]{1,12}",
        "[0-9]{1,12}",
    ];
    let gap = prop_oneof![Just(" "), Just(", "), Just("。"), Just(": "), Just("\n"), Just("-")];
    proptest::collection::vec((word, gap), 1..12)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect())
}

fn forms(word: &str) -> Vec<String> {
    let bare = word.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>();
    vec![
        word.to_owned(),
        word.nfc().collect(),
        word.nfd().collect(),
        word.nfkc().collect(),
        word.to_uppercase(),
        word.to_lowercase(),
        bare.replace('đ', "d").replace('Đ', "D"),
    ]
}

proptest! {
    #[test]
    fn every_word_finds_its_text_in_every_form(text in story()) {
        for kept in forms(&text) {
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
                for asked in forms(word) {
                    prop_assert!(finds(&kept, &asked), "{asked:?} in {kept:?}");
                }
            }
        }
    }

    #[test]
    fn a_text_finds_itself(text in story()) {
        prop_assert!(finds(&text, &text));
    }

    #[test]
    fn nothing_but_letters_and_digits_gets_through(text in any::<String>()) {
        prop_assert!(document(&text).text().chars().all(|c| c == ' ' || c.is_alphanumeric()));
        if let Ok(query) = Query::parse(&text.chars().take(200).collect::<String>()) {
            let rest: String = query.lite().chars().filter(|c| !c.is_alphanumeric()).collect();
            prop_assert!(rest.chars().all(|c| "\"*() ".contains(c)), "{rest}");
        }
    }
}

#[test]
fn words_are_told_as_they_are_written() {
    let told = |text: &str, folded: &[&str]| {
        super::as_written(text, &folded.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(told("The LID leaks; the lid's loose", &["lid", "leaks", "s"]), ["LID", "leaks", "s"]);
    assert_eq!(told("Giao hàng TRỄ quá", &["tre", "hang"]), ["TRỄ", "hàng"]);
    assert_eq!(told("Tr\u{1ec5}\u{323} giao ha\u{300}ng", &["hang"]), ["ha\u{300}ng"]);
    assert_eq!(told("又漏水了，产品漏水", &["漏水", "水了", "产品"]), ["漏水了", "产品"]);
    assert_eq!(
        told("iPhone漏水 Straße", &["iphone", "漏水", "strasse", "none"]),
        ["iPhone", "漏水", "Straße"]
    );
    assert_eq!(told("坏", &["坏"]), ["坏"]);
    assert!(told("", &["a"]).is_empty() && told("a b", &[]).is_empty());
    let long = "x".repeat(60);
    assert_eq!(told(&long, &[&long[..40]]), [&long[..40]]);
}
