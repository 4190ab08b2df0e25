//! The same words find the same complaints on both engines, in every form people write them.

use std::collections::BTreeSet;

use firsthand_domain::id::ComplaintId;
use firsthand_domain::search::Query as Words;
use firsthand_storage::list::{self, Query, Scope, Sort};
use firsthand_storage::search;
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::support::{Desk, verbs};

stories!(
    every_word_of_every_sentence_finds_it,
    who_called_and_what_they_ordered_is_found,
    pages_go_on_and_filters_hold,
    every_way_finds_the_same,
    a_beginning_of_ever_so_many_words_is_found,
    what_is_not_shown_is_not_found,
    what_was_lost_is_made_again,
    the_best_comes_first_when_asked,
    like_stories_find_each_other,
);

const SENTENCES: [&str; 44] = [
    "Đơn hàng của tôi giao trễ ba ngày mà không ai gọi điện.",
    "Nhân viên nói chuyện rất khó nghe, tôi không hài lòng chút nào.",
    "Ấm đun nước bị rò rỉ ngay lần dùng đầu tiên.",
    "Tôi đã trả tiền hai lần cho cùng một hóa đơn.",
    "Hộp bị móp, kính vỡ, thiếu mất một chiếc ốc vít.",
    "Cửa hàng ở Đà Nẵng từ chối đổi hàng dù còn bảo hành.",
    "Ứng dụng báo lỗi mỗi khi tôi nhập địa chỉ mới.",
    "Người giao hàng để kiện hàng ngoài cổng dưới trời mưa.",
    "Giá trên kệ thấp hơn giá ở quầy thu ngân.",
    "Điện thoại nóng lên và tự tắt sau mười phút.",
    "Tổng đài hứa gọi lại trước thứ sáu nhưng không gọi.",
    "快递晚了三天，也没有人打电话通知我。",
    "水壶第一次用就漏水，要求退款。",
    "客服态度很差，一直让我等。",
    "同一张发票被扣了两次钱！",
    "包装破损，玻璃碎了，还少了一颗螺丝。",
    "门店拒绝换货，虽然还在保修期内。",
    "手机发热，十分钟后自动关机。",
    "货架上的价格比收银台便宜。",
    "他们答应星期五之前回电，可是没有。",
    "送错了地址，邻居替我收了。",
    "我买的iPhone充电器坏了两次",
    "房间很吵，空调不工作。",
    "A csomag három nappal később érkezett, és senki sem szólt.",
    "A vízforraló az első használatkor csöpögött.",
    "Az ügyintéző udvariatlan volt, és letette a telefont.",
    "Kétszer vonták le ugyanazt a számlát a kártyámról.",
    "Összetört az üveg, és hiányzik egy csavar is.",
    "A győri üzlet nem cserélte ki, pedig garanciális.",
    "Az alkalmazás hibát jelez, ha új címet írok be.",
    "A futár a kapu előtt hagyta az esőben.",
    "Őszintén szólva felháborító, hogy űrlapot kell kitölteni.",
    "A telefon túlmelegszik, és tíz perc után kikapcsol.",
    "Pénteken ígértek visszahívást, azóta is várok.",
    "The parcel came three days late and nobody called.",
    "The kettle leaked the first time I used it.",
    "The clerk was rude and hung up on me.",
    "I was charged twice for the same invoice.",
    "The box was dented, the glass broken, a screw missing.",
    "The shop in Leeds refused an exchange although it is under warranty.",
    "The app shows an error whenever I enter a new address.",
    "The courier left it outside the gate in the rain.",
    "My phone overheats and turns itself off after ten minutes.",
    "They promised to call back by Friday and didn't.",
];

fn all() -> Query {
    Query { scope: Scope::All, sort: Sort::Received, ..Query::default() }
}

fn asking(words: &str) -> Query {
    Query { words: Some(Words::parse(words).unwrap()), ..all() }
}

fn bare(word: &str) -> String {
    let bare: String = word.nfd().filter(|c| !is_combining_mark(*c)).collect();
    bare.replace('đ', "d").replace('Đ', "D")
}

/// Every word of a sentence in every form; of Chinese every character and every pair.
fn questions(sentence: &str) -> BTreeSet<String> {
    let words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let mut all = BTreeSet::new();
    for word in words {
        let whole = [word.to_owned(), bare(word), word.nfd().collect(), word.to_uppercase()];
        all.extend(whole);
        let characters: Vec<char> = word.chars().collect();
        if characters.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c)) {
            all.extend(characters.iter().map(char::to_string));
            all.extend(characters.windows(2).map(String::from_iter));
        }
    }
    all
}

async fn every_word_of_every_sentence_finds_it(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    for sentence in SENTENCES {
        let stored = if ids.len() % 2 == 0 { sentence.to_owned() } else { sentence.nfd().collect() };
        ids.push(desk.log(&ana, verbs::anonymous_and(json!({ "narrative": stored }))).await.id);
        desk.later_by_minutes(1);
    }
    for (sentence, id) in SENTENCES.iter().zip(&ids) {
        for question in questions(sentence) {
            let words = Words::parse(&question).unwrap();
            // What the domain says is found, and nothing else, newest first: that is the same on both engines.
            let right: Vec<ComplaintId> = SENTENCES
                .iter()
                .zip(&ids)
                .filter(|(s, _)| {
                    let mut document = firsthand_domain::search::Document::default();
                    document.add_text(s);
                    words.finds(&document)
                })
                .map(|(_, id)| *id)
                .rev()
                .collect();
            assert!(right.contains(id), "{question:?} does not find {sentence:?}");
            let found = desk.ids(&ana, Query { limit: 100, ..asking(&question) }).await;
            assert_eq!(found, right, "{question:?}");
        }
    }
}

async fn who_called_and_what_they_ordered_is_found(desk: Desk) {
    let ana = desk.agent().await;
    let body = json!({
        "channel": "phone", "order_ref": "VN-2210/77", "summary": "Bình nước", "points": ["quai gãy"],
        "customer": { "name": "Nguyễn Thị Đào", "phone": "+84 90 123-4567", "email": "dao.nguyen@vi-du.vn" },
    });
    let one = desk.log(&ana, verbs::anonymous_and(body)).await;
    desk.log(&ana, verbs::anonymous()).await;
    let reference = desk.view(one.id).await.reference;
    for question in [
        "nguyen thi dao",
        "Đào",
        "0901234567",
        "+84901234567",
        "090 123 45 67",
        "4567",
        "dao.nguyen@vi-du.vn",
        "VN-2210/77",
        "vn221077",
        "2210",
        "binh nuoc",
        "quai gay",
        &reference,
        "dao quai 2210",
    ] {
        assert_eq!(desk.ids(&ana, asking(question)).await, [one.id], "{question}");
    }
    desk.act(&ana, one.id, verbs::assess(json!({ "points": ["nắp hỏng"] }))).await;
    assert_eq!(desk.ids(&ana, asking("nap hong")).await, [one.id]);
    assert_eq!(desk.ids(&ana, asking("quai gay")).await, [one.id]);
    let new = verbs::body(json!({ "kind": "email", "value": "other@example.org" }));
    let customer = one.customer.unwrap();
    desk.db
        .change(move |unit| {
            let new: firsthand_domain::customer::NewIdentifier = Clone::clone(&new);
            Box::pin(async move { firsthand_storage::customers::add_identifier(unit, customer, &new).await })
        })
        .await
        .unwrap();
    assert_eq!(desk.ids(&ana, asking("other@example.org")).await, [one.id]);
}

async fn pages_go_on_and_filters_hold(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let mut mine = Vec::new();
    // Some in one second, some long ago, as imports have them.
    for number in 0..30 {
        let who = if number % 3 == 0 { &ben } else { &ana };
        let received = desk.now().plus_days(-((number * 7) % 30));
        let more =
            json!({ "product": if number % 2 == 0 { "Kettle" } else { "Pan" }, "received_at": received });
        let id = desk.log(who, verbs::anonymous_and(more)).await.id;
        mine.push((id, received, number));
    }
    mine.sort_by_key(|(_, received, _)| std::cmp::Reverse(*received));
    let right: Vec<_> = mine.iter().map(|(id, _, _)| *id).collect();
    for sort in [Sort::Received, Sort::Waiting, Sort::Due] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = desk.list(&ana, &Query { sort, cursor, limit: 7, ..asking("parcel open") }).await;
            seen.extend(page.items.iter().map(|i| i.id));
            let Some(next) = page.next else { break };
            cursor = Some(next);
        }
        if sort == Sort::Received {
            assert_eq!(seen, right);
        }
        assert_eq!(seen.len(), 30, "{sort:?}");
        assert_eq!(BTreeSet::from_iter(seen), BTreeSet::from_iter(right.clone()), "{sort:?}");
    }
    let filtered = Query { product: Some("Kettle".into()), first_contact: Some(ben.id), ..asking("parcel") };
    assert_eq!(desk.ids(&ana, filtered).await.len(), 5);
    assert_eq!(desk.ids(&ben, Query { scope: Scope::Mine, ..asking("parcel") }).await.len(), 10);
    assert_eq!(desk.ids(&ana, asking("parcel closed")).await, Vec::<ComplaintId>::new());
}

/// Whichever way a page is found, it is the same page: words of four languages, several at once, beginnings, numbers,
/// in every order, with filters, from page to page, and for who does not see everything.
async fn every_way_finds_the_same(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    for (number, sentence) in SENTENCES.iter().enumerate() {
        let body = json!({
            "narrative": format!("{sentence} {}", SENTENCES[(number * 7) % SENTENCES.len()]),
            "restricted": number % 5 == 0, "product": if number % 2 == 0 { "Kettle" } else { "Pan" },
            "customer": { "name": "Nguyễn Thị Đào", "phone": format!("+84 90 123-{:04}", number * 37) },
            "order_ref": format!("VN-{number}/77"),
        });
        let who = if number % 3 == 0 { &ben } else { &ana };
        let id = desk.log(who, verbs::anonymous_and(body)).await.id;
        if number % 4 == 0 {
            desk.act(who, id, verbs::cause("late", "primary")).await;
        }
        // Several in one instant.
        desk.later_by_minutes(i64::from(number % 3 == 2));
    }
    let questions = [
        "the",
        "t",
        "th",
        "ho",
        "hong",
        "không",
        "hàng dien",
        "tele",
        "telefon nem",
        "a",
        "fri",
        "frizzle",
        "快",
        "快递",
        "退款水",
        "打电话通知",
        "09",
        "0901",
        "090 123",
        "+84 90 123-0037",
        "1230",
        "0037",
        "7",
        "77",
        "vn",
        "VN-4",
        "VN-4/77",
        "C-2026",
        "nguyen dao",
        "dao kettle late",
        "nguyen 1230 the",
        "zz",
    ];
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let mut found = 0;
    for question in questions {
        for sort in [Sort::Received, Sort::Waiting, Sort::Due] {
            for (reader, scope, product) in [
                (&ana, Scope::All, None),
                (&ben, Scope::Mine, None),
                (&ana, Scope::Team, Some("Pan".to_owned())),
            ] {
                let mut query = Query { sort, scope, product, limit: 9, ..asking(question) };
                loop {
                    let page = list::page(&mut tx, reader, &query).await.unwrap();
                    for other in list::in_every_way(&mut tx, reader, &query).await.unwrap() {
                        let ids = |page: &list::Page| page.items.iter().map(|i| i.id).collect::<Vec<_>>();
                        assert_eq!(ids(&other), ids(&page), "{question} {sort:?} {scope:?}");
                        assert_eq!(other.next, page.next, "{question} {sort:?} {scope:?}");
                    }
                    found += page.items.len();
                    query.cursor = page.next;
                    if query.cursor.is_none() {
                        break;
                    }
                }
            }
        }
    }
    assert!(found > 1_000, "only {found} were found");
}

/// More words than are asked for one by one.
async fn a_beginning_of_ever_so_many_words_is_found(desk: Desk) {
    let ana = desk.agent().await;
    let many = |first: &str, count: usize| {
        (0..count).map(|n| format!("{first}{n:04}x")).collect::<Vec<_>>().join(" ")
    };
    let numbers = (7000..7300).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let mut ids = Vec::new();
    for story in [numbers, many("ba", 900), many("bo", 900), many("zu", 1_100), many("zu", 2)] {
        ids.push(desk.log(&ana, verbs::anonymous_and(json!({ "narrative": story }))).await.id);
        desk.later_by_minutes(1);
    }
    for (question, right) in [
        ("70", vec![ids[0]]),
        ("7001", vec![ids[0]]),
        ("zu", vec![ids[4], ids[3]]),
        ("zu1", vec![ids[3]]),
        ("zu0001x", vec![ids[4], ids[3]]),
        ("ba", vec![ids[1]]),
        ("ba bo", vec![]),
        ("bo ba0001", vec![]),
        ("zu zu1 zu10", vec![ids[3]]),
    ] {
        assert_eq!(desk.ids(&ana, asking(question)).await, right, "{question}");
    }
}

async fn what_is_not_shown_is_not_found(desk: Desk) {
    let [ana, ben] = desk.agents().await;
    let lead = desk.hire("lead", None).await;
    let restricted = desk.log(&ana, verbs::anonymous_and(json!({ "restricted": true }))).await.id;
    let about = desk.log(&ana, verbs::anonymous_and(json!({ "about_staff": lead.id }))).await.id;
    let found = async |who| BTreeSet::from_iter(desk.ids(who, asking("parcel")).await);
    assert_eq!(found(&ana).await, BTreeSet::from([restricted, about]));
    assert_eq!(found(&ben).await, BTreeSet::from([about]));
    assert_eq!(found(&lead).await, BTreeSet::from([restricted]));
    let open = desk.log(&ben, verbs::anonymous()).await.id;
    for (who, right) in [(&ana, vec![restricted, about]), (&ben, vec![about]), (&lead, vec![restricted])] {
        let mut connection = desk.db.read().await.unwrap();
        let like = search::similar(&mut connection.tx(), who, open).await.unwrap();
        let ids: BTreeSet<_> = like.iter().map(|(_, item)| item.id).collect();
        assert_eq!(ids, right.into_iter().collect());
    }
}

async fn what_was_lost_is_made_again(desk: Desk) {
    let ana = desk.agent().await;
    let id = desk.log(&ana, verbs::from_customer()).await.id;
    let mut raw = desk.raw().await;
    if desk.is_postgres() {
        raw.run("delete from search").await.unwrap();
    } else {
        raw.run("delete from search").await.unwrap();
        raw.run("delete from search_row").await.unwrap();
    }
    raw.run("update search_fold set version = 0").await.unwrap();
    let state = async || {
        let mut connection = desk.db.read().await.unwrap();
        let mut tx = connection.tx();
        (search::missing(&mut tx).await.unwrap(), search::is_current(&mut tx).await.unwrap())
    };
    assert_eq!(state().await, (1, false));
    assert!(desk.ids(&ana, asking("kovacs")).await.is_empty());
    for _ in 0..2 {
        assert_eq!(search::rebuild(&desk.db, |_| {}).await.unwrap(), 1);
        assert_eq!(state().await, (0, true));
        assert_eq!(desk.ids(&ana, asking("kovacs 2345678 parcel")).await, [id]);
    }
}

async fn the_best_comes_first_when_asked(desk: Desk) {
    let ana = desk.agent().await;
    let mut ids = Vec::new();
    for (summary, narrative) in
        [("A kettle leaks", "the kettle leaks"), ("A pan", "kettles leaking"), ("A pan", "a kettle")]
    {
        let body = json!({ "summary": summary, "narrative": narrative });
        ids.push(desk.log(&ana, verbs::anonymous_and(body)).await.id);
        desk.later_by_minutes(1);
    }
    let mut connection = desk.db.read().await.unwrap();
    let ranked = async |tx: &mut firsthand_storage::Tx<'_>, words, limit| {
        let query = Query { limit, ..asking(words) };
        let items = search::ranked(tx, &ana, &query).await.unwrap();
        items.iter().map(|i| i.id).collect::<Vec<_>>()
    };
    let mut tx = connection.tx();
    assert_eq!(ranked(&mut tx, "kettle", 9).await, [ids[0], ids[2], ids[1]]);
    assert_eq!(ranked(&mut tx, "kettle leak", 1).await, [ids[0]]);
}

async fn like_stories_find_each_other(desk: Desk) {
    let ana = desk.agent().await;
    let log =
        async |story: &str| desk.log(&ana, verbs::anonymous_and(json!({ "narrative": story }))).await.id;
    let first = log("The new kettle leaks at the bottom and the kitchen floor is wet").await;
    let twin = log("My new kettle leaks at the bottom, the kitchen floor was wet").await;
    let cousin = log("The kitchen lamp fell").await;
    log("Nobody answered").await;
    let chinese = log("水壶第一次用就漏水，要求退款。").await;
    let double = log("水壶第一次用就漏水，我要退款").await;
    let mut connection = desk.db.read().await.unwrap();
    let mut tx = connection.tx();
    let found = search::similar(&mut tx, &ana, first).await.unwrap();
    let ids: Vec<_> = found.iter().map(|(_, item)| item.id).collect();
    assert_eq!(ids, [twin, cousin]);
    assert!(found[0].0 > 600 && found[1].0 < 300, "{} {}", found[0].0, found[1].0);
    let found = search::similar(&mut tx, &ana, chinese).await.unwrap();
    assert_eq!(found.iter().map(|(_, item)| item.id).collect::<Vec<_>>(), [double]);
}
