//! Stand-ins for the seller and the user service, and short ways to work with the catalogue.

#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::HashSet;
use std::sync::Mutex;

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user};
use serde_json::{Value, json};
use uuid::Uuid;

static CLOSED: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// From now on this seller cannot sell.
pub(crate) fn close_seller(id: Uuid) {
    CLOSED.lock().unwrap().get_or_insert_default().insert(prefixed("slr", id));
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum SellerState {
    Active,
    Suspended,
}

#[derive(SimpleObject)]
struct Seller {
    can_sell: bool,
    state: SellerState,
}

struct SellerQuery;

#[Object]
impl SellerQuery {
    async fn seller(&self, id: ID) -> Option<Seller> {
        let closed = CLOSED.lock().unwrap().as_ref().is_some_and(|closed| closed.contains(id.as_str()));
        let state = if closed { SellerState::Suspended } else { SellerState::Active };
        Some(Seller { can_sell: !closed, state })
    }
}

platform::stand_in!(
    /// Every seller is open until it is closed.
    pub(crate) SELLER, "seller", Schema::build(SellerQuery, EmptyMutation, EmptySubscription).finish()
);

struct UserQuery;

#[Object]
impl UserQuery {
    async fn is_adult_verified(&self, user_id: ID) -> async_graphql::Result<Option<bool>> {
        if user_id.ends_with('f') {
            return Err("the user service is not there".into());
        }
        Ok(Some(user_id.ends_with('1')))
    }
}

platform::stand_in!(
    /// People whose id ends with 1 have shown to be adults; of those with f it cannot tell.
    pub(crate) USER, "user", Schema::build(UserQuery, EmptyMutation, EmptySubscription).finish()
);

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

pub(crate) fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::StaffProducts], &[])
}

pub(crate) fn member(seller: Uuid) -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[seller])
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

/// The catalogue with the stand-ins.
pub(crate) struct Shop {
    pub(crate) services: TestServices,
    pub(crate) seller: Uuid,
    pub(crate) category: String,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let services = TestServices::start(&[&SELLER, &USER, &product::SERVICE]).await;
        let mut shop = Self { services, seller: Uuid::now_v7(), category: String::new() };
        shop.category = shop.create_category("fashion", "패션", None).await;
        shop
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value, context: RequestContext) -> Value {
        self.services.data("product", query, variables, context).await
    }

    /// The code of the error that the operation must have.
    pub(crate) async fn error(&self, query: &str, variables: Value, context: RequestContext) -> String {
        let response = self.services.execute("product", query, variables, context).await;
        let error = response.errors.first().expect("an error");
        error.extensions.as_ref().and_then(|values| values.get("code")).map(ToString::to_string).unwrap_or_default()
    }

    pub(crate) async fn create_category(&self, slug: &str, name: &str, parent: Option<&str>) -> String {
        let query = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) { category { id } userErrors { code } } }";
        let input = json!({ "input": { "slug": slug, "name": name, "parentId": parent } });
        let data = self.ask(query, input, staff()).await;
        assert_eq!(codes(&data["createCategory"]), [""; 0]);
        data["createCategory"]["category"]["id"].as_str().unwrap().to_owned()
    }

    /// A complete product of one variant.
    pub(crate) fn input(&self, title: &str, price: i64) -> Value {
        json!({
            "sellerId": prefixed("slr", self.seller), "title": title, "description": "좋은 상품입니다.",
            "categoryId": self.category, "origin": "대한민국",
            "variants": [{ "sku": Uuid::now_v7().to_string(), "optionValues": [], "price": price, "initialStock": 5 }],
            "images": [{ "url": "/images/demo/fashion-1.svg", "alt": title, "width": 800, "height": 800 }],
            "notices": [
                { "name": "제조자/수입자", "value": "한빛" }, { "name": "제조국", "value": "대한민국" },
                { "name": "A/S 책임자와 전화번호", "value": "02-555-1234" },
            ]
        })
    }

    pub(crate) async fn try_create(&self, input: Value, context: RequestContext) -> Value {
        let query = "mutation($input: CreateProductInput!) { createProduct(input: $input) {
            product { id state variants { id name price { amount } sellable } } userErrors { code field } } }";
        self.ask(query, json!({ "input": input }), context).await["createProduct"].clone()
    }

    pub(crate) async fn create(&self, input: Value) -> String {
        let payload = self.try_create(input, member(self.seller)).await;
        assert_eq!(codes(&payload), [""; 0], "{payload}");
        payload["product"]["id"].as_str().unwrap().to_owned()
    }

    /// Gives a command; returns the product's new state, or the code of the refusal.
    pub(crate) async fn command(&self, field: &str, id: &str, reason: Option<&str>, context: RequestContext) -> String {
        let kind = if reason.is_some() { "ProductReasonInput" } else { "ProductIdInput" };
        let query = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ product {{ state }} userErrors {{ code }} }} }}"
        );
        let mut input = json!({ "productId": id });
        if let Some(reason) = reason {
            input["reason"] = json!(reason);
        }
        let payload = self.ask(&query, json!({ "input": input }), context).await[field].clone();
        let refusals: Vec<String> = codes(&payload).into_iter().map(str::to_owned).collect();
        payload["product"]["state"].as_str().map_or_else(|| refusals.join(" "), str::to_owned)
    }

    pub(crate) async fn on_sale(&self, input: Value) -> String {
        let id = self.create(input).await;
        assert_eq!(self.command("submitProduct", &id, None, member(self.seller)).await, "IN_REVIEW");
        assert_eq!(self.command("approveProduct", &id, None, staff()).await, "ON_SALE");
        id
    }

    /// Titles of a page, with the cursors at its ends and whether pages follow and precede.
    pub(crate) async fn page(
        &self,
        arguments: &str,
        context: RequestContext,
    ) -> (Vec<String>, String, String, bool, bool) {
        let query = format!(
            "{{ products({arguments}) {{ nodes {{ title }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}"
        );
        let page = self.ask(&query, json!({}), context).await["products"].clone();
        let titles = page["nodes"].as_array().unwrap().iter().map(|node| node["title"].as_str().unwrap().to_owned());
        let text = |name: &str| page["pageInfo"][name].as_str().unwrap_or_default().to_owned();
        let flag = |name: &str| page["pageInfo"][name].as_bool().unwrap();
        (titles.collect(), text("startCursor"), text("endCursor"), flag("hasNextPage"), flag("hasPreviousPage"))
    }

    pub(crate) async fn titles(&self, arguments: &str, context: RequestContext) -> Vec<String> {
        self.page(arguments, context).await.0
    }

    /// As if everything had been done so many days earlier than it was, and listed for sale since.
    pub(crate) async fn days_pass(&self, days: i32) {
        use diesel_async::RunQueryDsl;
        let database = self.services.database_of("product").await;
        let mut connection = database.connection().await.unwrap();
        let earlier = "UPDATE price_change SET changed_at = changed_at - make_interval(days => $1)";
        diesel::sql_query(earlier).bind::<diesel::sql_types::Integer, _>(days).execute(&mut connection).await.unwrap();
    }

    /// What was told so far.
    pub(crate) async fn told(&self) -> Vec<(String, Value)> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("product").await;
        let mut connection = database.connection().await.unwrap();
        let rows = outbox::table.order(outbox::sequence).select((outbox::kind, outbox::payload));
        rows.load(&mut connection).await.unwrap()
    }
}
