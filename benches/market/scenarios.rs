//! The scenarios: what one connection does, over and over.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::client::{Client, text};
use crate::drive::Actor;

/// Products on a page.
pub(crate) const PAGE: usize = 20;

const LIST: &str = "query ProductList($first: Int!, $after: String, $where: ProductWhere, $sort: ProductSort!) {
    products(first: $first, after: $after, where: $where, sort: $sort) {
        nodes {
            id title price { amount } listPrice { amount } discountPercent thumbnail { url alt width height }
            seller { id name }
            variants { id price { amount } availability { inStock lowStock } }
        }
        pageInfo { hasNextPage endCursor }
    } }";

const DETAIL: &str = "query ProductDetail($id: ID!) {
    product(id: $id) {
        id title summary description state origin taxFree adultOnly
        price { amount } listPrice { amount } discountPercent
        images { url alt width height }
        optionKind options { name values }
        variants {
            id name optionValues price { amount } listPrice { amount } sellable
            availability { inStock lowStock remaining }
        }
        notices { name value }
        brand { id name }
        category { id name path { id slug name } }
        seller { id name representativeName businessNumber mailOrderNumber address phone email }
    } }";

const SIGN_UP: &str = "mutation($input: SignUpInput!) { signUp(input: $input) {
    tokens { accessToken } userErrors { code field message } } }";

const ADD_TO_CART: &str = "mutation AddToCart($input: AddToCartInput!) { addToCart(input: $input) {
    cart { totalQuantity lines { id quantity lineTotal { amount } variant { id name } } }
    userErrors { code field message } } }";

const PLACE_ORDER: &str = "mutation PlaceOrder($input: PlaceOrderInput!) { placeOrder(input: $input) {
    order { id number state total { amount } payments { state checkoutUrl } }
    changes { kind available } userErrors { code field message } } }";

const CONFIRM_PAYMENT: &str = "mutation ConfirmPayment($input: ConfirmPaymentInput!) { confirmPayment(input: $input) {
    payment { state order { id number state } } userErrors { code field message } } }";

const ORDER: &str = "query Order($id: ID!) { order(id: $id) { id state } }";

/// How long an order may take to hear of its payment, and how often the buyer looks.
const PAID_LIMIT: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(5);

/// The same things again and again, but long after one another and far apart: every connection begins elsewhere.
struct Round<T> {
    items: Arc<[T]>,
    next: usize,
    step: usize,
}

/// A prime: such steps reach everything, unless the number of things is a multiple of it.
const STEP: usize = 7_919;

impl<T> Round<T> {
    fn beginning(items: &Arc<[T]>, connection: usize, connections: usize) -> Self {
        let step = if items.len().is_multiple_of(STEP) { 1 } else { STEP };
        Self { items: Arc::clone(items), next: connection * items.len() / connections, step }
    }

    fn next(&mut self) -> anyhow::Result<&T> {
        let at = self.next;
        self.next = (at + self.step) % self.items.len();
        self.items.get(at).context("there is nothing to choose from")
    }
}

/// Looks at pages of products.
pub(crate) struct List {
    client: Client,
    pages: Round<Value>,
}

#[derive(Deserialize)]
struct ListAnswer {
    products: Nodes,
}

#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<IgnoredAny>,
}

impl List {
    pub(crate) fn on(url: &str, catalogue: &Catalogue, connections: usize) -> anyhow::Result<Vec<Self>> {
        let one = |connection| {
            let pages = Round::beginning(&catalogue.pages, connection, connections);
            Ok(Self { client: Client::new(url)?, pages })
        };
        (0..connections).map(one).collect()
    }
}

impl Actor for List {
    const STEPS: &'static [&'static str] = &[];

    async fn act(&mut self) -> anyhow::Result<Vec<Duration>> {
        let variables = self.pages.next()?;
        let answer: ListAnswer = self.client.ask(LIST, variables, None, None).await?;
        let products = answer.products.nodes.len();
        ensure!(products == PAGE, "a page of {PAGE} came with {products} products: {variables}");
        Ok(Vec::new())
    }
}

/// Looks at products.
pub(crate) struct Detail {
    client: Client,
    products: Round<String>,
}

#[derive(Deserialize)]
struct DetailAnswer {
    product: DetailProduct,
}

#[derive(Deserialize)]
struct DetailProduct {
    id: String,
    variants: Vec<IgnoredAny>,
}

impl Detail {
    pub(crate) fn on(url: &str, catalogue: &Catalogue, connections: usize) -> anyhow::Result<Vec<Self>> {
        let one = |connection| {
            let products = Round::beginning(&catalogue.products, connection, connections);
            Ok(Self { client: Client::new(url)?, products })
        };
        (0..connections).map(one).collect()
    }
}

impl Actor for Detail {
    const STEPS: &'static [&'static str] = &[];

    async fn act(&mut self) -> anyhow::Result<Vec<Duration>> {
        let id = self.products.next()?;
        let answer: DetailAnswer = self.client.ask(DETAIL, json!({ "id": id }), None, None).await?;
        ensure!(answer.product.id == *id, "another product than {id}: {}", answer.product.id);
        ensure!(!answer.product.variants.is_empty(), "{id} came without its variants");
        Ok(Vec::new())
    }
}

/// Somebody who is signed in.
pub(crate) struct Buyer {
    access_token: String,
}

impl Buyer {
    /// Signs up so many.
    pub(crate) async fn sign_up(url: &str, count: usize) -> anyhow::Result<Vec<Self>> {
        let client = Client::new(url)?;
        let mut buyers = Vec::new();
        for _ in 0..count {
            let consent = |purpose| json!({ "purpose": purpose, "version": "2026-01", "granted": true });
            let input = json!({
                "email": format!("{}@example.com", uuid::Uuid::now_v7().as_simple()),
                "password": "correct horse battery",
                "name": "홍길동",
                "consents": [consent("TERMS"), consent("PRIVACY"), consent("AGE_OVER_14")],
            });
            let session = client.change(SIGN_UP, input, None).await?;
            buyers.push(Self { access_token: text(&session["tokens"]["accessToken"])? });
        }
        Ok(buyers)
    }
}

/// Buys, each time as the next of its buyers.
pub(crate) struct Checkout {
    client: Client,
    buyers: VecDeque<Buyer>,
    variants: Round<String>,
}

impl Checkout {
    pub(crate) fn on(
        url: &str,
        catalogue: &Catalogue,
        buyers: Vec<Buyer>,
        connections: usize,
    ) -> anyhow::Result<Vec<Self>> {
        let one = |connection| {
            let variants = Round::beginning(&catalogue.variants, connection, connections);
            Ok(Self { client: Client::new(url)?, buyers: VecDeque::new(), variants })
        };
        let mut checkouts: Vec<Self> = (0..connections).map(one).collect::<anyhow::Result<_>>()?;
        for (index, buyer) in buyers.into_iter().enumerate() {
            checkouts[index % connections].buyers.push_back(buyer);
        }
        Ok(checkouts)
    }
}

impl Actor for Checkout {
    const STEPS: &'static [&'static str] = &["add to cart", "place order", "authorise", "confirm payment"];

    async fn act(&mut self) -> anyhow::Result<Vec<Duration>> {
        self.buyers.rotate_left(1);
        let token = self.buyers.front().map(|buyer| buyer.access_token.as_str());
        let variant = self.variants.next()?;
        let mut laps = Laps::begin();

        let input = json!({ "variantId": variant, "quantity": 1 });
        let added = self.client.change(ADD_TO_CART, input, token).await.context("add to cart")?;
        let lines = added["cart"]["lines"].as_array().with_context(|| format!("no cart: {added}"))?;
        // The cart may hold lines of the buyer's last order a moment longer.
        let line = lines.iter().find(|line| line["variant"]["id"] == variant.as_str());
        let line = line.with_context(|| format!("{variant} is not in the cart: {added}"))?;
        laps.lap();

        let input = json!({
            "cartLineIds": [line["id"]],
            "address": {
                "recipient": "홍길동", "phone": "010-1234-5678", "zonecode": "06236",
                "roadAddress": "서울 강남구 테헤란로 152", "detail": "12층",
            },
        });
        let placed = self.client.change(PLACE_ORDER, input, token).await.context("place order")?;
        let order = &placed["order"];
        ensure!(order["state"] == "PAYMENT_PENDING", "not placed: {placed}");
        let order_id = text(&order["id"])?;
        let amount = order["total"]["amount"].as_i64().with_context(|| format!("no total: {placed}"))?;
        laps.lap();

        let payment_key = self.client.authorise(&order_id, amount).await.context("authorise")?;
        laps.lap();

        let input = json!({ "orderId": order_id, "paymentKey": payment_key, "amount": amount });
        let confirmed = self.client.change(CONFIRM_PAYMENT, input, token).await.context("confirm payment")?;
        let payment = &confirmed["payment"];
        ensure!(payment["state"] == "DONE", "not paid: {confirmed}");
        if payment["order"]["state"] != "PAID" {
            until_paid(&self.client, &order_id, token).await?;
        }
        laps.lap();
        Ok(laps.taken)
    }
}

/// An order that hears of its payment by the event, not by the buyer's request, is paid a moment later.
async fn until_paid(client: &Client, order_id: &str, token: Option<&str>) -> anyhow::Result<()> {
    let deadline = Instant::now() + PAID_LIMIT;
    loop {
        let seen: Value = client.ask(ORDER, json!({ "id": order_id }), token, None).await?;
        match seen["order"]["state"].as_str() {
            Some("PAID") => return Ok(()),
            Some("PAYMENT_PENDING") if Instant::now() < deadline => tokio::time::sleep(GLANCE).await,
            _ => bail!("paid for, but not a paid order: {seen}"),
        }
    }
}

/// A stopwatch.
struct Laps {
    since: Instant,
    taken: Vec<Duration>,
}

impl Laps {
    fn begin() -> Self {
        Self { since: Instant::now(), taken: Vec::with_capacity(Checkout::STEPS.len()) }
    }

    fn lap(&mut self) {
        self.taken.push(self.since.elapsed());
        self.since = Instant::now();
    }
}
