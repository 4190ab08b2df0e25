//! Amounts as people type them, written as the calls take them.

use firsthand_domain::money::Currency;

/// What was typed with the digits of the currency behind a point: `50` and `50,00` of EUR are `50.00`. What could be meant
/// in two ways is left as it is, for the call to refuse.
pub(super) fn exact(typed: &str, currency: &str) -> String {
    let typed = typed.trim();
    let Some(currency) = Currency::from_code(currency.trim()) else { return typed.to_owned() };
    let digits = currency.digits();
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if digits > 0 && plain(typed) {
        return format!("{typed}.{}", "0".repeat(digits));
    }
    match typed.split_once(',') {
        // Three digits behind a comma may as well be thousands.
        Some((whole, fraction))
            if plain(whole) && plain(fraction) && fraction.len() == digits && digits != 3 =>
        {
            format!("{whole}.{fraction}")
        }
        _ => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::exact;

    #[test]
    fn an_amount_is_read_as_people_write_it_where_that_is_plain() {
        for (typed, currency, read) in [
            ("50", "EUR", "50.00"),
            (" 50,25 ", "EUR", "50.25"),
            ("50.25", "EUR", "50.25"),
            ("1,250", "EUR", "1,250"),
            ("1,250", "KWD", "1,250"),
            ("450000", "VND", "450000"),
            ("450.000", "VND", "450.000"),
            ("", "EUR", ""),
            ("fifty", "EUR", "fifty"),
            ("50", "euros", "50"),
        ] {
            assert_eq!(exact(typed, currency), read, "{typed} {currency}");
        }
    }
}
