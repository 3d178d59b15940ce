//! Small subgraphs in process, and a router over them.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Enum, ErrorExtensions, ID, InputObject, Interface, Object, Schema,
    SimpleObject,
};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, LocalTransport, RequestContext, SubgraphTransport, TransportError};
use platform::identity::{Principal, Scope};
use router::compose::{SubgraphSdl, compose};
use router::{Request, Response, Router, RouterSettings};

/// Counts the requests to a subgraph, and fails them on demand.
pub struct Counting {
    inner: Arc<dyn SubgraphTransport>,
    pub requests: AtomicUsize,
    pub fails: std::sync::atomic::AtomicBool,
}

impl Counting {
    pub fn count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl SubgraphTransport for Counting {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if self.fails.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::Connection("db-7.internal refused".to_owned())) });
        }
        self.inner.execute(request)
    }

    fn in_memory(&self) -> bool {
        self.inner.in_memory()
    }
}

/// Sends answers as JSON, as HTTP would.
struct OverJson(LocalTransport);

impl SubgraphTransport for OverJson {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move {
            match self.0.execute(request).await? {
                GraphAnswer::Tree(response) => {
                    Ok(GraphAnswer::Json { status: 200, body: serde_json::to_vec(&response).unwrap().into() })
                }
                json => Ok(json),
            }
        })
    }
}

pub struct Market {
    pub router: Arc<Router>,
    pub subgraphs: HashMap<&'static str, Arc<Counting>>,
}

impl Market {
    pub async fn ask(&self, query: &str) -> serde_json::Value {
        self.ask_as(query, serde_json::json!({}), RequestContext::default()).await.1
    }

    pub async fn ask_as(
        &self,
        query: &str,
        variables: serde_json::Value,
        context: RequestContext,
    ) -> (Response, serde_json::Value) {
        let request = Request {
            query: query.to_owned(),
            operation_name: None,
            variables: serde_json::from_value(variables).unwrap(),
        };
        let response = self.router.execute(request, &context).await;
        let json = serde_json::from_slice(&response.body).unwrap();
        (response, json)
    }

    pub fn total(&self) -> usize {
        self.subgraphs.values().map(|subgraph| subgraph.count()).sum()
    }
}

pub fn member(scopes: &[Scope]) -> RequestContext {
    let principal = Principal { user_id: Some(uuid()), scopes: scopes.to_vec(), ..Principal::default() };
    RequestContext { principal: Arc::new(principal), ..RequestContext::default() }
}

pub fn service() -> RequestContext {
    RequestContext { principal: Arc::new(Principal::service("order")), ..RequestContext::default() }
}

fn uuid<T: serde::de::DeserializeOwned>() -> T {
    serde_json::from_str("\"01890a5d-ac96-774b-bcce-b302099a8057\"").unwrap()
}

pub fn market() -> Market {
    market_with(RouterSettings::default(), false)
}

pub fn market_with(settings: RouterSettings, json: bool) -> Market {
    market_of(settings, json, str::to_owned)
}

/// A market whose subgraphs' SDLs are edited before they are composed.
pub fn market_of(settings: RouterSettings, json: bool, edit: impl Fn(&str) -> String) -> Market {
    let products = Schema::build(catalogue::Query, catalogue::Mutation, EmptySubscription)
        .enable_federation()
        .data(Arc::new(AtomicUsize::new(0)))
        .finish();
    let sellers = Schema::build(sellers::Query, EmptyMutation, EmptySubscription).enable_federation().finish();
    let stock = Schema::build(stock::Query, EmptyMutation, EmptySubscription).enable_federation().finish();
    let sdls = [
        ("products", products.sdl_federation()),
        ("sellers", sellers.sdl_federation()),
        ("stock", stock.sdl_federation()),
    ];
    let sources: Vec<SubgraphSdl> = sdls
        .into_iter()
        .map(|(name, sdl)| SubgraphSdl { name: name.to_owned(), url: String::new(), sdl: edit(&sdl) })
        .collect();
    let supergraph = compose(&sources).unwrap();
    let mut subgraphs = HashMap::new();
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    let locals = [
        ("products", LocalTransport::new(Arc::new(products))),
        ("sellers", LocalTransport::new(Arc::new(sellers))),
        ("stock", LocalTransport::new(Arc::new(stock))),
    ];
    for (name, local) in locals {
        let inner: Arc<dyn SubgraphTransport> = if json { Arc::new(OverJson(local)) } else { Arc::new(local) };
        let counting = Arc::new(Counting {
            inner,
            requests: AtomicUsize::new(0),
            fails: std::sync::atomic::AtomicBool::new(false),
        });
        subgraphs.insert(name, Arc::clone(&counting));
        transports.insert(name.to_owned(), counting);
    }
    Market { router: Router::new(settings, &supergraph.sdl, transports).unwrap(), subgraphs }
}

trait FederationSdl {
    fn sdl_federation(&self) -> String;
}

impl<Q, M, S> FederationSdl for Schema<Q, M, S>
where
    Q: async_graphql::ObjectType + 'static,
    M: async_graphql::ObjectType + 'static,
    S: async_graphql::SubscriptionType + 'static,
{
    fn sdl_federation(&self) -> String {
        let sdl = self.sdl_with_options(async_graphql::SDLExportOptions::new().federation().compose_directive());
        // async-graphql does not import it.
        sdl.replace("\"@requiresScopes\"]", "\"@requiresScopes\", \"@authenticated\"]")
    }
}

mod catalogue {
    use async_graphql::resolver_utils::EnumType as _;

    use super::*;

    #[derive(Clone, SimpleObject)]
    #[graphql(complex)]
    pub struct Product {
        pub id: ID,
        pub title: String,
        #[graphql(skip)]
        pub seller: u32,
        pub price: Money,
        pub state: State,
        #[graphql(inaccessible, tag = "internal")]
        pub cost: i32,
    }

    #[derive(Clone, Copy, SimpleObject)]
    #[graphql(shareable)]
    pub struct Money {
        pub amount: Long,
        pub currency: Currency,
    }

    #[derive(Clone, Copy)]
    pub struct Long(pub i64);

    #[async_graphql::Scalar]
    impl async_graphql::ScalarType for Long {
        fn parse(value: async_graphql::Value) -> async_graphql::InputValueResult<Self> {
            match value {
                async_graphql::Value::Number(number) => Ok(Self(number.as_i64().unwrap_or_default())),
                other => Err(async_graphql::InputValueError::expected_type(other)),
            }
        }

        fn to_value(&self) -> async_graphql::Value {
            async_graphql::Value::Number(self.0.into())
        }
    }

    #[derive(Enum, Copy, Clone, Eq, PartialEq)]
    pub enum Currency {
        Krw,
    }

    #[derive(Enum, Copy, Clone, Eq, PartialEq)]
    pub enum State {
        OnSale,
        Ended,
    }

    #[async_graphql::ComplexObject]
    impl Product {
        async fn seller(&self) -> Seller {
            Seller { id: format!("s{}", self.seller).into() }
        }

        /// Fails for every second product.
        async fn rating(&self) -> async_graphql::Result<Option<f64>> {
            if self.id.as_str() == "p2" {
                return Err(async_graphql::Error::new("no rating").extend_with(|_, extensions| {
                    extensions.set("code", "NO_RATING");
                }));
            }
            Ok(Some(4.5))
        }

        /// Fails without a code.
        async fn secret(&self) -> async_graphql::Result<String> {
            Err(async_graphql::Error::new("password=hunter2"))
        }

        async fn related(&self) -> Vec<Item> {
            vec![Item::Product(product(1)), Item::Voucher(Voucher { id: "v1".into(), code: "SPRING".into() })]
        }
    }

    #[derive(Clone, SimpleObject)]
    pub struct Voucher {
        pub id: ID,
        pub code: String,
    }

    #[derive(Clone, Interface)]
    #[graphql(field(name = "id", ty = "&ID"))]
    pub enum Item {
        Product(Product),
        Voucher(Voucher),
    }

    #[derive(SimpleObject)]
    #[graphql(unresolvable)]
    pub struct Seller {
        pub id: ID,
    }

    pub fn product(number: u32) -> Product {
        Product {
            id: format!("p{number}").into(),
            title: format!("상품 {number}"),
            seller: number % 2,
            price: Money { amount: Long(3_000_000_000 + i64::from(number)), currency: Currency::Krw },
            state: State::OnSale,
            cost: 7,
        }
    }

    #[derive(InputObject)]
    pub struct ProductWhere {
        pub text: Option<String>,
        pub states: Option<Vec<State>>,
        pub max_price: Option<i32>,
    }

    pub struct Query;

    #[Object]
    impl Query {
        async fn products(&self, #[graphql(default = 3)] first: i32, r#where: Option<ProductWhere>) -> Vec<Product> {
            let _ = r#where.map(|filter| (filter.text, filter.states, filter.max_price));
            (1..=u32::try_from(first).unwrap_or(0)).map(product).collect()
        }

        async fn product(&self, id: ID) -> Option<Product> {
            let number = id.as_str().strip_prefix('p')?.parse().ok()?;
            (number < 1000).then(|| product(number))
        }

        async fn catalogue(
            &self,
            first: Option<i32>,
            after: Option<String>,
            sort: Option<Sort>,
            r#where: Option<ProductWhere>,
        ) -> Page {
            let _ = r#where;
            let from: u32 = after.and_then(|after| after.strip_prefix("c/")?.parse().ok()).unwrap_or(0);
            let count = u32::try_from(first.unwrap_or(2)).unwrap_or(2);
            let mut numbers: Vec<u32> = (1..=5).collect();
            if sort == Some(Sort::Newest) {
                numbers.reverse();
            }
            let nodes: Vec<Product> =
                numbers.into_iter().skip(from as usize).take(count as usize).map(product).collect();
            Page {
                page_info: PageInfo {
                    end_cursor: Some(format!("c/{}", from + count)),
                    has_next_page: from + count < 5,
                },
                nodes,
            }
        }

        #[graphql(directive = authenticated::apply())]
        async fn favourites(&self, ctx: &Context<'_>) -> Vec<Product> {
            let context = ctx.data_opt::<RequestContext>();
            assert!(context.is_some_and(|context| context.principal.is_authenticated()));
            vec![product(5)]
        }

        #[graphql(requires_scopes = "staff", requires_scopes = "seller")]
        async fn revenue(&self) -> i32 {
            42
        }

        #[graphql(inaccessible)]
        async fn snapshot(&self) -> Vec<Product> {
            vec![product(9)]
        }

        #[graphql(entity)]
        async fn find_product(&self, id: ID) -> Option<Product> {
            let number = id.as_str().strip_prefix('p')?.parse().ok()?;
            Some(product(number))
        }
    }

    #[derive(Enum, Copy, Clone, Eq, PartialEq)]
    pub enum Sort {
        Newest,
        Oldest,
    }

    #[derive(SimpleObject)]
    pub struct Page {
        nodes: Vec<Product>,
        page_info: PageInfo,
    }

    #[derive(SimpleObject)]
    pub struct PageInfo {
        end_cursor: Option<String>,
        has_next_page: bool,
    }

    #[derive(InputObject)]
    pub struct RenameInput {
        pub id: ID,
        pub title: String,
        pub note: Option<String>,
    }

    #[derive(SimpleObject)]
    pub struct RenamePayload {
        product: Option<Product>,
        user_errors: Vec<UserError>,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Enum)]
    pub enum Code {
        #[graphql(tag = "refusal/conflict")]
        StateConflict,
        #[graphql(tag = "refusal/not-found")]
        TitleNotFound,
        #[graphql(tag = "refusal/too-many")]
        TooManyAttempts,
        #[graphql(tag = "refusal/invalid")]
        InvalidTitle,
        #[graphql(tag = "refusal/forbidden")]
        NotYourTitle,
        #[graphql(tag = "refusal/unavailable")]
        TemporarilyUnavailable,
    }

    #[derive(SimpleObject)]
    pub struct UserError {
        code: Code,
        field: Vec<String>,
        message: String,
    }

    pub struct Mutation;

    #[Object]
    impl Mutation {
        /// Refuses titles by their text: `!CODE` is refused with CODE.
        async fn rename(&self, input: RenameInput) -> RenamePayload {
            if let Some(code) = input.title.strip_prefix('!') {
                let error = UserError {
                    code: Code::items().iter().find(|item| item.name == code).unwrap().value,
                    field: vec!["title".to_owned(), "text".to_owned()],
                    message: "안 됩니다".to_owned(),
                };
                return RenamePayload { product: None, user_errors: vec![error] };
            }
            let mut renamed = product(1);
            renamed.id = input.id;
            renamed.title = input.title;
            RenamePayload { product: Some(renamed), user_errors: Vec::new() }
        }

        /// Counts calls, and answers with a product whose stock another subgraph knows.
        async fn create(&self, ctx: &Context<'_>, title: String) -> Created {
            let counter = ctx.data_unchecked::<Arc<AtomicUsize>>();
            let key = ctx.data_opt::<RequestContext>().and_then(|context| context.idempotency_key.clone());
            let number = counter.fetch_add(1, Ordering::SeqCst) as i32;
            let mut product = product(100);
            product.title = title;
            Created { product, number, key: key.map(|key| key.to_string()) }
        }
    }

    #[derive(SimpleObject)]
    pub struct Created {
        product: Product,
        number: i32,
        key: Option<String>,
    }
}

#[async_graphql::TypeDirective(location = "FieldDefinition", location = "Object")]
fn authenticated() {}

mod sellers {
    use super::*;

    #[derive(SimpleObject)]
    pub struct Seller {
        pub id: ID,
        pub name: String,
    }

    pub struct Query;

    #[Object]
    impl Query {
        async fn seller(&self, id: ID) -> Option<Seller> {
            Some(Seller { name: format!("판매자 {}", id.as_str()), id })
        }

        #[graphql(entity)]
        async fn find_seller(&self, id: ID) -> Option<Seller> {
            (id.as_str() != "s9").then(|| Seller { name: format!("판매자 {}", id.as_str()), id })
        }
    }
}

mod stock {
    use super::*;

    #[derive(SimpleObject)]
    #[graphql(complex)]
    pub struct Product {
        pub id: ID,
    }

    #[async_graphql::ComplexObject]
    impl Product {
        async fn remaining(&self) -> async_graphql::Result<Option<i32>> {
            if self.id.as_str() == "p3" {
                return Err(async_graphql::Error::new("재고를 알 수 없습니다").extend_with(|_, extensions| {
                    extensions.set("code", "STOCK_UNKNOWN");
                }));
            }
            Ok(Some(10))
        }

        /// Where it lies.
        async fn shelf(&self, row: String) -> String {
            format!("{row}-{}", self.id.as_str())
        }

        async fn in_stock(&self) -> bool {
            true
        }
    }

    pub struct Query;

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn find_product(&self, id: ID) -> Product {
            Product { id }
        }
    }
}
