//! Amounts as other systems write them: `$1,234.50 `, `1.234,50`, `12 500 Ft`.

use firsthand_domain::import::ImportedAmount;
use firsthand_domain::money::Currency;
use serde::Deserialize;

use super::columns::Column;

/// What was paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    /// The column.
    pub(crate) column: Column,
    /// The ISO 4217 code of its currency.
    currency: Currency,
    /// The mark before the fraction, `.` or `,`; without it, an amount that can be read in two ways is a bad row.
    decimal: Option<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Mark {
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

impl Amount {
    /// The amount in minor units.
    ///
    /// # Errors
    /// What is wrong with it, without the amount itself.
    pub(crate) fn read(&self, cell: &str) -> Result<ImportedAmount, String> {
        let code = self.currency.code();
        let expected = || format!("expected an amount in {code} such as 1234.50");
        let number = bare(cell, code).ok_or_else(expected)?;
        let (whole, fraction) = split(&number, self.decimal, self.currency.digits())?;
        let whole = ungrouped(whole).ok_or_else(expected)?;
        let digits = self.currency.digits();
        if fraction.len() > digits || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("expected at most {digits} digits after the mark, as {code} has"));
        }
        let minor: i64 = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| expected())?;
        Ok(ImportedAmount { minor, currency: self.currency })
    }
}

/// The number without the sign or the code of the currency on either side; none when another is named.
fn bare(cell: &str, code: &str) -> Option<String> {
    let number = |c: char| c.is_ascii_digit();
    let (first, last) = (cell.find(number)?, cell.rfind(number)? + 1);
    for around in [&cell[..first], &cell[last..]] {
        let word = around.trim();
        let other_code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) && word != code;
        let other_sign = match word {
            "€" => code != "EUR",
            "£" => code != "GBP",
            "₫" => code != "VND",
            _ => false,
        };
        let strange =
            word.chars().count() > 5 || word.contains(['-', '−', '+', '(', ')', '%', ',', ';', '=']);
        if other_code || other_sign || strange {
            return None;
        }
    }
    Some(cell[first..last].to_owned())
}

/// What stands before the mark of the fraction and what after it.
fn split(number: &str, decimal: Option<Mark>, digits: usize) -> Result<(&str, &str), String> {
    let at = |mark: char| number.rfind(mark);
    let times = |mark: char| number.matches(mark).count();
    let mark = match (decimal, at('.'), at(',')) {
        (Some(Mark::Point), ..) => at('.'),
        (Some(Mark::Comma), ..) => at(','),
        (None, Some(point), Some(comma)) => Some(point.max(comma)),
        (None, None, None) => None,
        (None, one, other) => {
            let (at, mark) = one.map_or((other.unwrap_or_default(), ','), |at| (at, '.'));
            match (times(mark), number.len() - at - 1) {
                (1, 3) if digits > 0 => {
                    return Err("can be read in two ways: say `decimal` in the mapping".to_owned());
                }
                (1, behind) if behind != 3 => Some(at),
                _ => None,
            }
        }
    };
    Ok(mark.map_or((number, ""), |at| (&number[..at], &number[at + 1..])))
}

/// Digits without the marks between thousands, which are all the same.
fn ungrouped(whole: &str) -> Option<String> {
    let mark = |c: char| matches!(c, '.' | ',' | ' ' | '\u{A0}' | '\u{202F}' | '\'' | '’');
    let marks: Vec<char> = whole.chars().filter(|c| mark(*c)).collect();
    let groups: Vec<&str> = whole.split(mark).collect();
    let digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let grouped = groups.len() == 1
        || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3))
            && marks.windows(2).all(|two| two[0] == two[1]);
    if digits && grouped { Some(groups.concat()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(currency: &str, decimal: &str, cell: &str) -> Result<i64, String> {
        let decimal = if decimal.is_empty() { String::new() } else { format!("decimal = '{decimal}'") };
        let table = format!("column = 'Paid'\ncurrency = '{currency}'\n{decimal}");
        let amount: Amount = toml::from_str(&table).unwrap();
        amount.read(cell.trim()).map(|amount| amount.minor)
    }

    #[test]
    fn amounts_are_read_into_the_smallest_unit() {
        let cases = [
            ("USD", "", "$1,234.50 ", 123_450),
            ("EUR", "", "1.234,50", 123_450),
            ("EUR", "", "1.234,5 €", 123_450),
            ("USD", "", "$0.00 ", 0),
            ("USD", "", "12", 1200),
            ("USD", ".", "$1,234 ", 123_400),
            ("EUR", ",", "1.234", 123_400),
            ("EUR", "", "1.234.567", 123_456_700),
            ("VND", "", "1.234.500 ₫", 1_234_500),
            ("VND", "", "500,000 VND", 500_000),
            ("HUF", "", "12 500 Ft", 1_250_000),
            ("KWD", "", "KWD 1.5", 1500),
            ("CHF", "", "1’234.50", 123_450),
            ("JPY", "", "￥1,200", 1200),
        ];
        for (currency, decimal, cell, minor) in cases {
            assert_eq!(read(currency, decimal, cell), Ok(minor), "{cell} {currency}");
        }
    }

    #[test]
    fn what_is_no_amount_or_could_be_two_is_refused() {
        let cases = [
            ("USD", "", "1,234", "can be read in two ways"),
            ("USD", ".", "1.234", "at most 2 digits"),
            ("VND", "", "1.5", "at most 0 digits"),
            ("USD", "", "-5.00", "expected an amount in USD"),
            ("USD", "", "(5.00)", "expected an amount in USD"),
            ("USD", "", "5.00-", "expected an amount in USD"),
            ("USD", "", "EUR 5.00", "expected an amount in USD"),
            ("USD", "", "€5.00", "expected an amount in USD"),
            ("USD", "", "1,23,4.00", "expected an amount in USD"),
            ("USD", "", "1,234 567.00", "expected an amount in USD"),
            ("USD", "", "some", "expected an amount in USD"),
            ("USD", "", "99999999999999999999.00", "expected an amount in USD"),
        ];
        for (currency, decimal, cell, problem) in cases {
            let told = read(currency, decimal, cell).unwrap_err();
            assert!(told.contains(problem), "{cell}: {told}");
        }
    }
}
