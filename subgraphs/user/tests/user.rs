//! The user service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::time::{Duration, Instant};

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};
use platform::events::{Fact, append};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::settings::SettingSource;
use platform::testing::{TestServices, service, user, visitor};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

platform::stand_in!(
    /// A product service that knows the products whose id ends with an even digit.
    PRODUCT, "product", Schema::build(ProductQuery, EmptyMutation, EmptySubscription).finish()
);

platform::stand_in!(
    /// An auth service that only tells.
    AUTH, "auth", Schema::build(ProductQuery, EmptyMutation, EmptySubscription).finish()
);

struct ProductQuery;

#[derive(SimpleObject)]
struct Product {
    id: ID,
}

#[Object]
impl ProductQuery {
    async fn product(&self, id: ID) -> Option<Product> {
        let last = id.chars().last()?.to_digit(16)?;
        last.is_multiple_of(2).then_some(Product { id })
    }
}

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

async fn start() -> TestServices {
    TestServices::start(&[&user::SERVICE, &PRODUCT, &AUTH]).await
}

fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Staff], &[])
}

const REGISTER: &str =
    "mutation($input: RegisterUserInput!) { registerUser(input: $input) { user { id email } userErrors { code } } }";

fn registration(id: Uuid, email: &str, name: &str) -> Value {
    let consent = |purpose: &str, granted: bool| json!({ "purpose": purpose, "version": "1", "granted": granted });
    json!({ "input": { "id": prefixed("usr", id), "email": email, "name": name, "phone": "010-1234-5678",
        "consents": [consent("TERMS", true), consent("MARKETING_SMS", false)] } })
}

async fn register(services: &TestServices, email: &str, name: &str) -> Uuid {
    let id = Uuid::now_v7();
    let data = services.data("user", REGISTER, registration(id, email, name), service("auth")).await;
    assert_eq!(data["registerUser"]["user"]["email"], email);
    id
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or("-")
}

fn address(detail: &str) -> Value {
    json!({ "recipient": "김도아", "phone": "01012345678", "zonecode": "06236",
        "roadAddress": "서울특별시 강남구 테헤란로 152", "detail": detail })
}

async fn add_address(services: &TestServices, owner: Uuid, detail: &str, make_default: bool) -> Value {
    let query = "mutation($input: AddAddressInput!) { addAddress(input: $input) {
        address { id detail phone isDefault } userErrors { code field } } }";
    let variables = json!({ "input": { "address": address(detail), "makeDefault": make_default } });
    services.data("user", query, variables, buyer(owner)).await["addAddress"].clone()
}

async fn details(services: &TestServices, owner: Uuid) -> Vec<String> {
    let query = "{ me { defaultAddress { detail } addresses { detail isDefault } } }";
    let data = services.data("user", query, json!({}), buyer(owner)).await;
    let addresses = data["me"]["addresses"].as_array().unwrap();
    let defaults: Vec<_> = addresses.iter().filter(|address| address["isDefault"] == true).collect();
    assert_eq!(defaults.len(), usize::from(!addresses.is_empty()));
    assert_eq!(
        data["me"]["defaultAddress"]["detail"],
        addresses.first().map_or(Value::Null, |first| first["detail"].clone())
    );
    addresses.iter().map(|address| address["detail"].as_str().unwrap().to_owned()).collect()
}

#[derive(schemars::JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    user_id: String,
    email: String,
    name: String,
    phone: Option<String>,
    consents: Vec<Value>,
    registered_at: chrono::DateTime<chrono::Utc>,
}

impl Fact for Registered {
    const KIND: &'static str = "user.registered";

    fn aggregate(&self) -> String {
        self.user_id.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_by_event_or_by_command_and_only_once() {
    let services = start().await;
    let id = Uuid::now_v7();
    let fact = Registered {
        user_id: prefixed("usr", id),
        email: "kim@example.com".to_owned(),
        name: "김도아".to_owned(),
        phone: None,
        consents: vec![json!({ "purpose": "TERMS", "version": "1", "granted": true })],
        registered_at: chrono::Utc::now(),
    };
    let auth = services.database_of("auth").await;
    append(&mut auth.connection().await.unwrap(), &fact, None).await.unwrap();
    let query = "{ me { name consents { purpose granted version } } }";
    let deadline = Instant::now() + Duration::from_secs(5);
    let me = loop {
        let data = services.data("user", query, json!({}), buyer(id)).await;
        if data["me"] != Value::Null {
            break data["me"].clone();
        }
        assert!(Instant::now() < deadline, "the event did not arrive");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let expected = json!({ "name": "김도아", "consents": [{ "purpose": "TERMS", "granted": true, "version": "1" }] });
    assert_eq!(me, expected);

    let late = registration(id, "kim@example.com", "다른 이름");
    services.data("user", REGISTER, late.clone(), service("auth")).await;
    assert_eq!(
        services.data("user", query, json!({}), buyer(id)).await["me"],
        expected,
        "a late command changes nothing"
    );
    assert_eq!(services.execute("user", REGISTER, late, buyer(id)).await.errors.len(), 1);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_private() {
    let services = start().await;
    let (kim, lee) = (
        register(&services, "kim@example.com", "김도아").await,
        register(&services, "lee@example.com", "이도아").await,
    );
    add_address(&services, kim, "101호", false).await;
    let entities =
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on User { createdAt email name phone } } }";
    let variables =
        json!({ "r": [{ "__typename": "User", "id": prefixed("usr", kim) }, { "__typename": "User", "id": "x" }] });
    let mine = services.data("user", entities, variables.clone(), buyer(kim)).await;
    assert_eq!(mine["_entities"][0]["email"], "kim@example.com");
    assert_eq!(mine["_entities"][1], Value::Null);
    let others = services.data("user", entities, variables.clone(), buyer(lee)).await;
    assert_eq!((&others["_entities"][0]["email"], &others["_entities"][0]["phone"]), (&Value::Null, &Value::Null));
    assert!(others["_entities"][0]["createdAt"].is_string());
    let by_staff = services.data("user", entities, variables, staff()).await;
    assert_eq!(by_staff["_entities"][0]["phone"], "010-1234-5678");

    let addresses = "query($r: [_Any!]!) { _entities(representations: $r) { ... on User { addresses { detail } } } }";
    let variables = json!({ "r": [{ "__typename": "User", "id": prefixed("usr", kim) }] });
    assert_eq!(services.execute("user", addresses, variables, buyer(lee)).await.errors.len(), 1);
    let me = services.execute("user", "{ me { id } }", json!({}), visitor()).await;
    assert_eq!(me.errors.len(), 1);
    let one = "query($id: ID!) { user(id: $id) { email } }";
    let id = json!({ "id": prefixed("usr", kim) });
    assert_eq!(
        services.execute("user", one, id.clone(), buyer(kim)).await.errors.len(),
        1,
        "only staff look people up"
    );
    assert_eq!(services.data("user", one, id, staff()).await["user"]["email"], "kim@example.com");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_the_default() {
    let services = start().await;
    let kim = register(&services, "kim@example.com", "김도아").await;
    let lee = register(&services, "lee@example.com", "이도아").await;
    let first = add_address(&services, kim, "1", false).await;
    assert_eq!((&first["address"]["isDefault"], &first["address"]["phone"]), (&json!(true), &json!("010-1234-5678")));
    add_address(&services, kim, "2", false).await;
    let third = add_address(&services, kim, "3", true).await;
    assert_eq!(details(&services, kim).await, ["3", "2", "1"]);

    let by_id = |field: &str, input: &str| {
        format!("mutation($id: ID!) {{ {field}(input: {{ id: $id }}) {{ {input} userErrors {{ code }} }} }}")
    };
    let set_default = by_id("setDefaultAddress", "address { isDefault }");
    let id = json!({ "id": first["address"]["id"] });
    assert_eq!(
        code(&services.data("user", &set_default, id.clone(), buyer(lee)).await["setDefaultAddress"]),
        "ADDRESS_NOT_FOUND"
    );
    assert_eq!(details(&services, kim).await, ["3", "2", "1"]);
    services.data("user", &set_default, id.clone(), buyer(kim)).await;
    assert_eq!(details(&services, kim).await, ["1", "3", "2"]);

    let remove = by_id("removeAddress", "removedId");
    assert_eq!(
        code(&services.data("user", &remove, id.clone(), buyer(lee)).await["removeAddress"]),
        "ADDRESS_NOT_FOUND"
    );
    services.data("user", &remove, id.clone(), buyer(kim)).await;
    assert_eq!(details(&services, kim).await, ["3", "2"], "the newest takes its place");

    let update = "mutation($input: UpdateAddressInput!) { updateAddress(input: $input) { address { detail isDefault } userErrors { code field } } }";
    let variables = json!({ "input": { "id": third["address"]["id"], "address": address("33") } });
    assert_eq!(
        code(&services.data("user", update, variables.clone(), buyer(lee)).await["updateAddress"]),
        "ADDRESS_NOT_FOUND"
    );
    let updated = services.data("user", update, variables, buyer(kim)).await;
    assert_eq!(updated["updateAddress"]["address"], json!({ "detail": "33", "isDefault": true }));

    let address_of = "query($user: ID!, $id: ID!) { addressOf(userId: $user, addressId: $id) { zonecode } }";
    let of = |user: Uuid| json!({ "user": prefixed("usr", user), "id": third["address"]["id"] });
    assert_eq!(services.data("user", address_of, of(kim), service("order")).await["addressOf"]["zonecode"], "06236");
    assert_eq!(services.data("user", address_of, of(lee), service("order")).await["addressOf"], Value::Null);
    assert_eq!(services.execute("user", address_of, of(kim), buyer(kim)).await.errors.len(), 1);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_checked_and_limited_even_at_once() {
    let services = start().await;
    let kim = register(&services, "kim@example.com", "김도아").await;
    let query =
        "mutation($input: AddAddressInput!) { addAddress(input: $input) { address { id } userErrors { code field } } }";
    let mut wrong = address("1");
    wrong["zonecode"] = json!("135-080");
    wrong["phone"] = json!("1");
    let data = services.data("user", query, json!({ "input": { "address": wrong } }), buyer(kim)).await;
    let expected = json!([{ "code": "INVALID_PHONE", "field": ["address", "phone"] }, { "code": "INVALID_ZONECODE", "field": ["address", "zonecode"] }]);
    assert_eq!(data["addAddress"]["userErrors"], expected);

    let details_of_all: Vec<String> = (0..24).map(|number| number.to_string()).collect();
    let adding =
        details_of_all.iter().enumerate().map(|(number, text)| add_address(&services, kim, text, number % 3 == 0));
    let refused = futures::future::join_all(adding).await.iter().filter(|added| code(added) == "ADDRESS_LIMIT").count();
    assert_eq!(refused, 4);
    assert_eq!(details(&services, kim).await.len(), 20);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_and_consents_change() {
    let services = start().await;
    let kim = register(&services, "kim@example.com", "김도아").await;
    let update = "mutation($input: UpdateProfileInput!) { updateProfile(input: $input) { user { name phone } userErrors { code field } } }";
    let run = async |input: Value| {
        services.data("user", update, json!({ "input": input }), buyer(kim)).await["updateProfile"].clone()
    };
    assert_eq!(run(json!({ "name": "김마켓" })).await["user"], json!({ "name": "김마켓", "phone": "010-1234-5678" }));
    assert_eq!(run(json!({ "phone": null })).await["user"], json!({ "name": "김마켓", "phone": null }));
    let wrong = run(json!({ "name": " ", "phone": "12" })).await;
    assert_eq!(wrong["userErrors"].as_array().unwrap().len(), 2);
    let nobody = services.data("user", update, json!({ "input": { "name": "a" } }), buyer(Uuid::now_v7())).await;
    assert_eq!(code(&nobody["updateProfile"]), "USER_NOT_FOUND");

    let record = "mutation($consents: [ConsentInput!]!) { recordConsents(input: { consents: $consents }) {
        user { consents { purpose version granted } } userErrors { code field } } }";
    let consent = |purpose: &str, version: &str, granted: bool| json!({ "purpose": purpose, "version": version, "granted": granted });
    let withdrawn = json!({ "consents": [consent("MARKETING_SMS", "2", true), consent("TERMS", "2", false)] });
    let refused = services.data("user", record, withdrawn, buyer(kim)).await;
    assert_eq!(
        refused["recordConsents"]["userErrors"],
        json!([{ "code": "CONSENT_REQUIRED", "field": ["consents", "1"] }])
    );
    let given = json!({ "consents": [consent("MARKETING_SMS", "2", true)] });
    let data = services.data("user", record, given, buyer(kim)).await;
    let expected = json!([consent("MARKETING_SMS", "2", true), consent("TERMS", "1", true)]);
    assert_eq!(data["recordConsents"]["user"]["consents"], expected);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wishlist_is_read_page_by_page() {
    let services = start().await;
    let kim = register(&services, "kim@example.com", "김도아").await;
    let add = "mutation($id: ID!) { addToWishlist(input: { productId: $id }) { item { product { id } } userErrors { code } } }";
    let mut ids = Vec::new();
    for _ in 0..3 {
        // The stub knows even products only.
        let id = Uuid::from_u128(Uuid::now_v7().as_u128() & !1);
        ids.push(prefixed("prd", id));
        let data = services.data("user", add, json!({ "id": ids.last() }), buyer(kim)).await;
        assert_eq!(data["addToWishlist"]["item"]["product"]["id"], *ids.last().unwrap());
    }
    services.data("user", add, json!({ "id": ids[0] }), buyer(kim)).await;
    let unknown = prefixed("prd", Uuid::from_u128(Uuid::now_v7().as_u128() | 1));
    assert_eq!(
        code(&services.data("user", add, json!({ "id": unknown }), buyer(kim)).await["addToWishlist"]),
        "PRODUCT_NOT_FOUND"
    );

    let list = "query($after: String) { me { wishlist(first: 2, after: $after) {
        nodes { product { id } } edges { cursor node { addedAt } } totalCount pageInfo { hasNextPage endCursor } } } }";
    let first = services.data("user", list, json!({}), buyer(kim)).await["me"]["wishlist"].clone();
    let on_page = |page: &Value| -> Vec<Value> {
        page["nodes"].as_array().unwrap().iter().map(|node| node["product"]["id"].clone()).collect()
    };
    assert_eq!(on_page(&first), [json!(ids[2]), json!(ids[1])]);
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    assert_eq!(first["edges"][1]["cursor"], first["pageInfo"]["endCursor"]);
    let variables = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = services.data("user", list, variables, buyer(kim)).await["me"]["wishlist"].clone();
    assert_eq!(on_page(&second), [json!(ids[0])]);

    let remove =
        "mutation($id: ID!) { removeFromWishlist(input: { productId: $id }) { removedProductId userErrors { code } } }";
    for _ in 0..2 {
        let data = services.data("user", remove, json!({ "id": ids[1] }), buyer(kim)).await;
        assert_eq!(data["removeFromWishlist"]["removedProductId"], ids[1]);
    }
    let left = services.data("user", list, json!({}), buyer(kim)).await["me"]["wishlist"].clone();
    assert_eq!(on_page(&left), [json!(ids[2]), json!(ids[0])]);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_list_people_and_seeds_come_once() {
    let services = start().await;
    let registered = register(&services, "kim_1@example.com", "김도아").await;
    let seed_user = |id: Uuid, email: &str, name: &str| user::SeedUser {
        id,
        email: email.to_owned(),
        name: name.to_owned(),
        phone: Some("010-1234-5678".to_owned()),
        address: Some(user::SeedAddress {
            zonecode: "06236".to_owned(),
            road_address: "서울특별시 강남구 테헤란로 152".to_owned(),
            detail: "101호".to_owned(),
        }),
        registered_at: chrono::Utc::now(),
    };
    let seeds = [
        seed_user(registered, "kim_1@example.com", "김도아"),
        seed_user(Uuid::now_v7(), "lee@example.com", "이도아"),
        seed_user(Uuid::now_v7(), "kimx1@example.com", "박도아"),
    ];
    let database = services.database_of("user").await;
    let settings = user::UserSettings::from_source(&SettingSource::from_values([])).unwrap();
    assert_eq!(user::seed(&database, &settings, &seeds).await.unwrap(), 2);
    assert_eq!(user::seed(&database, &settings, &seeds).await.unwrap(), 0);
    assert_eq!(details(&services, registered).await, ["101호"], "an address for the one who had none");

    let query =
        "query($first: Int, $after: String, $where: UserWhere) { users(first: $first, after: $after, where: $where) {
        nodes { email } totalCount pageInfo { hasNextPage endCursor } } }";
    let emails = |data: &Value| -> Vec<String> {
        let nodes = data["users"]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["email"].as_str().unwrap().replace("@example.com", "")).collect()
    };
    let all = services.data("user", query, json!({ "first": 2 }), staff()).await;
    assert_eq!((emails(&all), &all["users"]["totalCount"]), (vec!["kimx1".to_owned(), "lee".to_owned()], &json!(3)));
    let rest = json!({ "after": all["users"]["pageInfo"]["endCursor"] });
    assert_eq!(emails(&services.data("user", query, rest, staff()).await), ["kim_1"]);
    let found = services.data("user", query, json!({ "where": { "email": "Kim_" } }), staff()).await;
    assert_eq!(emails(&found), ["kim_1"], "an underscore is an underscore");
    let found = services.data("user", query, json!({ "where": { "name": "이도" } }), staff()).await;
    assert_eq!(emails(&found), ["lee"]);
    assert_eq!(services.execute("user", query, json!({}), buyer(registered)).await.errors.len(), 1);
    services.stop().await;
}
