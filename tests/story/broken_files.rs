//! Files that are broken by hand, each in its own way: a clear message, the good rows on request, and nothing lost.

use std::io::Write as _;
use std::path::Path;

use super::Desk;
use crate::on_both_engines;

const HEADER: &str = "No,Opened,Text,Via,Who,Phone,Paid\n";

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// It is refused as a whole.
    Refused,
    /// So many good rows and so many bad ones.
    Rows(usize, usize),
}
use Fate::{Refused, Rows};

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    options: &'static [&'static str],
    /// Part of the message.
    told: &'static str,
    fate: Fate,
}

fn case(name: &'static str, bytes: impl Into<Vec<u8>>, told: &'static str, fate: Fate) -> Case {
    Case { name, bytes: bytes.into(), options: &[], told, fate }
}

/// A good row, one after it, and whatever stands between.
fn around(rows: impl AsRef<[u8]>) -> Vec<u8> {
    let first = format!("{HEADER}first,01/02/2020,late,Tel,Ana,123 456,$1.50\n");
    [first.as_bytes(), rows.as_ref(), b"\nlast,01/02/2020,late,Mail,,,\n"].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn whole_files() -> Vec<Case> {
    let good = String::from_utf8(around("2,01/02/2020,late,Tel,,,")).unwrap();
    let packed = packed(&good);
    let half_pair = [utf16(HEADER), utf16("1,01/02/2020,a"), vec![0, 0xD8], utf16(",Tel,,,\n")].concat();
    vec![
        case("empty", "", "the file is empty", Refused),
        case("line breaks only", "\r\n\r\n", "the file is empty", Refused),
        case("header only", HEADER, "Imported 0 complaints", Rows(0, 0)),
        case("no header", &good.as_bytes()[HEADER.len()..], "the mapping needs `No`", Refused),
        case("column missing", good.replacen("Text", "Tex", 1), "the mapping needs `Text`", Refused),
        case("column twice", good.replacen("Who", "No", 1), "the mapping needs `Who`", Refused),
        case("two columns of one name", good.replacen('\n', ",No\n", 1), "more than once", Refused),
        case("header not closed", "No,\"Opened", "in the header, a quotation mark is not closed", Refused),
        case(
            "header in another encoding",
            b"No,Opened,Text,Via,Who,Phone,Paid,\xE9t\xE9\n",
            "--encoding",
            Refused,
        ),
        case("spreadsheet", b"PK\x03\x04and so on", "got a spreadsheet", Refused),
        case("PDF", b"%PDF-1.7", "got a PDF", Refused),
        case("UTF-32", b"\xFF\xFE\0\0N\0\0\0", "got UTF-32", Refused),
        case("cut gzip", &packed[..packed.len() - 9], "cannot be read: incomplete deflate stream", Refused),
        case(
            "a million columns",
            "x,".repeat(1_000_000),
            "expected at most 4000 columns, got 1000001",
            Refused,
        ),
        Case {
            options: &["--separator", ";"],
            ..case("another separator", good.clone(), "the file has `No,", Refused)
        },
        case("UTF-16", utf16(&good), "Imported 3 complaints", Rows(3, 0)),
        case(
            "half a pair in UTF-16",
            half_pair,
            "line 2, column Text: expected text in UTF-16LE",
            Rows(0, 1),
        ),
        case(
            "sep= and CR alone",
            format!("sep=;\n{good}x;y\n").replace(',', ";").replace('\n', "\r"),
            "line 6: expected 7 values as the header has, got 2",
            Rows(3, 1),
        ),
    ]
}

fn rows() -> Vec<Case> {
    vec![
        case(
            "too few values",
            around("2,01/02/2020"),
            "line 3: expected 7 values as the header has, got 2",
            Rows(2, 1),
        ),
        case("too many values", around("2,01/02/2020,a,b,c,Tel,,,"), "got 9", Rows(2, 1)),
        case("a million values", around("x,".repeat(1_000_000)), "got 1000001", Rows(2, 1)),
        case(
            "ten megabytes in a line",
            around("x".repeat(10_000_000)),
            "line 3: the row is longer than 4 MiB",
            Rows(2, 1),
        ),
        case(
            "ten megabytes in a story",
            around(format!("2,01/02/2020,\"{}\",Tel,,,", "late,01/02/2020,x,Tel,,,\n".repeat(400_000))),
            "perhaps a quotation mark is not closed; it runs to line 400003",
            Rows(2, 1),
        ),
        case(
            "quotation mark never closed before megabytes",
            around(format!("2,01/02/2020,\"late,Tel,,,\n{}", "3,01/02/2020,late,Tel,,,\n".repeat(200_000))),
            "line 3: the row is longer than 4 MiB",
            Rows(1, 1),
        ),
        case(
            "quotation mark never closed",
            format!("{HEADER}1,01/02/2020,late,Tel,,,\n2,01/02/2020,\"late,Tel\n"),
            "line 3: a quotation mark is not closed",
            Rows(1, 1),
        ),
        case(
            "quotation mark not doubled",
            around("2,01/02/2020,\"he said \"no\" to me\",Tel,,,"),
            "line 3: a quotation mark is followed",
            Rows(2, 1),
        ),
        case(
            "two rows joined",
            around("2,01/02/2020,\"a,Tel,,,\n3,01/02/2020,\"b,Tel,,,"),
            "line 3: a quotation mark is followed",
            Rows(2, 1),
        ),
    ]
}

fn values() -> Vec<Case> {
    let long = format!("2,01/02/2020,{},Tel,,,", "x".repeat(50_001));
    let bell = "2,01/02/2020,\u{7}ring \u{202E}gnir,Tel,,,";
    vec![
        case(
            "no such day",
            around("2,31/02/2020,late,Tel,,,"),
            "line 3, column Opened: `31/02/2020` is not",
            Rows(2, 1),
        ),
        case("future", around("2,01/02/2999,late,Tel,,,"), "lies in the future", Rows(2, 1)),
        case(
            "no identifier",
            around(",01/02/2020,late,Tel,,,"),
            "line 3, column No: expected a text",
            Rows(2, 1),
        ),
        case(
            "nothing said",
            around("2,01/02/2020, ,Tel,,,"),
            "line 3, column Text: expected a text",
            Rows(2, 1),
        ),
        case("huge field", around(long), "expected at most 50000 characters, got 50001", Rows(2, 1)),
        case("NUL", around("2,01/02/2020,la\0te,Tel,,,"), "without the NUL character", Rows(2, 1)),
        case(
            "not UTF-8",
            around(b"2,01/02/2020,caf\xE9,Tel,,,"),
            "line 3, column Text: expected text in UTF-8",
            Rows(2, 1),
        ),
        Case {
            options: &["--encoding", "big5"],
            ..case(
                "not Big5",
                around(b"2,01/02/2020,\xA7\xEB\xB6\x44\xFF,Tel,,,"),
                "expected text in Big5",
                Rows(2, 1),
            )
        },
        case(
            "unknown word",
            around("2,01/02/2020,late,Pigeon,,,"),
            "line 3, column Via: expected a word",
            Rows(2, 1),
        ),
        case(
            "nobody's telephone",
            around("2,01/02/2020,late,Tel,,123 456,"),
            "column Who: expected a name",
            Rows(2, 1),
        ),
        case(
            "no telephone number",
            around("2,01/02/2020,late,Tel,Ana,soon,"),
            "column Phone: expected",
            Rows(2, 1),
        ),
        case(
            "no amount",
            around("2,01/02/2020,late,Tel,,,plenty"),
            "column Paid: expected an amount in USD",
            Rows(2, 1),
        ),
        case(
            "another currency",
            around("2,01/02/2020,late,Tel,,,€5"),
            "column Paid: expected an amount in USD",
            Rows(2, 1),
        ),
        case(
            "one identifier, two stories",
            around("first,01/02/2020,broken,Tel,,,"),
            "the row of line 2 has the same",
            Rows(2, 1),
        ),
        case("the same row twice", around("last,01/02/2020,late,Mail,,,"), "1 were here already", Rows(2, 0)),
        case("blank rows", around("\n , ,,,,,\n\n"), "blank rows skipped", Rows(2, 0)),
        case("formula", around("2,01/02/2020,=1+1,Tel,,,"), "takes for a formula in 1 row", Rows(3, 0)),
        case(
            "control and direction",
            around(bell),
            "control characters in 1 row, characters that turn",
            Rows(3, 0),
        ),
    ]
}

fn import(desk: &Desk, file: &Path, mapping: &Path, options: &[&str]) -> (Option<i32>, String) {
    let fixed = ["import", file.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()];
    let done = desk.command(&[&fixed, options].concat());
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

fn narratives(desk: &Desk) -> Vec<String> {
    let out = desk.command(&["export", "complaints", "--format", "jsonl"]).stdout;
    let lines = String::from_utf8(out).unwrap();
    let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["narrative"].clone();
    lines.lines().map(|line| read(line).as_str().unwrap().to_owned()).collect()
}

on_both_engines! {
    fn row_49_each_says_what_is_wrong_and_nothing_is_lost(desk: &Desk) {
        desk.person("Ana", "agent");
        let [file, rejects, mapping] = ["broken.csv", "rejects.csv", "acme.toml"].map(|name| desk.folder().join(name));
        let mut kept = 0;
        for (number, case) in whole_files().into_iter().chain(rows()).chain(values()).enumerate() {
            let name = case.name;
            let rules = format!(
                "name = 'acme {number}'\nid = 'No'\nnarrative = 'Text'\n\
                 received_at = {{ column = 'Opened', format = '%d/%m/%Y' }}\n\
                 channel = {{ column = 'Via', map = {{ Tel = 'phone', Mail = 'email' }} }}\n\
                 customer = {{ name = 'Who', phone = 'Phone' }}\n\
                 amount = {{ column = 'Paid', currency = 'USD', decimal = '.' }}\n"
            );
            std::fs::write(&mapping, rules).unwrap();
            std::fs::write(&file, &case.bytes).unwrap();
            if case.fate != Refused && !matches!(case.fate, Rows(_, 0)) {
                let (code, told) = import(desk, &file, &mapping, case.options);
                assert_eq!(code, Some(1), "{name}: {told}");
                assert!(told.contains("nothing was imported") && told.contains(case.told), "{name}: {told}");
            }
            let partial = ["--partial", "--rejects", rejects.to_str().unwrap()];
            let (code, told) = import(desk, &file, &mapping, &[case.options, &partial].concat());
            assert!(told.contains(case.told), "{name}: {told}");
            assert!(!told.contains("panicked"), "{name}: {told}");
            let (good, bad) = match case.fate {
                Refused => (0, 0),
                Rows(good, bad) => (good, bad),
            };
            let fails = case.fate == Refused || good == 0 && bad > 0;
            assert_eq!(code, Some(i32::from(fails)), "{name}: {told}");
            if good > 0 {
                assert!(told.contains(&format!("Imported {good} complaints")), "{name}: {told}");
            }
            // A second row of one identifier is bad beside the first; alone it is one that is here already, and says else.
            if name == "one identifier, two stories" {
                let (code, again) = import(desk, &rejects, &mapping, &[]);
                assert_eq!(code, Some(0), "{again}");
                assert!(again.contains("1 were here already") && again.contains("not taken: line 2."), "{again}");
            } else if bad > 0 {
                // What was not taken is all in the rejects file, as bad as it was, with the line it stood on.
                let again = import(desk, &rejects, &mapping, &[case.options, &["--dry-run"]].concat()).1;
                assert!(again.contains(&format!("{bad} of {bad} rows cannot be taken")) , "{name}: {again}");
            }
            kept += good;
        }
        let narratives = narratives(desk);
        assert_eq!(narratives.len(), kept);
        for text in ["=1+1", "\u{7}ring \u{202E}gnir"] {
            assert!(narratives.iter().any(|narrative| narrative == text), "{text:?}");
        }
        let check = desk.command(&["check"]);
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
    }

    fn a_rejects_file_is_mended_and_imported(desk: &Desk) {
        desk.person("Ana", "agent");
        let [file, rejects, mapping] = ["broken.csv", "rejects.csv", "acme.toml"].map(|name| desk.folder().join(name));
        let rules = "id = 'No'\nreceived_at = { column = 'Opened', format = '%d/%m/%Y' }\ncustomer = { name = 'Who' }\n";
        std::fs::write(&mapping, rules).unwrap();
        let text = "No;Opened;Story;Who\n1;01/02/2020;late;Ana\n\
                    2;31/02/2020;\"very; late\";Bo\n3;01/02/2020;\"a \"b\" c\";Cu\n";
        std::fs::write(&file, text).unwrap();
        let path = rejects.to_str().unwrap();
        let (code, told) = import(desk, &file, &mapping, &["--partial", "--rejects", path]);
        assert_eq!(code, Some(0), "{told}");
        assert!(told.contains("2 bad rows were not taken") && !told.contains("Bo"), "{told}");
        let bad = std::fs::read_to_string(&rejects).unwrap();
        assert_eq!(
            bad,
            "\u{FEFF}\"line\";\"column\";\"reason\";No;Opened;Story;Who\n\
             \"3\";\"Opened\";\"Opened: `31/02/2020` is not an existing time written as `%d/%m/%Y`\";\
             2;31/02/2020;\"very; late\";Bo\n\
             \"4\";\"\";\"a quotation mark is followed by more of the value: perhaps one before it is missing or not \
             doubled\";3;01/02/2020;\"a \"b\" c\";Cu\n"
        );
        // The second time one of the two is mended, with the same command; then the other.
        std::fs::write(&file, bad.replace(";31/02/2020", ";29/02/2020")).unwrap();
        let (_, told) = import(desk, &file, &mapping, &["--partial", "--rejects", path]);
        assert!(told.contains("Imported 1 complaints"), "{told}");
        let bad = std::fs::read_to_string(&rejects).unwrap();
        assert!(bad.starts_with("\u{FEFF}\"line\";\"column\";\"reason\";No;"), "{bad}");
        assert_eq!(bad.lines().count(), 2, "{bad}");
        std::fs::write(&file, bad.replace("\"a \"b\" c\"", "\"a \"\"b\"\" c\"")).unwrap();
        let (code, told) = import(desk, &file, &mapping, &[]);
        assert_eq!(code, Some(0), "{told}");
        let narratives = narratives(desk);
        assert_eq!(narratives.len(), 3);
        assert!(narratives.contains(&"No: 2\nOpened: 29/02/2020\nStory: very; late".to_owned()), "{narratives:?}");
        let same = import(desk, &file, &mapping, &["--rejects", file.to_str().unwrap()]);
        assert_eq!(same.0, Some(2), "{}", same.1);
        let unknown = import(desk, &file, &mapping, &["--encoding", "klingon"]);
        assert!(unknown.0 == Some(2) && unknown.1.contains("windows-1258"), "{}", unknown.1);
    }

    fn an_export_without_rows_has_its_columns(desk: &Desk) {
        let out = desk.command(&["export", "complaints", "--format", "csv"]).stdout;
        let header = String::from_utf8(out).unwrap();
        assert!(header.lines().count() == 1 && header.contains("reference") && header.contains("imported_amount.minor"));
    }
}
