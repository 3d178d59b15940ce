//! Documents that end, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::time::Duration;

use platform::business_days::day_in_seoul;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user};
use serde_json::{Value, json};
use uuid::Uuid;

struct Shop {
    services: TestServices,
    id: String,
    uuid: Uuid,
    owner: Uuid,
}

fn day(from_today: i64) -> String {
    (day_in_seoul(chrono::Utc::now()) + chrono::TimeDelta::days(from_today)).to_string()
}

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Staff, Scope::StaffSellers], &[])
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

impl Shop {
    /// A shop whose mail-order report ends so many days from now; ACTIVE.
    async fn open(ends_in: i64) -> Self {
        let services = TestServices::start_with(&[&seller::SERVICE], [("SELLER_DOCUMENT_CHECK", "50ms")]).await;
        let owner = Uuid::now_v7();
        let apply = "mutation($input: ApplyAsSellerInput!) { applyAsSeller(input: $input) {
            seller { id } userErrors { code } } }";
        let input = json!({
            "name": "도아상점", "representativeName": "김도아", "businessNumber": "124-81-00998",
            "mailOrderNumber": "2024-서울강남-01234", "address": "서울특별시 강남구 테헤란로 1", "phone": "0212345678",
            "email": "shop@example.com", "taxType": "GENERAL",
            "bankAccount": { "bank": "국민은행", "number": "110-123-456789", "holder": "김도아" }
        });
        let context = user(owner, &[Scope::Buyer], &[]);
        let applied = services.data("seller", apply, json!({ "input": input }), context).await;
        let id = applied["applyAsSeller"]["seller"]["id"].as_str().unwrap().to_owned();
        let uuid = Uuid::try_parse(id.strip_prefix("slr_").unwrap()).unwrap();
        let shop = Self { services, id, uuid, owner };
        let documents = json!([
            { "kind": "MAIL_ORDER_REPORT", "url": "https://files.example.com/1", "expiresOn": day(ends_in) },
            { "kind": "BANK_BOOK", "url": "https://files.example.com/2" },
        ]);
        let handed_in = shop.documents("submitSellerDocuments", documents, shop.owner()).await;
        assert_eq!(code(&handed_in), "none", "{handed_in}");
        shop.command("approveSeller", staff()).await;
        shop.command("activateSeller", shop.owner()).await;
        shop
    }

    fn owner(&self) -> RequestContext {
        user(self.owner, &[Scope::Buyer, Scope::Seller], &[self.uuid])
    }

    async fn change(&self, field: &str, input: &str, values: Value, who: RequestContext) -> Value {
        let query = format!(
            "mutation($input: {input}!) {{ {field}(input: $input) {{ seller {{ state }} userErrors {{ code field }} }} }}"
        );
        self.services.data("seller", &query, json!({ "input": values }), who).await[field].clone()
    }

    async fn command(&self, field: &str, who: RequestContext) -> Value {
        let (input, values) = match field {
            "reinstateSeller" | "suspendSeller" | "terminateSeller" => {
                ("SellerReasonInput", json!({ "sellerId": self.id, "reason": "확인" }))
            }
            _ => ("SellerIdInput", json!({ "sellerId": self.id })),
        };
        self.change(field, input, values, who).await
    }

    async fn documents(&self, field: &str, documents: Value, who: RequestContext) -> Value {
        let input = match field {
            "renewSellerDocuments" => "RenewSellerDocumentsInput",
            _ => "SubmitSellerDocumentsInput",
        };
        self.change(field, input, json!({ "sellerId": self.id, "documents": documents }), who).await
    }

    async fn renew(&self, kind: &str, ends_in: i64) -> Value {
        let document = json!({ "kind": kind, "url": "https://files.example.com/9", "expiresOn": day(ends_in) });
        self.documents("renewSellerDocuments", json!([document]), self.owner()).await
    }

    /// Lets the document of a kind that counts end so many days from now, as time does.
    async fn ends_in(&self, kind: &str, days: i64) {
        use diesel_async::SimpleAsyncConnection;
        let database = self.services.database_of("seller").await;
        let statement = format!(
            "UPDATE seller_document SET expires_on = '{}' WHERE kind = '{kind}' AND replaced_at IS NULL",
            day(days)
        );
        database.connection().await.unwrap().batch_execute(&statement).await.unwrap();
    }

    async fn read(&self) -> Value {
        let query = "query($id: ID!) { seller(id: $id) { state canSell stateHistory { to reason }
            documents { id kind expiresOn expired replacedAt } } }";
        self.services.data("seller", query, json!({ "id": self.id }), self.owner()).await["seller"].clone()
    }

    /// What was told of documents, by kind, once there is as much of it.
    async fn told(&self, kind: &str, count: usize) -> Vec<Value> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("seller").await;
        let mut connection = database.connection().await.unwrap();
        for _ in 0..100 {
            let query = outbox::table.filter(outbox::kind.eq(kind)).order(outbox::sequence).select(outbox::payload);
            let found: Vec<Value> = query.load(&mut connection).await.unwrap();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{kind} was not told {count} times");
    }

    /// Waits until every document has been looked at twice more.
    async fn looks_pass(&self) {
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_is_told_before_and_after_and_restricted() {
    let shop = Shop::open(90).await;
    shop.looks_pass().await;
    assert!(shop.told("seller.document_expiring", 0).await.is_empty(), "it is long until then");
    shop.ends_in("MAIL_ORDER_REPORT", 0).await;
    let warned = shop.told("seller.document_expiring", 1).await;
    let expected =
        json!({ "sellerId": shop.id, "name": "도아상점", "documentKind": "MAIL_ORDER_REPORT", "expiresOn": day(0) });
    assert_eq!(warned, [expected]);
    shop.looks_pass().await;
    assert_eq!(shop.read().await["state"], "ACTIVE", "it holds on its last day");

    shop.ends_in("MAIL_ORDER_REPORT", -1).await;
    let ended = shop.told("seller.document_expired", 1).await;
    assert_eq!((&ended[0]["documentKind"], &ended[0]["expiresOn"]), (&json!("MAIL_ORDER_REPORT"), &json!(day(-1))));
    let seen = shop.read().await;
    assert_eq!((&seen["state"], &seen["canSell"]), (&json!("RESTRICTED"), &json!(true)));
    let reason = seen["stateHistory"].as_array().unwrap().last().unwrap()["reason"].clone();
    assert_eq!(reason, format!("서류 유효 기간 만료: 통신판매업 신고증 ({})", day(-1)));
    let moved = shop.told("seller.state_changed", 1).await;
    assert_eq!(moved.last().unwrap()["to"], "RESTRICTED");
    let logged = shop.told("audit.recorded", 1).await;
    assert!(logged.iter().any(|entry| entry["action"] == "expireSellerDocument"), "{logged:?}");

    assert_eq!(code(&shop.command("reinstateSeller", staff()).await), "DOCUMENT_EXPIRED");
    assert_eq!(code(&shop.renew("MAIL_ORDER_REPORT", -1).await), "DOCUMENT_EXPIRED");
    assert_eq!(shop.renew("MAIL_ORDER_REPORT", 365).await["seller"]["state"], "RESTRICTED", "staff look first");
    let seen = shop.read().await;
    let of_kind = |expired: bool| {
        let documents = seen["documents"].as_array().unwrap();
        documents.iter().find(|document| document["kind"] == "MAIL_ORDER_REPORT" && document["expired"] == expired)
    };
    assert!(of_kind(true).unwrap()["replacedAt"].is_string() && of_kind(false).unwrap()["replacedAt"].is_null());
    assert_eq!(shop.command("reinstateSeller", staff()).await["seller"]["state"], "ACTIVE");
    shop.looks_pass().await;
    assert_eq!(shop.read().await["state"], "ACTIVE", "what was replaced does not count");
    assert_eq!(shop.told("seller.document_expired", 1).await.len(), 1, "told once");
    assert_eq!(shop.told("seller.document_expiring", 1).await.len(), 1, "told once");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_are_given_the_address_of_a_document_are_on_record() {
    let shop = Shop::open(90).await;
    let looks = async || {
        let told = shop.told("audit.recorded", 0).await;
        told.into_iter().filter(|entry| entry["action"] == "viewSellerDocument").collect::<Vec<_>>()
    };
    let read = async |fields: &str, who: &RequestContext| {
        let query = format!("query($id: ID!) {{ seller(id: $id) {{ documents {{ {fields} }} }} }}");
        let data = shop.services.data("seller", &query, json!({ "id": shop.id }), who.clone()).await;
        data["seller"]["documents"].as_array().unwrap().clone()
    };
    let clerk = staff();
    read("id kind expiresOn submittedAt", &clerk).await;
    read("id url", &shop.owner()).await;
    assert!(looks().await.is_empty(), "a list without addresses is no look, nor is one's own");
    let given = read("id url", &clerk).await;
    let mut as_owner = shop.owner();
    std::sync::Arc::make_mut(&mut as_owner.principal).impersonator = Some(Uuid::now_v7());
    read("url", &as_owner).await;
    let entries = looks().await;
    assert_eq!(entries.len(), 4, "{entries:?}");
    let name = |id: Uuid| json!(format!("usr_{}", id.as_simple()));
    let actor = |who: Option<Uuid>| name(who.unwrap());
    for entry in &entries {
        assert_eq!((&entry["object"], &entry["actorKind"]), (&json!(shop.id), &json!("STAFF")), "{entry}");
        assert!(given.iter().any(|document| document["id"] == entry["after"]["documentId"]), "{entry}");
    }
    assert_eq!(entries[0]["actor"], actor(clerk.principal.user_id));
    let looking = &entries[3];
    assert_eq!(
        (&looking["actor"], &looking["impersonated"]),
        (&actor(as_owner.principal.impersonator), &name(shop.owner))
    );
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_does_not_open_the_shop_and_its_end_restricts() {
    let shop = Shop::open(90).await;
    shop.command("startSellerHoliday", shop.owner()).await;
    shop.ends_in("MAIL_ORDER_REPORT", -3).await;
    shop.told("seller.document_expired", 1).await;
    shop.looks_pass().await;
    assert_eq!(shop.read().await["state"], "ON_HOLIDAY", "a restricted shop sells, one on holiday does not");
    shop.command("endSellerHoliday", shop.owner()).await;
    for _ in 0..100 {
        if shop.read().await["state"] == "RESTRICTED" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shop.read().await["state"], "RESTRICTED");
    assert_eq!(shop.told("seller.document_expired", 1).await.len(), 1, "told once");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_set_until_when_a_document_holds() {
    let shop = Shop::open(90).await;
    let bank_book =
        shop.read().await["documents"].as_array().unwrap().iter().find(|one| one["kind"] == "BANK_BOOK").unwrap()["id"]
            .clone();
    let set = async |document: &Value, expires_on: Value, reason: &str, who| {
        let values = json!({ "sellerId": shop.id, "documentId": document, "expiresOn": expires_on, "reason": reason });
        shop.change("setSellerDocumentExpiry", "SetSellerDocumentExpiryInput", values, who).await
    };
    assert_eq!(code(&set(&bank_book, json!(day(5)), " ", staff()).await), "REASON_REQUIRED");
    let unknown = json!(format!("sdc_{}", Uuid::now_v7().as_simple()));
    assert_eq!(code(&set(&unknown, json!(day(5)), "표기", staff()).await), "DOCUMENT_NOT_FOUND");
    assert_eq!(code(&set(&bank_book, json!(day(5)), "표기된 기간", staff()).await), "none");
    let warned = shop.told("seller.document_expiring", 1).await;
    assert_eq!((&warned[0]["documentKind"], &warned[0]["expiresOn"]), (&json!("BANK_BOOK"), &json!(day(5))));
    let logged = shop.told("audit.recorded", 1).await;
    let entry = logged.iter().find(|entry| entry["action"] == "setSellerDocumentExpiry").unwrap();
    assert_eq!((&entry["reason"], &entry["after"]["expiresOn"]), (&json!("표기된 기간"), &json!(day(5))));
    // Another day is another end, of which the seller hears anew.
    set(&bank_book, json!(day(6)), "정정", staff()).await;
    shop.told("seller.document_expiring", 2).await;
    assert_eq!(code(&set(&bank_book, Value::Null, "기한 없음", staff()).await), "none");
    shop.renew("BANK_BOOK", 90).await;
    assert_eq!(code(&set(&bank_book, json!(day(5)), "표기", staff()).await), "DOCUMENT_NOT_FOUND", "it was replaced");

    let query = "mutation($input: SetSellerDocumentExpiryInput!) { setSellerDocumentExpiry(input: $input) {
        userErrors { code } } }";
    let values = json!({ "sellerId": shop.id, "documentId": bank_book, "reason": "제 것" });
    let refused = shop.services.execute("seller", query, json!({ "input": values }), shop.owner()).await;
    assert_eq!(refused.errors.len(), 1, "staff alone");
    shop.command("terminateSeller", staff()).await;
    assert_eq!(code(&shop.renew("BANK_BOOK", 5).await), "STATE_CONFLICT");
    shop.services.stop().await;
}
