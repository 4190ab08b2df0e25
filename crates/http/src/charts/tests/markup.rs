//! Reads markup, strictly: what a browser would mend is a fault here.

/// A tag that opens.
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// The text right after it.
    pub(super) text: String,
    /// How wide the drawing is that it stands in, if it is one of a fixed size.
    pub(super) within: Option<f64>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn is(&self, class: &str) -> bool {
        self.get("class").is_some_and(|own| own.split(' ').any(|own| own == class))
    }

    pub(super) fn number(&self, name: &str) -> f64 {
        self.get(name).unwrap_or("0").parse().unwrap_or_else(|_| panic!("{name} of {}", self.name))
    }
}

/// All tags that open, in their order.
pub(super) fn read(markup: &str) -> Vec<Tag> {
    let mut open: Vec<(String, Option<f64>)> = Vec::new();
    let mut tags = Vec::new();
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a > in {}", &rest[..at]);
        let end = at + rest[at..].find('>').expect("a tag that ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().map(|(name, _)| name).as_deref(), Some(name), "what closes");
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
        let mut tag =
            Tag { name: name.to_owned(), attributes: Vec::new(), text: String::new(), within: None };
        let mut left = attributes;
        while !left.is_empty() {
            let (key, value) = left.split_once("=\"").expect("a value in quotes");
            let (value, more) = value.split_once('"').expect("quotes that end");
            assert!(!value.contains('<'), "{value}");
            assert!(tag.get(key).is_none(), "{key} twice");
            assert!(key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{key}");
            tag.attributes.push((key.to_owned(), value.to_owned()));
            left = more.strip_prefix(' ').unwrap_or(more);
        }
        tag.text = rest[..rest.find('<').unwrap_or(rest.len())].to_owned();
        assert_entities(&tag.text);
        let within = open.last().and_then(|(_, within)| *within);
        tag.within = tag.get("viewBox").map_or(within, |_| Some(tag.number("width")));
        // What stands in a drawing within the drawing is cut at its edges.
        if tag.name == "svg" && tag.get("viewBox").is_none() {
            tag.within = None;
        }
        if !alone {
            open.push((tag.name.clone(), tag.within));
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    tags
}

fn assert_entities(text: &str) {
    for part in text.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|known| part.starts_with(known));
        assert!(known, "a bare & in {text}");
    }
}

/// What holds of everything that is drawn.
pub(super) fn sound(markup: &str) -> Vec<Tag> {
    let tags = read(markup);
    for tag in &tags {
        for (key, value) in &tag.attributes {
            assert_ne!(key, "style");
            assert!(!key.starts_with("on"), "{key}");
            if ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"].contains(&key.as_str())
            {
                let number: f64 = value.trim_end_matches('%').parse().expect("a number");
                assert!(number.is_finite() && value.len() < 9, "{key} {value}");
                assert!(number >= 0.0 || !["width", "height", "r"].contains(&key.as_str()), "{key} {value}");
            }
            if key == "d" {
                let signs = |c: char| c.is_ascii_digit() || "MLZ .-".contains(c);
                assert!(value.chars().all(signs), "{value}");
            }
        }
        if let Some(width) = tag.within {
            inside(tag, width);
        }
    }
    tags
}

/// Nothing is drawn outside; only the ring of a row goes a little over the edge.
fn inside(tag: &Tag, width: f64) {
    let edge = if tag.is("hit") { 8.1 } else { 0.1 };
    let ends = match tag.name.as_str() {
        "rect" => [tag.number("x"), tag.number("x") + tag.number("width")],
        "line" => [tag.number("x1"), tag.number("x2")],
        "circle" => [tag.number("cx"), tag.number("cx")],
        "text" => [tag.number("x"), tag.number("x")],
        _ => return,
    };
    for x in ends {
        assert!((-edge..=width + edge).contains(&x), "{} {:?} at {x} of {width}", tag.name, tag.get("class"));
    }
}
