//! What a few letters may mean.

use std::collections::BTreeMap;

use firsthand_domain::code::{ActionState, IdentifierKind};
use firsthand_domain::id::{ActionId, CauseId, CustomerId};
use firsthand_domain::time::Timestamp;
use firsthand_storage::causes::NamedCause;
use firsthand_storage::customers;
use firsthand_storage::palette::{Found, NamedAction};
use schemars::JsonSchema;
use serde::Serialize;

use super::ListItem;
use crate::palette::Place;

/// What a few letters may mean, of each kind the likeliest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Palette {
    /// Pages of the desk that the caller may open.
    pages: Vec<PalettePage>,
    /// The complaint of that number, then the newest that have the words.
    complaints: Vec<ListItem>,
    /// Customers by name, telephone, e-mail or order.
    customers: Vec<PaletteCustomer>,
    /// Causes that are not retired, by name or code.
    causes: Vec<PaletteCause>,
    /// Corrective actions by title.
    corrective_actions: Vec<PaletteAction>,
}

/// A page of the desk.
#[derive(Debug, Serialize, JsonSchema)]
struct PalettePage {
    /// Its address.
    path: &'static str,
    /// Its name by language.
    name: BTreeMap<&'static str, String>,
}

/// A customer, as one tells them from others.
#[derive(Debug, Serialize, JsonSchema)]
struct PaletteCustomer {
    /// Who.
    id: CustomerId,
    /// As they introduce themselves; null for an erased person.
    name: Option<String>,
    /// The telephone number that was learnt first.
    phone: Option<String>,
    /// The e-mail address that was learnt first.
    email: Option<String>,
    /// When they last complained, as far as everybody may know.
    last_complaint_at: Option<Timestamp>,
}

/// A cause by its names.
#[derive(Debug, Serialize, JsonSchema)]
struct PaletteCause {
    /// Which.
    id: CauseId,
    /// As programs call it.
    code: String,
    /// As people do, by language.
    name: BTreeMap<String, String>,
}

/// A corrective action by its title.
#[derive(Debug, Serialize, JsonSchema)]
struct PaletteAction {
    /// Which.
    id: ActionId,
    /// What is done, in one line.
    title: String,
    /// Where it stands.
    state: ActionState,
}

impl Palette {
    pub(crate) fn of(places: Vec<&'static Place>, found: Found) -> Self {
        let page = |place: &'static Place| PalettePage {
            path: place.path,
            name: place.names.iter().map(|(code, name)| (*code, name.clone())).collect(),
        };
        Self {
            pages: places.into_iter().map(page).collect(),
            complaints: found.complaints.into_iter().map(ListItem::from).collect(),
            customers: found.customers.into_iter().map(PaletteCustomer::from).collect(),
            causes: found.causes.into_iter().map(PaletteCause::from).collect(),
            corrective_actions: found.actions.into_iter().map(PaletteAction::from).collect(),
        }
    }
}

impl From<customers::Found> for PaletteCustomer {
    fn from(found: customers::Found) -> Self {
        let of = |kind| found.routes.iter().find(|(k, _)| *k == kind).map(|(_, value)| value.clone());
        Self {
            id: found.customer.id,
            phone: of(IdentifierKind::Phone),
            email: of(IdentifierKind::Email),
            last_complaint_at: found.last,
            name: found.customer.name,
        }
    }
}

impl From<NamedCause> for PaletteCause {
    fn from(cause: NamedCause) -> Self {
        let NamedCause { id, code, name, .. } = cause;
        Self { id, code, name }
    }
}

impl From<NamedAction> for PaletteAction {
    fn from(action: NamedAction) -> Self {
        let NamedAction { id, title, state } = action;
        Self { id, title, state }
    }
}
