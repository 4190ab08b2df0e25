//! Money as people write it: grouped as in their country, the code of the currency beside it, never a guessed symbol.

use firsthand_domain::money::Money;

use super::Speech;

impl Speech {
    /// `1,250.00 EUR`, `1.250.000 VND`, `CNY 1,250.00`, `1 250,00 EUR`, with spaces that do not break.
    pub(crate) fn money(&self, money: Money) -> String {
        let amount = self.amount(&money.currency.write(money.minor));
        self.with2("money", "amount", amount, "code", money.currency.code().to_owned())
    }

    /// A plain decimal text with the marks of the language.
    pub(crate) fn amount(&self, plain: &str) -> String {
        let (group, mark) = match self.lang() {
            "vi" => ('.', ','),
            "hu" => ('\u{202f}', ','),
            _ => (',', '.'),
        };
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut said = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                said.push(group);
            }
            said.push(digit);
        }
        if !fraction.is_empty() {
            said.push(mark);
            said.push_str(fraction);
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use firsthand_domain::money::Currency;
    use firsthand_domain::time::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn money_is_written_as_in_the_country_of_the_reader() {
        for (language, code, minor, said) in [
            ("en", "EUR", 125_000, "1,250.00\u{a0}EUR"),
            ("en", "JPY", 999, "999\u{a0}JPY"),
            ("en", "KWD", -1_234_567_005, "-1,234,567.005\u{a0}KWD"),
            ("vi", "VND", 1_250_000, "1.250.000\u{a0}VND"),
            ("vi", "EUR", 125_000, "1.250,00\u{a0}EUR"),
            ("zh", "CNY", 125_000, "CNY\u{a0}1,250.00"),
            ("hu", "EUR", 125_000, "1\u{202f}250,00\u{a0}EUR"),
            ("hu", "HUF", 5, "0,05\u{a0}HUF"),
        ] {
            let speech = Speech::new(Some(language), None, "en", TimeZone::UTC, Timestamp::from_micros(0));
            let money = Money::new(minor, Currency::from_code(code).unwrap());
            assert_eq!(speech.money(money), said, "{language}");
        }
    }
}
