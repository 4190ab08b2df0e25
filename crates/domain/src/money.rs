//! Money: whole minor units of one currency. Nothing is ever summed over currencies, and nothing is converted.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most that one amount may be, in minor units: sums of ten thousand of these still fit.
pub const MOST: i64 = 900_000_000_000_000;

/// The currencies of ISO 4217 in which people pay (funds, metals and test codes are left out).
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF \
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV \
WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The currency of a code, as `EUR`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        CODES.split(' ').any(|known| known == code).then_some(Self(bytes))
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits its smallest unit stands behind the mark: HUF 2, VND 0, KWD 3.
    #[must_use]
    pub fn digits(self) -> usize {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// Reads an amount of this currency: plain digits with exactly the currency's digits behind a point.
    ///
    /// # Errors
    /// What was expected.
    pub fn read(self, text: &str) -> Result<i64, String> {
        let digits = self.digits();
        let expected = || {
            let shown = if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits)) };
            format!("expected an amount of {} as a text of plain digits, as \"1250{shown}\"", self.code())
        };
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if digits > 0 => (whole, fraction),
            None if digits == 0 => (text, ""),
            _ => return Err(expected()),
        };
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let no_zero_before = whole == "0" || !whole.starts_with('0');
        if whole.is_empty()
            || fraction.len() != digits
            || !plain(whole)
            || !plain(fraction)
            || !no_zero_before
        {
            return Err(expected());
        }
        let minor: Option<i64> = format!("{whole}{fraction}").parse().ok();
        minor.filter(|m| *m <= MOST).ok_or_else(|| "expected a smaller amount".to_owned())
    }

    /// An amount in minor units as the API writes it: `1250` minor units of EUR are `12.50`.
    #[must_use]
    pub fn write(self, minor: i64) -> String {
        let digits = self.digits();
        let (sign, plain) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs().to_string());
        if digits == 0 {
            return format!("{sign}{plain}");
        }
        let padded = format!("{plain:0>width$}", width = digits + 1);
        let (whole, fraction) = padded.split_at(padded.len() - digits);
        format!("{sign}{whole}.{fraction}")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code)
            .ok_or_else(|| de::Error::custom("expected the ISO 4217 code of a currency, as EUR"))
    }
}

impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$" })
    }
}

/// So much of one currency, in whole minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// So many minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads the code of a currency and an amount of it, as `USD 100.00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (code, amount) = text.trim().split_once(' ')?;
        let currency = Currency::from_code(&code.to_ascii_uppercase())?;
        Some(Self::new(currency.read(amount.trim()).ok()?, currency))
    }

    /// The sum of two amounts of one currency; nothing for two currencies, or more than can be counted.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self { minor: self.minor.checked_add(other.minor)?, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency.write(self.minor), self.currency)
    }
}

/// Money as the API writes it; `Written` is read by position from no list.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Money")]
struct Written {
    /// A decimal text with exactly the currency's digits.
    amount: String,
    /// The ISO 4217 code.
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { amount: self.currency.write(self.minor), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { amount, currency } = crate::object::object(deserializer)?;
        let minor = currency.read(&amount).map_err(de::Error::custom)?;
        Ok(Self { minor, currency })
    }
}

impl JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn an_amount_has_exactly_the_digits_of_its_currency() {
        for (code, text, minor) in [
            ("VND", "500000", 500_000),
            ("CNY", "12.50", 1_250),
            ("HUF", "9990.00", 999_000),
            ("KWD", "1.005", 1_005),
            ("EUR", "0.01", 1),
            ("EUR", "0.00", 0),
        ] {
            assert_eq!(currency(code).read(text), Ok(minor), "{code} {text}");
            assert_eq!(currency(code).write(minor), text);
        }
    }

    #[test]
    fn nothing_else_is_an_amount() {
        for text in [
            "-1.00",
            "0",
            "0.001",
            "1e308",
            "NaN",
            "9223372036854775807",
            "9223372036854775807.00",
            "１２.00",
            "1,000",
            "1,000.00",
            "1.0",
            "1.000",
            " 1.00",
            "1.00 ",
            "+1.00",
            "01.00",
            ".50",
            "1.",
            "",
            ".",
            "1.0x",
            "0x10.00",
            "1..00",
            "Infinity",
            "1_000.00",
            "٣.00",
        ] {
            assert!(currency("EUR").read(text).is_err(), "{text}");
        }
        for text in ["1.00", "1.", "-1", "1e3", "1.5"] {
            assert!(currency("VND").read(text).is_err(), "{text}");
        }
        for json in [
            r#"{"amount":12.5,"currency":"EUR"}"#,
            r#"{"amount":"12.50"}"#,
            r#"{"amount":"12.50","currency":"eur"}"#,
            r#"{"amount":"12.50","currency":"XXX"}"#,
            r#"{"amount":"12.50","currency":"EUR","more":1}"#,
            r#"["12.50","EUR"]"#,
            r#""12.50""#,
        ] {
            assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn money_is_added_within_one_currency_and_checked() {
        let euro = |minor| Money::new(minor, currency("EUR"));
        assert_eq!(euro(1).plus(euro(2)), Some(euro(3)));
        assert_eq!(euro(1).plus(Money::new(1, currency("USD"))), None);
        assert_eq!(euro(i64::MAX).plus(euro(1)), None);
        let json = serde_json::to_string(&euro(1_250)).unwrap();
        assert_eq!(json, r#"{"amount":"12.50","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), euro(1_250));
    }
}
