//! What people are told.

use platform::graph::RequestContext;
use platform::language::Language;
use platform::testing::{visitor, with_key};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::others::{Permission, SellerRole, appoint, employ};
use crate::support::{World, buyer, codes, prefixed, staff};

fn paid(buyer: Uuid) -> Value {
    json!({
        "orderId": prefixed("ord", Uuid::now_v7()), "number": "20260101-0001", "buyerId": prefixed("usr", buyer),
        "total": 12_000, "lines": [{ "title": "머그컵", "total": 12_000 }],
    })
}

/// The text of a mail, whose lines may be encoded.
fn decoded(data: &str) -> String {
    let mut text = data.replace("=\n", "");
    if let Some((_, body)) = data.split_once("\n\n")
        && data.contains("base64")
    {
        use std::io::Read as _;
        let joined: String = body.split_whitespace().collect();
        let mut bytes = Vec::new();
        base64_reader(&joined).read_to_end(&mut bytes).unwrap();
        text.push_str(&String::from_utf8(bytes).unwrap());
    }
    text
}

/// The bytes of base64, read by hand so that the test needs no crate for one mail.
fn base64_reader(text: &str) -> impl std::io::Read {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 6) | u32::from(digit(*byte)));
        let bits = bits << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    std::io::Cursor::new(bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_told_by_every_way_once() {
    let world = World::open().await;
    let person = world.person("kim@example.com", Some("010-1234-5678")).await;
    world.hear("order.paid", paid(person)).await;
    world.settled().await;
    let fields = "unreadNotificationCount notifications { totalCount nodes { event title body link readAt } }";
    let own = world.of_person(person, fields, buyer(person)).await;
    assert_eq!((&own["unreadNotificationCount"], &own["notifications"]["totalCount"]), (&json!(2), &json!(2)));
    let newest = &own["notifications"]["nodes"][0];
    assert_eq!((&newest["event"], &newest["title"]), (&json!("ORDER_PAID"), &json!("결제가 완료되었습니다")));
    assert_eq!(newest["body"], "머그컵 12,000원 주문번호 20260101-0001");
    assert!(newest["link"].as_str().unwrap().starts_with("/orders/ord_"));
    let english = RequestContext { language: Language::English, ..buyer(person) };
    let english = world.of_person(person, "notifications { nodes { title } }", english).await;
    assert_eq!(english["notifications"]["nodes"][0]["title"], "Your order is paid");

    let mails = world.mail.taken();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["kim@example.com"; 2]);
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1);
    assert_eq!((&texts[0]["type"], &texts[0]["to"]), (&json!("ATA"), &json!("01012345678")));
    assert!(texts[0]["text"].as_str().unwrap().starts_with("결제가 완료되었습니다\n머그컵"));
    assert_eq!(texts[0]["kakaoOptions"]["templateId"], "ORDER_PAID");
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_and_nobody_reads_along() {
    let world = World::open().await;
    let person = world.person("kim@example.com", None).await;
    for _ in 0..3 {
        world.hear("order.paid", paid(person)).await;
    }
    let list = "notifications(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } }";
    let page = world.of_person(person, list, buyer(person)).await;
    assert_eq!(page["notifications"]["pageInfo"]["hasNextPage"], true);
    let ids: Vec<&Value> = page["notifications"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
    let mark =
        "mutation($ids: [ID!]!) { markNotificationsRead(input: { notificationIds: $ids }) { marked unreadCount } }";
    let marked =
        async |context| world.data(mark, json!({ "ids": ids }), context).await["markNotificationsRead"].clone();
    assert_eq!(marked(buyer(Uuid::now_v7())).await, json!({ "marked": 0, "unreadCount": 0 }), "somebody else's");
    assert_eq!(marked(buyer(person)).await, json!({ "marked": 2, "unreadCount": 2 }));
    assert_eq!(marked(buyer(person)).await, json!({ "marked": 0, "unreadCount": 2 }));
    let unread = world.of_person(person, "notifications(unreadOnly: true) { totalCount }", buyer(person)).await;
    assert_eq!(unread["notifications"]["totalCount"], 2);
    let all = "mutation { markAllNotificationsRead { marked unreadCount } }";
    let data = world.data(all, json!({}), buyer(person)).await;
    assert_eq!(data["markAllNotificationsRead"], json!({ "marked": 2, "unreadCount": 0 }));
    let query = "query($id: [_Any!]!) { _entities(representations: $id) {
        ... on User { unreadNotificationCount } ... on Notification { title } } }";
    let of_person = json!({ "id": [{ "__typename": "User", "id": prefixed("usr", person) }] });
    for context in [visitor(), buyer(Uuid::now_v7()), staff()] {
        let refused = world.services.execute("notification", query, of_person.clone(), context).await;
        assert_eq!(refused.errors.len(), 1);
    }
    let one = json!({ "id": [{ "__typename": "Notification", "id": ids[0] }] });
    let data = world.data(query, one.clone(), buyer(Uuid::now_v7())).await;
    assert_eq!(data["_entities"][0], Value::Null);
    assert!(world.data(query, one, buyer(person)).await["_entities"][0]["title"].is_string());
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_servers_refuse_for_now_and_for_good() {
    let world = World::open().await;
    let busy = world.person("busy@example.com", None).await;
    world.person("nobody@example.com", None).await;
    world.person("gone@example.com", None).await;
    world.settled().await;
    let taken: Vec<String> = world.mail.taken().into_iter().map(|mail| mail.to).collect();
    assert!(taken.contains(&"busy@example.com".to_owned()), "{taken:?}");
    assert!(taken.contains(&"gone@example.com".to_owned()), "{taken:?}");
    assert_eq!(taken.len(), 2, "each once");
    assert_eq!((world.mail.tries("busy@example.com"), world.mail.tries("nobody@example.com")), (3, 1));
    let dead = world.deliveries(", where: { state: DEAD }").await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0]["outcome"].as_str().unwrap().contains("5.1.1"), "{dead:?}");
    let arrived = world.deliveries(", where: { state: DELIVERED }").await;
    let of_busy = arrived.iter().find(|row| row["userId"] == prefixed("usr", busy).as_str()).unwrap();
    assert_eq!(of_busy["failures"], 2);
    assert!(of_busy["outcome"].as_str().unwrap().contains("queued"), "{of_busy}");

    // Staff sends a dead letter again; nobody else does.
    let again =
        "mutation($id: ID!) { redeliver(input: { deliveryId: $id }) { delivery { state } userErrors { code } } }";
    let id = json!({ "id": dead[0]["id"] });
    let member = platform::testing::user(Uuid::now_v7(), &[platform::identity::Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(codes(&world.data(again, id.clone(), member).await["redeliver"]), ["DELIVERY_NOT_FOUND"]);
    assert_eq!(world.data(again, id, staff()).await["redeliver"]["delivery"]["state"], "PENDING");
    world.settled().await;
    assert_eq!(world.mail.tries("nobody@example.com"), 2);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_arrives_becomes_a_dead_letter() {
    // Nobody listens on port 9.
    let world = World::with([("SMTP_URL", "smtp://127.0.0.1:9")]).await;
    world.person("kim@example.com", None).await;
    world.settled().await;
    let dead = world.deliveries(", where: { state: DEAD }").await;
    assert_eq!((dead.len(), &dead[0]["failures"]), (1, &json!(4)));
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sms_comes_where_alimtalk_does_not() {
    let world = World::open().await;
    for phone in ["010-1111-0001", "010-1111-0002", "010-1111-0003"] {
        let person = world.person("kim@example.com", Some(phone)).await;
        world.hear("line.shipped", json!({ "buyerId": prefixed("usr", person), "line": { "title": "컵" } })).await;
    }
    world.settled().await;
    let texts = world.texts().await;
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!((&texts[0]["to"], &texts[0]["type"]), (&json!("01011110001"), &json!("SMS")));
    let mut outcomes: Vec<(String, i64)> = world
        .deliveries(", where: { channel: PHONE }")
        .await
        .iter()
        .map(|row| (row["state"].as_str().unwrap().to_owned(), row["failures"].as_i64().unwrap()))
        .collect();
    outcomes.sort();
    // No such number: dead at once. A server in trouble: dead after four tries.
    let expected = [("DEAD", 1), ("DEAD", 4), ("DELIVERED", 0)];
    assert_eq!(outcomes, expected.map(|(state, failures)| (state.to_owned(), failures)));
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_choose_but_not_what_the_law_asks_for() {
    let world = World::open().await;
    let person = world.person("kim@example.com", Some("010-1234-5678")).await;
    let set = async |choices: Value, language: Value| {
        let query = "mutation($input: SetNotificationPreferencesInput!) { setNotificationPreferences(input: $input) {
            preferences { language preferences { event channel enabled required } } userErrors { code field } } }";
        let input = json!({ "input": { "preferences": choices, "language": language } });
        world.data(query, input, buyer(person)).await["setNotificationPreferences"].clone()
    };
    let choice =
        |event: &str, channel: &str, enabled: bool| json!({ "event": event, "channel": channel, "enabled": enabled });
    let fixed = json!([choice("LINE_SHIPPED", "EMAIL", false), choice("ORDER_PAID", "EMAIL", false)]);
    let refused = set(fixed, Value::Null).await;
    assert_eq!(
        refused["userErrors"],
        json!([{ "code": "PREFERENCE_FIXED", "field": ["preferences", "1", "enabled"] }])
    );
    let wanted = json!([
        choice("LINE_SHIPPED", "EMAIL", false),
        choice("LINE_SHIPPED", "PHONE", false),
        choice("LINE_SHIPPED", "IN_APP", false),
        choice("LINE_CONFIRMED", "EMAIL", true),
    ]);
    let kept = set(wanted, json!("ENGLISH")).await;
    assert_eq!(kept["preferences"]["language"], "ENGLISH");
    let all = kept["preferences"]["preferences"].as_array().unwrap();
    let find = |event: &str, channel: &str| {
        all.iter().find(|row| row["event"] == event && row["channel"] == channel).cloned().unwrap_or_default()
    };
    assert_eq!(find("LINE_SHIPPED", "EMAIL")["enabled"], false);
    assert_eq!(
        (&find("ORDER_PAID", "EMAIL")["enabled"], &find("ORDER_PAID", "EMAIL")["required"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(find("PASSWORD_RESET", "PHONE"), Value::Null, "it never goes this way");

    let before = world.mail.taken().len();
    for kind in ["line.shipped", "line.confirmed"] {
        world.hear(kind, json!({ "buyerId": prefixed("usr", person), "line": { "title": "컵" } })).await;
    }
    world.settled().await;
    let events = world.of_person(person, "notifications { nodes { event } }", buyer(person)).await;
    let expected = json!([{ "event": "LINE_CONFIRMED" }, { "event": "WELCOME" }]);
    assert_eq!(events["notifications"]["nodes"], expected);
    let mails = world.mail.taken();
    assert_eq!((mails.len() - before, world.texts().await.len()), (1, 0));
    assert!(mails.last().unwrap().data.contains("Subject: Your purchase is confirmed"), "{:?}", mails.last());
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_go_to_the_address_that_asked_and_nowhere_else() {
    let world = World::open().await;
    let person = world.person("kim@example.com", Some("010-1234-5678")).await;
    let url = "https://doa.market/reset?token=secret-token";
    let fact = json!({ "userId": prefixed("usr", person), "email": "other@example.com", "url": url });
    world.hear("auth.password_reset_requested", fact).await;
    world.settled().await;
    let mail = world.mail.taken().into_iter().find(|mail| mail.to == "other@example.com").expect("it was sent");
    assert!(decoded(&mail.data).contains("secret-token"), "{mail:?}");
    let own = world.of_person(person, "notifications { nodes { event } }", buyer(person)).await;
    assert_eq!(own["notifications"]["nodes"], json!([{ "event": "WELCOME" }]));
    assert!(world.texts().await.is_empty());
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_is_told_nothing_and_forgotten() {
    let world = World::open().await;
    let person = world.person("kim@example.com", None).await;
    world.settled().await;
    world.hear("user.withdrawn", json!({ "userId": prefixed("usr", person) })).await;
    world.hear("order.paid", paid(person)).await;
    world.settled().await;
    assert_eq!(world.mail.taken().len(), 1, "the welcome");
    let skipped = world.deliveries(", where: { state: SKIPPED }").await;
    assert_eq!(skipped[0]["outcome"], "the person has left");
    use diesel_async::RunQueryDsl as _;
    let database = world.services.database_of("notification").await;
    let known = diesel::sql_query("SELECT 1 FROM contact WHERE email <> '' OR phone IS NOT NULL")
        .execute(&mut database.connection().await.unwrap())
        .await
        .unwrap();
    assert_eq!(known, 0);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_find_the_buyer_of_their_order() {
    let world = World::open().await;
    let person = world.person("kim@example.com", None).await;
    let fact = paid(person);
    world.hear("order.paid", fact.clone()).await;
    world.hear("refund.done", json!({ "orderId": fact["orderId"], "amount": 12_000 })).await;
    world.hear("refund.done", json!({ "orderId": "ord_unknown", "amount": 1 })).await;
    let own = world.of_person(person, "notifications(first: 1) { nodes { event body } }", buyer(person)).await;
    assert_eq!(own["notifications"]["nodes"][0], json!({ "event": "REFUND_DONE", "body": "12,000원" }));
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn advertising_is_labelled_and_never_sent_without_consent() {
    let world = World::open().await;
    let person = world.person("kim@example.com", Some("010-1234-5678")).await;
    world.settled().await;
    let send = async |title: &str, key: &str| {
        let query = "mutation($input: SendMarketingNotificationInput!) { sendMarketingNotification(input: $input) {
            recipients userErrors { code } } }";
        let input = json!({ "input": { "userIds": [prefixed("usr", person)], "title": title, "body": "최대 50%" } });
        world.data(query, input, with_key(staff(), key)).await["sendMarketingNotification"].clone()
    };
    assert_eq!(codes(&send(" ", "a").await), ["INVALID_TEXT"]);
    assert_eq!(send("봄 세일", "b").await["recipients"], 1);
    let own = world.of_person(person, "notifications(first: 1) { nodes { title } }", buyer(person)).await;
    assert_eq!(own["notifications"]["nodes"][0]["title"], "(광고) 봄 세일");
    // The user service, which knows of consents, is not there: nothing is sent. By night nothing is even tried.
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!((world.mail.taken().len(), world.texts().await.len()), (1, 0));
    let ads: Vec<Value> = world.deliveries("").await.into_iter().filter(|row| row["event"] == "MARKETING").collect();
    assert_eq!(ads.len(), 2);
    assert!(ads.iter().all(|row| row["state"] == "PENDING" || row["state"] == "DEAD"), "{ads:?}");
    world.close().await;
}

/// What people are told in the market itself: events and texts, the newest first.
async fn told(world: &World, person: Uuid) -> Vec<(String, String)> {
    let own = world.of_person(person, "notifications(first: 50) { nodes { event title } }", buyer(person)).await;
    let text = |node: &Value, key: &str| node[key].as_str().unwrap().to_owned();
    let nodes = own["notifications"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| (text(node, "event"), text(node, "title")))
        .filter(|(event, _)| event != "WELCOME")
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_members_owners_and_staff_are_found() {
    let world = World::open().await;
    let mut people = Vec::new();
    for name in ["buyer", "owner", "clerk", "asks", "decides"] {
        people.push(world.person(&format!("{name}@example.com"), None).await);
    }
    let [buyer_id, owner, clerk, asks, decides] = people[..] else { panic!("five people") };
    let id = |person: Uuid| prefixed("usr", person);
    let seller = prefixed("slr", Uuid::now_v7());
    appoint(&seller, &id(owner), SellerRole::Owner);
    appoint(&seller, &id(clerk), SellerRole::Staff);
    for person in [asks, decides] {
        employ(&id(person), Permission::ApprovalDecide);
    }
    employ(&id(decides), Permission::Orders);
    let line = json!({ "sellerId": seller, "title": "머그컵" });
    let order = prefixed("ord", Uuid::now_v7());
    world
        .hear(
            "line.cancel_requested",
            json!({ "orderId": order, "buyerId": id(buyer_id), "line": line, "reason": "변심",
                "answerBy": "2026-03-05T15:00:00Z" }),
        )
        .await;
    world.hear("seller.bank_account_changed", json!({ "sellerId": seller, "changedBy": id(clerk) })).await;
    world.hear("stock.depleted", json!({ "sellerId": seller, "available": 0 })).await;
    world.hear("approval.requested", json!({ "requestedBy": id(asks), "kind": "REFUND", "state": "PENDING" })).await;
    world.hear("approval.decided", json!({ "requestedBy": id(asks), "kind": "REFUND", "state": "APPROVED" })).await;
    world.hear("claim.disputed", json!({ "orderId": order, "buyerId": id(buyer_id), "kind": "RETURN" })).await;
    world
        .hear(
            "payment.waiting_for_deposit",
            json!({ "orderId": order, "paymentId": prefixed("pay", Uuid::now_v7()), "buyerId": id(buyer_id),
                "amount": 12_000, "dueAt": "2026-03-05T14:59:00Z" }),
        )
        .await;
    let events = |told: Vec<(String, String)>| told.into_iter().map(|(event, _)| event).collect::<Vec<_>>();
    assert_eq!(events(told(&world, buyer_id).await), ["DEPOSIT_AWAITED", "CLAIM_UPDATED", "CANCEL_UPDATED"]);
    let newest = world.of_person(buyer_id, "notifications(first: 1) { nodes { body } }", buyer(buyer_id)).await;
    let body = "신한은행 110-123-456789 12,000원 2026-03-05 23:59까지 입금해 주세요.";
    assert_eq!(newest["notifications"]["nodes"][0]["body"], body);
    let own = ["STOCK_DEPLETED", "BANK_ACCOUNT_CHANGED", "SELLER_CANCEL_REQUESTED"];
    assert_eq!(events(told(&world, owner).await), own);
    assert_eq!(events(told(&world, clerk).await), [own[0], own[2]], "the account is the owners' business");
    assert_eq!(
        told(&world, asks).await,
        [("STAFF_APPROVAL_DECIDED".to_owned(), "승인 요청이 승인되었습니다".to_owned())]
    );
    assert_eq!(events(told(&world, decides).await), ["STAFF_CLAIM_DISPUTED", "STAFF_APPROVAL_REQUESTED"]);
    world.close().await;
}
