//! Saved views of the list: what somebody looks for again and again, in the order and the columns they want, alone or
//! shared with a team or with all.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::code::codes;
use crate::id::{SavedViewId, StaffId};
use crate::object::{each_once, maybe_object};
use crate::staff::Staff;
use crate::text::Line;

/// Views of one person, at most.
pub const MOST: usize = 50;
/// Parameters of a list in one view, at most.
const PARAMETERS: usize = 30;

codes! {
    /// Who has a view beside its maker.
    Sharing {
        /// Nobody.
        Own = "own",
        /// A team.
        Team = "team",
        /// Everybody.
        All = "all",
    }
    /// What a row of a list can tell.
    ViewColumn {
        /// By when an answer is due.
        Due = "due",
        /// Who complains, and how it came.
        Customer = "customer",
        /// The subject and the last words.
        Complaint = "complaint",
        /// Who is responsible, and who handles it if that is another.
        Responsible = "responsible",
        /// Who handles it.
        Handler = "handler",
        /// Where it stands, and how long the customer has waited.
        Stage = "stage",
        /// How grave.
        Severity = "severity",
        /// Since when the customer waits.
        Waiting = "waiting",
        /// When it was received.
        Received = "received",
        /// What went wrong, in the customer's terms.
        Category = "category",
        /// What it is about.
        Product = "product",
        /// Where it happened.
        Place = "place",
        /// How it came.
        Channel = "channel",
        /// Why it happened.
        Cause = "cause",
        /// Its reference and how grave it is.
        Reference = "reference",
    }
    /// How wide a column is.
    ColumnWidth {
        /// Narrow.
        Narrow = "narrow",
        /// As usual for what it tells.
        Usual = "usual",
        /// Wide.
        Wide = "wide",
    }
}

/// A column in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacedColumn {
    /// What it tells.
    pub column: ViewColumn,
    /// How wide it is.
    #[serde(default = "usual")]
    pub width: ColumnWidth,
}

const fn usual() -> ColumnWidth {
    ColumnWidth::Usual
}

/// What is looked for: parameters of the list, as its address has them.
pub type ViewQuery = BTreeMap<String, String>;

/// Each is written as in the address of the list, which has a form for it.
fn of_a_list(_: &mut SchemaGenerator) -> Schema {
    let parameter = json_schema!({ "type": "string", "maxLength": 200, "format": "parameter of the list" });
    json_schema!({ "type": "object", "additionalProperties": parameter, "maxProperties": PARAMETERS })
}

/// A view as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Which.
    pub id: SavedViewId,
    /// Whose.
    pub owner: StaffId,
    /// As people call it.
    pub name: String,
    /// Who has it as well.
    pub sharing: Sharing,
    /// Which team, where it is shared with one.
    pub team: Option<String>,
    /// What is looked for.
    pub query: ViewQuery,
    /// The columns in their order; none for the usual ones.
    pub columns: Vec<PlacedColumn>,
    /// Counted up with each change.
    pub version: i64,
}

/// A view as it is asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// As people call it.
    pub name: Line,
    /// Who has it as well; `own` when not said. Leads share.
    pub sharing: Option<Sharing>,
    /// With which team; the lead's own when not said.
    pub team: Option<Line>,
    /// What is looked for: filters and sort, as in the address of the list.
    #[serde(default, deserialize_with = "each_once")]
    #[schemars(schema_with = "of_a_list")]
    pub query: BTreeMap<String, Line>,
    /// The columns in their order, `complaint` and `reference` among them; none for the usual ones.
    #[serde(default)]
    pub columns: Vec<PlacedColumn>,
}

/// What is different from now on; what is not said stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendView {
    /// As people call it.
    pub name: Option<Line>,
    /// Who has it as well.
    pub sharing: Option<Sharing>,
    /// With which team.
    pub team: Option<Line>,
    /// What is looked for.
    #[serde(default, deserialize_with = "maybe_object")]
    #[schemars(schema_with = "of_a_list")]
    pub query: Option<BTreeMap<String, Line>>,
    /// The columns in their order.
    pub columns: Option<Vec<PlacedColumn>>,
}

impl SavedView {
    /// A new view of that person.
    ///
    /// # Errors
    /// Only leads share, and only with a team that has a name; the columns must be a list.
    pub fn begin(id: SavedViewId, by: &Staff, new: &NewView) -> Result<Self, Refusal> {
        let view = Self {
            id,
            owner: by.id,
            name: new.name.to_string(),
            sharing: Sharing::Own,
            team: None,
            query: parameters(&new.query)?,
            columns: placed(&new.columns)?,
            version: 1,
        };
        view.shared(by, new.sharing, new.team.as_ref())
    }

    /// The view with what is different from now on.
    ///
    /// # Errors
    /// The view belongs to somebody else, or as with a new one.
    pub fn amended(&self, by: &Staff, amend: &AmendView) -> Result<Self, Refusal> {
        self.kept_by(by)?;
        let mut view = self.clone();
        if let Some(name) = &amend.name {
            view.name = name.to_string();
        }
        if let Some(query) = &amend.query {
            view.query = parameters(query)?;
        }
        if let Some(columns) = &amend.columns {
            view.columns = placed(columns)?;
        }
        view.version += 1;
        view.shared(by, amend.sharing, amend.team.as_ref())
    }

    /// Its maker changes it and takes it away; of a shared one, a lead does too.
    ///
    /// # Errors
    /// It belongs to somebody else; one that is not shared cannot even be known of.
    pub fn kept_by(&self, by: &Staff) -> Result<(), Refusal> {
        if !self.visible_to(by) {
            return Err(Refusal::NotFound);
        }
        let keeps = self.owner == by.id || (self.sharing != Sharing::Own && by.is_lead());
        if keeps { Ok(()) } else { Err(Refusal::NotYours { allowed: vec!["maker", "lead"] }) }
    }

    /// Has this person the view?
    #[must_use]
    pub fn visible_to(&self, reader: &Staff) -> bool {
        self.owner == reader.id
            || match self.sharing {
                Sharing::Own => false,
                Sharing::Team => reader.is_lead() || (self.team.is_some() && self.team == reader.team),
                Sharing::All => true,
            }
    }

    fn shared(mut self, by: &Staff, sharing: Option<Sharing>, team: Option<&Line>) -> Result<Self, Refusal> {
        let to = sharing.unwrap_or(self.sharing);
        let widens = to != Sharing::Own && (sharing.is_some() || team.is_some());
        if widens && !by.is_lead() {
            return Err(Refusal::NotYours { allowed: vec!["lead"] });
        }
        let team = team.map(ToString::to_string);
        self.team = match to {
            Sharing::Team => {
                let kept = self.team.take().or_else(|| by.team.clone());
                let named = team.or(kept);
                Some(named.ok_or_else(|| Refusal::field("team", "expected the team that has the view"))?)
            }
            Sharing::Own | Sharing::All if team.is_some() => {
                return Err(Refusal::field("team", "expected to be left out: it is shared with no team"));
            }
            Sharing::Own | Sharing::All => None,
        };
        self.sharing = to;
        Ok(self)
    }
}

fn parameters(query: &BTreeMap<String, Line>) -> Result<ViewQuery, Refusal> {
    if query.len() > PARAMETERS {
        return Err(Refusal::field("query", "expected at most 30 parameters"));
    }
    Ok(query.iter().map(|(name, value)| (name.clone(), value.to_string())).collect())
}

fn placed(columns: &[PlacedColumn]) -> Result<Vec<PlacedColumn>, Refusal> {
    let has = |wanted| columns.iter().any(|c| c.column == wanted);
    let told = has(ViewColumn::Complaint) && has(ViewColumn::Reference);
    if !(columns.is_empty() || told) {
        return Err(Refusal::field("columns", "expected the columns complaint and reference among them"));
    }
    let twice = |at: usize, column| columns.iter().skip(at + 1).any(|c| c.column == column);
    if columns.iter().enumerate().any(|(at, c)| twice(at, c.column)) {
        return Err(Refusal::field("columns", "expected each column once"));
    }
    Ok(columns.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Role;

    fn person(number: u128, role: Role, team: &str) -> Staff {
        let id = StaffId(uuid::Uuid::from_u128(number));
        let (name, email) = (format!("p{number}"), format!("p{number}@example.com"));
        Staff { id, name, email, role, team: Some(team.to_owned()), active: true }
    }

    fn new(sharing: Option<Sharing>, team: Option<&str>) -> NewView {
        NewView {
            name: Line::parse("Leaks").unwrap(),
            sharing,
            team: team.map(|t| Line::parse(t).unwrap()),
            query: BTreeMap::new(),
            columns: Vec::new(),
        }
    }

    #[test]
    fn leads_share_and_whoever_has_no_part_in_a_view_does_not_know_of_it() {
        let (ana, bo) = (person(1, Role::Agent, "north"), person(2, Role::Lead, "north"));
        let (cai, otto) = (person(3, Role::Agent, "south"), person(4, Role::Auditor, "south"));
        let id = SavedViewId(uuid::Uuid::from_u128(9));
        let begin = |by: &Staff, sharing, team| SavedView::begin(id, by, &new(sharing, team));
        let own = begin(&ana, None, None).unwrap();
        assert!(own.visible_to(&ana) && !own.visible_to(&bo));
        assert_eq!(own.kept_by(&bo), Err(Refusal::NotFound));
        for sharing in [Sharing::Team, Sharing::All] {
            assert_eq!(begin(&ana, Some(sharing), None), Err(Refusal::NotYours { allowed: vec!["lead"] }));
        }
        let team = begin(&bo, Some(Sharing::Team), None).unwrap();
        assert_eq!(team.team.as_deref(), Some("north"));
        assert!(team.visible_to(&ana) && !team.visible_to(&cai));
        let south = begin(&bo, Some(Sharing::Team), Some("south")).unwrap();
        assert!(south.visible_to(&cai) && south.visible_to(&otto) && !south.visible_to(&ana));
        assert!(matches!(south.kept_by(&cai), Err(Refusal::NotYours { .. })));
        assert!(matches!(begin(&bo, Some(Sharing::All), Some("south")), Err(Refusal::Field { .. })));
        // No longer shared, it is its maker's alone; whoever only renames it shares nothing.
        let other = person(5, Role::Lead, "west");
        let amend = AmendView { sharing: Some(Sharing::Own), ..AmendView::default() };
        let back = south.amended(&other, &amend).unwrap();
        assert_eq!(
            (back.sharing, back.team.clone(), back.owner, back.version),
            (Sharing::Own, None, bo.id, 2)
        );
        assert!(!back.visible_to(&other));
        let demoted = Staff { role: Role::Agent, ..bo };
        let amend = AmendView { name: Some(Line::parse("Drips").unwrap()), ..AmendView::default() };
        assert_eq!(team.amended(&demoted, &amend).unwrap().name, "Drips");
    }

    #[test]
    fn columns_come_once_and_lead_to_the_complaint() {
        let column = |column| PlacedColumn { column, width: ColumnWidth::Usual };
        let (complaint, reference) = (column(ViewColumn::Complaint), column(ViewColumn::Reference));
        assert_eq!(placed(&[]).unwrap(), []);
        assert_eq!(placed(&[reference, complaint]).unwrap(), [reference, complaint]);
        assert!(placed(&[complaint]).is_err() && placed(&[reference]).is_err());
        assert!(placed(&[complaint, reference, complaint]).is_err());
    }
}
