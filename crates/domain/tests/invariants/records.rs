//! stub
use firsthand_domain::history::Fact;
pub(crate) fn kind(fact: &Fact) -> String {
    let json = serde_json::to_value(fact).expect("a fact is written");
    json["kind"].as_str().expect("with its kind").to_owned()
}
