//! Rules about the repository as a whole: which crate may depend on which, what may come into the dependency tree, and
//! what lies where. Each rule is a pure function that lists its violations; beside each stands a test that it can fail.
//!
//! Licences and bans are read from `deny.toml`, so that there is one list for this test and for cargo-deny.

// Says to clippy that the helpers here are test code too, which may panic.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::SplitWhitespace;
use std::sync::LazyLock;

use cargo_metadata::MetadataCommand;
use cargo_metadata::semver::Version;

// --- What is read ---------------------------------------------------------------------------------------------------

/// A crate of the tree, with the names of all it depends on directly: to run, to build, and (ours only) to be tested.
struct Package {
    name: String,
    version: Version,
    licence: Option<String>,
    needs: BTreeSet<String>,
}

/// An entry of `bans.deny`: nothing may depend on this crate but its wrappers.
struct Ban {
    name: String,
    wrappers: Vec<String>,
}

struct Deny {
    licences: BTreeSet<String>,
    bans: Vec<Ban>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The tree that is built here. Frozen: what the build has just downloaded must do, and nothing else is asked for;
/// hence for this platform alone, since what only other platforms need is not there.
static TREE: LazyLock<Vec<Package>> = LazyLock::new(|| {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--frozen", "--filter-platform", "host-tuple"].map(String::from))
        .exec()
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    let by_id: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let resolve = metadata.resolve.as_ref().unwrap_or_else(|| panic!("cargo metadata resolved nothing"));
    resolve
        .nodes
        .iter()
        .map(|node| Package {
            name: by_id[&node.id].name.to_string(),
            version: by_id[&node.id].version.clone(),
            licence: by_id[&node.id].license.clone(),
            needs: node.dependencies.iter().map(|id| by_id[id].name.to_string()).collect(),
        })
        .collect()
});

static DENY: LazyLock<Deny> = LazyLock::new(|| {
    let text =
        fs::read_to_string(root().join("deny.toml")).unwrap_or_else(|error| panic!("deny.toml: {error}"));
    parse_deny(&text).unwrap_or_else(|| panic!("deny.toml: not in the expected shape"))
});

fn parse_deny(text: &str) -> Option<Deny> {
    fn words(value: &toml::Value) -> Option<Vec<String>> {
        value.as_array()?.iter().map(|word| Some(word.as_str()?.to_owned())).collect()
    }
    let table: toml::Table = text.parse().ok()?;
    let bans = table.get("bans")?.get("deny")?.as_array()?;
    Some(Deny {
        licences: words(table.get("licenses")?.get("allow")?)?.into_iter().collect(),
        bans: bans
            .iter()
            .map(|ban| {
                let name = ban.get("crate")?.as_str()?.to_owned();
                let wrappers = ban.get("wrappers").map_or(Some(Vec::new()), words)?;
                Some(Ban { name, wrappers })
            })
            .collect::<Option<_>>()?,
    })
}

/// What a clone would hold, with what is new and not ignored: a violation shows before the commit, not after it.
static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let output = Command::new("git")
        // Whoever runs the tests need not be whoever owns the folder.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap_or_else(|error| panic!("git ls-files: {error}"));
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let files: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .split_terminator('\0')
        .filter(|file| root().join(file).exists())
        .map(str::to_owned)
        .collect();
    assert!(files.iter().any(|file| file == "Cargo.toml"), "git lists no Cargo.toml: {files:?}");
    files
});

/// Fails with every violation on a line of its own.
fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n  {}", violations.join("\n  "));
}

// --- Who depends on whom --------------------------------------------------------------------------------------------

/// All that depend directly on `target` and are not among `allowed`.
fn strangers_to(target: &str, allowed: &[&str], tree: &[Package]) -> Vec<String> {
    tree.iter()
        .filter(|package| package.needs.contains(target) && !allowed.contains(&package.name.as_str()))
        .map(|package| format!("{} depends on {target}; those that may: {allowed:?}", package.name))
        .collect()
}

/// The shortest way from `from` to each of `targets` that it must not reach, whatever lies between.
fn ways(from: &str, targets: &[&str], tree: &[Package]) -> Vec<String> {
    let mut way_to = BTreeMap::from([(from, from.to_owned())]);
    let mut open = VecDeque::from([from]);
    while let Some(name) = open.pop_front() {
        // By name: two versions of a crate count as one, which can only find more.
        for need in tree.iter().filter(|package| package.name == name).flat_map(|package| &package.needs) {
            if !way_to.contains_key(need.as_str()) {
                way_to.insert(need, format!("{} -> {need}", way_to[name]));
                open.push_back(need);
            }
        }
    }
    if !tree.iter().any(|package| package.name == from) {
        return vec![format!("{from} is not in the tree")];
    }
    targets.iter().filter_map(|target| way_to.get(target)).cloned().collect()
}

#[test]
fn only_storage_depends_on_the_database_driver() {
    // The benchmark measures the driver without the desk around it.
    none(&strangers_to("sqlx", &["firsthand-storage", "firsthand-bench"], &TREE));
    none(&strangers_to("libsqlite3-sys", &["firsthand-storage", "sqlx-sqlite"], &TREE));
}

#[test]
fn only_http_depends_on_the_web_framework() {
    none(&strangers_to("poem", &["firsthand-http", "firsthand-bench"], &TREE));
}

#[test]
fn the_domain_reaches_neither_database_nor_web_nor_runtime() {
    none(&ways(
        "firsthand-domain",
        &["sqlx", "sqlx-core", "libsqlite3-sys", "poem", "hyper", "tokio"],
        &TREE,
    ));
}

#[test]
fn dependencies_point_from_http_to_storage_to_domain_and_never_back() {
    none(&ways("firsthand-domain", &["firsthand-storage", "firsthand-http", "firsthand"], &TREE));
    none(&ways("firsthand-storage", &["firsthand-http", "firsthand"], &TREE));
    none(&ways("firsthand-http", &["firsthand"], &TREE));
}

// --- What may come in -----------------------------------------------------------------------------------------------

/// What breaks a ban: a dependant that is no wrapper, or the crate itself where there is no wrapper at all.
fn banned(bans: &[Ban], tree: &[Package]) -> Vec<String> {
    let mut found = Vec::new();
    for ban in bans {
        let wrappers: Vec<&str> = ban.wrappers.iter().map(String::as_str).collect();
        found.extend(strangers_to(&ban.name, &wrappers, tree));
        if wrappers.is_empty() && tree.iter().any(|package| package.name == ban.name) {
            found.push(format!("{} is in the tree, and deny.toml bans it", ban.name));
        }
    }
    found
}

/// Whether an SPDX expression can be met with the allowed licences alone. `/` is the `OR` of older crates. A licence
/// WITH an exception is a licence of its own, and what cannot be read is not allowed.
fn can_be_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    type Words<'a> = Peekable<SplitWhitespace<'a>>;

    // Each returns None for what is no expression. Both sides are always read, so `|` and `&`, not `||` and `&&`.
    fn any(words: &mut Words, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut met = all(words, allowed)?;
        while words.next_if_eq(&"OR").is_some() {
            met |= all(words, allowed)?;
        }
        Some(met)
    }
    fn all(words: &mut Words, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut met = one(words, allowed)?;
        while words.next_if_eq(&"AND").is_some() {
            met &= one(words, allowed)?;
        }
        Some(met)
    }
    fn one(words: &mut Words, allowed: &BTreeSet<String>) -> Option<bool> {
        match words.next()? {
            "(" => {
                let met = any(words, allowed)?;
                words.next_if_eq(&")").map(|_| met)
            }
            ")" | "OR" | "AND" | "WITH" => None,
            licence if words.next_if_eq(&"WITH").is_some() => {
                Some(allowed.contains(&format!("{licence} WITH {}", words.next()?)))
            }
            licence => Some(allowed.contains(licence)),
        }
    }

    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) == Some(true) && words.next().is_none()
}

fn unlicensed(allowed: &BTreeSet<String>, tree: &[Package]) -> Vec<String> {
    tree.iter()
        .filter(|package| !package.licence.as_deref().is_some_and(|licence| can_be_met(licence, allowed)))
        .map(|package| {
            let licence = package.licence.as_deref().unwrap_or("no licence");
            format!("{} {} is under {licence}, which deny.toml does not allow", package.name, package.version)
        })
        .collect()
}

/// Every version of `name` below `least`, or its absence.
fn too_old(name: &str, least: &Version, tree: &[Package]) -> Vec<String> {
    let mut versions =
        tree.iter().filter(|package| package.name == name).map(|package| &package.version).peekable();
    if versions.peek().is_none() {
        return vec![format!("{name} is not in the tree")];
    }
    versions
        .filter(|version| *version < least)
        .map(|version| format!("{name} is {version}, must be {least} or newer"))
        .collect()
}

#[test]
fn every_crate_is_under_an_allowed_licence() {
    none(&unlicensed(&DENY.licences, &TREE));
}

#[test]
fn nothing_that_is_banned_is_in_the_tree() {
    assert!(!DENY.bans.is_empty(), "deny.toml bans nothing");
    none(&banned(&DENY.bans, &TREE));
}

#[test]
fn the_bundled_sqlite_is_one_without_the_write_ahead_log_reset_fault() {
    // libsqlite3-sys 0.37.0 is the first to carry SQLite 3.51.3, which mends it.
    none(&too_old("libsqlite3-sys", &Version::new(0, 37, 0), &TREE));
}

// --- What lies where ------------------------------------------------------------------------------------------------

const TOP_LEVEL: [&str; 14] = [
    ".cargo",
    ".ci",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "config",
    "crates",
    "deny.toml",
    "migrations",
    "rustfmt.toml",
    "tests",
];

fn strays(files: &[String]) -> Vec<String> {
    let tops: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    tops.into_iter()
        .filter(|top| !TOP_LEVEL.contains(top))
        .map(|top| format!("{top} has no place at the top of the repository"))
        .collect()
}

/// Folders of the machine that something was written on. In pieces, or this file would name them.
const MACHINE: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];

/// The lines of a text that name such a folder: from the root of the file system, not inside an address or a longer
/// path. What is not text has no lines.
fn machine_paths(file: &str, content: &[u8]) -> Vec<String> {
    let Ok(text) = str::from_utf8(content) else {
        return Vec::new();
    };
    if text.contains('\0') {
        return Vec::new();
    }
    let names_machine = |line: &str| {
        MACHINE.iter().flat_map(|folder| line.match_indices(folder)).any(|(at, _)| {
            !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-/*{}".contains(before))
        })
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| names_machine(line))
        .map(|(number, line)| format!("{file}:{number} names a folder of one machine: {}", line.trim()))
        .collect()
}

#[test]
fn the_top_of_the_repository_holds_only_what_belongs_there() {
    none(&strays(&FILES));
}

#[test]
fn no_file_names_a_folder_of_the_machine_it_was_written_on() {
    let found: Vec<String> = FILES
        .iter()
        .filter(|file| root().join(file).is_file())
        .flat_map(|file| {
            let content = fs::read(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            machine_paths(file, &content)
        })
        .collect();
    none(&found);
}

// --- Each rule can fail ---------------------------------------------------------------------------------------------

mod can_fail {
    use super::*;

    fn package(name: &str, version: &str, licence: Option<&str>, needs: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: version.parse().unwrap(),
            licence: licence.map(str::to_owned),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
        }
    }

    fn tree() -> Vec<Package> {
        vec![
            package("ours", "0.1.0", Some("Apache-2.0"), &["middle"]),
            package("middle", "1.0.0", Some("MIT/Apache-2.0"), &["deep"]),
            package("middle", "2.0.0", Some("GPL-3.0-only"), &[]),
            package("deep", "0.36.9", None, &[]),
        ]
    }

    fn allowed() -> BTreeSet<String> {
        ["MIT", "Apache-2.0", "Unicode-3.0"].map(String::from).into()
    }

    #[test]
    fn a_stranger_is_named_and_a_wrapper_is_not() {
        assert_eq!(
            strangers_to("deep", &["ours"], &tree()),
            [r#"middle depends on deep; those that may: ["ours"]"#]
        );
        assert!(strangers_to("deep", &["middle"], &tree()).is_empty());
    }

    #[test]
    fn a_way_through_another_crate_is_found() {
        assert_eq!(ways("ours", &["deep", "other"], &tree()), ["ours -> middle -> deep"]);
        assert_eq!(ways("gone", &["deep"], &tree()), ["gone is not in the tree"]);
        assert!(ways("deep", &["ours"], &tree()).is_empty());
    }

    #[test]
    fn a_banned_crate_is_found_with_and_without_a_dependant() {
        let ban = |name: &str, wrappers: &[&str]| Ban {
            name: name.to_owned(),
            wrappers: wrappers.iter().map(|wrapper| (*wrapper).to_owned()).collect(),
        };
        assert_eq!(banned(&[ban("ours", &[])], &tree()), ["ours is in the tree, and deny.toml bans it"]);
        assert_eq!(banned(&[ban("deep", &[])], &tree()).len(), 2);
        assert_eq!(banned(&[ban("deep", &["ours"])], &tree()).len(), 1);
        assert!(banned(&[ban("deep", &["middle"]), ban("absent", &[])], &tree()).is_empty());
    }

    #[test]
    fn a_bad_licence_and_a_missing_one_are_named() {
        let found = unlicensed(&allowed(), &tree());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("middle 2.0.0 is under GPL-3.0-only"), "{found:?}");
        assert!(found[1].starts_with("deep 0.36.9 is under no licence"), "{found:?}");
    }

    #[test]
    fn licence_expressions_mean_what_they_say() {
        for good in [
            "MIT",
            "GPL-3.0-only OR MIT",
            "MIT OR GPL-3.0-only",
            "Unlicense/MIT",
            "MIT / Apache-2.0",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "GPL-3.0-only AND ISC OR MIT",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        ] {
            assert!(can_be_met(good, &allowed()), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "GPL-3.0-only AND (MIT OR Apache-2.0)",
            "MIT OR Apache-2.0 AND GPL-3.0-only )",
            "(MIT",
            "MIT OR",
            "OR MIT",
            "MIT Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "mit",
        ] {
            assert!(!can_be_met(bad, &allowed()), "{bad}");
        }
    }

    #[test]
    fn a_deny_file_in_another_shape_is_refused_and_not_taken_for_empty() {
        let good = r#"
            licenses.allow = ["MIT"]
            bans.deny = [{ crate = "a" }, { crate = "b", wrappers = ["c"] }]
        "#;
        let deny = parse_deny(good).unwrap();
        assert_eq!(deny.licences, BTreeSet::from(["MIT".to_owned()]));
        assert_eq!(deny.bans.len(), 2);
        assert_eq!(deny.bans[1].wrappers, ["c"]);
        for bad in ["", "licenses.allow = [1]\nbans.deny = []", "licenses.allow = []\nbans.deny = ['a']", "["]
        {
            assert!(parse_deny(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_old_version_and_an_absent_crate_are_named() {
        let least = Version::new(0, 37, 0);
        assert_eq!(too_old("deep", &least, &tree()), ["deep is 0.36.9, must be 0.37.0 or newer"]);
        assert_eq!(too_old("absent", &least, &tree()), ["absent is not in the tree"]);
        assert!(too_old("middle", &least, &tree()).is_empty());
    }

    #[test]
    fn a_stray_at_the_top_is_named_and_one_below_is_not() {
        let files =
            ["Cargo.toml", "notes.txt", "crates/notes.txt", "scratch/a", "scratch/b"].map(String::from);
        let found = strays(&files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("notes.txt ") && found[1].starts_with("scratch "), "{found:?}");
    }

    #[test]
    fn a_machine_path_is_found_with_its_line_and_an_address_is_not() {
        for folder in MACHINE {
            for bad in [format!("{folder}main"), format!("a\nsee `{folder}x`"), format!("path=\"{folder}\"")]
            {
                assert_eq!(machine_paths("notes", bad.as_bytes()).len(), 1, "{bad}");
            }
            for good in
                [format!("https://example.org{folder}"), format!("home{folder}mobile"), format!("..{folder}")]
            {
                assert!(machine_paths("notes", good.as_bytes()).is_empty(), "{good}");
            }
            assert!(machine_paths("picture", format!("\0{folder}").as_bytes()).is_empty());
        }
        let second = machine_paths("notes", format!("a\n {}b ", MACHINE[0]).as_bytes());
        assert!(second[0].starts_with("notes:2 "), "{second:?}");
    }
}
