//! Tables for a spreadsheet: plain amounts, nothing a spreadsheet takes for a formula.

/// A table as it is written.
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        let mut table = Self(String::new());
        table.row(head.iter().map(|name| (*name).to_owned()));
        table
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.0.push_str(&quoted(&harmless(&cell)));
        }
        self.0.push_str("\r\n");
    }

    /// The whole table.
    pub(crate) fn text(self) -> String {
        self.0
    }
}

/// What would be a formula begins with an apostrophe, on each line of a text. A plain number is none.
fn harmless(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len() + 1);
    let mut line_start = true;
    for c in cell.chars() {
        if line_start && "=+-@\t\r＝＋－＠".contains(c) {
            safe.push('\'');
        }
        line_start = matches!(c, '\n' | '\r');
        safe.push(c);
    }
    safe
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_two_cells() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["=1+1".to_owned(), "x,\"y\"\n-1".to_owned()]);
        assert_eq!(table.text(), "a,b\r\n'=1+1,\"x,\"\"y\"\"\n'-1\"\r\n");
    }
}
