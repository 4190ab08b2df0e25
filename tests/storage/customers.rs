//! The same person is known again, and two people are not taken for one.

use firsthand_domain::Refusal;
use firsthand_domain::code::PersonDetail;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::customer::MergeCustomer;
use firsthand_domain::id::CustomerId;
use firsthand_storage::customers;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Desk, refusal, verbs};

stories!(
    a_customer_is_known_again_in_other_spellings,
    a_name_alone_is_not_enough,
    another_name_at_the_same_telephone_is_another_customer,
    a_customer_has_many_identifiers,
    somebody_anonymous_stays_anonymous,
    a_customer_on_record_is_named_by_id,
    of_those_who_join_two_records_at_once_one_does,
    of_two_records_what_is_said_to_stay_stays_until_they_are_parted,
);

async fn log_for(desk: &Desk, customer: Value) -> Complaint {
    let ana = desk.agent().await;
    desk.log(&ana, verbs::anonymous_and(json!({ "customer": customer }))).await
}

async fn customer_for(desk: &Desk, customer: Value) -> CustomerId {
    log_for(desk, customer).await.customer.unwrap()
}

async fn identifiers(desk: &Desk, id: CustomerId) -> Vec<(&'static str, String)> {
    let mut connection = desk.db.read().await.unwrap();
    let all = customers::identifiers(&mut connection.tx(), id).await.unwrap();
    all.into_iter().map(|i| (i.kind.code(), i.value)).collect()
}

async fn a_customer_is_known_again_in_other_spellings(desk: Desk) {
    let first = json!({ "name": "Nguyễn Thị Đào", "phone": "+84 (90) 123-4567", "email": "Dao@Example.com" });
    let id = customer_for(&desk, first).await;
    for again in [
        json!({ "name": "nguyen thi dao", "phone": "84901234567" }),
        json!({ "name": "NGUYỄN  THỊ  ĐÀO", "phone": "８４ ９０ １２３４５６７" }),
        json!({ "name": "Nguye\u{302}\u{303}n Thi\u{323} đa\u{300}o", "email": "dao@example.COM" }),
        json!({ "name": "Nguyễn Thị Đào", "phone": "555 000", "email": "dao@example.com" }),
    ] {
        assert_eq!(customer_for(&desk, again.clone()).await, id, "{again}");
    }
    // The new number came with a known address, so both belong to this customer now.
    assert_eq!(customer_for(&desk, json!({ "name": "Nguyễn Thị Đào", "phone": "555-000" })).await, id);
    let expected = [("email", "Dao@Example.com"), ("phone", "+84 (90) 123-4567"), ("phone", "555 000")];
    assert_eq!(identifiers(&desk, id).await, expected.map(|(kind, value)| (kind, value.to_owned())));
}

async fn a_name_alone_is_not_enough(desk: Desk) {
    let first = customer_for(&desk, json!({ "name": "Ana Kovács", "phone": "111 222" })).await;
    let others = [
        customer_for(&desk, json!({ "name": "Ana Kovács" })).await,
        customer_for(&desk, json!({ "name": "Ana Kovács", "phone": "111 333" })).await,
        customer_for(&desk, json!({ "name": "Ana Kovács", "email": "ana@example.com" })).await,
    ];
    assert!(!others.contains(&first));
    assert_eq!(desk.raw().await.count("select count(*) from customer").await, 4);
}

async fn another_name_at_the_same_telephone_is_another_customer(desk: Desk) {
    let first = customer_for(&desk, json!({ "name": "Ana Kovács", "phone": "111 222" })).await;
    let second = customer_for(&desk, json!({ "name": "Béla Kovács", "phone": "111 222" })).await;
    assert_ne!(first, second);
    assert_eq!(customer_for(&desk, json!({ "name": "Bela Kovacs", "phone": "111222" })).await, second);
}

async fn a_customer_has_many_identifiers(desk: Desk) {
    let id = customer_for(&desk, json!({ "name": "Ana", "phone": "111 222" })).await;
    let add = |kind: &'static str, value: &'static str| {
        let new: firsthand_domain::customer::NewIdentifier =
            verbs::body(json!({ "kind": kind, "value": value }));
        desk.db.change(move |unit| {
            let new = new.clone();
            Box::pin(async move { customers::add_identifier(unit, id, &new).await })
        })
    };
    for (kind, value) in [("phone", "333"), ("email", "a@b.hu"), ("order", "X-1"), ("phone", "(111) 222")] {
        add(kind, value).await.unwrap();
    }
    assert_fits!(refusal(add("email", "no address").await), Refusal::Field { .. });
    let expected = [("email", "a@b.hu"), ("order", "X-1"), ("phone", "111 222"), ("phone", "333")];
    assert_eq!(identifiers(&desk, id).await, expected.map(|(kind, value)| (kind, value.to_owned())));

    let ana = desk.agent().await;
    let order = json!({ "customer": { "id": id }, "order_ref": "Y-2" });
    desk.log(&ana, verbs::anonymous_and(order)).await;
    assert!(identifiers(&desk, id).await.contains(&("order", "Y-2".to_owned())));
}

async fn somebody_anonymous_stays_anonymous(desk: Desk) {
    let complaint = log_for(&desk, json!({ "anonymous": true })).await;
    assert_eq!(complaint.customer, None);
    assert_eq!(desk.raw().await.count("select count(*) from customer").await, 0);
}

async fn a_customer_on_record_is_named_by_id(desk: Desk) {
    let id = customer_for(&desk, json!({ "name": "Ana", "language": "hu" })).await;
    let again = log_for(&desk, json!({ "id": id })).await;
    assert_eq!((again.customer, again.language.as_deref()), (Some(id), Some("hu")));
    assert_eq!(desk.view(again.id).await.customers[&id].as_deref(), Some("Ana"));

    let ana = desk.agent().await;
    let nobody = json!({ "customer": { "id": ana.id } });
    let refused = desk.try_log(&ana, verbs::anonymous_and(nobody)).await;
    assert_fits!(refusal(refused), Refusal::Field { field, .. } if field == "customer.id");

    let mut connection = desk.db.read().await.unwrap();
    let page = customers::page(&mut connection.tx(), None, 10).await.unwrap();
    assert_eq!(page.iter().map(|c| c.id).collect::<Vec<_>>(), [id]);
}

/// Each way at once, and the same way twice: one joins them, the others are told, and nobody goes round in a circle.
async fn of_those_who_join_two_records_at_once_one_does(desk: Desk) {
    let by = desk.agent().await.id;
    for round in 0..8 {
        let name = format!("Customer {round}");
        let one = customer_for(&desk, json!({ "name": name, "phone": "111 222" })).await;
        let two = customer_for(&desk, json!({ "name": name, "phone": "333 444" })).await;
        let joined = [(one, two), (two, one), (one, two), (two, one)].map(|(id, into)| {
            desk.db.change(move |unit| {
                let merge = MergeCustomer { into, keep: Vec::new() };
                Box::pin(async move { customers::merge(unit, by, id, &merge).await })
            })
        });
        let (mut done, mut told) = (0, 0);
        for joined in join_all(joined).await {
            if joined.is_ok() {
                done += 1;
            } else {
                assert_fits!(refusal(joined), Refusal::CustomerMerged { into } if [one, two].contains(&into));
                told += 1;
            }
        }
        assert_eq!((done, told), (1, 3));
        let mut connection = desk.db.read().await.unwrap();
        let mut tx = connection.tx();
        let mut stand_alone = 0;
        for id in [one, two] {
            let found = customers::by_id(&mut tx, id).await.unwrap().unwrap();
            stand_alone += usize::from(found.merged_into.is_none());
        }
        assert_eq!(stand_alone, 1);
    }
}

async fn called(desk: &Desk, id: CustomerId) -> (String, Option<String>) {
    let mut connection = desk.db.read().await.unwrap();
    let found = customers::by_id(&mut connection.tx(), id).await.unwrap().unwrap();
    (found.name.unwrap(), found.language)
}

async fn join(
    desk: &Desk,
    id: CustomerId,
    into: CustomerId,
    keep: &[PersonDetail],
) -> firsthand_storage::Result<()> {
    let (by, merge) = (desk.agent().await.id, MergeCustomer { into, keep: keep.to_vec() });
    desk.db
        .change(move |unit| {
            let merge = merge.clone();
            Box::pin(async move { customers::merge(unit, by, id, &merge).await })
        })
        .await
}

async fn part(desk: &Desk, from: CustomerId, id: CustomerId) {
    let by = desk.agent().await.id;
    let parted =
        desk.db.change(move |unit| Box::pin(async move { customers::unmerge(unit, by, from, id).await }));
    parted.await.unwrap();
}

async fn of_two_records_what_is_said_to_stay_stays_until_they_are_parted(desk: Desk) {
    use PersonDetail::{Language, Name};
    let one = customer_for(&desk, json!({ "name": "Mai", "phone": "111 222", "language": "vi" })).await;
    let two =
        customer_for(&desk, json!({ "name": "Trần Thị Mai", "phone": "333 444", "language": "en" })).await;
    let three = customer_for(&desk, json!({ "name": "Mai Tran", "phone": "555 666" })).await;
    let said = |name: &str, language: &str| (name.to_owned(), Some(language.to_owned()));

    // Who says nothing of a language has none that could stay.
    assert_fits!(refusal(join(&desk, three, one, &[Language]).await), Refusal::Field { field, .. } if field == "keep");
    join(&desk, two, one, &[Name]).await.unwrap();
    assert_eq!(called(&desk, one).await, said("Trần Thị Mai", "vi"));
    // Found again by what this record and that one are known by.
    assert_eq!(customer_for(&desk, json!({ "name": "Mai", "phone": "111 222" })).await, one);
    assert_eq!(customer_for(&desk, json!({ "name": "tran thi mai", "phone": "333 444" })).await, one);

    join(&desk, three, one, &[Name]).await.unwrap();
    assert_eq!(called(&desk, one).await, said("Mai Tran", "vi"));
    part(&desk, one, two).await;
    assert_eq!(called(&desk, one).await, said("Mai Tran", "vi"));
    join(&desk, two, one, &[Language]).await.unwrap();
    assert_eq!(called(&desk, one).await, said("Mai Tran", "en"));
    part(&desk, one, three).await;
    assert_eq!(called(&desk, one).await, said("Mai", "en"));
    part(&desk, one, two).await;
    assert_eq!(called(&desk, one).await, said("Mai", "vi"));
    assert_eq!(called(&desk, two).await, said("Trần Thị Mai", "en"));
    assert_eq!(called(&desk, three).await, ("Mai Tran".to_owned(), None));

    // Erased under every name.
    join(&desk, two, one, &[Name]).await.unwrap();
    desk.raw()
        .await
        .run_on("update customer set name = null, name_key = null where id = $1", one.0)
        .await
        .unwrap();
    part(&desk, one, two).await;
    let mut connection = desk.db.read().await.unwrap();
    assert_eq!(customers::by_id(&mut connection.tx(), one).await.unwrap().unwrap().name, None);
}
