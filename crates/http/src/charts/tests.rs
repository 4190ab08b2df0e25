mod chance;
mod markup;

use self::markup::{Tag, read, sound};
use super::samples::*;
use super::*;

const STYLE: &str = include_str!("../../assets/css/charts.css");

fn figures() -> Vec<String> {
    let span = change((0.61, 0.48, 0.71)).svg() + &interval(0.62, 0.5, 0.71).svg();
    let drawn = [
        ("Four causes make 80% of 864 complaints.", causes().svg()),
        ("Missed visits fell after the new dispatch plan.", visits().svg()),
        ("Leaking seals sit in Hà Nội, double charges in Budapest.", places().svg()),
        ("Missed visits fell by a third.", span),
        ("Counts.", counts(Form::Bars, 26).svg()),
        ("Two years of weeks.", counts(Form::Line, 104).svg()),
        ("Nothing.", pareto(&[]).svg()),
    ];
    drawn.map(|(finding, drawing)| figure(finding, drawing).html()).into()
}

#[test]
#[ignore = "writes pages to look at"]
fn pages_to_look_at() {
    let styles = [
        include_str!("../../assets/css/tokens.css"),
        include_str!("../../assets/css/chart-tokens.css"),
        include_str!("../../assets/css/frame.css"),
        include_str!("../../assets/css/parts.css"),
        STYLE,
        include_str!("../../assets/css/print.css"),
    ];
    let panels = figures().join("</section><section class=\"panel\">");
    let folder = std::env::temp_dir().join("charts");
    std::fs::create_dir_all(&folder).unwrap();
    for theme in ["light", "dark"] {
        let page = format!(
            "<!DOCTYPE html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\"><title>Charts</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{}\n.halves{{display:grid;gap:20px;\
             grid-template-columns:repeat(auto-fit,minmax(min(100%,474px),1fr))}}.panel:first-child{{grid-column:1/-1}}\
             </style></head><body><div class=\"frame\"><nav class=\"side\" aria-label=\"x\"></nav><div class=\"top\">\
             <h1>Analysis</h1></div><main><div class=\"halves\"><section class=\"panel\">{panels}</section></div></main></div></body></html>",
            styles.join("\n"),
        );
        std::fs::write(folder.join(format!("{theme}.html")), page).unwrap();
    }
}

/// The drawing for 1120 alone.
fn widest(chart: &Pareto) -> Vec<Tag> {
    sound(&chart.svg()).into_iter().filter(|tag| tag.within == Some(1120.0)).collect()
}

#[test]
fn figures_are_sound_and_nothing_in_them_is_without_a_style() {
    let known =
        [STYLE, include_str!("../../assets/css/parts.css"), include_str!("../../assets/css/frame.css")]
            .concat();
    let has = |class: &str| {
        known.split(&format!(".{class}")).skip(1).any(|after| !after.starts_with(char::is_alphanumeric))
    };
    for figure in figures() {
        for tag in sound(&figure) {
            for class in tag.get("class").into_iter().flat_map(|class| class.split(' ')) {
                assert!(has(class), "no style for {class}");
            }
        }
    }
    assert!(!STYLE.contains('#') && !STYLE.contains("rgb"), "colours come from tokens.css");
}

#[test]
fn a_long_name_is_cut_and_told_whole() {
    let text = causes().svg();
    let whole = "Tömítés &lt;szivárog&gt; &amp; &quot;csöpög&quot; a &#39;kazettánál&#39;";
    assert!(text.contains(&format!("<title>{whole}")), "{text}");
    assert!(!text.contains("<szivárog>"));
    let letters = text::BASE;
    for room in [20.0, 55.5, 130.0, 400.0] {
        let cut = letters.cut(LONG, room).unwrap();
        assert!(letters.width(&cut) <= room && cut.ends_with('…') && !cut.ends_with(" …"), "{cut}");
        assert!(LONG.starts_with(cut.trim_end_matches('…')));
    }
    assert_eq!(letters.cut("short", 100.0), None);
    assert!((letters.width("陈静") - 26.0).abs() < 1e-9);
    // A mark stays with its letter.
    assert_eq!(
        letters.cut("ne\u{302}\u{301}ne\u{302}\u{301}ne\u{302}\u{301}", 32.0).unwrap(),
        "ne\u{302}\u{301}…"
    );
}

#[test]
fn bars_are_as_long_as_their_values() {
    let chart = causes();
    let tags = widest(&chart);
    let bars: Vec<&Tag> =
        tags.iter().filter(|tag| ["big", "rest", "unk"].iter().any(|class| tag.is(class))).collect();
    assert_eq!(bars.len(), chart.rows.len());
    let unit = bars[0].number("width") / chart.rows[0].value;
    for (bar, row) in bars.iter().zip(&chart.rows) {
        assert!((bar.number("width") - row.value * unit).abs() < 0.2, "{}", row.name);
        assert_eq!(bar.is("big"), row.vital, "{}", row.name);
        assert_eq!(bar.is("unk"), row.kind == Kind::Undetermined);
    }
    // The words behind the longest end before the strip begins.
    let end = bars[0].number("x") + bars[0].number("width");
    let strip = tags.iter().find(|tag| tag.text == "Running total").unwrap().number("x");
    assert!(end + 8.0 + text::STRONG.width("231") + 7.0 + text::SMALL.width("27%") < strip);
}

#[test]
fn the_running_total_never_falls_and_says_where_it_reaches_four_fifths() {
    let tags = widest(&causes());
    let line = tags.iter().find(|tag| tag.is("run")).unwrap().get("d").unwrap();
    let xs: Vec<f64> =
        line.split(['M', 'L']).skip(1).map(|to| to.split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(xs.len(), 11);
    assert!(xs.windows(2).all(|two| two[1] >= two[0]), "{xs:?}");
    let rule = tags.iter().find(|tag| tag.is("most")).unwrap().number("x1");
    assert!(xs[2] < rule && xs[3] >= rule - 0.1, "{xs:?} {rule}");
    let said: Vec<&str> = tags.iter().filter(|tag| tag.is("halo")).map(|tag| tag.text.as_str()).collect();
    assert_eq!(said, ["27%", "80%"]);
    let few: Vec<&Tag> = tags.iter().filter(|tag| tag.is("few")).collect();
    assert!(few.len() == 1 && few[0].number("y1") > few[0].number("x1"));
}

#[test]
fn every_row_opens_its_list_and_has_a_name_for_those_who_listen() {
    let tags = widest(&causes());
    let links: Vec<&Tag> = tags.iter().filter(|tag| tag.name == "a").collect();
    assert_eq!(links.len(), 11);
    assert_eq!(links[0].get("href"), Some("/complaints?cause=0&amp;x=&quot;&lt;"));
    let names: Vec<&str> =
        tags.iter().filter(|tag| tag.name == "title").map(|tag| tag.text.as_str()).collect();
    assert_eq!(
        names.first(),
        Some(&"Seal leaks, cartridge lot 0926, 231, 27%, fix, Days waited 1294, Given, million ₫ 187.1")
    );
    // An image would hide its links.
    for tag in figures().iter().flat_map(|figure| read(figure)).filter(|tag| tag.get("viewBox").is_some()) {
        assert_eq!(tag.get("role"), Some(if tag.is("small") { "img" } else { "group" }));
        assert!(tag.get("aria-label").is_some_and(|label| !label.is_empty()));
    }
    for hit in tags.iter().filter(|tag| tag.is("hit")) {
        assert!(hit.number("height") >= 24.0);
    }
    let mut without = causes();
    without.rows.iter_mut().for_each(|row| row.link = None);
    assert!(sound(&without.svg()).iter().all(|tag| tag.name != "a"));
}

#[test]
fn a_total_that_means_nothing_has_no_strip() {
    let mut chart = causes();
    chart.heads.running = String::new();
    let tags = widest(&chart);
    assert!(tags.iter().all(|tag| !tag.is("run") && !tag.is("most") && !tag.is("at")));
}

#[test]
fn few_none_and_very_many() {
    assert_eq!(pareto(&[]).svg(), "<p class=\"empty\">No complaint was received in these days.</p>");
    assert_eq!(counts(Form::Line, 0).svg(), "<p class=\"empty\">No deliveries are known.</p>");
    assert!(heat(&[], &["a"], Place::Half).svg().starts_with("<p class=\"empty\">"));
    assert!(heat(&[("a", &[])], &[], Place::Half).svg().starts_with("<p class=\"empty\">"));
    let one = widest(&pareto(&[("Only", 1.0, None)]));
    assert_eq!(one.iter().filter(|tag| tag.name == "a").count(), 1);
    assert!(one.iter().all(|tag| !tag.is("few")));
    let zero = widest(&pareto(&[("a", 0.0, None), ("b", 0.0, None)]));
    assert!(zero.iter().all(|tag| !tag.is("big") && !tag.is("rest") && !tag.is("run")));
    let many: Vec<(&str, f64, Option<&str>)> = (0..999).map(|_| (LONG, 3.0, None)).collect();
    let tags = widest(&pareto(&many));
    assert_eq!(tags.iter().filter(|tag| tag.name == "a").count(), 999);
    sound(&counts(Form::Bars, 1).svg());
    sound(&counts(Form::Bars, 999).svg());
}

/// The drawing of a half at 1440.
fn half(markup: &str) -> Vec<Tag> {
    sound(markup).into_iter().filter(|tag| tag.within == Some(520.0)).collect()
}

#[test]
fn lines_break_where_nothing_is_known_and_limits_where_something_was_mended() {
    let tags = half(&visits().svg());
    let way = |class: &str| -> Vec<String> {
        tags.iter().filter(|tag| tag.is(class)).map(|tag| tag.get("d").unwrap().to_owned()).collect()
    };
    assert_eq!((way("band").len(), way("mean").len(), way("lim").len()), (2, 2, 4));
    assert_eq!(way("run")[0].matches('M').count(), 1);
    // They begin anew at the line of the fix.
    let fix = tags.iter().find(|tag| tag.is("fix")).unwrap().get("x1").unwrap();
    assert!(way("mean")[1].starts_with(&format!("M{fix} ")), "{:?}", way("mean"));
    let gaps = half(&counts(Form::Line, 26).svg());
    let line = gaps.iter().find(|tag| tag.is("run")).unwrap().get("d").unwrap();
    assert_eq!(line.matches('M').count(), 4, "{line}");
    assert_eq!(gaps.iter().filter(|tag| tag.is("pt")).count(), 23);
    assert_eq!(gaps.iter().filter(|tag| tag.name == "a").count(), 23);
}

#[test]
fn what_is_unusual_has_a_ring_and_is_said_once() {
    let tags = half(&visits().svg());
    assert_eq!(tags.iter().filter(|tag| tag.is("sig")).count(), 4);
    let said: Vec<&Tag> = tags.iter().filter(|tag| tag.is("sg")).collect();
    assert_eq!(said.len(), 1);
    // Beside the line of the fix, not over it.
    let fix = tags.iter().find(|tag| tag.is("fix")).unwrap().number("x1");
    let width = text::HEAD.width(&said[0].text);
    assert!((said[0].number("x") - fix).abs() >= width / 2.0);
    let names: Vec<&str> =
        tags.iter().filter(|tag| tag.name == "title").map(|tag| tag.text.as_str()).collect();
    assert!(names.contains(&"24 Aug, 6.4 per 1,000, 4 weeks above the limit"), "{names:?}");
}

#[test]
fn words_do_not_run_into_each_other() {
    let mut chart = visits();
    chart.fixes =
        [12, 13, 14, 22].map(|before| Fix { before, label: format!("new dispatch plan {before}") }).into();
    for markup in [chart.svg(), counts(Form::Line, 104).svg(), counts(Form::Bars, 7).svg()] {
        let tags = half(&markup);
        let dates: Vec<(f64, f64)> = tags
            .iter()
            .filter(|tag| tag.is("sc") && tag.is("m"))
            .map(|tag| (tag.number("x"), text::SMALL.width(&tag.text) / 2.0))
            .collect();
        assert!(
            dates.len() > 3 && dates.windows(2).all(|two| two[0].0 + two[0].1 < two[1].0 - two[1].1),
            "{dates:?}"
        );
        let mut fixes: Vec<(f64, f64, f64)> = Vec::new();
        for tag in tags.iter().filter(|tag| tag.is("fx")) {
            let (x, width) = (tag.number("x"), text::HEAD.width(&tag.text));
            let (from, to) = if tag.is("e") { (x - width, x) } else { (x, x + width) };
            assert!(from >= 0.0 && to <= 520.0, "{from} {to}");
            let free =
                |(f, t, y): &(f64, f64, f64)| to <= *f || *t <= from || (y - tag.number("y")).abs() >= 14.0;
            assert!(fixes.iter().all(free), "{fixes:?} {from} {to}");
            fixes.push((from, to, tag.number("y")));
        }
    }
}

#[test]
fn zero_is_shown_and_what_is_not_known_is_said() {
    let tags = half(&places().svg());
    let depth = |tag: &Tag| (0..6).find(|depth| tag.is(&format!("h{depth}")));
    let cells: Vec<&Tag> = tags.iter().filter(|tag| tag.is("cell") || tag.is("none")).collect();
    assert_eq!(cells.len(), 36);
    assert_eq!(cells.iter().filter(|tag| tag.is("none")).count(), 1);
    assert_eq!(tags.iter().filter(|tag| tag.text == "no data").count(), 1);
    assert_eq!((depth(cells[0]), depth(cells[4])), (Some(5), Some(0)));
    let names: Vec<&str> =
        tags.iter().filter(|tag| tag.name == "title").map(|tag| tag.text.as_str()).collect();
    assert!(names.contains(&"Seal leaks, Hà Nội, 121"), "{names:?}");
    assert!(names.contains(&"Seal leaks, Leeds, no data"), "{names:?}");
}

#[test]
fn depths_are_ranges_without_holes() {
    for max in [0.0, 1.0, 2.0, 3.0, 5.0, 9.0, 10.0, 31.0, 121.0, 864.0, 1e7, f64::INFINITY, f64::NAN] {
        let ranges = std::cell::RefCell::new(Vec::new());
        let range = |from: f64, to: Option<f64>| {
            ranges.borrow_mut().push((from, to));
            String::new()
        };
        Steps::up_to(max, true, range);
        let ranges = ranges.into_inner();
        assert!(ranges[0] == (0.0, Some(0.0)) && ranges.len() <= 6, "{max} {ranges:?}");
        for two in ranges.windows(2) {
            assert_eq!(two[0].1.map(|to| to + 1.0), Some(two[1].0), "{max} {ranges:?}");
        }
        assert!(max.is_nan() || max.is_infinite() || max < 1.0 || ranges.last().unwrap().0 <= max);
        assert!(max < 20.0 || max.is_infinite() || max.is_nan() || ranges.len() == 6, "{max} {ranges:?}");
    }
}

#[test]
fn an_interval_without_an_end_goes_to_the_edge() {
    let span = |ratio: (f64, f64, f64)| {
        let tags = sound(&change(ratio).svg());
        let bars: Vec<(f64, f64)> = tags
            .iter()
            .filter(|tag| tag.is("soft"))
            .map(|tag| {
                let percent = |key: &str| tag.get(key).unwrap().trim_end_matches('%').parse::<f64>().unwrap();
                (percent("x"), percent("x") + percent("width"))
            })
            .collect();
        bars[2]
    };
    assert!((span((0.0, 0.0, 0.4)).0).abs() < 1e-9);
    assert!((span((3.0, 1.2, f64::INFINITY)).1 - 100.0).abs() < 0.11);
    let usual = span((0.61, 0.48, 0.71));
    assert!(usual.0 > 0.0 && usual.1 < 100.0, "{usual:?}");
}

#[test]
fn a_figure_says_what_it_finds_and_holds_its_table() {
    let html = figure("A <finding>.", "<p class=\"empty\">x</p>".to_owned()).html();
    let order = [
        "<h2>A &lt;finding&gt;. <span>Two",
        "Strong bars",
        "<p class=\"empty\">",
        "<summary>The figures",
        "As of",
    ];
    let places: Vec<usize> = order.iter().map(|part| html.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(html.contains(
        "<th scope=\"row\">Seal leaks</th><td class=\"num\"><a href=\"/complaints?cause=0\">231</a></td>"
    ));
    let none = Table { summary: "The figures".to_owned(), heads: Vec::new(), rows: Vec::new() };
    assert_eq!(none.html(), "");
}
