//! What the columns of another system's file mean: a mapping, written as TOML.

use std::fmt;
use std::path::Path;

use firsthand_domain::code::{Channel, Severity};
use firsthand_domain::text::Line;
use serde::Deserialize;

use super::amount::Amount;
use super::closed::Closed;
use super::columns::{Column, Columns};
use super::labels::Labels;
use super::when::TimeColumn;
use super::words::Which;

/// The mappings that ship, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("cfpb", include_str!("../../../../config/mappings/cfpb.toml")),
    ("comcast", include_str!("../../../../config/mappings/comcast.toml")),
    ("tsa", include_str!("../../../../config/mappings/tsa.toml")),
];

/// A mapping file. Only `id` and `received_at` are required; a key it does not know is an error that names the key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mapping {
    /// What the other system is called here; the name of the file when not given.
    name: Option<Line>,
    /// The row's own identifier, which makes a second import of the row a no-op.
    pub(crate) id: Column,
    /// When the other system took it.
    pub(crate) received_at: TimeColumn,
    /// When it happened.
    pub(crate) incident_at: Option<TimeColumn>,
    /// What the customer said; several columns are joined by a blank line.
    #[serde(default)]
    pub(crate) narrative: Columns,
    /// What is told instead when every column of `narrative` is empty: a line `Column: value` for each of these.
    /// When neither is given, every column of the file is told but the customer's.
    pub(crate) narrative_else: Option<Columns>,
    /// In one line.
    pub(crate) summary: Option<Column>,
    /// How it came; `web` when not given.
    #[serde(default = "by_web")]
    pub(crate) channel: Which<Channel>,
    /// How grave; minor when not given.
    pub(crate) severity: Option<Which<Severity>>,
    /// Who complained.
    pub(crate) customer: Option<CustomerColumns>,
    /// What went wrong in the other system's words, never a cause; joined by ` > `.
    #[serde(default)]
    pub(crate) category: Labels,
    /// What it is about; joined by ` > `.
    #[serde(default)]
    pub(crate) product: Labels,
    /// Where it happened; joined by ` > `.
    #[serde(default)]
    pub(crate) place: Labels,
    /// The order it is about.
    pub(crate) order_ref: Option<Column>,
    /// What the customer wants.
    pub(crate) desired_remedy: Option<Column>,
    /// Which rows are finished; none when not given.
    pub(crate) closed: Option<Closed>,
    /// What was paid, kept beside the complaint until awards can be imported.
    pub(crate) amount: Option<Amount>,
    /// Values that mean a cell is empty, such as `-` or `N/A`, in every column.
    #[serde(default)]
    pub(crate) empty: Vec<String>,
}

/// Who complained. A row without any of these is a complaint of nobody known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerColumns {
    /// As they introduce themselves.
    pub(crate) name: Column,
    /// Where they can be called.
    pub(crate) phone: Option<Column>,
    /// Where they can be written to.
    pub(crate) email: Option<Column>,
    /// The tag of the language they want to be answered in.
    pub(crate) language: Option<Column>,
}

/// Why there is no such mapping.
#[derive(Debug)]
pub(crate) enum MappingProblem {
    /// Neither a mapping that ships nor a file that can be read.
    Unreadable {
        /// What was asked for.
        name: String,
        /// Why it cannot be read as a file.
        error: std::io::Error,
    },
    /// Not a mapping.
    Wrong {
        /// What was asked for.
        name: String,
        /// Where in it, and what was expected.
        error: Box<toml::de::Error>,
    },
}

impl fmt::Display for MappingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { name, error } => {
                let known = BUILT_IN.map(|(name, _)| name).join(", ");
                write!(f, "mapping `{name}` is none of those that ship ({known}) and no file: {error}")
            }
            Self::Wrong { name, error } => write!(f, "mapping `{name}`: {error}"),
        }
    }
}

impl std::error::Error for MappingProblem {}

impl Mapping {
    /// The mapping that ships under a name, else the one in a file.
    ///
    /// # Errors
    /// There is neither, or it is no mapping; the message names the key that is wrong.
    pub(crate) fn load(name_or_path: &str) -> Result<Self, MappingProblem> {
        if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == name_or_path) {
            return Self::parse(name, text);
        }
        let text = std::fs::read_to_string(name_or_path)
            .map_err(|error| MappingProblem::Unreadable { name: name_or_path.to_owned(), error })?;
        Self::parse(name_or_path, &text)
    }

    /// Reads a mapping; `source` says where it is from and names it when it does not name itself.
    ///
    /// # Errors
    /// It is no mapping.
    pub(crate) fn parse(source: &str, text: &str) -> Result<Self, MappingProblem> {
        let mut mapping: Self = toml::from_str(text)
            .map_err(|error| MappingProblem::Wrong { name: source.to_owned(), error: Box::new(error) })?;
        if mapping.name.is_none() {
            let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str());
            mapping.name = stem.and_then(|stem| Line::parse(stem).ok());
        }
        Ok(mapping)
    }

    /// What the other system is called here: together with a row's key it tells imported complaints apart.
    pub(crate) fn name(&self) -> &str {
        self.name.as_ref().map_or("import", Line::as_str)
    }

    /// Every column the mapping speaks of.
    pub(crate) fn columns(&self) -> Vec<&Column> {
        let mut all = vec![&self.id];
        all.extend(&self.received_at.columns.0);
        all.extend(self.incident_at.iter().flat_map(|time| &time.columns.0));
        all.extend(&self.narrative.0);
        all.extend(self.narrative_else.iter().flat_map(|columns| &columns.0));
        for labels in [&self.category, &self.product, &self.place] {
            all.extend(&labels.columns.0);
        }
        all.extend([&self.summary, &self.order_ref, &self.desired_remedy].into_iter().flatten());
        if let Which::Column(words) = &self.channel {
            all.push(&words.column);
        }
        if let Some(Which::Column(words)) = &self.severity {
            all.push(&words.column);
        }
        all.extend(self.customer.iter().flat_map(CustomerColumns::columns));
        all.extend(self.closed.iter().map(Closed::column));
        all.extend(self.amount.iter().map(|amount| &amount.column));
        all
    }
}

impl CustomerColumns {
    /// Every column that says who complained.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Column> {
        [Some(&self.name), self.phone.as_ref(), self.email.as_ref(), self.language.as_ref()]
            .into_iter()
            .flatten()
    }
}

fn by_web() -> Which<Channel> {
    Which::Always(Channel::Web)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "id = 'No'\nreceived_at = { column = 'Opened', format = '%F' }\n";

    #[test]
    fn the_mappings_that_ship_can_be_read() {
        for (name, _) in BUILT_IN {
            assert_eq!(Mapping::load(name).unwrap().name(), name);
        }
    }

    /// The example has every key there is: what is known is what the refusal of an unknown key lists.
    #[test]
    fn the_commented_example_can_be_read_and_leaves_no_key_out() {
        const EXAMPLE: &str = include_str!("../../../../config/mappings/example.toml");
        Mapping::parse("example.toml", EXAMPLE).unwrap();
        let key = |word: &str| {
            EXAMPLE.lines().any(|line| line.contains(&format!("{word} = ")) || line == format!("[{word}]"))
        };
        for table in [
            "",
            "[received_at]",
            "[channel]",
            "[severity]",
            "[customer]",
            "[closed]",
            "[amount]",
            "[product]",
        ] {
            let line = format!("{table}\ncolour = 1\n");
            let problem = Mapping::parse("x", &line).unwrap_err().to_string();
            let (_, known) = problem.split_once("unknown field `colour`, expected ").expect(&problem);
            let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
            assert!(known.len() > 1, "{problem}");
            for word in known {
                assert!(key(word), "{table} {word}");
            }
        }
    }

    #[test]
    fn a_mapping_without_a_name_is_named_after_its_file() {
        assert_eq!(Mapping::parse("/tmp/old desk.toml", LEAST).unwrap().name(), "old desk");
    }

    #[test]
    fn a_wrong_mapping_says_what_is_wrong() {
        let cases = [
            ("colour = 'x'", "unknown field `colour`"),
            ("channel = { column = 'Via', map = {}, els = 'web' }", "unknown field `els`"),
            ("channel = { column = 'Via', map = { Tel = 'telephone' } }", "expected one of phone, email,"),
            ("channel = 'telephone'", "expected a channel (phone, email,"),
            ("customer = { phone = 'Phone' }", "missing field `name`"),
            ("severity = 'grave'", "expected a severity (minor, serious, critical)"),
            ("product = 3", "expected the name of a column or a list of names"),
            ("product = { column = 'Item', maps = {} }", "unknown field `maps`"),
            ("closed = { column = 'State', values = [], map = {} }", "got both"),
            ("amount = { column = 'Paid', currency = 'EUR', decimal = ';' }", "unknown variant `;`"),
            ("category = ['Area', ' ']", "expected the name of a column"),
            ("incident_at = { column = 'Day', format = '%H:%M' }", "expected a strptime format"),
            ("incident_at = { column = 'Day', format = '%F', zone = 'Mars' }", "expected an IANA time zone"),
            ("amount = { column = 'Paid', currency = 'dong' }", "expected the ISO 4217 code of a currency"),
            ("closed = { column = 'State' }", "missing field `values`"),
            ("id = 'No'", "duplicate key"),
        ];
        for (line, message) in cases {
            let problem = Mapping::parse("acme.toml", &format!("{LEAST}{line}")).unwrap_err().to_string();
            assert!(problem.contains(message) && problem.contains("acme.toml"), "{line}: {problem}");
        }
        let problem = Mapping::parse("acme.toml", "id = 'No'").unwrap_err().to_string();
        assert!(problem.contains("missing field `received_at`"), "{problem}");
    }

    #[test]
    fn a_mapping_that_is_not_there_names_those_that_ship() {
        let problem = Mapping::load("acme").unwrap_err().to_string();
        assert!(
            problem
                .starts_with("mapping `acme` is none of those that ship (cfpb, comcast, tsa) and no file: "),
            "{problem}"
        );
    }
}
