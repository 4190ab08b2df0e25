//! What figures rest on is missing, nothing, less than before, beyond all measure, or changes underneath: each is told
//! as it is.

use serde_json::{Value, json};

use super::Desk;
use super::fixing::{cast, deliveries};
use crate::on_both_engines;

on_both_engines! {
    fn a_fix_is_judged_on_the_chances_there_were(desk: &Desk) {
        let c = cast(desk);
        for month in ["2025-01", "2025-02", "2025-03", "2025-04"] {
            c.complain(month, [2, 7, 12, 17, 22, 27], Some("late"));
        }
        for month in ["2025-06", "2025-07", "2025-08"] {
            c.complain(month, [3, 18], Some("late"));
        }
        let id = c.in_place();
        let expose = |before: i64, after: i64| {
            c.lead.post("/exposure", deliveries("2025-01-01", 120, before)).status(200);
            c.lead.post("/exposure", deliveries("2025-06-01", 90, after)).status(200);
            let said = c.judge(&id);
            (said["verdict"].as_str().unwrap().to_owned(), said["rate_ratio"].clone(), said["t1"].clone(), said["t2"].clone())
        };
        let unknown = c.judge(&id);
        assert_eq!((&unknown["verdict"], &unknown["t1"], &unknown["t2"]), (&json!("not_evaluable"), &Value::Null, &Value::Null));
        // No delivery at all is on record, which is something else than nothing on record; neither is a rate.
        let said = |verdict: &str, ratio: Value, t1: i64, t2: i64| (verdict.to_owned(), ratio, json!(t1), json!(t2));
        assert_eq!(expose(0, 0), said("not_evaluable", Value::Null, 0, 0));
        assert_eq!(expose(100, 0), said("not_evaluable", Value::Null, 12_000, 0));
        assert_eq!(expose(0, 100), said("not_evaluable", Value::Null, 0, 9_000));
        // A quarter of the complaints on less than a fifth of the deliveries is no gain.
        let (verdict, ratio, ..) = expose(100, 25);
        assert_eq!(verdict, "inconclusive");
        assert!((ratio.as_f64().unwrap() - 4.0 / 3.0).abs() < 1e-9, "{ratio}");
        assert_eq!(expose(100, 100).0, "effective", "what was corrected counts, and only once");
    }

    /// While people sort a complaint to and fro, each verdict is that of one moment.
    fn tags_that_change_during_a_verdict_leave_no_mixture(desk: &Desk) {
        let c = cast(desk);
        c.case_a();
        let id = c.in_place();
        let list = c.ana.get("/complaints?view=all&cause=late&sort=received&received_from=2025-08-01").status(200).body;
        let moved = list["items"][0]["id"].as_str().unwrap().to_owned();
        let said: Vec<Value> = std::thread::scope(|scope| {
            let judges: Vec<_> = (0..3).map(|_| scope.spawn(|| (0..8).map(|_| c.judge(&id)).collect::<Vec<_>>())).collect();
            for nth in 0..9 {
                c.ana.tag(&moved, if nth % 2 == 0 { "damaged" } else { "late" }).status(200);
            }
            judges.into_iter().flat_map(|judge| judge.join().unwrap()).collect()
        });
        for one in &said {
            let x2 = one["x2"].as_i64().unwrap();
            assert!(x2 == 5 || x2 == 6, "{one}");
            let ratio = one["rate_ratio"].as_f64().unwrap();
            let of = [x2, 9_000, 24, 12_000].map(|n| f64::from(i32::try_from(n).unwrap()));
            assert!((ratio - of[0] / of[1] / (of[2] / of[3])).abs() < 1e-9, "{one}");
        }
        assert_eq!(c.judge(&id)["x2"], 5, "as it was sorted last");
    }

    fn causes_in_a_circle_and_retired_ones_are_refused(desk: &Desk) {
        let c = cast(desk);
        let new = |code: &str, parent: Value| {
            let body = json!({ "code": code, "name": { "en": code }, "parent": parent, "value_category": "product",
                               "servqual": "reliability", "family": "material" });
            c.lead.post("/causes", body).status(201);
        };
        new("aa", Value::Null);
        new("bb", json!("aa"));
        new("cc", json!("bb"));
        let refused = |path: &str, body: Value, field: &str| {
            let refused = c.lead.post(path, body).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], field, "{path}: {refused}");
        };
        for (cause, under) in [("aa", "cc"), ("aa", "bb"), ("aa", "aa"), ("bb", "cc")] {
            refused(&format!("/causes/{cause}/move"), json!({ "parent": under }), "parent");
        }
        c.lead.post("/causes/cc/move", json!({ "parent": null })).status(200);
        refused("/causes/cc/retire", json!({ "maps_to": "cc" }), "maps_to");
        c.lead.post("/causes/cc/retire", json!({ "maps_to": "bb" })).status(200);
        refused("/causes/bb/retire", json!({ "maps_to": "cc" }), "maps_to");
        let id = c.ana.log(json!({ "anonymous": true }), "it leaks").text("/id");
        for cause in ["cc", "aa", "nowhere"] {
            let refused = c.ana.tag(&id, cause).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], "cause", "{refused}");
        }
        assert_eq!(c.ana.complaint(&id)["causes"], json!([]));
    }

    fn all_of_time_and_nothing_at_all_are_told_as_they_are(desk: &Desk) {
        let c = cast(desk);
        c.complain("2025-01", [2, 7, 12], Some("late"));
        let all = "from=1900-02-01&to=2262-01-01";
        let got = |path: &str| c.ana.get(path).status(200).body;
        assert_eq!(got(&format!("/analysis/pareto?{all}"))["count"], 3);
        assert_eq!(got(&format!("/analysis/crossing?{all}"))["items"][0]["count"], 3);
        assert_eq!(got(&format!("/analysis/cost?{all}&currency=EUR"))["items"][0]["count"], 3);
        assert_eq!(got(&format!("/analysis/repeats?{all}"))["repeats"], 0);
        assert_eq!(got(&format!("/exposure?{all}"))["items"], json!([]));
        for grain in ["day", "week", "month"] {
            let refused = c.ana.get(&format!("/analysis/trend?{all}&grain={grain}")).refused(422, "invalid-field").body;
            assert_eq!(refused["field"], "grain");
        }
        for (query, field) in [("from=-9999-01-01", "from"), ("to=99999-12-31", "to"), ("from=2025-02-30", "from")] {
            for what in ["pareto", "trend", "crossing", "repeats", "cost"] {
                let refused = c.ana.get(&format!("/analysis/{what}?{query}")).refused(422, "invalid-field").body;
                assert_eq!(refused["field"], field, "{what}?{query}");
            }
        }
        // Nothing of that kind: no bar, no rate, no share, and no zero where nothing is known.
        let none = "product=none%20such&from=2025-01-01&to=2025-03-01";
        let pareto = got(&format!("/analysis/pareto?{none}&measure=rate"));
        assert_eq!((&pareto["items"], &pareto["count"], &pareto["untagged"]["count"]), (&json!([]), &json!(0), &json!(0)));
        let trend = got(&format!("/analysis/trend?{none}"));
        assert!(trend["items"].as_array().unwrap().iter().all(|p| p["count"] == 0 && p["rate"].is_null() && p["signal"] == false), "{trend}");
        assert_eq!(got(&format!("/analysis/crossing?{none}")), json!({ "against": "product", "items": [], "beyond": 0 }));
        assert_eq!(got(&format!("/analysis/cost?{none}&currency=EUR"))["items"], json!([]));
        let repeats = got("/analysis/repeats?from=2020-01-01&to=2020-02-01");
        assert_eq!((&repeats["complaints"], &repeats["share"], &repeats["lift"]), (&json!(0), &Value::Null, &Value::Null));
    }
}
