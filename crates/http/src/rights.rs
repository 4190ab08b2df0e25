//! Who may knock at a route. What somebody may do to one complaint, the domain decides.

use firsthand_domain::Refusal;
use firsthand_domain::code::Role;
use firsthand_domain::staff::Staff;

/// The right a route needs. Every route names one; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Anybody, without a token.
    Public,
    /// Any person who works here.
    Reader,
    /// Any person but auditors.
    Writer,
    /// Whoever sees the complaint and may write, as the domain decides: see [`Right::Duty`] for why not the door.
    Sighted,
    /// Whoever has a duty on the complaint, or a lead. The door lets every person in: whether the complaint may even
    /// be known is decided first (404), by the domain, in the transaction of the change.
    Duty,
    /// A lead, as the domain decides: see [`Right::Duty`] for why not the door.
    DutyOfLead,
    /// The person something was offered to, or who offered it, as the domain decides.
    Party,
    /// Whoever holds the authority, as the domain decides: see [`Right::Duty`] for why not the door.
    Holder,
    /// A lead, or whoever sees to the action or verifies it, as the domain decides.
    Concerned,
    /// Whoever made the view, or of a shared one a lead, as the domain decides: see [`Right::Duty`] for why not the door.
    Maker,
    /// A lead.
    Lead,
    /// A lead or an administrator.
    LeadOrAdmin,
    /// An administrator.
    Admin,
    /// An administrator or an auditor, to read.
    AdminOrAuditor,
    /// A lead or an auditor, to read.
    LeadOrAuditor,
    /// Any person but agents, to read.
    Overseer,
}

impl Right {
    /// Is it about one complaint, so that the domain decides, and a version may be compared?
    pub(crate) const fn is_the_domains(self) -> bool {
        matches!(
            self,
            Self::Sighted
                | Self::Duty
                | Self::DutyOfLead
                | Self::Party
                | Self::Holder
                | Self::Concerned
                | Self::Maker
        )
    }

    /// May this person in? The domain's words for the refusal are used.
    pub(crate) fn admits(self, staff: &Staff) -> Result<(), Refusal> {
        let allowed: &[(Role, &'static str)] = match self {
            Self::Public
            | Self::Reader
            | Self::Sighted
            | Self::Duty
            | Self::DutyOfLead
            | Self::Party
            | Self::Holder
            | Self::Maker => {
                return Ok(());
            }
            Self::AdminOrAuditor => &[(Role::Admin, "admin"), (Role::Auditor, "auditor")],
            Self::LeadOrAuditor => &[(Role::Lead, "lead"), (Role::Auditor, "auditor")],
            Self::Overseer => &[(Role::Lead, "lead"), (Role::Admin, "admin"), (Role::Auditor, "auditor")],
            _ if staff.role == Role::Auditor => return Err(Refusal::ReadOnly),
            Self::Writer | Self::Concerned => return Ok(()),
            Self::Lead => &[(Role::Lead, "lead")],
            Self::LeadOrAdmin => &[(Role::Lead, "lead"), (Role::Admin, "admin")],
            Self::Admin => &[(Role::Admin, "admin")],
        };
        if allowed.iter().any(|(role, _)| *role == staff.role) {
            return Ok(());
        }
        Err(Refusal::NotYours { allowed: allowed.iter().map(|(_, name)| *name).collect() })
    }

    /// In words, for the documentation.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Public => "anybody",
            Self::Reader => "any person at the desk",
            Self::Writer => "any person but auditors",
            Self::Sighted => "whoever sees the complaint, but auditors",
            Self::Duty => "first contact, handler or a lead; others as the rules say",
            Self::Holder => "whoever holds the authority",
            Self::Party => "the person it was offered to, or who offered it",
            Self::Maker => "its maker; of a shared one, a lead too",
            Self::Concerned => "a lead; whoever sees to the action or verifies it, as the rules say",
            Self::Lead | Self::DutyOfLead => "a lead",
            Self::LeadOrAdmin => "a lead or an administrator",
            Self::Admin => "an administrator",
            Self::AdminOrAuditor => "an administrator or an auditor",
            Self::LeadOrAuditor => "a lead or an auditor",
            Self::Overseer => "a lead, an administrator or an auditor",
        }
    }
}
