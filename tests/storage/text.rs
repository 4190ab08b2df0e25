//! What people write comes back as they wrote it, in every script there is.

use firsthand_storage::exports;
use serde_json::json;

use crate::support::{Desk, verbs};

stories!(
    text_comes_back_as_it_was_written,
    the_longest_story_there_may_be_comes_back_whole,
    a_list_shows_the_first_line_of_a_story,
    an_export_holds_every_complaint_once,
    a_name_that_no_database_can_hold_finds_nothing,
);

const WRITTEN: [&str; 8] = [
    "Tôi đặt hàng từ tuần trước mà đến giờ vẫn chưa nhận được — quá thất vọng!",
    "我上周订的货到现在还没有收到，𠮷野家也没有。",
    "Nem jött meg a csomag. Árvíztűrő tükörfúrógép!",
    "لم يصل الطرد بعد\u{200f} (123) \u{202e}abc",
    "👩‍👩‍👧‍👦 not 😀 amused 🇻🇳",
    "It's \"broken\"; '; drop table complaint; -- \\ \\' $1 ? :x %s {} ''",
    "a\tb\r\nc\n\nd\u{1}e\u{7f}\u{85}\u{feff}f",
    "e\u{301} and é are not unified; \u{fffd} stays",
];

async fn text_comes_back_as_it_was_written(desk: Desk) {
    let ana = desk.agent().await;
    for text in WRITTEN {
        let line: String = text.chars().take(150).collect();
        let body = json!({
            "narrative": text, "summary": line, "product": line, "place": line, "category": line,
            "points": [text], "desired_remedy": text, "customer": { "name": line, "phone": "123" },
        });
        let id = desk.log(&ana, verbs::anonymous_and(body)).await.id;
        desk.act(&ana, id, verbs::note(text)).await;
        let view = desk.view(id).await;
        assert_eq!(view.text(1, "narrative"), Some(text));
        assert_eq!(view.text(1, "desired_remedy"), Some(text));
        assert_eq!(view.text(2, "body"), Some(text));
        assert_eq!(view.points[&view.complaint.points[0].id], text);
        assert_eq!(view.complaint.place.as_deref(), Some(line.as_str()));
        assert_eq!(view.customers.values().next().unwrap().as_deref(), Some(line.as_str()));

        let query = firsthand_storage::list::Query {
            scope: firsthand_storage::list::Scope::All,
            product: Some(line.clone()),
            ..Default::default()
        };
        assert_eq!(desk.ids(&ana, query).await, [id], "{text}");
    }
}

async fn the_longest_story_there_may_be_comes_back_whole(desk: Desk) {
    let ana = desk.agent().await;
    let longest: String = "Đ投😀x".chars().cycle().take(50_000).collect();
    let id = desk.log(&ana, verbs::anonymous_and(json!({ "narrative": longest }))).await.id;
    assert_eq!(desk.view(id).await.text(1, "narrative"), Some(longest.as_str()));
}

async fn a_list_shows_the_first_line_of_a_story(desk: Desk) {
    let ana = desk.agent().await;
    let long: String = "投诉".chars().cycle().take(500).collect();
    desk.log(&ana, verbs::anonymous_and(json!({ "narrative": format!("{long}\nand more") }))).await;
    desk.later_by_minutes(1);
    desk.log(&ana, verbs::anonymous_and(json!({ "narrative": "One.\r\nTwo." }))).await;
    let query = firsthand_storage::list::Query { limit: 10, ..Default::default() };
    let items = desk.list(&ana, &query).await.items;
    let shown: Vec<_> = items.into_iter().map(|item| item.summary.unwrap()).collect();
    assert_eq!(shown, [long.chars().take(200).collect::<String>(), "One.".to_owned()]);
}

async fn an_export_holds_every_complaint_once(desk: Desk) {
    let ana = desk.agent().await;
    let (start, mut logged) = (desk.now(), Vec::new());
    for text in WRITTEN {
        logged.push(desk.log(&ana, verbs::anonymous_and(json!({ "narrative": text }))).await.id);
        desk.later_by_minutes(1);
    }
    let (from, to) = (start.plus_minutes(1), start.plus_minutes(7));
    let mut connection = desk.db.read().await.unwrap();
    let (mut exported, mut after) = (Vec::new(), None);
    loop {
        let page = exports::page(&mut connection.tx(), after, from, to, desk.now(), 4).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.complaint.id);
        exported.extend(page.iter().map(|v| v.complaint.id));
    }
    assert_eq!(exported, logged[1..7]);
}

/// NUL: PostgreSQL keeps it in no text, so nothing has it in its name.
async fn a_name_that_no_database_can_hold_finds_nothing(desk: Desk) {
    use firsthand_storage::{causes, complaints};
    let ana = desk.agent().await;
    desk.log(&ana, verbs::anonymous()).await;
    let name = "C-2026\0-000001";
    let mut connection = desk.db.read().await.unwrap();
    assert_eq!(complaints::id_of(&mut connection.tx(), name).await.unwrap(), None);
    assert_eq!(causes::named(&mut connection.tx(), name).await.unwrap(), None);
    for word in 0..3 {
        let mut query = firsthand_storage::list::Query { limit: 10, ..Default::default() };
        *[&mut query.product, &mut query.place, &mut query.category][word] = Some(name.to_owned());
        assert!(desk.list(&ana, &query).await.items.is_empty());
    }
}
