//! The seller service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

const APPLY: &str = "mutation($input: ApplyAsSellerInput!) {
    applyAsSeller(input: $input) { seller { id state businessNumber phone email } userErrors { code field message retryable } } }";

fn application(business_number: &str) -> Value {
    json!({ "input": {
        "name": "도아상점", "representativeName": "김도아", "businessNumber": business_number,
        "mailOrderNumber": "제2024-서울강남-01234호", "address": "서울특별시 강남구 테헤란로 1", "phone": "0212345678",
        "email": "Shop@Example.com", "taxType": "GENERAL",
        "bankAccount": { "bank": "국민은행", "number": "110-123-456789", "holder": "김도아" }
    } })
}

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

async fn apply(services: &TestServices, owner: Uuid, business_number: &str) -> (String, Uuid) {
    let context = user(owner, &[Scope::Buyer], &[]);
    let data = services.data("seller", APPLY, application(business_number), context).await;
    assert_eq!(data["applyAsSeller"]["userErrors"], json!([]));
    let id = data["applyAsSeller"]["seller"]["id"].as_str().unwrap().to_owned();
    let uuid = Uuid::try_parse(id.strip_prefix("slr_").unwrap()).unwrap();
    (id, uuid)
}

async fn command(services: &TestServices, field: &str, id: &str, context: RequestContext) -> Value {
    let with_reason = ["rejectSeller", "restrictSeller", "suspendSeller", "reinstateSeller", "terminateSeller"];
    let (kind, input) = match field {
        "requestSellerDocuments" => ("RequestSellerDocumentsInput", json!({ "sellerId": id, "reason": "통장 사본" })),
        "submitSellerDocuments" => (
            "SubmitSellerDocumentsInput",
            json!({ "sellerId": id, "documents": [{ "kind": "BANK_BOOK", "url": "https://files.example.com/1" }] }),
        ),
        _ if with_reason.contains(&field) => ("SellerReasonInput", json!({ "sellerId": id, "reason": "사유" })),
        _ => ("SellerIdInput", json!({ "sellerId": id })),
    };
    let query = format!(
        "mutation($input: {kind}!) {{ {field}(input: $input) {{ seller {{ state canSell }} userErrors {{ code }} }} }}"
    );
    services.data("seller", &query, json!({ "input": input }), context).await[field].clone()
}

fn outcome(state: &str, can_sell: bool) -> Value {
    json!({ "seller": { "state": state, "canSell": can_sell }, "userErrors": [] })
}

fn refused(code: &str) -> Value {
    json!({ "seller": null, "userErrors": [{ "code": code }] })
}

async fn error_code(services: &TestServices, query: &str, variables: Value, context: RequestContext) -> String {
    let response = services.execute("seller", query, variables, context).await;
    let extensions = response.errors.first().and_then(|error| error.extensions.clone()).expect("an error with a code");
    extensions.get("code").unwrap().clone().into_json().unwrap().as_str().unwrap().to_owned()
}

async fn facts(services: &TestServices) -> Vec<(String, Value)> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
    let database = services.database_of("seller").await;
    let mut connection = database.connection().await.unwrap();
    let facts = outbox::table.filter(outbox::kind.ne("audit.recorded")).order(outbox::sequence);
    facts.select((outbox::kind, outbox::payload)).load(&mut connection).await.unwrap()
}

/// What the audit log is told, in order.
async fn recorded(services: &TestServices) -> Vec<Value> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
    let database = services.database_of("seller").await;
    let mut connection = database.connection().await.unwrap();
    let entries = outbox::table.filter(outbox::kind.eq("audit.recorded")).order(outbox::sequence);
    entries.select(outbox::payload).load(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_application_to_termination() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let owner = Uuid::now_v7();
    let (id, uuid) = apply(&services, owner, "124-81-00998").await;
    let staff = || user(Uuid::now_v7(), &[Scope::StaffSellers], &[]);
    let owner = || user(owner, &[Scope::Buyer, Scope::Seller], &[uuid]);

    assert_eq!(command(&services, "approveSeller", &id, staff()).await, refused("STATE_CONFLICT"));
    assert_eq!(command(&services, "requestSellerDocuments", &id, staff()).await, outcome("DOCS_REQUIRED", false));
    assert_eq!(command(&services, "submitSellerDocuments", &id, owner()).await, outcome("UNDER_REVIEW", false));
    assert_eq!(command(&services, "approveSeller", &id, staff()).await, outcome("APPROVED", false));
    assert_eq!(command(&services, "activateSeller", &id, owner()).await, outcome("ACTIVE", true));
    assert_eq!(command(&services, "startSellerHoliday", &id, owner()).await, outcome("ON_HOLIDAY", false));
    assert_eq!(command(&services, "endSellerHoliday", &id, owner()).await, outcome("ACTIVE", true));
    assert_eq!(command(&services, "restrictSeller", &id, staff()).await, outcome("RESTRICTED", true));
    assert_eq!(command(&services, "suspendSeller", &id, staff()).await, outcome("SUSPENDED", false));
    assert_eq!(command(&services, "reinstateSeller", &id, staff()).await, outcome("ACTIVE", true));
    assert_eq!(command(&services, "terminateSeller", &id, staff()).await, outcome("TERMINATED", false));
    assert_eq!(command(&services, "reinstateSeller", &id, staff()).await, refused("STATE_CONFLICT"));

    let query = "query($id: ID!) { seller(id: $id) {
        stateHistory { from to reason } documents { kind url } bankAccount { bank number holder } members { role } } }";
    let data = services.data("seller", query, json!({ "id": id }), owner()).await;
    let history = data["seller"]["stateHistory"].as_array().unwrap();
    assert_eq!(history.len(), 11);
    assert_eq!(history[0], json!({ "from": null, "to": "APPLIED", "reason": null }));
    assert_eq!(history[1], json!({ "from": "APPLIED", "to": "DOCS_REQUIRED", "reason": "통장 사본" }));
    assert_eq!(data["seller"]["documents"], json!([{ "kind": "BANK_BOOK", "url": "https://files.example.com/1" }]));
    assert_eq!(data["seller"]["bankAccount"]["number"], "110-123-456789");

    let facts = facts(&services).await;
    assert_eq!(facts.len(), 11);
    assert_eq!(facts[0].0, "seller.applied");
    assert_eq!(facts[4].0, "seller.state_changed");
    let activated = json!({ "sellerId": id, "name": "도아상점", "from": "APPROVED", "to": "ACTIVE", "canSell": true });
    assert_eq!(facts[4].1, activated);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_are_checked_and_businesses_are_unique() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let applicant = Uuid::now_v7();
    let context = || user(applicant, &[Scope::Buyer], &[]);
    let mut wrong = application("124-81-00997");
    wrong["input"]["phone"] = json!("12");
    wrong["input"]["bankAccount"]["number"] = json!("x");
    let data = services.data("seller", APPLY, wrong, context()).await;
    let codes: Vec<&str> =
        data["applyAsSeller"]["userErrors"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["INVALID_BUSINESS_NUMBER", "INVALID_PHONE", "INVALID_BANK_ACCOUNT"]);
    assert_eq!(data["applyAsSeller"]["userErrors"][2]["field"], json!(["bankAccount", "number"]));
    assert_eq!(data["applyAsSeller"]["userErrors"][1]["message"], "전화번호가 올바르지 않습니다");

    let (first, _) = apply(&services, applicant, "124-81-00998").await;
    let data = services.data("seller", APPLY, application("1248100998"), context()).await;
    assert_eq!(data["applyAsSeller"]["userErrors"][0]["code"], "BUSINESS_NUMBER_TAKEN");
    let staff = user(Uuid::now_v7(), &[Scope::StaffSellers], &[]);
    assert_eq!(command(&services, "rejectSeller", &first, staff).await, outcome("REJECTED", false));
    apply(&services, applicant, "124-81-00998").await;
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_fields_and_commands_are_guarded() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let owner = Uuid::now_v7();
    let (id, uuid) = apply(&services, owner, "124-81-00998").await;
    let stranger = || user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]);
    let private = "query($id: ID!) { seller(id: $id) { name bankAccount { number } } }";
    let variables = || json!({ "id": id });

    let public = "query($id: ID!) { seller(id: $id) { name representativeName businessNumber mailOrderNumber } }";
    let data = services.data("seller", public, variables(), visitor()).await;
    assert_eq!(data["seller"]["businessNumber"], "124-81-00998");
    assert_eq!(data["seller"]["mailOrderNumber"], "2024-서울강남-01234");
    assert_eq!(error_code(&services, private, variables(), visitor()).await, "UNAUTHENTICATED");
    assert_eq!(error_code(&services, private, variables(), user(owner, &[Scope::Buyer], &[])).await, "FORBIDDEN");
    assert_eq!(error_code(&services, private, variables(), stranger()).await, "FORBIDDEN");
    services.data("seller", private, variables(), user(owner, &[Scope::Seller], &[uuid])).await;
    services.data("seller", private, variables(), service("settlement")).await;

    let approve = "mutation($id: ID!) { approveSeller(input: { sellerId: $id }) { seller { id } } }";
    assert_eq!(error_code(&services, approve, variables(), stranger()).await, "FORBIDDEN");
    let holiday = "mutation($id: ID!) { startSellerHoliday(input: { sellerId: $id }) { seller { id } } }";
    assert_eq!(error_code(&services, holiday, variables(), stranger()).await, "FORBIDDEN");
    let memberships = "query($id: ID!) { sellerMemberships(userId: $id) { role seller { id state } user { id } } }";
    let of_owner = || json!({ "id": prefixed("usr", owner) });
    assert_eq!(error_code(&services, memberships, of_owner(), stranger()).await, "FORBIDDEN");
    let data = services.data("seller", memberships, of_owner(), service("auth")).await;
    let expected = json!([{ "role": "OWNER", "seller": { "id": id, "state": "APPLIED" }, "user": { "id": prefixed("usr", owner) } }]);
    assert_eq!(data["sellerMemberships"], expected);
    let unknown = json!({ "id": prefixed("slr", Uuid::now_v7()) });
    assert_eq!(services.data("seller", public, unknown, visitor()).await["seller"], Value::Null);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_changes_the_bank_account_after_proving_who_it_is() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let owner = Uuid::now_v7();
    let (id, uuid) = apply(&services, owner, "124-81-00998").await;
    let change = "mutation($input: ChangeSellerBankAccountInput!) { changeSellerBankAccount(input: $input) {
        seller { bankAccount { bank number holder } } userErrors { code field } } }";
    let input = |number: &str| json!({ "input": { "sellerId": id, "bankAccount": { "bank": "신한은행", "number": number, "holder": "김도아" } } });
    let who = |proved_at: u64| {
        let mut context = user(owner, &[Scope::Buyer, Scope::Seller], &[uuid]);
        let principal = std::sync::Arc::make_mut(&mut context.principal);
        (principal.proved_at, principal.proof_lifetime) = (Some(proved_at), Some(600));
        context
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let stale = error_code(&services, change, input("110-999-888777"), who(now - 601)).await;
    assert_eq!(stale, "STEP_UP_REQUIRED");
    let wrong = services.data("seller", change, input("1"), who(now)).await["changeSellerBankAccount"].clone();
    assert_eq!(wrong["userErrors"], json!([{ "code": "INVALID_BANK_ACCOUNT", "field": ["bankAccount", "number"] }]));
    let stranger = user(Uuid::now_v7(), &[Scope::Buyer], &[uuid]);
    assert_eq!(error_code(&services, change, input("110-999-888777"), stranger).await, "FORBIDDEN");
    let changed = services.data("seller", change, input("110-999-888777"), who(now)).await;
    assert_eq!(changed["changeSellerBankAccount"]["seller"]["bankAccount"]["number"], "110-999-888777");
    // Nothing more is asked of an owner whose account has no second factor and needs none.
    services
        .data("seller", change, input("110-999-888778"), user(owner, &[Scope::Buyer, Scope::Seller], &[uuid]))
        .await;
    let told = facts(&services).await.into_iter().filter(|(kind, _)| kind == "seller.bank_account_changed");
    let told: Vec<Value> = told.map(|(_, payload)| payload).collect();
    assert_eq!((told.len(), &told[0]["changedBy"]), (2, &json!(prefixed("usr", owner))));
    assert!(!told[0].to_string().contains("999-888"), "the account is not told");
    let recorded = recorded(&services).await;
    assert_eq!(recorded.len(), 2, "{recorded:?}");
    assert_eq!(
        (&recorded[0]["action"], &recorded[0]["actor"], &recorded[0]["before"], &recorded[0]["after"]),
        (
            &json!("changeSellerBankAccount"),
            &json!(prefixed("usr", owner)),
            &json!({ "bank": "국민은행", "number": "***-***-**6789" }),
            &json!({ "bank": "신한은행", "number": "***-***-**8777" })
        )
    );
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_come_and_go_but_an_owner_stays() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let (owner, manager) = (Uuid::now_v7(), Uuid::now_v7());
    let (id, uuid) = apply(&services, owner, "124-81-00998").await;
    let as_user = |id: Uuid| user(id, &[Scope::Seller], &[uuid]);
    let invite = "mutation($input: InviteSellerMemberInput!) {
        inviteSellerMember(input: $input) { member { role user { id } } userErrors { code } } }";
    let remove = "mutation($input: RemoveSellerMemberInput!) {
        removeSellerMember(input: $input) { removedUserId userErrors { code } } }";
    let new = |role: &str| json!({ "input": { "sellerId": id, "userId": prefixed("usr", manager), "role": role } });
    let gone = |user: Uuid| json!({ "input": { "sellerId": id, "userId": prefixed("usr", user) } });
    let code = |data: &Value, field: &str| data[field]["userErrors"][0]["code"].as_str().unwrap_or("-").to_owned();

    let data = services.data("seller", invite, new("MANAGER"), as_user(owner)).await;
    assert_eq!(data["inviteSellerMember"]["member"]["role"], "MANAGER");
    let data = services.data("seller", invite, new("STAFF"), as_user(owner)).await;
    assert_eq!(code(&data, "inviteSellerMember"), "MEMBER_EXISTS");
    let data = services.data("seller", invite, new("OWNER"), as_user(manager)).await;
    assert_eq!(code(&data, "inviteSellerMember"), "NOT_OWNER");
    let data = services.data("seller", remove, gone(owner), as_user(owner)).await;
    assert_eq!(code(&data, "removeSellerMember"), "LAST_OWNER");
    let data = services.data("seller", remove, gone(Uuid::now_v7()), as_user(owner)).await;
    assert_eq!(code(&data, "removeSellerMember"), "MEMBER_NOT_FOUND");

    let profile = "mutation($input: UpdateSellerProfileInput!) { updateSellerProfile(input: $input) {
        seller { introduction phone email } userErrors { code field } } }";
    let change = json!({ "input": { "sellerId": id, "introduction": "정직한 가게", "phone": "1588-1234" } });
    let data = services.data("seller", profile, change, as_user(manager)).await;
    let expected = json!({ "introduction": "정직한 가게", "phone": "1588-1234", "email": "shop@example.com" });
    assert_eq!(data["updateSellerProfile"]["seller"], expected);
    let private = "query($id: ID!) { seller(id: $id) { bankAccount { number } } }";
    let seen = services.data("seller", private, json!({ "id": id }), as_user(manager)).await;
    assert_eq!(seen["seller"]["bankAccount"], Value::Null, "for owners");
    let seen = services.data("seller", private, json!({ "id": id }), as_user(owner)).await;
    assert!(seen["seller"]["bankAccount"]["number"].is_string());
    let document = json!({ "kind": "BANK_BOOK", "url": "https://files.example.com/1" });
    let submit = "mutation($input: SubmitSellerDocumentsInput!) { submitSellerDocuments(input: $input) {
        userErrors { code } } }";
    let input = json!({ "input": { "sellerId": id, "documents": [document] } });
    services.data("seller", submit, input, as_user(manager)).await;
    let papers = "query($id: ID!) { seller(id: $id) { documents { kind } } }";
    let seen = services.data("seller", papers, json!({ "id": id }), as_user(manager)).await;
    assert_eq!(seen["seller"]["documents"], json!([{ "kind": "BANK_BOOK" }]));
    let clerk = Uuid::now_v7();
    let input = json!({ "input": { "sellerId": id, "userId": prefixed("usr", clerk), "role": "STAFF" } });
    services.data("seller", invite, input, as_user(owner)).await;
    let seen = services.data("seller", papers, json!({ "id": id }), as_user(clerk)).await;
    assert_eq!(seen["seller"]["documents"], json!([]), "for owners and managers");
    let change = json!({ "input": { "sellerId": id, "introduction": null } });
    let data = services.data("seller", profile, change, as_user(manager)).await;
    assert_eq!(data["updateSellerProfile"]["seller"]["introduction"], Value::Null);

    let data = services.data("seller", remove, gone(manager), as_user(manager)).await;
    assert_eq!(data["removeSellerMember"]["removedUserId"], prefixed("usr", manager));
    let response = services.execute("seller", profile, json!({ "input": { "sellerId": id } }), as_user(manager)).await;
    assert_eq!(response.errors.len(), 1, "a token that still names the seller does not outlive the membership");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_decisions_at_once_wins() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let owner = Uuid::now_v7();
    let (id, _) = apply(&services, owner, "124-81-00998").await;
    let staff = || user(Uuid::now_v7(), &[Scope::StaffSellers], &[]);
    command(&services, "startSellerReview", &id, staff()).await;
    let (approved, rejected) = tokio::join!(
        command(&services, "approveSeller", &id, staff()),
        command(&services, "rejectSeller", &id, staff())
    );
    let refusals = [&approved, &rejected].iter().filter(|data| ***data == refused("STATE_CONFLICT")).count();
    assert_eq!(refusals, 1, "{approved} {rejected}");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeds_are_listed_page_by_page_and_come_once() {
    let services = TestServices::start(&[&seller::SERVICE]).await;
    let database = services.database_of("seller").await;
    let owner = Uuid::now_v7();
    let now = chrono::Utc::now();
    let seeds: Vec<seller::SeedSeller> = (0..5_u32)
        .map(|number| seller::SeedSeller {
            id: Uuid::now_v7(),
            owner,
            name: format!("가게 {number}"),
            introduction: None,
            representative_name: "김도아".to_owned(),
            serial: number,
            mail_order_number: "2024-서울강남-01234".to_owned(),
            address: "서울".to_owned(),
            phone: "02-1234-5678".to_owned(),
            email: "shop@example.com".to_owned(),
            tax_type: seller::TaxType::General,
            bank: "국민은행".to_owned(),
            bank_account_number: "110-123-456789".to_owned(),
            joined_at: now,
        })
        .collect();
    assert_eq!(seller::seed(&database, &seeds).await.unwrap(), 5);
    assert_eq!(seller::seed(&database, &seeds).await.unwrap(), 0);
    assert_eq!(facts(&services).await.len(), 5);

    let query = "query($first: Int, $after: String, $last: Int, $before: String, $where: SellerWhere) {
        sellers(first: $first, after: $after, last: $last, before: $before, where: $where) {
            nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let staff = || user(Uuid::now_v7(), &[Scope::StaffSellers], &[]);
    let names = |data: &Value| -> Vec<String> {
        let nodes = data["sellers"]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["name"].as_str().unwrap().replace("가게 ", "")).collect()
    };
    let first = services.data("seller", query, json!({ "first": 2 }), staff()).await;
    assert_eq!((names(&first), &first["sellers"]["totalCount"]), (vec!["4".into(), "3".into()], &json!(5)));
    let after = first["sellers"]["pageInfo"]["endCursor"].clone();
    let second = services.data("seller", query, json!({ "first": 2, "after": after }), staff()).await;
    assert_eq!(names(&second), ["2", "1"]);
    let before = second["sellers"]["pageInfo"]["startCursor"].clone();
    let back = services.data("seller", query, json!({ "last": 2, "before": before }), staff()).await;
    assert_eq!(names(&back), ["4", "3"]);
    assert_eq!(back["sellers"]["pageInfo"]["hasPreviousPage"], false);
    let found =
        services.data("seller", query, json!({ "where": { "name": "게 3", "state": "ACTIVE" } }), staff()).await;
    assert_eq!(names(&found), ["3"]);

    let entities = "query($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Seller { name } ... on User { sellerMemberships { seller { name } } } } }";
    let representations = json!({ "representations": [
        { "__typename": "Seller", "id": prefixed("slr", seeds[1].id) },
        { "__typename": "Seller", "id": prefixed("slr", Uuid::now_v7()) },
        { "__typename": "Seller", "id": "nonsense" },
        { "__typename": "User", "id": prefixed("usr", owner) },
    ] });
    let data = services.data("seller", entities, representations, user(owner, &[Scope::Seller], &[])).await;
    assert_eq!(data["_entities"][0]["name"], "가게 1");
    assert_eq!(data["_entities"][1], Value::Null);
    assert_eq!(data["_entities"][2], Value::Null);
    assert_eq!(data["_entities"][3]["sellerMemberships"].as_array().unwrap().len(), 5);
    services.stop().await;
}
