//! The style, the script and the pictures of the pages, in the program itself. Their names hold a hash of what they
//! say, so that browsers keep them for good.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::call::{Answer, Call};
use crate::problem::Problem;
use firsthand_storage::hex;

/// One file.
pub(crate) struct Asset {
    /// Its address.
    pub(crate) path: String,
    content_type: &'static str,
    body: String,
}

/// All of them.
pub(crate) struct Assets {
    pub(crate) style: Asset,
    /// For the pages that show charts, beside the style of all pages.
    pub(crate) charts: Asset,
    /// For the guide, beside the style of all pages.
    pub(crate) guide: Asset,
    /// For the floor, beside the style of all pages.
    pub(crate) floor: Asset,
    pub(crate) script: Asset,
    /// For the page on which a complaint is logged, beside the script of all pages.
    pub(crate) log: Asset,
    /// For the page of a complaint, beside the script of all pages.
    pub(crate) complaint: Asset,
    /// For the list alone: a look at one beside it, and choosing many.
    pub(crate) list: Asset,
    /// What keys need seldom, loaded by the first that does.
    pub(crate) more: Asset,
    pub(crate) icons: Asset,
    pub(crate) mark: Asset,
}

macro_rules! parts {
    ($folder:literal, $($name:literal),+ $(,)?) => {
        concat!($(include_str!(concat!("../assets/", $folder, "/", $name)), "\n"),+)
    };
}

/// As they are served.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: asset(
        "desk",
        "css",
        "text/css; charset=utf-8",
        &bare(parts!(
            "css",
            "tokens.css",
            "frame.css",
            "parts.css",
            "account.css",
            "desk.css",
            "list.css",
            "choose.css",
            "log.css",
            "complaint.css",
            "customer.css",
            "awards.css",
            "register.css",
            "files.css",
            "texts.css",
            "print.css"
        )),
    ),
    charts: asset(
        "charts",
        "css",
        "text/css; charset=utf-8",
        &bare(parts!("css", "chart-tokens.css", "charts.css")),
    ),
    guide: asset("guide", "css", "text/css; charset=utf-8", &bare(parts!("css", "guide.css"))),
    floor: asset("floor", "css", "text/css; charset=utf-8", &bare(parts!("css", "floor.css"))),
    script: script("desk", parts!("js", "base.js", "clocks.js", "check.js", "keys.js", "live.js")),
    log: script("log", parts!("js", "log.js", "files.js")),
    complaint: script("complaint", parts!("js", "complaint.js", "files.js", "texts.js")),
    list: script("list", parts!("js", "list.js", "choose.js")),
    more: script("more", parts!("js", "more.js", "palette.js")),
    icons: asset("icons", "svg", "image/svg+xml", include_str!("../assets/icons.svg")),
    mark: asset("mark", "svg", "image/svg+xml", include_str!("../assets/mark.svg")),
});

/// Without the indentation, and the lines of comment, that are for those who read the source. No text of ours goes over
/// a line, so none is changed.
fn bare(source: &str) -> String {
    let said = |line: &&str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !said(line));
    lines.collect::<Vec<_>>().join("\n")
}

fn script(name: &str, source: &str) -> Asset {
    asset(name, "js", "text/javascript; charset=utf-8", &bare(source))
}

fn asset(name: &str, extension: &str, content_type: &'static str, body: &str) -> Asset {
    let hash = hex(&Sha256::digest(body.as_bytes()));
    let path = format!("/assets/{name}.{}.{extension}", hash.get(..16).unwrap_or(&hash));
    Asset { path, content_type, body: body.to_owned() }
}

/// One of them, to be kept for a year.
pub(crate) async fn file(call: Call) -> Result<Answer, Problem> {
    let all = &*ASSETS;
    let path = format!("/assets/{}", call.param("name"));
    let every = [
        &all.style,
        &all.charts,
        &all.guide,
        &all.floor,
        &all.script,
        &all.log,
        &all.complaint,
        &all.list,
        &all.more,
        &all.icons,
        &all.mark,
    ];
    let found = every.into_iter().find(|asset| asset.path == path);
    let asset = found.ok_or_else(|| Problem::new("not-found", "There is no such file."))?;
    let answer = Answer::text(asset.content_type, asset.body.clone());
    Ok(answer.header("cache-control", "public, max-age=31536000, immutable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_together_weigh_less_than_60_kilobytes() {
        let weight = ASSETS.style.body.len() + ASSETS.script.body.len();
        assert!(weight < 60_000, "{weight} bytes");
        // And what few pages have beside it.
        for (one, limit) in [
            (&ASSETS.charts, 6_000),
            (&ASSETS.guide, 500),
            (&ASSETS.floor, 1_000),
            (&ASSETS.log, 14_000),
            (&ASSETS.complaint, 11_000),
            (&ASSETS.list, 4_000),
            (&ASSETS.more, 6_500),
        ] {
            assert!(one.body.len() < limit, "{}: {} bytes", one.path, one.body.len());
        }
        // What goes over a line would lose its indentation.
        for one in [
            &ASSETS.style,
            &ASSETS.charts,
            &ASSETS.guide,
            &ASSETS.floor,
            &ASSETS.script,
            &ASSETS.log,
            &ASSETS.complaint,
            &ASSETS.list,
            &ASSETS.more,
        ] {
            assert!(one.body.lines().all(|line| line.matches('`').count() % 2 == 0));
        }
    }
}
