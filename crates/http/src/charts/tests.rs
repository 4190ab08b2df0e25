use super::samples::*;
use super::*;

/// Everything at once, as a page.
fn page(theme: &str) -> String {
    let styles = [
        include_str!("../../assets/css/tokens.css"),
        include_str!("../../assets/css/frame.css"),
        include_str!("../../assets/css/parts.css"),
        include_str!("../../assets/css/charts.css"),
        include_str!("../../assets/css/print.css"),
    ];
    let panel = |figure: Figure| format!("<section class=\"panel\">{}</section>", figure.html());
    format!(
        "<!DOCTYPE html><html lang=\"en\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\"><title>Charts</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{}\n.halves{{display:grid;gap:20px;\
         grid-template-columns:repeat(auto-fit,minmax(min(100%,474px),1fr))}}</style></head><body>\
         <div class=\"frame\"><nav class=\"side\" aria-label=\"x\"></nav><div class=\"top\"><h1>Analysis</h1></div>\
         <main><div class=\"stack\">{}<div class=\"halves\">{}{}{}{}{}{}</div></div></main></div></body></html>",
        styles.join("\n"),
        panel(figure("Four causes make 80% of 864 complaints.", causes().svg())),
        panel(figure("Missed visits fell after the new dispatch plan.", visits().svg())),
        panel(figure("Leaking seals sit in Hà Nội, double charges in Budapest.", places().svg())),
        panel(figure(
            "Missed visits fell by a third.",
            change((0.61, 0.48, 0.71)).svg() + &interval(0.62, 0.5, 0.71).svg()
        )),
        panel(figure("Counts.", counts(Form::Bars, 26).svg())),
        panel(figure("Counts.", counts(Form::Line, 104).svg())),
        panel(figure("Nothing.", pareto(&[]).svg())),
    )
}

#[test]
#[ignore = "writes pages to look at"]
fn pages_to_look_at() {
    let folder = std::env::temp_dir().join("charts");
    std::fs::create_dir_all(&folder).unwrap();
    for theme in ["light", "dark"] {
        std::fs::write(folder.join(format!("{theme}.html")), page(theme)).unwrap();
    }
}
