//! Showing to be an adult, against the sandbox of the provider over HTTP, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use futures::future::join_all;
use platform::business_days::day_in_seoul;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

platform::stand_in!(
    /// An order service in which nobody has an order under way.
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
    #[allow(unused_variables, reason = "part of what is asked")]
    async fn buyer_standing(&self, buyer_id: ID) -> BuyerStanding {
        BuyerStanding { open_orders: Vec::new(), has_bought: false }
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

/// The user service, and the provider's sandbox on a port of its own.
struct World {
    services: TestServices,
    sandbox: String,
    http: reqwest::Client,
}

const START: &str = "mutation { startIdentityVerification {
    verification { id storeId channelKey windowUrl expiresAt } userErrors { code message retryable } } }";
const CONFIRM: &str = "mutation($id: ID!) { confirmIdentityVerification(input: { id: $id }) {
    user { id adultVerification { verifiedAt expiresAt birthYear } } userErrors { code field message retryable } } }";
const MINE: &str = "{ me { adultVerification { verifiedAt expiresAt birthYear } } }";

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("-")
}

impl World {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, user::sandbox::routes()).await.unwrap() });
        let values = [
            ("USER_DATA_KEY", "only for tests"),
            ("USER_HOUSEKEEPING", "100ms"),
            ("USER_IDENTITY_SANDBOX", "true"),
            ("USER_IDENTITY_SANDBOX_URL", sandbox.as_str()),
            ("USER_ADULT_ACCOUNTS_PER_PERSON", "2"),
            ("PORTONE_TIMEOUT", "2s"),
        ];
        let services = TestServices::start_with(&[&user::SERVICE, &ORDER], values).await;
        Self { services, sandbox, http: platform::http_client::builder().build().unwrap() }
    }

    async fn person(&self) -> Uuid {
        register(&self.services).await
    }

    /// Starts a verification; its identifier.
    async fn begin(&self, who: Uuid) -> String {
        let started =
            self.services.data("user", START, json!({}), buyer(who)).await["startIdentityVerification"].clone();
        let verification = &started["verification"];
        let id = verification["id"].as_str().unwrap_or_else(|| panic!("{started}")).to_owned();
        assert_eq!(verification["windowUrl"], format!("{}/window/{id}", self.sandbox));
        id
    }

    /// Does something in the provider's window, as a browser does; the status.
    async fn decide(&self, id: &str, name: &str, birth_date: &str, action: &str) -> u16 {
        let url = format!("{}/window/{id}", self.sandbox);
        let page = self.http.get(&url).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("name=\"birthDate\""));
        let form = [
            ("name", name),
            ("birthDate", birth_date),
            ("gender", "FEMALE"),
            ("phoneNumber", "01098765432"),
            ("action", action),
        ];
        let body = reqwest::Url::parse_with_params("http://x/", form).unwrap().query().unwrap().to_owned();
        let request = self.http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(body);
        request.send().await.unwrap().status().as_u16()
    }

    async fn confirm(&self, who: Uuid, id: &str) -> Value {
        let data = self.services.data("user", CONFIRM, json!({ "id": id }), buyer(who)).await;
        data["confirmIdentityVerification"].clone()
    }

    /// Goes all the way as a grown-up of this name; the last payload.
    async fn verify(&self, who: Uuid, name: &str) -> Value {
        let id = self.begin(who).await;
        assert_eq!(self.decide(&id, name, "1990-05-05", "verify").await, 200);
        self.confirm(who, &id).await
    }

    async fn is_adult(&self, who: Uuid) -> bool {
        let query = "query($id: ID!) { isAdultVerified(userId: $id) }";
        let variables = json!({ "id": prefixed("usr", who) });
        let data = self.services.data("user", query, variables, service("order")).await;
        data["isAdultVerified"].as_bool().unwrap()
    }

    async fn fault(&self, fault: &str, id: &str) {
        let body = json!({ "fault": fault, "times": 1, "id": id });
        let answer = self.http.post(format!("{}/faults", self.sandbox)).json(&body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 204);
    }

    async fn sql(&self, statement: &str) {
        use diesel_async::SimpleAsyncConnection;
        let database = self.services.database_of("user").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    async fn count(&self, from: &str) -> i64 {
        use diesel_async::RunQueryDsl;
        let database = self.services.database_of("user").await;
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"));
        query.get_result::<Count>(&mut database.connection().await.unwrap()).await.unwrap().count
    }

    /// Every row of every table of the service, as one text.
    async fn all_that_is_stored(&self) -> String {
        use diesel_async::RunQueryDsl;
        let database = self.services.database_of("user").await;
        let mut connection = database.connection().await.unwrap();
        let tables = diesel::sql_query("SELECT tablename::text AS text FROM pg_tables WHERE schemaname = 'user'");
        let mut all = String::new();
        for Found { text: table } in tables.load::<Found>(&mut connection).await.unwrap() {
            let query = format!("SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM {table} t");
            all += &diesel::sql_query(query).get_result::<Found>(&mut connection).await.unwrap().text;
        }
        all
    }
}

async fn register(services: &TestServices) -> Uuid {
    let id = Uuid::now_v7();
    let query = "mutation($input: RegisterUserInput!) { registerUser(input: $input) { userErrors { code } } }";
    let input = json!({ "id": prefixed("usr", id), "email": format!("{}@example.com", id.as_simple()),
        "name": "길동이", "consents": [] });
    services.data("user", query, json!({ "input": input }), service("auth")).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adult_is_known_as_one_and_little_else_is() {
    let world = World::start().await;
    let who = world.person().await;
    let id = world.begin(who).await;
    assert_eq!(code(&world.confirm(who, &id).await), "IDENTITY_VERIFICATION_PENDING");
    assert!(!world.is_adult(who).await);
    assert_eq!(world.decide(&id, "김어른", "1990-05-05", "verify").await, 200);
    assert_eq!(world.decide(&id, "김어른", "1990-05-05", "verify").await, 409, "verified once");
    assert!(!world.is_adult(who).await, "what the provider knows counts when it was asked");
    let confirmed = world.confirm(who, &id).await;
    assert_eq!(confirmed["userErrors"], json!([]), "{confirmed}");
    let adult = &confirmed["user"]["adultVerification"];
    let time = |field: &str| adult[field].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!((time("expiresAt") - time("verifiedAt"), &adult["birthYear"]), (TimeDelta::days(365), &json!(1990)));
    assert!(world.is_adult(who).await && !world.is_adult(world.person().await).await);
    let mine = world.services.data("user", MINE, json!({}), buyer(who)).await;
    assert_eq!(&mine["me"]["adultVerification"], adult);

    // Each counts once.
    assert_eq!(code(&world.confirm(who, &id).await), "IDENTITY_VERIFICATION_USED");
    assert_eq!(world.count("outbox WHERE kind = 'user.adult_verified'").await, 1);
    let stored = world.all_that_is_stored().await;
    for personal in ["김어른", "1990-05-05", "98765432", "FEMALE"] {
        assert!(!stored.contains(personal), "{personal} stands plain");
    }
    assert_eq!(world.count("adult_verification WHERE encode(sealed, 'escape') LIKE '%1990%'").await, 0);

    // Others ask in vain, but staff, who are recorded.
    let query = "query($id: ID!) { isAdultVerified(userId: $id) }";
    let refused = world.services.execute("user", query, json!({ "id": prefixed("usr", who) }), buyer(who)).await;
    assert_eq!(refused.errors.len(), 1);
    let query = "query($id: ID!) { user(id: $id) { adultVerification { birthYear } } }";
    let staff = user(Uuid::now_v7(), &[Scope::Staff], &[]);
    let seen = world.services.data("user", query, json!({ "id": prefixed("usr", who) }), staff).await;
    assert_eq!(seen["user"]["adultVerification"]["birthYear"], 1990);
    assert_eq!(world.count("data_view WHERE what = 'PROFILE'").await, 1);

    // It ends; then it is forgotten, and shown anew.
    world.sql("UPDATE adult_verification SET expires_at = now()").await;
    assert!(!world.is_adult(who).await);
    for _ in 0..50 {
        if world.count("adult_verification").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.count("adult_verification").await, 0, "what is over is forgotten");
    assert_eq!(code(&world.verify(who, "김어른").await), "-");
    assert!(world.is_adult(who).await);
    assert_eq!(code(&world.verify(who, "김어른").await), "-", "before it ends, too");
    assert_eq!(world.count("adult_verification").await, 1);
    world.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_verification_counts_in_time_and_of_an_adult() {
    let world = World::start().await;
    let (who, other) = (world.person().await, world.person().await);
    let id = world.begin(who).await;
    world.decide(&id, "김어른", "1990-05-05", "verify").await;
    assert_eq!(code(&world.confirm(other, &id).await), "IDENTITY_VERIFICATION_NOT_FOUND");
    let nobodys = prefixed("idv", Uuid::now_v7());
    assert_eq!(code(&world.confirm(who, &nobodys).await), "IDENTITY_VERIFICATION_NOT_FOUND");
    world.sql("UPDATE identity_verification SET expires_at = now()").await;
    assert_eq!(code(&world.confirm(who, &id).await), "IDENTITY_VERIFICATION_EXPIRED");

    // Who gave up may try again in the same window.
    let id = world.begin(who).await;
    world.decide(&id, "김어른", "1990-05-05", "give-up").await;
    let failed = world.confirm(who, &id).await;
    assert_eq!((code(&failed), &failed["userErrors"][0]["field"]), ("IDENTITY_VERIFICATION_FAILED", &json!(["id"])));
    world.decide(&id, "김어른", "1990-05-05", "verify").await;
    assert_eq!(code(&world.confirm(who, &id).await), "-");

    // Who turns 19 on the last day of the year is an adult, who does a day later is not.
    let year = day_in_seoul(Utc::now()).year();
    for (born, expected) in [(format!("{}-01-01", year - 18), "NOT_ADULT"), (format!("{}-12-31", year - 19), "-")] {
        let person = world.person().await;
        let id = world.begin(person).await;
        world.decide(&id, &born, &born, "verify").await;
        assert_eq!(code(&world.confirm(person, &id).await), expected, "{born}");
        assert_eq!(world.is_adult(person).await, expected == "-");
    }

    // Two at once are one.
    let person = world.person().await;
    let id = world.begin(person).await;
    world.decide(&id, "박어른", "1980-01-01", "verify").await;
    let payloads = join_all((0..4).map(|_| world.confirm(person, &id))).await;
    let mut codes: Vec<&str> = payloads.iter().map(code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["-", "IDENTITY_VERIFICATION_USED", "IDENTITY_VERIFICATION_USED", "IDENTITY_VERIFICATION_USED"]);
    world.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_believed_of_an_answer_that_went_wrong() {
    let world = World::start().await;
    let who = world.person().await;
    let id = world.begin(who).await;
    world.decide(&id, "김어른", "1990-05-05", "verify").await;
    for (fault, expected, retryable) in [
        ("slow", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("server_error", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("unauthorized", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("truncated", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("other_verification", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("without_ci", "IDENTITY_PROVIDER_UNAVAILABLE", true),
        ("other_channel", "IDENTITY_VERIFICATION_FAILED", false),
    ] {
        world.fault(fault, &id).await;
        let payload = world.confirm(who, &id).await;
        let told = (code(&payload), payload["userErrors"][0]["retryable"].as_bool());
        assert_eq!(told, (expected, Some(retryable)), "{fault}");
        assert!(!world.is_adult(who).await, "{fault}");
    }
    assert_eq!(world.count("outbox WHERE kind = 'user.adult_verified'").await, 0);
    assert_eq!(code(&world.confirm(who, &id).await), "-", "the verification was not used up");
    world.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_is_verified_with_few_accounts() {
    let world = World::start().await;
    let mut started = Vec::new();
    for _ in 0..5 {
        let account = world.person().await;
        let id = world.begin(account).await;
        world.decide(&id, "김어른", "1990-05-05", "verify").await;
        started.push((account, id));
    }
    let payloads = join_all(started.iter().map(|(account, id)| world.confirm(*account, id))).await;
    let refused = payloads.iter().filter(|payload| code(payload) == "IDENTITY_ACCOUNT_LIMIT").count();
    assert_eq!(refused, 3, "{payloads:?}");
    let at = |wanted: &str| started.iter().zip(&payloads).find(|(_, payload)| code(payload) == wanted).unwrap().0;
    let ((adult, _), (waiting, id)) = (at("-"), at("IDENTITY_ACCOUNT_LIMIT"));
    assert_eq!(code(&world.verify(world.person().await, "이어른").await), "-", "somebody else");

    // Whoever leaves leaves nothing, and makes room.
    let withdraw = "mutation($input: WithdrawInput!) { withdraw(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "email": format!("{}@example.com", adult.as_simple()) } });
    let left = world.services.data("user", withdraw, input, buyer(*adult)).await["withdraw"].clone();
    assert_eq!(code(&left), "-");
    for table in ["adult_verification", "identity_verification"] {
        assert_eq!(world.count(&format!("{table} WHERE user_id = '{adult}'")).await, 0, "{table}");
    }
    assert!(!world.is_adult(*adult).await);
    assert_eq!(code(&world.confirm(*waiting, id).await), "-", "a refused verification was not used up");
    let late = world.services.data("user", START, json!({}), buyer(*adult)).await["startIdentityVerification"].clone();
    assert_eq!(code(&late), "USER_NOT_FOUND");
    world.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_verifications_are_started_in_a_day() {
    let world = World::start().await;
    let who = world.person().await;
    for _ in 0..10 {
        world.begin(who).await;
    }
    let refused = world.services.data("user", START, json!({}), buyer(who)).await["startIdentityVerification"].clone();
    assert_eq!(code(&refused), "TOO_MANY_IDENTITY_VERIFICATIONS", "{refused}");
    world.begin(world.person().await).await;
    world.sql("UPDATE identity_verification SET started_at = started_at - interval '25 hours'").await;
    world.begin(who).await;
    world.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_verified_where_it_was_not_set_up() {
    let services = TestServices::start(&[&user::SERVICE]).await;
    let who = register(&services).await;
    let started = services.data("user", START, json!({}), buyer(who)).await["startIdentityVerification"].clone();
    assert_eq!(code(&started), "IDENTITY_VERIFICATION_DISABLED");
    let variables = json!({ "id": prefixed("idv", Uuid::now_v7()) });
    let data = services.data("user", CONFIRM, variables, buyer(who)).await;
    assert_eq!(code(&data["confirmIdentityVerification"]), "IDENTITY_VERIFICATION_DISABLED");
    services.stop().await;
}
