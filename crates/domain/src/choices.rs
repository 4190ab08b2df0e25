//! What somebody chose for themselves: how the pages look, and of what they are told.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::{NoticeKind, codes};

codes! {
    /// A language of the pages.
    DeskLanguage {
        /// English.
        En = "en",
        /// Vietnamese.
        Vi = "vi",
        /// Chinese, in simplified signs.
        Zh = "zh",
        /// Hungarian.
        Hu = "hu",
    }
    /// Light or dark.
    Theme {
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
    /// How close the lines of the pages stand.
    Density {
        /// With room around them.
        Comfortable = "comfortable",
        /// More of them at once.
        Compact = "compact",
    }
}

/// How the pages are for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Looks {
    /// As the browser asks where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<DeskLanguage>,
    /// As the system has it where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// Comfortable where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub density: Option<Density>,
    /// Whether single letters act as keys.
    pub single_keys: bool,
}

impl Looks {
    /// Those of somebody who chose a language at most.
    #[must_use]
    pub fn usual(language: Option<DeskLanguage>) -> Self {
        Self { language, theme: None, density: None, single_keys: true }
    }
}

/// Of what somebody is told nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Muted {
    /// Those kinds; what asks for something in another way is told.
    pub kinds: BTreeSet<NoticeKind>,
}
