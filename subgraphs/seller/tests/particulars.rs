//! Corrections of what the law asks to show, and documents that are files, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};
use platform::graph::RequestContext;
use platform::identity::{OrganisationRole, Scope};
use platform::testing::{TestServices, member, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

const OWNER: Uuid = Uuid::from_u128(0x51);

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

fn file_of(number: u128) -> String {
    prefixed("fil", Uuid::from_u128(number))
}

struct FileQuery;

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum FilePurpose {
    SellerDocument,
    ReviewPhoto,
}

#[derive(SimpleObject)]
struct File {
    owner_id: ID,
    seller_id: Option<ID>,
    purpose: FilePurpose,
}

/// 1 to 9 are documents of the owner's, 10 is a photo, 11 is somebody else's, 12 was uploaded for another seller.
#[Object]
impl FileQuery {
    async fn file(&self, id: ID) -> Option<File> {
        let number = Uuid::try_parse(id.strip_prefix("fil_")?).ok()?.as_u128();
        let owner = if number == 11 { Uuid::from_u128(0x99) } else { OWNER };
        (number <= 12).then(|| File {
            owner_id: prefixed("usr", owner).into(),
            seller_id: (number == 12).then(|| prefixed("slr", Uuid::from_u128(7)).into()),
            purpose: if number == 10 { FilePurpose::ReviewPhoto } else { FilePurpose::SellerDocument },
        })
    }
}

platform::stand_in!(FILE, "file", Schema::build(FileQuery, EmptyMutation, EmptySubscription).finish());

struct Shop {
    services: TestServices,
    id: String,
    uuid: Uuid,
}

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Staff, Scope::StaffSellers], &[])
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

impl Shop {
    async fn open() -> Self {
        let services = TestServices::start(&[&seller::SERVICE, &FILE]).await;
        let apply = "mutation($input: ApplyAsSellerInput!) { applyAsSeller(input: $input) { seller { id } } }";
        let input = json!({
            "name": "도아상점", "representativeName": "김도아", "businessNumber": "124-81-00998",
            "mailOrderNumber": "2024-서울강남-01234", "address": "서울특별시 강남구 테헤란로 1", "phone": "0212345678",
            "email": "shop@example.com", "taxType": "GENERAL",
            "bankAccount": { "bank": "국민은행", "number": "110-123-456789", "holder": "김도아" }
        });
        let context = user(OWNER, &[Scope::Buyer], &[]);
        let applied = services.data("seller", apply, json!({ "input": input }), context).await;
        let id = applied["applyAsSeller"]["seller"]["id"].as_str().unwrap().to_owned();
        let uuid = Uuid::try_parse(id.strip_prefix("slr_").unwrap()).unwrap();
        Self { services, id, uuid }
    }

    fn owner(&self) -> RequestContext {
        member(OWNER, self.uuid, OrganisationRole::Owner)
    }

    async fn ask(&self, field: &str, input: &str, values: Value, who: RequestContext) -> Value {
        let selection = if field.ends_with("Documents") {
            "seller { documents { kind url replacedAt file { id } } }"
        } else {
            "request { id state wanted { name representativeName address } before { name representativeName address } }"
        };
        let query = format!(
            "mutation($input: {input}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code field }} }} }}"
        );
        self.services.data("seller", &query, json!({ "input": values }), who).await[field].clone()
    }

    async fn request(&self, mut changes: Value, who: RequestContext) -> Value {
        changes["sellerId"] = json!(self.id);
        if changes["reason"].is_null() {
            changes["reason"] = json!("대표자 변경");
        }
        self.ask("requestSellerParticulars", "RequestSellerParticularsInput", changes, who).await
    }

    async fn told(&self, kind: &str) -> Vec<Value> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("seller").await;
        let mut connection = database.connection().await.unwrap();
        let query = outbox::table.filter(outbox::kind.eq(kind)).order(outbox::sequence).select(outbox::payload);
        query.load(&mut connection).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_correct_particulars_as_an_owner_asks() {
    let shop = Shop::open().await;
    let wrong = json!({ "name": "", "mailOrderNumber": "1" });
    let refused = shop.request(wrong, shop.owner()).await;
    let codes: Vec<&Value> = refused["userErrors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
    assert_eq!(codes, ["INVALID_NAME", "INVALID_MAIL_ORDER_NUMBER"]);
    let same = json!({ "name": "도아상점", "taxType": "GENERAL" });
    assert_eq!(code(&shop.request(same, shop.owner()).await), "NOTHING_CHANGES");
    let no_reason = json!({ "name": "새 이름", "reason": " " });
    assert_eq!(code(&shop.request(no_reason, shop.owner()).await), "REASON_REQUIRED");

    let wanted = json!({ "name": "도아상점", "representativeName": "이도아", "address": "부산광역시 해운대구 1" });
    let asked = shop.request(wanted.clone(), shop.owner()).await;
    let request = asked["request"]["id"].clone();
    let shown = json!({ "name": null, "representativeName": "이도아", "address": "부산광역시 해운대구 1" });
    assert_eq!((&asked["request"]["state"], &asked["request"]["wanted"]), (&json!("OPEN"), &shown));
    assert_eq!(code(&shop.request(wanted.clone(), shop.owner()).await), "PARTICULARS_REQUEST_OPEN");

    let id = || json!({ "requestId": request });
    let approve = async |who| shop.ask("approveSellerParticulars", "SellerParticularsRequestIdInput", id(), who).await;
    let waiting = "{ sellerParticularsRequests(state: OPEN) { totalCount nodes { id seller { name } } } }";
    let seen = shop.services.data("seller", waiting, json!({}), staff()).await["sellerParticularsRequests"].clone();
    assert_eq!(seen["nodes"], json!([{ "id": request, "seller": { "name": "도아상점" } }]));
    let query = "mutation($input: SellerParticularsRequestIdInput!) { approveSellerParticulars(input: $input) {
        userErrors { code } } }";
    let own = shop.services.execute("seller", query, json!({ "input": id() }), shop.owner()).await;
    assert_eq!(own.errors.len(), 1, "nobody approves the own");

    let approved = approve(staff()).await["request"].clone();
    let before = json!({ "name": null, "representativeName": "김도아", "address": "서울특별시 강남구 테헤란로 1" });
    assert_eq!((&approved["state"], &approved["before"]), (&json!("APPROVED"), &before));
    assert_eq!(code(&approve(staff()).await), "PARTICULARS_REQUEST_DECIDED");
    let public = "query($id: ID!) { seller(id: $id) { name representativeName address mailOrderNumber } }";
    let seen = shop.services.data("seller", public, json!({ "id": shop.id }), visitor()).await;
    let expected = json!({ "name": "도아상점", "representativeName": "이도아", "address": "부산광역시 해운대구 1",
        "mailOrderNumber": "2024-서울강남-01234" });
    assert_eq!(seen["seller"], expected);
    let told = shop.told("seller.particulars_changed").await;
    let fact = json!({ "sellerId": shop.id, "name": "도아상점", "fields": ["representativeName", "address"] });
    assert_eq!(told, [fact]);
    let logged = shop.told("audit.recorded").await;
    assert_eq!((logged.len(), &logged[0]["action"]), (1, &json!("approveSellerParticulars")));
    assert!(!logged[0].to_string().contains("이도아"), "who it is stays out of the log");

    let again = shop.request(json!({ "taxType": "SIMPLIFIED" }), shop.owner()).await["request"]["id"].clone();
    let input = json!({ "requestId": again, "reason": "증빙이 없습니다" });
    let refused = shop.ask("rejectSellerParticulars", "RejectSellerParticularsInput", input, staff()).await;
    assert_eq!(refused["request"]["state"], "REJECTED");
    let third = shop.request(json!({ "taxType": "SIMPLIFIED" }), shop.owner()).await["request"]["id"].clone();
    let input = json!({ "requestId": third });
    let back = shop.ask("withdrawSellerParticulars", "SellerParticularsRequestIdInput", input, shop.owner()).await;
    assert_eq!(back["request"]["state"], "WITHDRAWN");
    let history = "query($id: ID!) { seller(id: $id) { taxType particularsRequests { state decision } } }";
    let seen = shop.services.data("seller", history, json!({ "id": shop.id }), shop.owner()).await;
    let expected = json!([{ "state": "WITHDRAWN", "decision": null },
        { "state": "REJECTED", "decision": "증빙이 없습니다" }, { "state": "APPROVED", "decision": null }]);
    assert_eq!((&seen["seller"]["taxType"], &seen["seller"]["particularsRequests"]), (&json!("GENERAL"), &expected));
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_the_member_s_own_files() {
    let shop = Shop::open().await;
    let hand_in = async |field: &str, documents: Value| {
        let input = if field.starts_with("renew") { "RenewSellerDocumentsInput" } else { "SubmitSellerDocumentsInput" };
        let values = json!({ "sellerId": shop.id, "documents": documents });
        shop.ask(field, input, values, shop.owner()).await
    };
    for (document, code_of) in [
        (json!({ "kind": "IDENTITY" }), "DOCUMENTS_REQUIRED"),
        (json!({ "kind": "IDENTITY", "url": "http://files.example.com/1" }), "DOCUMENTS_REQUIRED"),
        (
            json!({ "kind": "IDENTITY", "fileId": file_of(1), "url": "https://files.example.com/1" }),
            "DOCUMENTS_REQUIRED",
        ),
        (json!({ "kind": "IDENTITY", "fileId": file_of(10) }), "FILE_NOT_FOUND"),
        (json!({ "kind": "IDENTITY", "fileId": file_of(11) }), "FILE_NOT_FOUND"),
        (json!({ "kind": "IDENTITY", "fileId": file_of(12) }), "FILE_NOT_FOUND"),
        (json!({ "kind": "IDENTITY", "fileId": file_of(99) }), "FILE_NOT_FOUND"),
    ] {
        let refused = hand_in("submitSellerDocuments", json!([document])).await;
        assert_eq!(code(&refused), code_of, "{document}");
    }
    let documents = json!([
        { "kind": "IDENTITY", "fileId": file_of(1) }, { "kind": "BANK_BOOK", "fileId": file_of(2), "expiresOn": "2099-01-01" }
    ]);
    let handed_in = hand_in("submitSellerDocuments", documents).await;
    let first = &handed_in["seller"]["documents"][0];
    assert_eq!((&first["file"]["id"], &first["url"]), (&json!(file_of(1)), &json!(format!("/files/{}", file_of(1)))));
    let input = json!({ "sellerId": shop.id });
    let query = "mutation($input: SellerIdInput!) { approveSeller(input: $input) { seller { state } } }";
    shop.services.data("seller", query, json!({ "input": input }), staff()).await;
    let renewed = json!([{ "kind": "IDENTITY", "fileId": file_of(3) }, { "kind": "BANK_BOOK", "fileId": file_of(2) }]);
    assert_eq!(code(&hand_in("renewSellerDocuments", renewed).await), "none");
    let told = shop.told("seller.documents_handed_in").await;
    let owner = prefixed("usr", OWNER);
    let expected = [
        json!({ "sellerId": shop.id, "ownerId": owner, "fileIds": [file_of(1), file_of(2)], "releasedFileIds": [] }),
        json!({ "sellerId": shop.id, "ownerId": owner, "fileIds": [file_of(3), file_of(2)], "releasedFileIds": [file_of(1)] }),
    ];
    assert_eq!(told, expected, "what counts still is not let go");
    shop.services.stop().await;
}
