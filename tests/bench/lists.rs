//! What is listed: every filter and sort by itself, the pairs that people use together, and words.

use firsthand_domain::code::{Channel, Stage};
use firsthand_domain::id::{CauseId, CustomerId};
use firsthand_domain::search;
use firsthand_domain::staff::Staff;
use firsthand_domain::time::Timestamp;
use firsthand_storage::list::{Query, Scope, Sort};

use crate::seed::LOT;
use crate::world::now;

/// One list, as the desk is asked and as the floor asks the database.
pub(crate) struct List {
    pub(crate) name: &'static str,
    /// What stands behind the question mark.
    pub(crate) asked: String,
    pub(crate) query: Query,
    /// Measured as thoroughly as reading: it is held to its figure at every size.
    pub(crate) leads: bool,
}

/// A word of about one complaint in five.
pub(crate) const COMMON: &str = "refund";

/// All that is measured. What leads comes first.
pub(crate) fn lists(reader: &Staff, customer: Option<CustomerId>, cause: CauseId) -> Vec<List> {
    let all = || Query { scope: Scope::All, sort: Sort::Received, limit: 50, ..Query::default() };
    let at = |name, asked: String, query| List { name, asked, query, leads: false };
    let (from, to) = (now().plus_days(-400), now().plus_days(-300));
    let customer_text = customer.map(|c| c.to_string()).unwrap_or_default();
    let words = |text: &str| search::Query::parse(text).ok();
    let mut lists = vec![
        at("list of 50, newest", "view=all&sort=received".to_owned(), all()),
        at(
            "search, a rare word",
            format!("view=all&q={LOT}7x"),
            Query { words: words(&format!("{LOT}7x")), ..all() },
        ),
        at("search, a common word", format!("view=all&q={COMMON}"), Query { words: words(COMMON), ..all() }),
    ];
    for list in &mut lists {
        list.leads = true;
    }
    for (name, code, scope) in [
        ("view=mine", "mine", Scope::Mine),
        ("view=offered", "offered", Scope::Offered),
        ("view=promised", "promised", Scope::Promised),
        ("view=handed_over", "handed_over", Scope::HandedOver),
        ("view=team", "team", Scope::Team),
        ("view=all", "all", Scope::All),
    ] {
        let query = Query { scope, sort: Sort::Waiting, ..all() };
        lists.push(at(name, format!("view={code}"), query));
    }
    lists.push(at("sort=due", "view=all&sort=due".to_owned(), Query { sort: Sort::Due, ..all() }));
    let text = |v: &str| Some(v.to_owned());
    let instant = |at: Timestamp| at.to_string();
    let filters: [(&'static str, String, Query); 11] = [
        ("stage", "stage=received".to_owned(), Query { stage: Some(Stage::Received), ..all() }),
        ("first_contact", "first_contact=me".to_owned(), Query { first_contact: Some(reader.id), ..all() }),
        ("handler", "handler=me".to_owned(), Query { handler: Some(reader.id), ..all() }),
        ("customer", format!("customer={customer_text}"), Query { customer, ..all() }),
        ("cause", format!("cause={cause}"), Query { cause: Some(cause), ..all() }),
        ("category", "category=category+0".to_owned(), Query { category: text("category 0"), ..all() }),
        ("product", "product=product+0".to_owned(), Query { product: text("product 0"), ..all() }),
        ("place", "place=place+0".to_owned(), Query { place: text("place 0"), ..all() }),
        ("channel", "channel=email".to_owned(), Query { channel: Some(Channel::Email), ..all() }),
        (
            "received_from",
            format!("received_from={}", instant(from)),
            Query { received_from: Some(from), ..all() },
        ),
        ("received_to", format!("received_to={}", instant(to)), Query { received_to: Some(to), ..all() }),
    ];
    for (name, asked, query) in filters {
        lists.push(at(name, format!("view=all&sort=received&{asked}"), query));
    }
    let team = Query { scope: Scope::Team, sort: Sort::Waiting, stage: Some(Stage::Received), ..all() };
    lists.push(at("team and stage", "view=team&stage=received".to_owned(), team));
    let due = Query { sort: Sort::Due, handler: Some(reader.id), ..all() };
    lists.push(at("handler and due", "view=all&handler=me&sort=due".to_owned(), due));
    let between = |asked: String| {
        format!("view=all&sort=received&{asked}&received_from={}&received_to={}", instant(from), instant(to))
    };
    let some = Query { received_from: Some(from), received_to: Some(to), ..all() };
    let query = Query { product: text("product 0"), ..some.clone() };
    lists.push(at("product and received", between("product=product+0".to_owned()), query));
    let query = Query { customer, ..some };
    lists.push(at("customer and received", between(format!("customer={customer_text}")), query));
    lists
}
