//! Looks at the market as somebody else, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use async_graphql::{EmptySubscription, InputObject, Object, Schema, SimpleObject};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

const ADMINISTRATOR: &str = "rol_01970000000070008000000000000001";

platform::stand_in!(
    /// An auth service that issues a token for every look.
    AUTH, "auth", Schema::build(AuthQuery, AuthMutation, EmptySubscription).finish()
);

struct AuthQuery;

#[Object]
impl AuthQuery {
    async fn nothing(&self) -> bool {
        true
    }
}

#[derive(InputObject)]
struct IssueImpersonationInput {
    impersonation_id: String,
    #[graphql(name = "staffId")]
    _staff_id: String,
    #[graphql(name = "userId")]
    _user_id: String,
    #[graphql(name = "seconds")]
    _seconds: i32,
}

#[derive(SimpleObject)]
struct IssueImpersonationPayload {
    access_token: Option<String>,
}

struct AuthMutation;

#[Object]
impl AuthMutation {
    async fn issue_impersonation(&self, input: IssueImpersonationInput) -> IssueImpersonationPayload {
        IssueImpersonationPayload { access_token: Some(format!("token of {}", input.impersonation_id)) }
    }
}

struct Office {
    services: TestServices,
    first: Uuid,
    second: Uuid,
    /// Of the staff by the token, and without any role.
    clerk: Uuid,
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
    async fn open() -> Self {
        let services = TestServices::start(&[&admin::SERVICE, &AUTH]).await;
        let [first, second, clerk] = [(); 3].map(|()| Uuid::now_v7());
        let database = services.database_of("admin").await;
        for (id, name) in [(first, "하나"), (second, "두리")] {
            admin::appoint_administrator(&database, id, name).await.unwrap();
        }
        Self { services, first, second, clerk }
    }

    /// Begins a look; its id.
    async fn start(&self, who: Uuid) -> String {
        let query = "mutation($input: StartImpersonationInput!) { startImpersonation(input: $input) {
            accessToken impersonation { id active endedAt endedBy { id } } userErrors { code } } }";
        let input = json!({ "userId": prefixed(Uuid::now_v7()), "reason": "문의 확인", "minutes": 5 });
        let data = self.services.data("admin", query, json!({ "input": input }), staff(who)).await;
        let begun = &data["startImpersonation"];
        let look = &begun["impersonation"];
        assert_eq!((&look["active"], &look["endedAt"], &look["endedBy"]), (&json!(true), &Value::Null, &Value::Null));
        let id = look["id"].as_str().unwrap().to_owned();
        assert_eq!(begun["accessToken"], format!("token of {id}"));
        id
    }

    async fn end(&self, who: Uuid, id: &str, reason: Option<&str>) -> Value {
        let query = "mutation($input: EndImpersonationInput!) { endImpersonation(input: $input) {
            impersonation { id active endedAt endedBy { id } } userErrors { code field } } }";
        let input = json!({ "input": { "impersonationId": id, "reason": reason } });
        self.services.data("admin", query, input, staff(who)).await["endImpersonation"].clone()
    }

    async fn goes_on(&self, id: &str) -> bool {
        let id = Uuid::try_parse(id.strip_prefix("imp_").unwrap()).unwrap();
        let graph = self.services.graph().for_service("gateway");
        admin::impersonation_goes_on(&graph, id, &RequestContext::default()).await.unwrap()
    }

    async fn active(&self) -> i64 {
        let query = "{ adminOverview { activeImpersonations } }";
        let data = self.services.data("admin", query, json!({}), staff(self.first)).await;
        data["adminOverview"]["activeImpersonations"].as_i64().unwrap()
    }

    async fn sql(&self, statement: &str) {
        use diesel_async::SimpleAsyncConnection as _;
        let database = self.services.database_of("admin").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// The entries of the log about the ending of looks, once there are as many.
    async fn endings(&self, count: usize) -> Vec<Value> {
        let query = "{ auditEntries(first: 100) { nodes { actor action reason after } } }";
        for _ in 0..200 {
            let data = self.services.data("admin", query, json!({}), staff(self.first)).await;
            let nodes = data["auditEntries"]["nodes"].as_array().unwrap().clone();
            let found: Vec<Value> = nodes.into_iter().filter(|node| node["action"] == "endImpersonation").collect();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the log does not tell of {count} endings");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_began_a_look_ends_it_and_so_may_who_may_begin_one() {
    let office = Office::open().await;
    let (own, others) = (office.start(office.first).await, office.start(office.first).await);
    assert!(office.goes_on(&own).await && office.goes_on(&others).await);
    assert_eq!(office.active().await, 2);

    assert_eq!(code(&office.end(office.clerk, &own, None).await), "PERMISSION_MISSING");
    assert_eq!(code(&office.end(office.first, &own, Some("   ")).await), "REASON_REQUIRED");
    assert!(office.goes_on(&own).await, "nothing has ended it");
    let ended = office.end(office.first, &own, None).await;
    let look = &ended["impersonation"];
    assert_eq!((&look["active"], &look["endedBy"]["id"]), (&json!(false), &json!(prefixed(office.first))), "{ended}");
    assert!(look["endedAt"].is_string());
    assert!(!office.goes_on(&own).await && office.goes_on(&others).await);
    assert_eq!(office.active().await, 1);
    assert_eq!(code(&office.end(office.first, &own, None).await), "IMPERSONATION_OVER");

    let by_other = office.end(office.second, &others, Some("신고 접수")).await;
    assert_eq!(by_other["impersonation"]["endedBy"]["id"], prefixed(office.second), "{by_other}");
    assert!(!office.goes_on(&others).await);
    let unknown = format!("imp_{}", Uuid::now_v7().as_simple());
    assert_eq!(code(&office.end(office.first, &unknown, None).await), "IMPERSONATION_NOT_FOUND");
    assert!(!office.goes_on(&unknown).await);

    let endings = office.endings(2).await;
    assert_eq!(endings.len(), 2, "what was refused is not logged");
    let by = |who: Uuid| endings.iter().find(|entry| entry["actor"] == prefixed(who)).unwrap();
    assert_eq!((&by(office.first)["reason"], &by(office.second)["reason"]), (&Value::Null, &json!("신고 접수")));
    assert!(by(office.second)["after"].as_str().unwrap().contains(&others));
    let list = "{ impersonations(first: 10) { nodes { id active endedAt endedBy { id } } } }";
    let data = office.services.data("admin", list, json!({}), staff(office.first)).await;
    let nodes = data["impersonations"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2);
    assert!(nodes.iter().all(|node| node["active"] == false && node["endedAt"].is_string()), "{nodes:?}");
    office.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_is_over_with_its_time_and_with_the_right_to_look() {
    let office = Office::open().await;
    let (late, lost) = (office.start(office.first).await, office.start(office.second).await);
    let past =
        "UPDATE impersonation SET started_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'";
    let id = Uuid::try_parse(late.strip_prefix("imp_").unwrap()).unwrap();
    office.sql(&format!("{past} WHERE id = '{id}'")).await;
    assert!(!office.goes_on(&late).await);
    assert_eq!(code(&office.end(office.first, &late, None).await), "IMPERSONATION_OVER");

    assert!(office.goes_on(&lost).await);
    let role = Uuid::try_parse(ADMINISTRATOR.strip_prefix("rol_").unwrap()).unwrap();
    office.sql(&format!("DELETE FROM staff_role WHERE user_id = '{}' AND role_id = '{role}'", office.second)).await;
    assert!(!office.goes_on(&lost).await, "who looks may look no more");
    let ended = office.end(office.second, &lost, None).await;
    assert_eq!(code(&ended), "none", "one's own look can be ended without the permission: {ended}");

    // For services alone.
    let query = "query($id: ID!) { impersonationGoesOn(impersonationId: $id) }";
    let refused = office.services.execute("admin", query, json!({ "id": lost }), staff(office.first)).await;
    assert_eq!(refused.errors.len(), 1);
    office.services.data("admin", query, json!({ "id": lost }), service("gateway")).await;
    office.services.stop().await;
}
