//! From the cells of one row to a complaint, or to all that is wrong with them.

use firsthand_domain::contact::{Email, Language, Phone};
use firsthand_domain::customer::NewCustomer;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::text::{Line, Narrative, Text, TextProblem};
use firsthand_domain::time::Timestamp;

use super::columns::{Column, Columns};
use super::header::Header;
use super::labels::Labels;
use super::mapping::{CustomerColumns, Mapping};
use super::when::TimeColumn;
use super::words::{Code, Which};

/// What is wrong with a cell: the column, or several read together, and the reason.
pub(crate) type CellProblem = (String, String);

/// Makes a complaint of a row that has as many cells as the header has columns.
///
/// # Errors
/// Everything that is wrong, in the order of the mapping. No reason quotes what a customer wrote.
pub(crate) fn complaint(
    mapping: &Mapping,
    header: &Header,
    cells: &[&str],
    now: Timestamp,
) -> Result<ImportedComplaint, Vec<CellProblem>> {
    let mut row = Row { mapping, header, cells, problems: Vec::new() };
    let key = row.required(&mapping.id);
    let received_at = row.required_time(&mapping.received_at, now);
    let incident_at = mapping.incident_at.as_ref().and_then(|column| row.time(column, now));
    let narrative = row.narrative();
    let summary = mapping.summary.as_ref().and_then(|column| row.one_line(std::slice::from_ref(column)));
    let channel = row.which(&mapping.channel);
    let severity = mapping.severity.as_ref().and_then(|which| row.which(which));
    let customer = row.customer();
    let category = row.labels(&mapping.category);
    let product = row.labels(&mapping.product);
    let place = row.labels(&mapping.place);
    let order_ref = mapping.order_ref.as_ref().and_then(|column| row.one_line(std::slice::from_ref(column)));
    let desired_remedy = mapping.desired_remedy.as_ref().and_then(|column| row.text(column));
    let closed = row.closed();
    let amount =
        mapping.amount.as_ref().and_then(|amount| row.parsed(&amount.column, |cell| amount.read(cell)));
    match (key, received_at, narrative, channel) {
        (Some(key), Some(received_at), Some(narrative), Some(channel)) if row.problems.is_empty() => {
            Ok(ImportedComplaint {
                key,
                received_at,
                incident_at,
                narrative,
                summary,
                channel,
                customer,
                product,
                place,
                category,
                severity,
                order_ref,
                desired_remedy,
                closed,
                amount,
            })
        }
        _ => Err(row.problems),
    }
}

struct Row<'a> {
    mapping: &'a Mapping,
    header: &'a Header,
    cells: &'a [&'a str],
    problems: Vec<CellProblem>,
}

impl<'a> Row<'a> {
    fn wrong(&mut self, column: &Column, reason: impl Into<String>) {
        self.problems.push((column.as_str().to_owned(), reason.into()));
    }

    /// The value, unless there is none or one that means there is none.
    fn value(&self, index: usize) -> Option<&'a str> {
        let value = self.cells.get(index)?.trim();
        let missing = value.is_empty() || self.mapping.empty.iter().any(|empty| empty.trim() == value);
        if missing { None } else { Some(value) }
    }

    fn cell(&self, column: &Column) -> Option<&'a str> {
        self.header.place(column).and_then(|index| self.value(index))
    }

    fn parsed<T, E: ToString>(
        &mut self,
        column: &Column,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(self.cell(column)?).map_err(|problem| self.wrong(column, problem.to_string())).ok()
    }

    fn required(&mut self, column: &Column) -> Option<Line> {
        let parsed = Line::parse(self.cell(column).unwrap_or_default());
        parsed.map_err(|problem| self.wrong(column, problem.to_string())).ok()
    }

    fn text<const MAX: usize>(&mut self, column: &Column) -> Option<Text<MAX>> {
        self.parsed(column, Text::parse)
    }

    fn time(&mut self, time: &TimeColumn, now: Timestamp) -> Option<Timestamp> {
        let cells: Vec<_> = time.columns.0.iter().filter_map(|column| self.cell(column)).collect();
        if cells.is_empty() {
            return None;
        }
        let read = time.read(&cells.join(" "), now);
        read.map_err(|problem| self.problems.push((names(&time.columns.0), problem))).ok()
    }

    fn required_time(&mut self, time: &TimeColumn, now: Timestamp) -> Option<Timestamp> {
        if time.columns.0.iter().all(|column| self.cell(column).is_none()) {
            self.problems.push((names(&time.columns.0), "expected a time".to_owned()));
        }
        self.time(time, now)
    }

    /// Cells from the general to the particular as they are called here, joined by ` > `.
    fn labels(&mut self, labels: &Labels) -> Option<Line> {
        let columns = &labels.columns.0;
        let words = columns.iter().filter_map(|column| self.cell(column));
        let called: Vec<_> =
            words.map(|word| single_spaced(labels.called(word))).filter(|word| !word.is_empty()).collect();
        self.joined(columns, &called.join(" > "))
    }

    /// Cells joined by ` > `, line breaks and runs of spaces made single.
    fn one_line(&mut self, columns: &[Column]) -> Option<Line> {
        let parts: Vec<_> =
            columns.iter().filter_map(|column| self.cell(column)).map(single_spaced).collect();
        self.joined(columns, &parts.join(" > "))
    }

    /// What the customer said, or what the row tells instead.
    fn narrative(&mut self) -> Option<Narrative> {
        let said = &self.mapping.narrative;
        let parts: Vec<_> = said.0.iter().filter_map(|column| self.cell(column)).collect();
        if !parts.is_empty() {
            return self.joined(&said.0, &parts.join("\n\n"));
        }
        let instead = match &self.mapping.narrative_else {
            Some(Columns(instead)) => instead.iter().filter_map(|column| self.header.place(column)).collect(),
            None if said.0.is_empty() => self.all_but_the_customer(),
            None => Vec::new(),
        };
        let told: Vec<_> = instead
            .into_iter()
            .filter_map(|index| Some(format!("{}: {}", self.header.called(index), self.value(index)?)))
            .collect();
        let mut columns = said.0.clone();
        columns.extend(self.mapping.narrative_else.iter().flat_map(|instead| instead.0.clone()));
        if told.is_empty() {
            self.problems.push((names(&columns), TextProblem::Empty.to_string()));
            return None;
        }
        self.joined(&columns, &told.join("\n"))
    }

    fn all_but_the_customer(&self) -> Vec<usize> {
        let customer = self.mapping.customer.iter().flat_map(CustomerColumns::columns);
        let hidden: Vec<_> = customer.filter_map(|column| self.header.place(column)).collect();
        (self.header.reject_columns()..self.header.len()).filter(|index| !hidden.contains(index)).collect()
    }

    fn joined<const MAX: usize>(&mut self, columns: &[Column], text: &str) -> Option<Text<MAX>> {
        if text.is_empty() {
            return None;
        }
        match Text::parse(text) {
            Ok(text) => Some(text),
            Err(problem) => {
                self.problems.push((names(columns), problem.to_string()));
                None
            }
        }
    }

    fn which<T: Code>(&mut self, which: &Which<T>) -> Option<T> {
        let words = match which {
            Which::Always(value) => return Some(*value),
            Which::Column(words) => words,
        };
        let read = words.read(self.cell(&words.column), T::CALLED);
        read.map_err(|problem| self.wrong(&words.column, problem)).ok()
    }

    /// Who complained. Nobody, when the row says nothing about it; a way to reach somebody without a name is wrong.
    fn customer(&mut self) -> Option<NewCustomer> {
        let columns = self.mapping.customer.as_ref()?;
        let phone = columns.phone.as_ref().and_then(|column| self.parsed(column, Phone::parse));
        let email = columns.email.as_ref().and_then(|column| self.parsed(column, Email::parse));
        let language = columns.language.as_ref().and_then(|column| self.parsed(column, Language::parse));
        if self.cell(&columns.name).is_none() {
            if phone.is_some() || email.is_some() {
                self.wrong(
                    &columns.name,
                    "expected a name, as there is a telephone number or an e-mail address",
                );
            }
            return None;
        }
        let name = self.one_line(std::slice::from_ref(&columns.name))?;
        Some(NewCustomer { name, phone, email, language })
    }

    fn closed(&mut self) -> bool {
        let Some(closed) = &self.mapping.closed else { return false };
        let read = closed.read(self.cell(closed.column()));
        read.map_err(|problem| self.wrong(closed.column(), problem)).unwrap_or_default()
    }
}

/// Columns read together, as a message names them.
fn names(columns: &[Column]) -> String {
    columns.iter().map(Column::as_str).collect::<Vec<_>>().join(", ")
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
