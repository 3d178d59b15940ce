//! The search service on a real database, beside a graph that has the products a test puts into it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::money::Money;
use platform::paging::PageInfo;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

/// An id that is the same for a name every time.
pub(crate) fn named(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    for (place, byte) in name.bytes().enumerate() {
        bytes[place % 16] = byte.wrapping_add(bytes[place % 16]).rotate_left(3);
    }
    Uuid::from_bytes(bytes)
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[allow(dead_code, reason = "the names that the graph has")]
enum ProductState {
    Draft,
    InReview,
    OnSale,
    Suspended,
    Ended,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[allow(dead_code, reason = "the names that the graph has")]
enum ShippingPolicyKind {
    Free,
    Flat,
    ConditionalFree,
    ByQuantity,
}

/// A product as the graph of these tests has it.
#[derive(Clone, Debug)]
pub(crate) struct Goods {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    pub(crate) brand: &'static str,
    /// From the top.
    pub(crate) categories: &'static [&'static str],
    pub(crate) seller: &'static str,
    pub(crate) can_sell: bool,
    pub(crate) on_sale: bool,
    pub(crate) price: i64,
    pub(crate) rating: (i32, i32),
    pub(crate) in_stock: bool,
    /// The fee, and from which amount on there is none.
    pub(crate) shipping: Option<(i64, Option<i64>)>,
    pub(crate) published_at: DateTime<Utc>,
}

impl Goods {
    pub(crate) fn new(title: &str) -> Self {
        Self {
            id: Uuid::now_v7(),
            title: title.to_owned(),
            brand: "도아",
            categories: &["잡화"],
            seller: "도아상점",
            can_sell: true,
            on_sale: true,
            price: 10_000,
            rating: (0, 0),
            in_stock: true,
            shipping: Some((3_000, None)),
            published_at: Utc::now(),
        }
    }

    pub(crate) fn product_id(&self) -> String {
        prefixed("prd", self.id)
    }

    pub(crate) fn variant_id(&self) -> String {
        prefixed("var", self.id)
    }
}

type Shelf = Arc<Mutex<BTreeMap<Uuid, Goods>>>;

thread_local! {
    // A test has a thread of its own.
    static SHELF: RefCell<Shelf> = RefCell::default();
}

#[derive(SimpleObject)]
struct Named {
    id: String,
    name: String,
}

#[derive(SimpleObject)]
struct Seller {
    id: String,
    name: String,
    can_sell: bool,
}

#[derive(SimpleObject)]
struct Category {
    path: Vec<Named>,
}

#[derive(SimpleObject)]
struct Availability {
    in_stock: bool,
}

#[derive(SimpleObject)]
struct Variant {
    id: String,
    sellable: bool,
    availability: Availability,
}

#[derive(SimpleObject)]
struct Rating {
    average_hundredths: Option<i32>,
    count: i32,
}

#[derive(SimpleObject)]
struct ShippingPolicy {
    kind: ShippingPolicyKind,
    fee: Money,
    free_from: Option<Money>,
}

struct Product(Goods);

#[Object]
impl Product {
    async fn id(&self) -> String {
        self.0.product_id()
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn state(&self) -> ProductState {
        if self.0.on_sale { ProductState::OnSale } else { ProductState::Suspended }
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.published_at
    }

    async fn published_at(&self) -> Option<DateTime<Utc>> {
        Some(self.0.published_at)
    }

    async fn price(&self) -> Money {
        Money::krw(self.0.price)
    }

    async fn brand(&self) -> Option<Named> {
        Some(Named { id: prefixed("brd", named(self.0.brand)), name: self.0.brand.to_owned() })
    }

    async fn category(&self) -> Category {
        let named = |name: &&str| Named { id: prefixed("cat", named(name)), name: (*name).to_owned() };
        Category { path: self.0.categories.iter().map(named).collect() }
    }

    async fn seller(&self) -> Seller {
        let name = self.0.seller.to_owned();
        Seller { id: prefixed("slr", named(self.0.seller)), name, can_sell: self.0.can_sell }
    }

    async fn variants(&self) -> Vec<Variant> {
        let availability = Availability { in_stock: self.0.in_stock };
        vec![Variant { id: self.0.variant_id(), sellable: self.0.on_sale && self.0.can_sell, availability }]
    }

    async fn rating(&self) -> Rating {
        let (average, count) = self.0.rating;
        Rating { average_hundredths: (count > 0).then_some(average), count }
    }

    async fn shipping_policy(&self) -> Option<ShippingPolicy> {
        let (fee, free_from) = self.0.shipping?;
        let kind = if free_from.is_some() { ShippingPolicyKind::ConditionalFree } else { ShippingPolicyKind::Flat };
        Some(ShippingPolicy { kind, fee: Money::krw(fee), free_from: free_from.map(Money::krw) })
    }
}

#[derive(SimpleObject)]
struct Products {
    nodes: Vec<Product>,
    page_info: PageInfo,
}

struct Graph(Shelf);

#[Object]
impl Graph {
    async fn product(&self, id: ID) -> Option<Product> {
        let shelf = self.0.lock().unwrap();
        shelf.values().find(|goods| goods.product_id() == *id).cloned().map(Product)
    }

    async fn products(&self, first: i32, after: Option<String>) -> Products {
        let shelf = self.0.lock().unwrap();
        let listed = shelf.values().filter(|goods| goods.on_sale && goods.can_sell);
        let rest: Vec<Goods> =
            listed.filter(|goods| after.as_ref().is_none_or(|after| goods.product_id() > *after)).cloned().collect();
        let size = usize::try_from(first).unwrap();
        let page: Vec<Product> = rest.iter().take(size).cloned().map(Product).collect();
        let page_info = PageInfo {
            has_next_page: rest.len() > size,
            end_cursor: page.last().map(|product| product.0.product_id()),
            ..PageInfo::default()
        };
        Products { nodes: page, page_info }
    }
}

platform::stand_in!(
    GRAPH,
    platform::graph::WHOLE_GRAPH,
    Schema::build(Graph(SHELF.with_borrow(Arc::clone)), EmptyMutation, EmptySubscription).finish()
);

/// Any fact, under the kind of which there is one of these.
macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(Value);

        impl From<Value> for $name {
            fn from(payload: Value) -> Self {
                Self(payload)
            }
        }

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                Uuid::now_v7().to_string()
            }
        }
    )*};
}

heard! {
    ProductChanged, "product.changed";
    StateChanged, "product.state_changed";
    CategoryChanged, "category.changed";
    BrandRemoved, "brand.removed";
    RatingChanged, "review.rating_changed";
    StockDepleted, "stock.depleted";
    SellerChanged, "seller.state_changed";
    Confirmed, "line.confirmed";
}

pub(crate) struct Market {
    pub(crate) services: TestServices,
    shelf: Shelf,
}

pub(crate) fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::StaffProducts], &[])
}

impl Market {
    /// A market with these products on its shelf before search is there.
    pub(crate) async fn open(goods: &[Goods]) -> Self {
        SHELF.set(Shelf::default());
        let shelf = SHELF.with_borrow(Arc::clone);
        shelf.lock().unwrap().extend(goods.iter().map(|goods| (goods.id, goods.clone())));
        let values = [
            ("SEARCH_FOLLOW_INTERVAL", "50ms"),
            ("SEARCH_READ_DELAY", "0ms"),
            ("SEARCH_TRENDING_LIFETIME", "0ms"),
            ("SEARCH_TRENDING_PEOPLE", "2"),
        ];
        let services = TestServices::start_with(&[&search::SERVICE, &GRAPH], values).await;
        let market = Self { services, shelf };
        let listed = goods.iter().filter(|goods| goods.on_sale && goods.can_sell).count();
        market.until_found("", listed).await;
        market
    }

    /// Puts a product onto the shelf, or changes it, without telling.
    pub(crate) fn put(&self, goods: &Goods) {
        self.shelf.lock().unwrap().insert(goods.id, goods.clone());
    }

    /// Takes a product off the shelf as if it had never been there.
    pub(crate) fn remove(&self, goods: &Goods) {
        self.shelf.lock().unwrap().remove(&goods.id);
    }

    /// Appends facts to the service's own outbox, by which they reach its consumer.
    pub(crate) async fn tell<F: Fact + From<Value>>(&self, payloads: impl IntoIterator<Item = Value>) {
        let database = self.services.database_of("search").await;
        let mut connection = database.connection().await.unwrap();
        let facts: Vec<F> = payloads.into_iter().map(F::from).collect();
        platform::events::append_all(&mut connection, &facts, None).await.unwrap();
    }

    /// Waits until all that was told has its effect; and, when `again`, tells everything once more, under the same ids.
    pub(crate) async fn until_heard(&self, again: bool) {
        use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
        let database = self.services.database_of("search").await;
        let mut connection = database.connection().await.unwrap();
        for again in if again { vec![true, false] } else { vec![false] } {
            for waited in 0.. {
                let open = "SELECT 1 FROM outbox WHERE published_at IS NULL
                    UNION ALL SELECT 1 FROM product_to_read WHERE due_at < now() + interval '1 hour'";
                if diesel::sql_query(open).execute(&mut connection).await.unwrap() == 0 {
                    break;
                }
                assert!(waited < 400, "not everything was handled");
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            if again {
                connection.batch_execute("UPDATE outbox SET published_at = NULL").await.unwrap();
            }
        }
    }

    /// The answer to a search: the titles and the whole of it.
    pub(crate) async fn search(&self, variables: Value) -> (Vec<String>, Value) {
        self.search_as(variables, visitor()).await
    }

    pub(crate) async fn search_as(&self, variables: Value, context: RequestContext) -> (Vec<String>, Value) {
        let data = self.services.data("search", SEARCH, variables, context).await;
        let search = data["search"].clone();
        (titles(&search), search)
    }

    /// The titles that a text finds.
    pub(crate) async fn found(&self, text: &str) -> Vec<String> {
        self.search(json!({ "text": text })).await.0
    }

    /// Waits until a text finds so many.
    pub(crate) async fn until_found(&self, text: &str, count: usize) {
        let mut last = Value::Null;
        for _ in 0..400 {
            let (_, search) = self.search(json!({ "text": text })).await;
            if search["totalCount"] == count {
                return;
            }
            last = search["totalCount"].clone();
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("\"{text}\" finds {last}, not {count}");
    }

    pub(crate) async fn stop(self) {
        self.services.stop().await;
    }
}

pub(crate) const SEARCH: &str = "query($text: String! = \"\", $where: SearchWhere, $sort: SearchSort! = RELEVANCE,
        $asTyped: Boolean! = false, $first: Int, $after: String, $last: Int, $before: String) {
    search(text: $text, where: $where, sort: $sort, asTyped: $asTyped, first: $first, after: $after,
            last: $last, before: $before) {
        nodes { product { id } highlights { text matched } freeShipping inStock
            reasons { score textScore salesScore ratingScore stockScore matches { typed reading kind text synonym } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount correctedText words { typed meant reading synonyms }
        facets { categories { name count } brands { name count } sellers { name count } prices { from { amount } count }
            ratings { stars count } freeShipping inStock } } }";

/// The titles of results, of their highlights.
pub(crate) fn titles(search: &Value) -> Vec<String> {
    let pieces = |node: &Value| {
        let pieces = node["highlights"].as_array().unwrap().iter().map(|piece| piece["text"].as_str().unwrap());
        pieces.collect::<String>()
    };
    search["nodes"].as_array().unwrap().iter().map(pieces).collect()
}

pub(crate) fn days_ago(days: i64) -> DateTime<Utc> {
    Utc::now() - TimeDelta::days(days)
}
