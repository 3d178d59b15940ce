//! The admin service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::collections::BTreeSet;
use std::time::Duration;

use diesel_async::RunQueryDsl as _;
use platform::audit::{AuditRecorded, Entry, json};
use platform::database::Database;
use platform::events::append;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user, visitor};
use serde_json::Value;
use uuid::Uuid;

const ADMINISTRATOR: &str = "rol_01970000000070008000000000000001";
const AUDITOR: &str = "rol_01970000000070008000000000000005";

struct Office {
    services: TestServices,
    first: Uuid,
    second: Uuid,
}

fn prefixed(id: Uuid) -> String {
    format!("usr_{}", id.as_simple())
}

fn staff(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer, Scope::Staff], &[])
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("none")
}

impl Office {
    /// An office of two administrators.
    async fn open() -> Self {
        let services = TestServices::start_with(&[&admin::SERVICE], [("ADMIN_EXPIRY_INTERVAL", "50ms")]).await;
        let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
        let database = services.database_of("admin").await;
        for (id, name) in [(first, "하나"), (second, "두리")] {
            admin::appoint_administrator(&database, id, name).await.unwrap();
            admin::appoint_administrator(&database, id, name).await.unwrap();
        }
        let office = Self { services, first, second };
        // What is told of different people may come in any order: the two come first.
        office.log(2).await;
        office
    }

    async fn database(&self) -> Database {
        self.services.database_of("admin").await
    }

    async fn data(&self, query: &str, variables: Value, who: RequestContext) -> Value {
        self.services.data("admin", query, variables, who).await
    }

    async fn change(&self, field: &str, input: &str, selection: &str, values: Value, who: Uuid) -> Value {
        let query = format!(
            "mutation($input: {input}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code field }} }} }}"
        );
        self.data(&query, json!({ "input": values }), staff(who)).await[field].clone()
    }

    async fn request_roles(&self, who: Uuid, person: Uuid, roles: &[&str]) -> Value {
        let values = json!({ "userId": prefixed(person), "name": "세나", "roleIds": roles, "reason": "새 동료" });
        self.change("requestStaffRoles", "RequestStaffRolesInput", "approvalRequest { id state }", values, who).await
    }

    async fn decide(&self, field: &str, who: Uuid, id: &str) -> Value {
        let (input, values) = match field {
            "rejectRequest" => ("ApprovalReasonInput", json!({ "approvalId": id, "reason": "필요 없음" })),
            _ => ("ApprovalIdInput", json!({ "approvalId": id })),
        };
        self.change(field, input, "approvalRequest { id state decidedBy { id } }", values, who).await
    }

    async fn members(&self) -> Value {
        self.data("{ staffMembers { userId active version: joinedAt permissions } }", json!({}), staff(self.first))
            .await["staffMembers"]
            .clone()
    }

    /// The log, once it has as many entries.
    async fn log(&self, length: usize) -> Vec<Value> {
        let query = "{ auditEntries(first: 100) { totalCount nodes {
            sequence actor actorKind service action object reason before after hash previousHash } } }";
        for _ in 0..200 {
            let data = self.data(query, json!({}), staff(self.first)).await;
            let nodes = data["auditEntries"]["nodes"].as_array().unwrap().clone();
            if nodes.len() >= length {
                assert_eq!(data["auditEntries"]["totalCount"], nodes.len());
                return nodes;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the log does not have {length} entries");
    }
}

async fn statement(database: &Database, text: &str) -> diesel::QueryResult<usize> {
    diesel::sql_query(text).execute(&mut database.connection().await.unwrap()).await
}

async fn tell(database: &Database, entries: impl IntoIterator<Item = AuditRecorded>) {
    let mut connection = database.connection().await.unwrap();
    for entry in entries {
        append(&mut connection, &entry, None).await.unwrap();
    }
}

fn entry(object: &str) -> AuditRecorded {
    let context = staff(Uuid::now_v7());
    Entry::on("seller", object)
        .because("사유")
        .before(json!({ "state": "ACTIVE" }))
        .after(json!({ "state": "SUSPENDED" }))
        .recorded("suspendSeller", &context)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_becomes_a_chain_whoever_is_first() {
    let office = Office::open().await;
    let database = office.database().await;
    tell(&database, (0..60).map(|index| entry(&format!("slr_{index}")))).await;
    let log = office.log(62).await;
    let mut numbers: Vec<i64> = log.iter().map(|entry| entry["sequence"].as_str().unwrap().parse().unwrap()).collect();
    numbers.reverse();
    assert_eq!(numbers, (1..=62).collect::<Vec<i64>>());
    for pair in log.windows(2) {
        assert_eq!(pair[0]["previousHash"], pair[1]["hash"], "each follows the one before it");
    }
    assert_eq!(admin::check_audit(&database).await.unwrap(), []);

    // Delivered again, everything stays.
    statement(&database, "UPDATE outbox SET published_at = NULL").await.unwrap();
    tell(&database, [entry("slr_last")]).await;
    office.log(63).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(office.log(63).await.len(), 63);
    assert_eq!(admin::check_audit(&database).await.unwrap(), []);
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_refuses_changes_and_planted_ones_are_found() {
    let office = Office::open().await;
    let database = office.database().await;
    tell(&database, (0..8).map(|index| entry(&format!("slr_{index}")))).await;
    office.log(10).await;
    for change in ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"] {
        assert!(statement(&database, change).await.is_err(), "{change}");
    }
    let plant = async |change: &str, undo: &str| {
        statement(&database, "ALTER TABLE audit_entry DISABLE TRIGGER USER").await.unwrap();
        statement(&database, change).await.unwrap();
        let found: BTreeSet<(&str, i64)> = admin::check_audit(&database)
            .await
            .unwrap()
            .into_iter()
            .map(|finding| (finding.rule, finding.subject))
            .collect();
        statement(&database, undo).await.unwrap();
        statement(&database, "ALTER TABLE audit_entry ENABLE TRIGGER USER").await.unwrap();
        assert_eq!(admin::check_audit(&database).await.unwrap(), [], "{undo}");
        found
    };
    let set = |value: &str| format!("UPDATE audit_entry SET after = '{value}' WHERE sequence = 5");
    let changed = plant(&set(r#"{"state": "ACTIVE"}"#), &set(r#"{"state": "SUSPENDED"}"#)).await;
    assert_eq!(changed, BTreeSet::from([("an entry says what was recorded", 5)]));

    let take = |number: i64| format!("CREATE TABLE kept AS SELECT * FROM audit_entry WHERE sequence = {number}");
    let give = "INSERT INTO audit_entry SELECT * FROM kept";
    for (number, expected) in [(4, ("no entry is missing", 5)), (10, ("the log ends where its head says", 10))] {
        statement(&database, &take(number)).await.unwrap();
        let gone = plant(&format!("DELETE FROM audit_entry WHERE sequence = {number}"), give).await;
        assert_eq!(gone, BTreeSet::from([expected]));
        statement(&database, "DROP TABLE kept").await.unwrap();
    }

    let swap = "UPDATE audit_entry SET sequence = -sequence WHERE sequence IN (6, 7)";
    statement(&database, "ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_sequence_check").await.unwrap();
    let swapped =
        format!("DO $$ BEGIN {swap}; UPDATE audit_entry SET sequence = 13 + sequence WHERE sequence < 0; END $$");
    let found = plant(&swapped, &swapped).await;
    assert!(found.contains(&("an entry follows the one before it", 6)), "{found:?}");
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_change_when_a_second_person_agrees() {
    let office = Office::open().await;
    let (first, second, new) = (office.first, office.second, Uuid::now_v7());
    let asked = office.request_roles(first, new, &[AUDITOR]).await;
    assert_eq!(asked["approvalRequest"]["state"], "PENDING");
    let id = asked["approvalRequest"]["id"].as_str().unwrap().to_owned();
    assert_eq!(code(&office.request_roles(second, new, &[ADMINISTRATOR]).await), "APPROVAL_EXISTS");
    assert_eq!(code(&office.decide("approveRequest", first, &id).await), "SECOND_PERSON_NEEDED");
    assert_eq!(code(&office.decide("rejectRequest", first, &id).await), "SECOND_PERSON_NEEDED");
    assert_eq!(office.members().await.as_array().unwrap().len(), 2, "nothing has happened yet");

    let approved = office.decide("approveRequest", second, &id).await;
    assert_eq!(approved["approvalRequest"]["state"], "EXECUTED");
    assert_eq!(approved["approvalRequest"]["decidedBy"]["id"], prefixed(second));
    assert_eq!(office.members().await[2]["permissions"], json!(["AUDIT_READ"]));
    assert_eq!(code(&office.decide("approveRequest", second, &id).await), "APPROVAL_EXECUTED");
    assert_eq!(code(&office.request_roles(new, new, &[ADMINISTRATOR]).await), "PERMISSION_MISSING");

    let mut log = office.log(4).await;
    log.reverse();
    let actions: Vec<&str> = log.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["appointAdministrator", "appointAdministrator", "requestStaffRoles", "approveRequest"]);
    assert_eq!((log[3]["actor"].as_str().unwrap(), &log[3]["actorKind"]), (&*prefixed(second), &json!("STAFF")));

    // Not even the database lets one person do both.
    let database = office.database().await;
    let forged = "UPDATE approval_request SET decided_by = requested_by";
    assert!(statement(&database, forged).await.is_err());
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_always_stays_who_manages_staff() {
    let office = Office::open().await;
    let (first, second) = (office.first, office.second);
    let values =
        json!({ "roleId": ADMINISTRATOR, "name": "최고 관리자", "permissions": ["APPROVAL_DECIDE"], "reason": "정리" });
    let selection = "approvalRequest { id }";
    let asked = office.change("requestRole", "RequestRoleInput", selection, values, first).await;
    let id = asked["approvalRequest"]["id"].as_str().unwrap();
    assert_eq!(code(&office.decide("approveRequest", second, id).await), "LAST_ADMINISTRATOR");
    assert_eq!(code(&office.decide("withdrawRequest", second, id).await), "NOT_YOUR_REQUEST");
    assert_eq!(office.decide("withdrawRequest", first, id).await["approvalRequest"]["state"], "WITHDRAWN");

    let values = json!({ "name": "공지 담당", "permissions": ["NOTICE_WRITE"], "reason": "새 역할" });
    let asked = office.change("requestRole", "RequestRoleInput", selection, values, first).await;
    let id = asked["approvalRequest"]["id"].as_str().unwrap();
    assert_eq!(office.decide("approveRequest", second, id).await["approvalRequest"]["state"], "EXECUTED");
    let roles = office.data("{ roles { name permissions } }", json!({}), staff(first)).await;
    assert!(
        roles["roles"].as_array().unwrap().contains(&json!({ "name": "공지 담당", "permissions": ["NOTICE_WRITE"] }))
    );
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_above_the_limit_is_approved_used_up_or_expires() {
    let office = Office::open().await;
    let claim = format!("clm_{}", Uuid::now_v7().as_simple());
    let ask = async |amount: i64| {
        let values = json!({ "claimId": claim, "amount": amount, "reason": "고가 상품" });
        office
            .change(
                "requestRefundApproval",
                "RequestRefundApprovalInput",
                "approvalRequest { id }",
                values,
                office.first,
            )
            .await
    };
    let approved = async || {
        let query = "query($id: ID!) { approvedRefund(claimId: $id) }";
        office.data(query, json!({ "id": claim }), service("order")).await["approvedRefund"].clone()
    };
    assert_eq!(code(&ask(0).await), "INVALID_AMOUNT");
    let id = ask(2_000_000).await["approvalRequest"]["id"].as_str().unwrap().to_owned();
    assert_eq!(approved().await, Value::Null);
    assert_eq!(office.decide("approveRequest", office.second, &id).await["approvalRequest"]["state"], "APPROVED");
    assert_eq!(approved().await, 2_000_000);

    let database = office.database().await;
    let refund = Entry::on("order", &claim).after(json!({ "refundAmount": 1_500_000 }));
    tell(&database, [refund.recorded("refundClaim", &staff(office.first))]).await;
    for _ in 0..100 {
        if approved().await.is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(code(&office.decide("approveRequest", office.second, &id).await), "APPROVAL_EXECUTED");

    let id = ask(3_000_000).await["approvalRequest"]["id"].as_str().unwrap().to_owned();
    let over =
        "UPDATE approval_request SET requested_at = now() - interval '2 days', expires_at = now() - interval '1 day'
        WHERE state = 'PENDING'";
    statement(&database, over).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(code(&office.decide("approveRequest", office.second, &id).await), "APPROVAL_EXPIRED");

    // Lines of an order, which are cancelled, are approved by the order.
    let order = format!("ord_{}", Uuid::now_v7().as_simple());
    let ask = async |values: Value| {
        let (name, input, fields) = ("requestRefundApproval", "RequestRefundApprovalInput", "approvalRequest { id }");
        office.change(name, input, fields, values, office.first).await
    };
    for values in [json!({}), json!({ "claimId": claim, "orderId": order })] {
        let mut values = values;
        values.as_object_mut().unwrap().extend([("amount".to_owned(), json!(1)), ("reason".to_owned(), json!("사유"))]);
        assert_eq!(code(&ask(values).await), "INVALID_OBJECT", "one of them");
    }
    let asked = ask(json!({ "orderId": order, "amount": 4_000_000, "reason": "고가 상품" })).await;
    let id = asked["approvalRequest"]["id"].as_str().unwrap().to_owned();
    office.decide("approveRequest", office.second, &id).await;
    let query = "query($id: ID!) { approvedRefund(orderId: $id) }";
    let approved = office.data(query, json!({ "id": order }), service("order")).await;
    assert_eq!(approved["approvedRefund"], 4_000_000);

    // Who may decide is known to who tells them.
    let query = "{ staffPermitted(permission: APPROVAL_DECIDE) }";
    let permitted = office.data(query, json!({}), service("notification")).await["staffPermitted"].clone();
    for person in [office.first, office.second] {
        assert!(permitted.as_array().unwrap().contains(&json!(prefixed(person))), "{permitted}");
    }
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_shown_in_their_time_and_to_whom_they_are_for() {
    let office = Office::open().await;
    let notice = |title: &str, audience: &str, starts: i64| {
        let at = chrono::Utc::now() + chrono::TimeDelta::hours(starts);
        json!({ "titleKo": title, "titleEn": "Title", "bodyKo": "내용", "bodyEn": "Text", "audience": audience, "startsAt": at })
    };
    let mut ids = Vec::new();
    for (title, audience, starts) in [("모두", "ALL", -1), ("판매자", "SELLERS", -2), ("나중", "ALL", 5)] {
        let values = json!({ "notice": notice(title, audience, starts) });
        let made =
            office.change("createNotice", "CreateNoticeInput", "notice { id state }", values, office.first).await;
        assert_eq!(made["notice"]["state"], "DRAFT");
        ids.push(made["notice"]["id"].as_str().unwrap().to_owned());
    }
    let titles = async |who: RequestContext| {
        let data = office.data("{ notices { nodes { title } } }", json!({}), who).await;
        let nodes = data["notices"]["nodes"].as_array().unwrap().clone();
        nodes.into_iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(titles(visitor()).await.is_empty());
    let command = async |field: &str, id: &str| {
        let values = json!({ "noticeId": id });
        office.change(field, "NoticeIdInput", "notice { state }", values, office.first).await
    };
    for id in &ids {
        assert_eq!(command("publishNotice", id).await["notice"]["state"], "PUBLISHED");
    }
    assert_eq!(code(&command("publishNotice", &ids[0]).await), "NOTICE_PUBLISHED");
    assert_eq!(titles(visitor()).await, ["모두"]);
    assert_eq!(titles(user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[])).await, ["모두", "판매자"]);
    let later = office.data("query($id: ID!) { notice(id: $id) { id } }", json!({ "id": ids[2] }), visitor()).await;
    assert!(later["notice"].is_null());
    assert_eq!(command("withdrawNotice", &ids[0]).await["notice"]["state"], "WITHDRAWN");
    assert!(titles(visitor()).await.is_empty());
    let empty = json!({ "noticeId": ids[1], "notice": notice(" ", "ALL", 0) });
    assert_eq!(
        code(&office.change("editNotice", "EditNoticeInput", "notice { id }", empty, office.first).await),
        "INVALID_TEXT"
    );
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn complaints_are_filed_answered_and_closed() {
    let office = Office::open().await;
    let buyer = Uuid::now_v7();
    let query = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { complaint { id state channel } userErrors { code } } }";
    let input = json!({ "input": { "category": "DELIVERY", "text": "늦었습니다" } });
    let filed = office.data(query, input.clone(), user(buyer, &[Scope::Buyer], &[])).await["fileComplaint"].clone();
    assert_eq!((&filed["complaint"]["state"], &filed["complaint"]["channel"]), (&json!("OPEN"), &json!("WEB")));
    let refused = TestServices::execute(&office.services, "admin", query, input, visitor()).await;
    assert_eq!(refused.errors.len(), 1, "nobody complains without a name");
    let id = filed["complaint"]["id"].as_str().unwrap();
    let command = async |field: &str, who: Uuid| {
        let (input, values) = match field {
            "resolveComplaint" => ("ResolveComplaintInput", json!({ "complaintId": id, "answer": "보상해 드립니다" })),
            _ => ("ComplaintIdInput", json!({ "complaintId": id })),
        };
        office.change(field, input, "complaint { state answer }", values, who).await
    };
    assert_eq!(code(&command("resolveComplaint", office.first).await), "COMPLAINT_OPEN");
    assert_eq!(code(&command("takeComplaint", buyer).await), "PERMISSION_MISSING");
    for (field, state) in [
        ("takeComplaint", "IN_PROGRESS"),
        ("resolveComplaint", "RESOLVED"),
        ("reopenComplaint", "IN_PROGRESS"),
        ("resolveComplaint", "RESOLVED"),
        ("closeComplaint", "CLOSED"),
    ] {
        assert_eq!(command(field, office.second).await["complaint"]["state"], state, "{field}");
    }
    let own =
        office.data("{ myComplaints { nodes { id answer } } }", json!({}), user(buyer, &[Scope::Buyer], &[])).await;
    assert_eq!(own["myComplaints"]["nodes"], json!([{ "id": id, "answer": "보상해 드립니다" }]));
    let overview =
        office.data("{ adminOverview { openComplaints pendingApprovals } }", json!({}), staff(office.first)).await;
    assert_eq!(overview["adminOverview"], json!({ "openComplaints": 0, "pendingApprovals": 0 }));
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_permitted_read_the_log() {
    let office = Office::open().await;
    let query = "{ auditEntries { nodes { sequence } } }";
    for who in [visitor(), user(Uuid::now_v7(), &[Scope::Buyer], &[]), staff(Uuid::now_v7())] {
        let answer = TestServices::execute(&office.services, "admin", query, json!({}), who).await;
        assert_eq!(answer.errors.len(), 1);
    }
    office.services.stop().await;
}
