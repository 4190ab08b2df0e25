//! Whole files, read through whole mappings: the excerpts of real ones, and made-up ones that are broken.

use std::collections::BTreeSet;
use std::io::Cursor;

use firsthand_domain::code::Channel;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::time::Timestamp;

use super::rows::Known;
use super::{Mapping, Row, Rows, source};

const ACME: &str = r#"
    id = "No"
    received_at = { column = "Opened", format = "%d/%m/%Y %H:%M", zone = "Asia/Ho_Chi_Minh" }
    incident_at = { column = "Day", format = "%d/%m/%Y", zone = "Asia/Ho_Chi_Minh" }
    narrative = ["Title", "Text"]
    channel = { column = "Via", map = { "Tel" = "phone", "Mail" = "email" } }
    customer = { name = "Customer", phone = "Phone", email = "E-mail" }
    category = ["Area", "Type"]
    closed = { column = "State", values = ["Done"] }
    empty = ["-"]
"#;
const HEADER: &str = "No,Opened,Day,Title,Text,Via,Customer,Phone,E-mail,Area,Type,State\n";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
}

fn rows(mapping: &str, bytes: impl Into<Vec<u8>>) -> Rows {
    let source = source::unpacked(Cursor::new(bytes.into()), None).unwrap();
    Rows::of(source, None, Mapping::parse("acme.toml", mapping).unwrap(), now())
        .map_err(|p| p.to_string())
        .unwrap()
}

/// One line for each row: `blank`, `line: key`, or the problems.
fn told(rows: Rows) -> Vec<String> {
    let mut all = Vec::new();
    for row in rows {
        match row {
            Ok(Row::Blank) => all.push("blank".to_owned()),
            Ok(Row::Good { line, complaint, .. }) => all.push(format!("{line}: {}", complaint.key)),
            Ok(Row::Bad(problems)) => all.extend(problems.iter().map(ToString::to_string)),
            Err(problem) => all.push(problem.to_string()),
        }
    }
    all
}

fn good(rows: Rows) -> (Vec<(u64, ImportedComplaint)>, usize) {
    let (mut good, mut blank) = (Vec::new(), 0);
    for row in rows {
        match row.unwrap() {
            Row::Blank => blank += 1,
            Row::Good { line, complaint, .. } => good.push((line, *complaint)),
            Row::Bad(problems) => panic!("{problems:?}"),
        }
    }
    (good, blank)
}

fn excerpt(mapping: &str) -> (Vec<(u64, ImportedComplaint)>, usize) {
    let path = format!("{}/../../tests/data/{mapping}.csv", env!("CARGO_MANIFEST_DIR"));
    good(
        Rows::open(&path, Known::default(), Mapping::load(mapping).unwrap(), now())
            .map_err(|p| p.to_string())
            .unwrap(),
    )
}

#[test]
fn complaints_about_banks_are_read() {
    let (complaints, blank) = excerpt("cfpb");
    assert_eq!((complaints.len(), blank), (120, 0));
    let keys: BTreeSet<_> = complaints.iter().map(|(_, complaint)| complaint.key.as_str()).collect();
    assert_eq!(keys.len(), 120);

    let multi_line = complaints.iter().filter(|(_, c)| !c.narrative.as_str().starts_with("Product: "));
    assert!(multi_line.filter(|(_, c)| c.narrative.as_str().contains('\n')).count() >= 16);
    assert!(complaints.iter().all(|(_, c)| c.category.is_some() && c.customer.is_none()));
    assert!(complaints.iter().any(|(_, c)| c.closed) && complaints.iter().any(|(_, c)| !c.closed));
    let channels: BTreeSet<_> = complaints.iter().map(|(_, c)| c.channel).collect();
    assert_eq!(channels, BTreeSet::from([Channel::Phone, Channel::Email, Channel::Web, Channel::Letter]));

    let (line, first) = &complaints[0];
    assert_eq!((*line, first.key.as_str()), (2, "3571115"));
    assert_eq!(first.received_at, Timestamp::parse("2020-03-18T00:00:00Z").unwrap());
    assert_eq!(
        first.category.as_ref().unwrap().as_str(),
        "Incorrect information on your report > Information belongs to someone else"
    );
    assert_eq!(
        first.narrative.as_str(),
        "Product: Credit reporting, credit repair services, or other personal consumer reports\n\
         Sub-product: Credit reporting\n\
         Issue: Incorrect information on your report\n\
         Sub-issue: Information belongs to someone else\n\
         Company: TRANSUNION INTERMEDIATE HOLDINGS, INC.\n\
         State: FL"
    );
    assert!(first.closed);
}

#[test]
fn claims_of_air_passengers_are_read() {
    let (claims, blank) = excerpt("tsa");
    assert_eq!((claims.len(), blank), (117, 3));
    assert!(claims.iter().all(|(_, claim)| claim.incident_at.is_some_and(|day| day <= claim.received_at)));
    assert!(claims.iter().all(|(_, claim)| claim.channel == Channel::Letter));

    let (line, first) = &claims[0];
    assert_eq!((*line, first.key.as_str()), (2, "2013081805991"));
    assert_eq!(first.received_at, Timestamp::parse("2014-01-13T00:00:00Z").unwrap());
    assert_eq!(first.incident_at, Some(Timestamp::parse("2012-12-21T00:00:00Z").unwrap()));
    assert_eq!(first.place.as_ref().unwrap().as_str(), "Westchester County, White Plains");
    assert!(first.closed);

    let unspecific = claims.iter().find(|(_, claim)| claim.category.is_none()).unwrap();
    assert!(unspecific.1.product.is_none() && !unspecific.1.closed);
    assert!(unspecific.1.narrative.as_str().starts_with("Airline Name: "));
}

#[test]
fn every_field_comes_from_its_column() {
    let text = format!(
        "{HEADER}7,1/2/2026 7:05,31/1/2026,Late,\"Three days\r\nlate\",Tel,Ana  Kovács,+36 1 234,ana@example.com,\
         Delivery,\"Too\nlate\",Done\n8,1/2/2026 7:05,-,,Broken,Mail,-,,,,Broken,Open\n"
    );
    let (complaints, _) = good(rows(ACME, text));
    let told =
        serde_json::to_value(complaints.iter().map(|(_, complaint)| complaint).collect::<Vec<_>>()).unwrap();
    assert_eq!(
        told,
        serde_json::json!([
            {
                "key": "7", "received_at": "2026-02-01T00:05:00Z", "incident_at": "2026-01-30T17:00:00Z",
                "narrative": "Late\n\nThree days\r\nlate", "summary": null, "channel": "phone",
                "customer": {
                    "name": "Ana Kovács", "phone": "+36 1 234", "email": "ana@example.com", "language": null
                },
                "product": null, "place": null, "category": "Delivery > Too late", "order_ref": null,
                "desired_remedy": null, "severity": null, "amount": null, "closed": true
            },
            {
                "key": "8", "received_at": "2026-02-01T00:05:00Z", "incident_at": null, "narrative": "Broken",
                "summary": null, "channel": "email", "customer": null, "product": null, "place": null,
                "category": "Broken", "order_ref": null, "desired_remedy": null,
                "severity": null, "amount": null, "closed": false
            }
        ])
    );
}

#[test]
fn without_a_narrative_everything_is_told_but_who_complained() {
    let mapping = "id = 'No'\nreceived_at = { column = 'Day', format = '%F' }\ncustomer = { name = 'Who' }";
    let (complaints, _) = good(rows(mapping, "No,Day,Who,What\n1,2026-01-02,Ana,a crack\n"));
    assert_eq!(complaints[0].1.narrative.as_str(), "No: 1\nDay: 2026-01-02\nWhat: a crack");
}

#[test]
fn rows_are_told_by_the_line_on_which_they_begin() {
    let row = |no: &str, text: &str| format!("{no},1/2/2026 7:05,,,{text},Tel,,,,,,\n");
    let text = [
        HEADER,
        "\n\n",
        &row("1", "\"over\n\nthree\""),
        "\r\n",
        &row("2", "one"),
        " , ,,,,,,,,,,\n",
        &row("3", "\"a \"\"b\"\"\""),
        "\n",
    ]
    .concat();
    assert_eq!(
        told(rows(ACME, text)),
        ["blank", "blank", "4: 1", "blank", "8: 2", "blank", "10: 3", "blank"]
    );
}

#[test]
fn a_broken_row_is_told_with_line_column_and_reason_and_the_next_is_read() {
    let long = "x".repeat(201);
    let story = "x".repeat(50_001);
    let cases: [(&str, &[&str]); 18] = [
        ("1,1/2/2026", &["line 2: expected 12 values as the header has, got 2"]),
        ("1,1/2/2026 7:05,,,T,Tel,,,,,,,,", &["line 2: expected 12 values as the header has, got 14"]),
        (
            "1,1/2/2026 7:05,,,\"T,Tel,,,,,,\n1,1/2/2026 7:05,,,T\",Tel,,,,,,,",
            &["line 2: expected 12 values as the header has, got 13; \
                the row runs to line 3: perhaps a quotation mark is missing"],
        ),
        (
            "1,1/2/2026 7:05,,,\"He said \"\"no\" to me\",Tel,,,,,,",
            &["line 2: a quotation mark is followed by more of the value: \
                perhaps one before it is missing or not doubled"],
        ),
        (
            "1,1/2/2026 7:05,,,\"T,Tel,,,,,,\n1,1/2/2026 7:05,,,\"T,Tel,,,,,,",
            &[
                "line 2: a quotation mark is followed by more of the value: perhaps one before it is missing or not doubled; \
                 it runs to line 3",
            ],
        ),
        (",1/2/2026 7:05,,,T,Tel,,,,,,", &["line 2, column No: expected a text that is not empty"]),
        ("1,-,,,T,Tel,,,,,,", &["line 2, column Opened: expected a time"]),
        (
            "1,31/2/2026 7:05,,,T,Tel,,,,,,",
            &["line 2, column Opened: `31/2/2026 7:05` is not an existing time written as `%d/%m/%Y %H:%M`"],
        ),
        (
            "1,22/11/2026 19:01,,,T,Tel,,,,,,",
            &["line 2, column Opened: `22/11/2026 19:01` lies in the future"],
        ),
        ("1,1/2/2026 7:05,1/1/2027,,T,Tel,,,,,,", &["line 2, column Day: `1/1/2027` lies in the future"]),
        ("1,1/2/2026 7:05,,-,,Tel,,,,,,", &["line 2, column Title, Text: expected a text that is not empty"]),
        (
            &format!("1,1/2/2026 7:05,,,{story},Tel,,,,,,"),
            &["line 2, column Title, Text: expected at most 50000 characters, got 50001"],
        ),
        (
            &format!("1,1/2/2026 7:05,,,T,Tel,,,,,{long},"),
            &["line 2, column Area, Type: expected at most 200 characters, got 201"],
        ),
        (
            "1,1/2/2026 7:05,,,T,Pigeon,,,,,,",
            &["line 2, column Via: expected a word the mapping has a channel for: Mail, Tel"],
        ),
        (
            "1,1/2/2026 7:05,,,T,Tel,,0901234567,,,,",
            &[
                "line 2, column Customer: expected a name, as there is a telephone number or an e-mail address",
            ],
        ),
        (
            "1,1/2/2026 7:05,,,T,Tel,,,,,,x\0",
            &["line 2, column State: expected a text without the NUL character"],
        ),
        (
            "1,1/2/2026 7:05,,,T\u{FF},Tel,,,,,\u{FF},",
            &[
                "line 2, column Text: expected text in UTF-8: perhaps another --encoding",
                "line 2, column Type: expected text in UTF-8: perhaps another --encoding",
            ],
        ),
        (
            "1,yesterday,soon,,,Tel,Ana,call me,ana at example,,,",
            &[
                "line 2, column Opened: the value is not an existing time written as `%d/%m/%Y %H:%M`",
                "line 2, column Day: the value is not an existing time written as `%d/%m/%Y`",
                "line 2, column Title, Text: expected a text that is not empty",
                "line 2, column Phone: expected a telephone number of 3 to 24 digits",
                "line 2, column E-mail: expected an e-mail address such as ana@example.com",
            ],
        ),
    ];
    for (row, problems) in cases {
        // In these rows ÿ stands for the one byte 0xFF, which is never UTF-8.
        let mut bytes = format!("{HEADER}{row}\n").into_bytes();
        while let Some(at) = bytes.windows(2).position(|pair| pair == "\u{FF}".as_bytes()) {
            bytes.splice(at..at + 2, [0xFF]);
        }
        let next = 2 + row.lines().count();
        bytes.extend(b"ok,1/2/2026 7:05,,,T,Tel,,,,,,\n");
        let expected: Vec<_> =
            problems.iter().map(ToString::to_string).chain([format!("{next}: ok")]).collect();
        assert_eq!(told(rows(ACME, bytes)), expected, "{row:.100}");
    }
}

#[test]
fn a_file_that_is_cut_off_does_not_lose_its_end_in_silence() {
    let text = format!("{HEADER}1,1/2/2026 7:05,,,T,Tel,,,,,,\"Open\n2,1/2/2026 7:05,,,T,Tel,,,,,,\n");
    assert_eq!(
        told(rows(ACME, text)),
        ["line 2: a quotation mark is not closed before the file ends; it runs to line 3"]
    );
}

#[test]
fn a_header_that_does_not_fit_is_told_at_once() {
    let mapping = "id = 'No'\nreceived_at = { column = 'Day', format = '%F' }\nplace = ['Town', 'Shop']";
    let cases: [(&str, &str); 8] = [
        ("", "the file is empty: expected a header that names the columns"),
        ("\n\n", "the file is empty: expected a header that names the columns"),
        ("No#Day#Town\n", "the mapping needs `Day`, `No`, `Shop`, `Town`; the file has `No#Day#Town`"),
        ("No;Day;Town\n", "the mapping needs `Shop`; the file has `No`, `Day`, `Town`"),
        (
            &format!("No,Town,{}\n", "x".repeat(90)),
            &format!("the mapping needs `Day`, `Shop`; the file has `No`, `Town`, `{}…`", "x".repeat(60)),
        ),
        ("No,Town, Day \n", "the mapping needs `Shop`; the file has `No`, `Town`, `Day`"),
        ("No,Day,Shop,Town,Day,X,X\n", "the mapping needs `Day`, which the file has more than once"),
        ("No,\"Day\n", "in the header, a quotation mark is not closed before the file ends"),
    ];
    for (text, problem) in cases {
        let source = source::unpacked(Cursor::new(text.to_owned()), None).unwrap();
        let rows = Rows::of(source, None, Mapping::parse("acme.toml", mapping).unwrap(), now());
        assert_eq!(rows.err().map(|problem| problem.to_string()).as_deref(), Some(problem), "{text}");
    }
}
