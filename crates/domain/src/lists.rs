//! The lists a desk keeps: its teams, categories, products and places. A name that is on a list is written as the list has
//! it, whoever gives it and however; a name that is on none is taken as it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::codes;
use crate::import::ImportedComplaint;
use crate::staff::{NewStaff, Place};
use crate::text::{Line, fold};
use crate::verb::{Assess, Log, Verb};

codes! {
    /// What the names of a list are names of.
    ListKind {
        /// Those who work together.
        Team = "team",
        /// What went wrong, in the customer's terms.
        Category = "category",
        /// What complaints are about.
        Product = "product",
        /// Where it happened.
        Place = "place",
    }
}

impl ListKind {
    /// The list by its name, as it stands in addresses.
    #[must_use]
    pub const fn list(self) -> &'static str {
        match self {
            Self::Team => "teams",
            Self::Category => "categories",
            Self::Product => "products",
            Self::Place => "places",
        }
    }

    /// The kind whose list has that name.
    #[must_use]
    pub fn of_list(list: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.list() == list)
    }

    /// Names on one list, at most.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Team | Self::Category => 500,
            Self::Product | Self::Place => 5_000,
        }
    }
}

bodies! {
    /// A name as it is to stand on a list.
    NewListName {
        /// In the spelling that everybody is to use.
        name: Line,
    }
}

/// A name as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    /// In the spelling of the list.
    pub name: String,
}

impl From<NewListName> for ListName {
    fn from(new: NewListName) -> Self {
        Self { name: new.name.into_string() }
    }
}

/// The form in which names are compared: those of reply texts and macros, and those on lists.
#[must_use]
pub fn name_key(name: &str) -> String {
    fold(name)
}

/// What gives names that may be on lists.
pub trait Listed {
    /// Those it gives, each to be written anew.
    fn listed(&mut self) -> Vec<(ListKind, &mut Line)>;
}

/// Those that are given.
fn given<const N: usize>(names: [(ListKind, &mut Option<Line>); N]) -> Vec<(ListKind, &mut Line)> {
    names.into_iter().filter_map(|(kind, name)| Some((kind, name.as_mut()?))).collect()
}

macro_rules! about {
    ($($name:ident),+) => { $(
        impl Listed for $name {
            fn listed(&mut self) -> Vec<(ListKind, &mut Line)> {
                given([
                    (ListKind::Category, &mut self.category),
                    (ListKind::Product, &mut self.product),
                    (ListKind::Place, &mut self.place),
                ])
            }
        }
    )+ };
}

about!(Log, Assess, ImportedComplaint);

impl Listed for Verb {
    fn listed(&mut self) -> Vec<(ListKind, &mut Line)> {
        match self {
            Self::Assess(assess) => assess.listed(),
            _ => Vec::new(),
        }
    }
}

impl Listed for NewStaff {
    fn listed(&mut self) -> Vec<(ListKind, &mut Line)> {
        given([(ListKind::Team, &mut self.team)])
    }
}

impl Listed for Place {
    fn listed(&mut self) -> Vec<(ListKind, &mut Line)> {
        given([(ListKind::Team, &mut self.team)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_found_by_its_name() {
        for kind in ListKind::ALL {
            assert_eq!(ListKind::of_list(kind.list()), Some(*kind));
            assert_eq!(ListKind::of_list(kind.code()), None);
        }
    }

    #[test]
    fn only_names_that_are_given_are_listed() {
        let mut assess: Assess =
            serde_json::from_value(serde_json::json!({ "product": "kettle", "points": ["p"] })).unwrap();
        let names: Vec<_> =
            assess.listed().into_iter().map(|(kind, name)| (kind, name.to_string())).collect();
        assert_eq!(names, [(ListKind::Product, "kettle".to_owned())]);
        let mut close: Verb =
            Verb::Void(serde_json::from_value(serde_json::json!({ "reason": "r" })).unwrap());
        assert!(close.listed().is_empty());
        for (_, name) in assess.listed() {
            *name = Line::parse("Kettle").unwrap();
        }
        assert_eq!(assess.product.unwrap().as_str(), "Kettle");
    }
}
