//! Who may know of a complaint: the rule by itself, for those who hold no more of a complaint than this.

use crate::id::StaffId;
use crate::staff::Staff;

/// What decides who may know of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The person complained about.
    pub about_staff: Option<StaffId>,
    /// Who wrote it down.
    pub logged_by: StaffId,
    /// Of a restricted complaint, those who keep sight of it by present duty; nothing where all may see it.
    pub only: Option<Vec<StaffId>>,
}

impl Sight {
    /// May this person know of the complaint at all?
    #[must_use]
    pub fn admits(&self, staff: &Staff) -> bool {
        if self.about_staff == Some(staff.id) && self.logged_by != staff.id {
            return false;
        }
        let named = |only: &Vec<StaffId>| only.contains(&staff.id);
        self.only.as_ref().is_none_or(|only| staff.sees_restricted() || named(only))
    }
}
