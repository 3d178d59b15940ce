//! `@authenticated`, `@requiresScopes` and `@policy` in anybody's supergraph: under whatever names it has them, behind
//! unions and interfaces, and for policies that the embedding program decides.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, Interface, Object, Schema, SimpleObject, Union};
use futures::future::{BoxFuture, ready};
use platform::graph::{ClientInfo, LocalTransport, RequestContext, SubgraphTransport};
use platform::identity::Principal;
use router::{PoliciesOfHeader, PolicyEvaluator, Request, Router, RouterError, RouterSettings};
use serde_json::{Value, json};

#[derive(SimpleObject)]
struct Owner {
    name: &'static str,
    email: &'static str,
}

#[derive(SimpleObject)]
struct Book {
    title: &'static str,
    owner: Owner,
    pages: i32,
}

#[derive(SimpleObject)]
struct Film {
    title: &'static str,
    owner: Owner,
}

#[derive(Union)]
enum Media {
    Book(Book),
    Film(Film),
}

#[derive(Interface)]
#[graphql(field(name = "title", ty = "&&'static str"), field(name = "owner", ty = "&Owner"))]
enum Item {
    Book(Book),
    Film(Film),
}

fn book() -> Book {
    Book { title: "book", owner: Owner { name: "Kim", email: "kim@example.com" }, pages: 3 }
}

fn film() -> Film {
    Film { title: "film", owner: Owner { name: "Lee", email: "lee@example.com" } }
}

struct Query;

#[Object]
impl Query {
    async fn open(&self) -> i32 {
        1
    }

    async fn closed(&self) -> i32 {
        2
    }

    async fn media(&self) -> Vec<Media> {
        vec![Media::Book(book()), Media::Film(film())]
    }

    async fn items(&self) -> Vec<Item> {
        vec![Item::Book(book()), Item::Film(film())]
    }

    async fn book(&self) -> Book {
        book()
    }
}

/// A supergraph of one subgraph, with links and with directives on `closed`, `Book` and `Film`.
fn supergraph(links: &str, closed: &str, book: &str, film: &str) -> String {
    format!(
        r#"schema {links} {{ query: Query }}
        enum join__Graph {{ A @join__graph(name: "a", url: "") }}
        type Query @join__type(graph: A) {{ open: Int closed: Int {closed} media: [Media] items: [Item] book: Book }}
        union Media @join__type(graph: A) @join__unionMember(graph: A, member: "Book") @join__unionMember(graph: A, member: "Film")
            = Book | Film
        interface Item @join__type(graph: A) {{ title: String owner: Owner }}
        type Owner @join__type(graph: A) {{ name: String email: String }}
        type Book implements Item @join__implements(graph: A, interface: "Item") @join__type(graph: A) {book}
            {{ title: String owner: Owner pages: Int }}
        type Film implements Item @join__implements(graph: A, interface: "Item") @join__type(graph: A) {film}
            {{ title: String owner: Owner }}"#
    )
}

const LINKS: &str = r#"@link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)"#;

fn router_of(supergraph: &str, policies: Option<Arc<dyn PolicyEvaluator>>) -> Result<Arc<Router>, RouterError> {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    let transport: Arc<dyn SubgraphTransport> = Arc::new(LocalTransport::new(Arc::new(schema)));
    let mut settings = RouterSettings::default();
    settings.policies = policies.unwrap_or(settings.policies);
    Router::new(settings, supergraph, HashMap::from([("a".to_owned(), transport)]))
}

async fn ask(router: &Router, query: &str, principal: Principal) -> Value {
    let context = RequestContext { principal: Arc::new(principal), ..RequestContext::default() };
    let request = Request { query: query.to_owned(), ..Request::default() };
    serde_json::from_slice(&router.execute(request, &context).await.body).unwrap()
}

fn with_policies(policies: &[&str]) -> Principal {
    Principal { policies: policies.iter().map(|policy| (*policy).to_owned()).collect(), ..Principal::default() }
}

#[tokio::test]
async fn what_is_closed_is_closed_under_every_name() {
    let cases = [
        // As composition writes it, under another name, and imported under one.
        (r#"@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)"#, "@authenticated"),
        (r#"@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "auth", for: SECURITY)"#, "@auth"),
        (
            r#"@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY, import: [{name: "@authenticated", as: "@signedIn"}])"#,
            "@signedIn",
        ),
        (
            r#"@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "rs", for: SECURITY)"#,
            "@rs(scopes: [[\"x\"]])",
        ),
        (
            r#"@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{name: "@requiresScopes", as: "@needs"}])"#,
            "@needs(scopes: [[\"x\"]])",
        ),
        (
            r#"@link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule", for: SECURITY)"#,
            "@rule(policies: [[\"p\"]])",
        ),
        // From the federation specification, as a subgraph has them.
        (r#"@link(url: "https://specs.apollo.dev/federation/v2.9")"#, "@federation__authenticated"),
        (r#"@link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed")"#, "@fed__policy(policies: [[\"p\"]])"),
        (
            r#"@link(url: "https://specs.apollo.dev/federation/v2.9", import: [{name: "@policy", as: "@rule"}])"#,
            "@rule(policies: [[\"p\"]])",
        ),
        // Not linked, or linked under another name than it is used with.
        ("", "@authenticated"),
        ("", "@federation__requiresScopes(scopes: [[\"x\"]])"),
        (r#"@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "auth", for: SECURITY)"#, "@authenticated"),
        // What cannot be understood cannot be had.
        ("", "@requiresScopes"),
        ("", "@requiresScopes(scopes: [[NAME]])"),
        ("", "@policy(policies: [])"),
    ];
    for (link, directive) in cases {
        let router = router_of(&supergraph(&format!("{LINKS} {link}"), directive, "", ""), None).unwrap();
        let answer = ask(&router, "{ open closed }", Principal::default()).await;
        assert_eq!(answer["data"], json!({"open": 1, "closed": null}), "{link} {directive}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{link} {directive}");
    }
}

#[tokio::test]
async fn what_is_inaccessible_is_so_under_every_name() {
    for (link, directive) in [
        (r#"@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)"#, "@inaccessible"),
        (r#"@link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden", for: SECURITY)"#, "@hidden"),
        (r#"@link(url: "https://specs.apollo.dev/federation/v2.0", as: "f")"#, "@f__inaccessible"),
        (
            r#"@link(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{name: "@inaccessible", as: "@own"}])"#,
            "@own",
        ),
        ("", "@inaccessible"),
    ] {
        let router = router_of(&supergraph(&format!("{LINKS} {link}"), directive, "", ""), None).unwrap();
        assert!(!router.api_schema().contains("closed"), "{link} {directive}");
        let answer = ask(&router, "{ closed }", Principal::default()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
        assert_eq!(ask(&router, "{ closed }", Principal::service("order")).await["data"], json!({"closed": 2}));
    }
}

#[tokio::test]
async fn a_name_of_another_specification_is_that_ones() {
    let link = r#"@link(url: "https://acme.example/policy/v1.0")"#;
    let router = router_of(&supergraph(&format!("{LINKS} {link}"), "@policy(of: \"x\")", "", ""), None).unwrap();
    assert_eq!(ask(&router, "{ closed }", Principal::default()).await, json!({"data": {"closed": 2}}));
}

#[test]
fn what_is_not_understood_is_not_served() {
    for (links, reason) in [
        (format!(r#"{LINKS} @link(url: "https://acme.example/guard/v1.0", for: SECURITY)"#), "acme.example/guard"),
        (format!(r#"{LINKS} @link(url: "https://acme.example/run/v1.0", for: EXECUTION)"#), "acme.example/run"),
        (format!(r#"{LINKS} @link(url: "https://specs.apollo.dev/authenticated/v9.0")"#), "authenticated/v9.0"),
        (format!(r#"{LINKS} @link(url: "https://specs.apollo.dev/policy/v0.1", import: [{{name: 1}}])"#), "\"name\""),
        (
            r#"@link(url: "https://specs.apollo.dev/join/v0.3") @link(url: "https://specs.apollo.dev/policy/v0.1", as: "p")"#
                .to_owned(),
            "@link itself",
        ),
    ] {
        let error = router_of(&supergraph(&links, "@p(policies: [])", "", ""), None).err().unwrap().to_string();
        assert!(error.contains(reason), "{links}: {error}");
    }
}

const POLICY: &str = r#"@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)
    @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)"#;

#[tokio::test]
async fn one_of_the_lists_must_hold_entirely_and_everything_else_too() {
    let closed = "@authenticated @policy(policies: [[\"a\", \"b\"], [\"c\"]])";
    let router = router_of(&supergraph(&format!("{LINKS} {POLICY}"), closed, "", ""), None).unwrap();
    let somebody = Some(serde_json::from_str("\"01890a5d-ac96-774b-bcce-b302099a8057\"").unwrap());
    for (user_id, policies, opens) in [
        (somebody, &["a", "b"][..], true),
        (somebody, &["c"], true),
        (somebody, &["a", "c", "x"], true),
        (somebody, &["a"], false),
        (somebody, &["b", "x"], false),
        (somebody, &[], false),
        (None, &["a", "b", "c"], false),
    ] {
        let answer = ask(&router, "{ closed }", Principal { user_id, ..with_policies(policies) }).await;
        assert_eq!(answer["data"]["closed"], if opens { json!(2) } else { json!(null) }, "{policies:?}");
        let code = if user_id.is_some() { "FORBIDDEN" } else { "UNAUTHENTICATED" };
        assert_eq!(answer["errors"][0]["extensions"]["code"], if opens { json!(null) } else { json!(code) });
    }
}

/// Lets some policies hold, and notes what it was asked.
#[derive(Debug, Default)]
struct Holding {
    policies: HashSet<String>,
    asked: Mutex<Vec<Vec<String>>>,
}

impl PolicyEvaluator for Holding {
    fn holding<'a>(&'a self, policies: &'a [String], _: &'a RequestContext) -> BoxFuture<'a, HashSet<String>> {
        self.asked.lock().unwrap().push(policies.to_vec());
        Box::pin(ready(self.policies.clone()))
    }
}

#[tokio::test]
async fn the_embedding_program_decides_once_for_each_request() {
    let holding = Arc::new(Holding { policies: ["books".to_owned()].into(), ..Holding::default() });
    let text = supergraph(
        &format!("{LINKS} {POLICY}"),
        "@policy(policies: [[\"x\"], [\"books\", \"y\"]])",
        "@policy(policies: [[\"books\"]])",
        "@policy(policies: [[\"films\"]])",
    );
    let router = router_of(&text, Some(holding.clone())).unwrap();
    let query = "{ open closed book { title } media { ... on Film { title } } }";
    // It alone decides: what the principal says is for it to read.
    let answer = ask(&router, query, with_policies(&["films", "x"])).await;
    assert_eq!(
        answer["data"],
        json!({"open": 1, "closed": null, "book": {"title": "book"}, "media": [{}, {"title": null}]})
    );
    assert_eq!(*holding.asked.lock().unwrap(), [["books", "films", "x", "y"]]);
    ask(&router, "{ open }", Principal::default()).await;
    ask(&router, query, Principal::service("order")).await;
    assert_eq!(holding.asked.lock().unwrap().len(), 1, "nothing to ask");
}

#[tokio::test]
async fn a_proxy_can_tell_the_policies_in_a_header() {
    let header = axum::http::HeaderName::from_static("x-policies");
    let text = supergraph(&format!("{LINKS} {POLICY}"), "@policy(policies: [[\"a\", \"b\"]])", "", "");
    let router = router_of(&text, Some(Arc::new(PoliciesOfHeader(header.clone())))).unwrap();
    for (values, opens) in [
        (&["a, b"][..], true),
        (&["b", "a"], true),
        (&["a"], false),
        (&["ab"], false),
        (&["A, B"], false),
        (&[], false),
    ] {
        let mut headers = axum::http::HeaderMap::new();
        values.iter().for_each(|value| {
            headers.append(&header, value.parse().unwrap());
        });
        let client = Arc::new(ClientInfo { headers, ..ClientInfo::default() });
        let context = RequestContext { client, ..RequestContext::default() };
        let request = Request { query: "{ closed }".to_owned(), ..Request::default() };
        let answer: Value = serde_json::from_slice(&router.execute(request, &context).await.body).unwrap();
        assert_eq!(answer["data"]["closed"] == json!(2), opens, "{values:?}");
    }
}

fn guarded() -> Arc<Router> {
    let text = supergraph(
        &format!("{LINKS} {POLICY}"),
        "",
        "@policy(policies: [[\"books\"]])",
        "@policy(policies: [[\"films\"]])",
    );
    router_of(&text, None).unwrap()
}

#[tokio::test]
async fn members_of_a_union_are_closed_each_for_itself() {
    let router = guarded();
    let query = "{ media { __typename ... on Book { title } ... on Film { title } } }";
    let of = |book: Value, film: Value| json!({"media": [{"__typename": "Book", "title": book}, {"__typename": "Film", "title": film}]});
    for (policies, expected, paths) in [
        (&["books"][..], of(json!("book"), json!(null)), vec![json!(["media", 1, "title"])]),
        (&["films"], of(json!(null), json!("film")), vec![json!(["media", 0, "title"])]),
        (&[], of(json!(null), json!(null)), vec![json!(["media", 0, "title"]), json!(["media", 1, "title"])]),
        (&["books", "films"], of(json!("book"), json!("film")), Vec::new()),
    ] {
        let answer = ask(&router, query, with_policies(policies)).await;
        assert_eq!(answer["data"], expected, "{policies:?}");
        let told: Vec<Value> =
            answer["errors"].as_array().into_iter().flatten().map(|error| error["path"].clone()).collect();
        assert_eq!(told, paths);
    }
    let answer = ask(&router, "{ book { title } }", Principal::default()).await;
    assert_eq!(answer["data"], json!({"book": null}));
}

#[tokio::test]
async fn a_field_of_an_interface_needs_what_every_type_behind_it_needs() {
    let router = guarded();
    let query = "{ items { title } }";
    for (policies, opens) in [(&["books", "films"][..], true), (&["books"], false), (&["films"], false), (&[], false)] {
        let answer = ask(&router, query, with_policies(policies)).await;
        assert_eq!(answer["errors"].is_null(), opens, "{policies:?}: {answer}");
        let title = |title: &str| if opens { json!(title) } else { json!(null) };
        assert_eq!(answer["data"], json!({"items": [{"title": title("book")}, {"title": title("film")}]}));
    }
}

#[tokio::test]
async fn a_denied_field_does_not_take_an_allowed_one_of_the_same_key_with_it() {
    let router = guarded();
    // On the interface the title is closed to whoever may see books only; in a fragment on books it is not.
    for query in ["{ items { title ... on Book { title } } }", "{ items { ... on Book { title } title } }"] {
        let answer = ask(&router, query, with_policies(&["books"])).await;
        assert_eq!(answer["data"], json!({"items": [{"title": "book"}, {"title": null}]}), "{query}");
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0]["path"], json!(["items", 1, "title"]));
    }
    // What is selected below a denied occurrence alone stays denied.
    let query = "{ items { owner { name email } ... on Book { owner { name } } } }";
    let answer = ask(&router, query, with_policies(&["books"])).await;
    assert_eq!(answer["data"], json!({"items": [{"owner": {"name": "Kim", "email": null}}, {"owner": null}]}));
    let paths: Vec<&Value> = answer["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, [&json!(["items", 0, "owner", "email"]), &json!(["items", 1, "owner"])]);
}
