//! Leaving, and who has looked at a person's data, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use platform::events::{Fact, append};
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};
use platform::testing::{TestServices, service, user};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

platform::stand_in!(
    /// An order service in which buyers whose id ends with an odd digit have an order under way; all have bought.
    ORDER, "order", Schema::build(OrderQuery, EmptyMutation, EmptySubscription).finish()
);

struct OrderQuery;

#[derive(SimpleObject)]
struct BuyerStanding {
    open_orders: Vec<String>,
    has_bought: bool,
}

#[Object]
impl OrderQuery {
    async fn buyer_standing(&self, buyer_id: ID) -> BuyerStanding {
        let odd = buyer_id.chars().last().and_then(|last| last.to_digit(16)).is_some_and(|last| last % 2 == 1);
        BuyerStanding {
            open_orders: odd.then(|| "20260301-00000007".to_owned()).into_iter().collect(),
            has_bought: true,
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

struct World(TestServices);

impl World {
    async fn start() -> Self {
        let values = [("USER_DATA_KEY", "only for tests"), ("USER_HOUSEKEEPING", "100ms")];
        Self(TestServices::start_with(&[&user::SERVICE, &ORDER], values).await)
    }

    /// A person with an address; the id ends with an even digit unless there is an order under way.
    async fn person(&self, email: &str, has_open_order: bool) -> Uuid {
        let id = Uuid::from_u128(Uuid::now_v7().as_u128() & !1 | u128::from(has_open_order));
        let register = "mutation($input: RegisterUserInput!) { registerUser(input: $input) { userErrors { code } } }";
        let input = json!({ "id": prefixed("usr", id), "email": email, "name": "김도아", "phone": "010-1234-5678",
            "consents": [{ "purpose": "TERMS", "version": "1", "granted": true }] });
        self.0.data("user", register, json!({ "input": input }), service("auth")).await;
        let add = "mutation($input: AddAddressInput!) { addAddress(input: $input) { userErrors { code } } }";
        let address = json!({ "recipient": "김도아", "phone": "01012345678", "zonecode": "06236",
            "roadAddress": "서울특별시 강남구 테헤란로 152", "detail": "101호" });
        let added = self.0.data("user", add, json!({ "input": { "address": address } }), buyer(id)).await;
        assert_eq!(added["addAddress"]["userErrors"], json!([]));
        id
    }

    async fn withdraw(&self, email: &str, who: RequestContext) -> Value {
        let query = "mutation($input: WithdrawInput!) { withdraw(input: $input) {
            withdrawnAt userErrors { code message } } }";
        self.0.data("user", query, json!({ "input": { "email": email } }), who).await["withdraw"].clone()
    }

    async fn sql(&self, statement: &str) {
        self.try_sql(statement).await.unwrap();
    }

    /// Runs statements in one transaction.
    async fn try_sql(&self, statements: &str) -> Result<(), String> {
        use diesel_async::SimpleAsyncConnection;
        let database = self.0.database_of("user").await;
        let mut connection = database.connection().await.unwrap();
        connection.batch_execute(statements).await.map_err(|error| error.to_string())
    }

    async fn count(&self, from: &str) -> i64 {
        use diesel_async::RunQueryDsl;
        let database = self.0.database_of("user").await;
        let mut connection = database.connection().await.unwrap();
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"));
        query.get_result::<Count>(&mut connection).await.unwrap().count
    }

    /// Every row of every table of the service, as one text; bytes as text too.
    async fn all_that_is_stored(&self) -> String {
        use diesel_async::RunQueryDsl;
        let database = self.0.database_of("user").await;
        let mut connection = database.connection().await.unwrap();
        let tables = diesel::sql_query("SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'user'");
        let tables = tables.load::<Found>(&mut connection).await.unwrap();
        assert!(tables.len() > 7);
        let mut all = String::new();
        for Found { text: table } in tables {
            let query = format!("SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM {table} t");
            all += &diesel::sql_query(query).get_result::<Found>(&mut connection).await.unwrap().text;
        }
        let sealed = "SELECT coalesce(string_agg(encode(sealed, 'escape'), ' '), '') AS text
            FROM (SELECT sealed FROM profile UNION ALL SELECT sealed FROM address
            UNION ALL SELECT sealed FROM retained_record) s";
        all + &diesel::sql_query(sealed).get_result::<Found>(&mut connection).await.unwrap().text
    }

    async fn has_plain_columns(&self) -> bool {
        self.count("information_schema.columns WHERE table_schema = 'user' AND column_name IN ('email', 'recipient')")
            .await
            > 0
    }
}

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_forgotten_but_for_what_the_law_keeps() {
    let world = World::start().await;
    let id = world.person("kim@example.com", false).await;
    let update = "mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "name": "김새롬", "phone": "010-9876-5432" } });
    world.0.data("user", update, input, buyer(id)).await;
    assert_eq!(world.count("outbox WHERE kind = 'user.updated'").await, 1);
    let wrong = world.withdraw("lee@example.com", buyer(id)).await;
    assert_eq!(wrong["userErrors"][0]["code"], "EMAIL_MISMATCH");
    let left = world.withdraw(" Kim@Example.com", buyer(id)).await;
    assert_eq!((&left["userErrors"], left["withdrawnAt"].is_string()), (&json!([]), true));
    assert_eq!(world.0.data("user", "{ me { id } }", json!({}), buyer(id)).await["me"], Value::Null);
    let query =
        "query($id: ID!) { user(id: $id) { withdrawn email name phone addresses { id } consents { purpose } } }";
    let variables = json!({ "id": prefixed("usr", id) });
    let seen = world.0.data("user", query, variables, user(Uuid::now_v7(), &[Scope::Staff], &[])).await;
    let nothing =
        json!({ "withdrawn": true, "email": null, "name": null, "phone": null, "addresses": [], "consents": [] });
    assert_eq!(seen["user"], nothing);
    assert_eq!(world.count("person_key").await, 0, "the key is destroyed");
    assert_eq!(world.count("outbox WHERE kind = 'user.withdrawn'").await, 1);
    assert_eq!(
        world.count("retained_record WHERE basis = 'CONTRACTS' AND retain_until > now() + interval '1800 days'").await,
        1
    );
    assert_eq!(
        world.count("retained_record WHERE basis = 'DISPUTES' AND retain_until > now() + interval '1090 days'").await,
        1
    );
    let stored = world.all_that_is_stored().await;
    for personal in
        ["kim@example.com", "김도아", "김새롬", "1234-5678", "9876-5432", "테헤란로", ",06236,", "\"06236\""]
    {
        assert!(!stored.contains(personal), "{personal} is still there");
    }
    assert_eq!(world.withdraw("kim@example.com", buyer(id)).await["userErrors"][0]["code"], "USER_NOT_FOUND");
    // The time of what is kept passes.
    world.sql("UPDATE retained_record SET retain_until = now() WHERE basis = 'DISPUTES'").await;
    for _ in 0..50 {
        if world.count("retained_record").await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.count("retained_record WHERE basis = 'CONTRACTS'").await, 1);
    assert_eq!(world.count("retained_record").await, 1, "what the law does not ask for any more goes");
    world.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_under_way_sellers_and_staff_do_not_leave() {
    let world = World::start().await;
    let id = world.person("kim@example.com", true).await;
    let refused = world.withdraw("kim@example.com", buyer(id)).await;
    assert_eq!(refused["userErrors"][0]["code"], "OPEN_ORDERS");
    assert!(refused["userErrors"][0]["message"].as_str().unwrap().contains("20260301-00000007"), "{refused}");
    let seller = user(id, &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(world.withdraw("kim@example.com", seller).await["userErrors"][0]["code"], "SELLER_MEMBER");
    let staff = user(id, &[Scope::Buyer, Scope::Staff], &[]);
    assert_eq!(world.withdraw("kim@example.com", staff).await["userErrors"][0]["code"], "STAFF_ACCOUNT");
    let me = world.0.data("user", "{ me { email addresses { detail } } }", json!({}), buyer(id)).await["me"].clone();
    assert_eq!(me, json!({ "email": "kim@example.com", "addresses": [{ "detail": "101호" }] }));
    world.0.stop().await;
}

const CONTRACT: &str = include_str!("../../../migrations/user/0003_only_sealed_contract/up.sql");
const EXPAND: &str = include_str!("../../../migrations/user/0003_only_sealed_contract/down.sql");
const PERSONAL: [&str; 7] = ["lee@example.com", "kim@example.com", "김도아", "1234-5678", "테헤란로", "101호", "102호"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_stands_plain_before_and_after_the_contract() {
    let world = World::start().await;
    assert!(!world.has_plain_columns().await, "tests run with every migration");
    let id = world.person("kim@example.com", false).await;
    world.sql(EXPAND).await;
    assert!(world.has_plain_columns().await);
    // While the release before still runs, this one works beside it.
    let other = world.person("lee@example.com", false).await;
    let stored = world.all_that_is_stored().await;
    for personal in PERSONAL {
        assert!(!stored.contains(personal), "{personal} stands plain");
    }
    world.sql(CONTRACT).await;
    assert!(!world.has_plain_columns().await);
    for (person, email) in [(id, "kim@example.com"), (other, "lee@example.com")] {
        let me = world.0.data("user", "{ me { email addresses { detail } } }", json!({}), buyer(person)).await;
        assert_eq!(me["me"], json!({ "email": email, "addresses": [{ "detail": "101호" }] }));
    }
    assert!(world.try_sql("UPDATE profile SET sealed = NULL").await.is_err(), "who has not left is sealed");
    world.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_release_wrote_is_sealed() {
    let world = World::start().await;
    let id = world.person("lee@example.com", false).await;
    let as_before = format!(
        "UPDATE profile SET email = 'kim@example.com', name = '김도아', phone = '010-1234-5678', sealed = NULL,
        search_tokens = '{{}}' WHERE id = '{id}';
        UPDATE address SET sealed = NULL, recipient = '김도아', phone = '010-1234-5678', zonecode = '06236',
        road_address = '테헤란로', detail = '102호' WHERE user_id = '{id}';
        DELETE FROM person_key;"
    );
    // In one transaction, which is taken back.
    let refused = world.try_sql(&format!("{EXPAND} {as_before} {CONTRACT}")).await.unwrap_err();
    assert!(refused.contains("not sealed yet"), "{refused}");
    assert!(!world.has_plain_columns().await);
    world.sql(&format!("{EXPAND} {as_before}")).await;
    let mut stored = String::new();
    for _ in 0..100 {
        stored = world.all_that_is_stored().await;
        if !stored.contains("kim@example.com") && !stored.contains("102호") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for personal in PERSONAL {
        assert!(!stored.contains(personal), "{personal} stands plain");
    }
    world.sql(CONTRACT).await;
    let me = "{ me { email name phone addresses { detail zonecode isDefault } } }";
    let address = json!({ "detail": "102호", "zonecode": "06236", "isDefault": true });
    assert_eq!(
        world.0.data("user", me, json!({}), buyer(id)).await["me"],
        json!({ "email": "kim@example.com", "name": "김도아", "phone": "010-1234-5678", "addresses": [address] })
    );
    let find = "query($where: UserWhere) { users(where: $where) { nodes { id } totalCount } }";
    let staff = user(Uuid::now_v7(), &[Scope::Staff], &[]);
    let found = world.0.data("user", find, json!({ "where": { "email": "KIM@", "name": "도아" } }), staff).await;
    assert_eq!(found["users"], json!({ "nodes": [{ "id": prefixed("usr", id) }], "totalCount": 1 }));
    world.0.stop().await;
}

#[derive(schemars::JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Viewed {
    user_id: String,
    viewer_id: String,
    viewer_kind: &'static str,
    seller_id: Option<String>,
    reason: &'static str,
    viewed_at: chrono::DateTime<chrono::Utc>,
}

impl Fact for Viewed {
    const KIND: &'static str = "personal_data.viewed";

    fn aggregate(&self) -> String {
        self.user_id.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_who_has_looked() {
    let world = World::start().await;
    let (id, other) = (world.person("kim@example.com", false).await, world.person("lee@example.com", false).await);
    let [clerk, member, program, seller] = [(); 4].map(|()| Uuid::now_v7());
    let staff = || user(clerk, &[Scope::Staff], &[]);
    let query =
        "query($id: ID!) { user(id: $id, reason: \"환불 문의\") { createdAt email name phone addresses { id } } }";
    let variables = json!({ "id": prefixed("usr", id) });
    world.0.data("user", query, variables.clone(), staff()).await;
    // What tells nothing personal is no look, and neither is a look at oneself.
    world.0.data("user", "query($id: ID!) { user(id: $id) { id createdAt } }", variables, staff()).await;
    world.0.data("user", "{ me { email addresses { id } } }", json!({}), buyer(id)).await;
    world.0.data("user", "{ users(first: 1) { nodes { email name } } }", json!({}), staff()).await;
    let database = world.0.database_of("order").await;
    for (viewer_id, viewer_kind) in [(prefixed("usr", member), "SELLER"), (prefixed("apc", program), "SELLER_PROGRAM")]
    {
        let fact = Viewed {
            user_id: prefixed("usr", id),
            viewer_id,
            viewer_kind,
            seller_id: Some(prefixed("slr", seller)),
            reason: "20260301-00000007-1",
            viewed_at: chrono::Utc::now(),
        };
        append(&mut database.connection().await.unwrap(), &fact, None).await.unwrap();
    }
    let views = "{ me { dataViews { totalCount nodes { viewerId viewerKind seller { id } what reason } } } }";
    let mut mine = Value::Null;
    for _ in 0..100 {
        mine = world.0.data("user", views, json!({}), buyer(id)).await["me"]["dataViews"].clone();
        if mine["totalCount"] == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut nodes = mine["nodes"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    nodes.sort_by_key(|node| (text(&node["what"]), text(&node["viewerKind"])));
    let by_clerk = |what: &str| json!({ "viewerId": prefixed("usr", clerk), "viewerKind": "STAFF", "seller": null, "what": what, "reason": "환불 문의" });
    let for_seller = |viewer: String, kind: &str| {
        json!({ "viewerId": viewer, "viewerKind": kind, "seller": { "id": prefixed("slr", seller) },
            "what": "ORDER_ADDRESS", "reason": "20260301-00000007-1" })
    };
    let by_member = for_seller(prefixed("usr", member), "SELLER");
    let by_program = for_seller(prefixed("apc", program), "SELLER_PROGRAM");
    assert_eq!(nodes, [by_clerk("ADDRESSES"), by_member, by_program, by_clerk("PROFILE")]);
    // A program of staff sees nobody.
    let mut as_program = staff();
    as_program.principal =
        Arc::new(Principal { user_id: None, client: Some(program), ..(*as_program.principal).clone() });
    let refused = world.0.execute("user", "{ users { nodes { id } } }", json!({}), as_program.clone()).await;
    assert_eq!(refused.errors.len(), 1, "{refused:?}");
    let seen = world.0.execute("user", query, json!({ "id": prefixed("usr", id) }), as_program).await;
    assert!(!seen.errors.is_empty() && !format!("{:?}", seen.data).contains("kim@"), "{seen:?}");
    // The newest person was on the page of the list, without a reason.
    let theirs = world.0.data("user", views, json!({}), buyer(other)).await["me"]["dataViews"].clone();
    assert_eq!((&theirs["totalCount"], &theirs["nodes"][0]["reason"]), (&json!(1), &Value::Null));
    let entity = "query($r: [_Any!]!) { _entities(representations: $r) { ... on User { dataViews { totalCount } } } }";
    let r = json!({ "r": [{ "__typename": "User", "id": prefixed("usr", id) }] });
    assert_eq!(world.0.execute("user", entity, r, staff()).await.errors.len(), 1, "for the person alone");
    world.0.stop().await;
}
