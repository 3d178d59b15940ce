//! What is for adults only is sold to those who have shown to be adults, and what is not to everybody; over a real database, with stand-ins of the graph and of shipping.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, InputObject, Object, Schema, SimpleObject};
use platform::graph::{RequestContext, WHOLE_GRAPH};
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor, with_key};
use serde_json::{Value, json};
use uuid::Uuid;

platform::stand_in!(
    /// The whole graph: variants and cart lines whose id ends with an odd digit are for adults only, and everything in a cart is
    /// the one's whose id ends with 0.
    GRAPH, WHOLE_GRAPH, Schema::build(Graph, EmptyMutation, EmptySubscription).finish()
);

platform::stand_in!(
    /// People whose id ends with 1 are adults; of those with f it cannot tell.
    USER, "user", Schema::build(People, EmptyMutation, EmptySubscription).finish()
);

platform::stand_in!(
    /// Sends everything for nothing.
    SHIPPING, "shipping", Schema::build(Shipping, EmptyMutation, EmptySubscription).finish()
);

struct Graph;
struct People;
struct Shipping;

#[derive(SimpleObject)]
struct Id {
    id: ID,
}

#[derive(SimpleObject)]
struct Amount {
    amount: i64,
}

#[derive(SimpleObject)]
struct Category {
    id: ID,
    path: Vec<Id>,
}

#[derive(SimpleObject)]
struct Seller {
    id: ID,
    can_sell: bool,
}

#[derive(SimpleObject)]
struct Image {
    url: String,
}

#[derive(SimpleObject)]
struct ProductOption {
    name: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum OptionKind {
    Single,
    Text,
}

#[derive(SimpleObject)]
struct Product {
    id: ID,
    title: String,
    adult_only: bool,
    tax_free: bool,
    option_kind: OptionKind,
    options: Vec<ProductOption>,
    category: Category,
    thumbnail: Option<Image>,
    seller: Seller,
}

#[derive(SimpleObject)]
struct ProductVariant {
    id: ID,
    name: String,
    sellable: bool,
    price: Amount,
    product: Product,
}

#[derive(SimpleObject)]
struct CartLine {
    id: ID,
    owner_id: Option<ID>,
    quantity: i32,
    option_texts: Vec<String>,
    price_when_added: Amount,
    variant: ProductVariant,
}

fn last_digit(id: &str) -> u32 {
    id.chars().last().and_then(|last| last.to_digit(16)).unwrap()
}

fn variant(id: &ID) -> ProductVariant {
    let like = |prefix: &str| ID(format!("{prefix}_{}", id.split_once('_').unwrap().1));
    ProductVariant {
        id: id.clone(),
        name: String::new(),
        sellable: true,
        price: Amount { amount: 1_000 },
        product: Product {
            id: like("prd"),
            title: "포도주".to_owned(),
            adult_only: last_digit(id) % 2 == 1,
            tax_free: false,
            option_kind: OptionKind::Single,
            options: Vec::new(),
            category: Category { id: like("cat"), path: vec![Id { id: like("cat") }] },
            thumbnail: None,
            seller: Seller { id: like("slr"), can_sell: true },
        },
    }
}

#[Object]
impl People {
    async fn is_adult_verified(&self, user_id: ID) -> async_graphql::Result<Option<bool>> {
        match last_digit(&user_id) {
            0xf => Err("the user service is not there".into()),
            digit => Ok(Some(digit == 1)),
        }
    }
}

#[Object]
impl Graph {
    async fn product_variants(&self, ids: Vec<ID>) -> Vec<Option<ProductVariant>> {
        ids.iter().map(variant).map(Some).collect()
    }

    async fn cart_lines(&self, ids: Vec<ID>) -> Vec<Option<CartLine>> {
        let line = |id: ID| CartLine {
            owner_id: Some(ID(usr(BUYER))),
            quantity: 1,
            option_texts: Vec::new(),
            price_when_added: Amount { amount: 1_000 },
            variant: variant(&ID(id.replace("cln", "var"))),
            id,
        };
        ids.into_iter().map(line).map(Some).collect()
    }
}

#[derive(InputObject)]
#[allow(dead_code, reason = "part of what is asked")]
struct QuoteShippingInput {
    zonecode: String,
    lines: Vec<QuoteShippingLineInput>,
}

#[derive(InputObject)]
#[allow(dead_code, reason = "part of what is asked")]
struct QuoteShippingLineInput {
    line_id: ID,
    seller_id: ID,
    product_id: ID,
    quantity: i32,
    amount: i64,
}

#[derive(SimpleObject)]
struct QuotedShipping {
    sellers: Vec<QuotedSeller>,
}

#[derive(SimpleObject)]
struct QuotedSeller {
    seller_id: ID,
    total: i64,
    return_fee: i64,
    exchange_fee: i64,
}

#[Object]
impl Shipping {
    #[allow(unused_variables, reason = "part of what is asked")]
    async fn quote_shipping(&self, input: QuoteShippingInput) -> QuotedShipping {
        QuotedShipping { sellers: Vec::new() }
    }
}

/// Who has not shown to be an adult, who has, and one of whom that cannot be known.
const BUYER: u128 = 0x0197_f3a2_b1c0_7d4e_8f00_a1b2_c3d4_e5f0;
const ADULT: u128 = BUYER | 1;
const UNKNOWN: u128 = BUYER | 0xf;

const PLACE: &str = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    order { id } changes { kind variant { id } before { amount } now { amount } } userErrors { code } } }";

fn usr(id: u128) -> String {
    format!("usr_{}", Uuid::from_u128(id).as_simple())
}

fn id(prefix: &str, last: u128) -> String {
    format!("{prefix}_{}", Uuid::from_u128(Uuid::now_v7().as_u128() & !0xf | last).as_simple())
}

fn buyer(id: u128) -> RequestContext {
    with_key(user(Uuid::from_u128(id), &[Scope::Buyer], &[]), &Uuid::new_v4().to_string())
}

/// An order of these, at a total that it does not have: whoever could have it is told of the total.
fn order(what: Value) -> Value {
    let mut input = json!({ "expectedTotal": 1, "address": { "recipient": "홍길동", "phone": "010-1234-5678",
        "zonecode": "06236", "roadAddress": "서울", "detail": "" } });
    input.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
    json!({ "input": input })
}

fn items(variants: &[&str]) -> Value {
    let item = |id: &&str| json!({ "variantId": id, "quantity": 1 });
    order(json!({ "items": variants.iter().map(item).collect::<Vec<_>>() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_verified_adults_order_what_is_for_adults() {
    let services = TestServices::start(&[&order::SERVICE, &GRAPH, &USER, &SHIPPING]).await;
    let place = async |variables: Value, who: u128| {
        services.data("order", PLACE, variables, buyer(who)).await["placeOrder"].clone()
    };
    let (wine, cup) = (id("var", 1), id("var", 2));
    let barred = |variant: &str| {
        let change = json!({ "kind": "ADULT_VERIFICATION_REQUIRED", "variant": { "id": variant }, "before": null,
            "now": null });
        json!({ "order": null, "changes": [change], "userErrors": [{ "code": "ADULT_VERIFICATION_REQUIRED" }] })
    };
    let would = json!({ "order": null, "changes": [], "userErrors": [{ "code": "TOTAL_CHANGED" }] });

    assert_eq!(place(items(&[&wine, &cup]), BUYER).await, barred(&wine), "and names nothing else");
    assert_eq!(place(items(&[&cup]), BUYER).await, would);
    assert_eq!(place(items(&[&wine, &cup]), ADULT).await, would);

    // The same out of a cart.
    let (line, other) = (id("cln", 3), id("cln", 4));
    let mut told = place(order(json!({ "cartLineIds": [line, other] })), BUYER).await;
    told["changes"][0]["before"] = Value::Null;
    assert_eq!(told, barred(&line.replace("cln", "var")));
    assert_eq!(place(order(json!({ "cartLineIds": [other] })), BUYER).await, would);

    // Whether somebody is an adult does not matter for what is for everybody.
    assert_eq!(place(items(&[&cup]), UNKNOWN).await, would);

    // What is for adults is not sold to those of whom it is not known, and to guests.
    for who in [buyer(UNKNOWN), with_key(visitor(), "a key")] {
        let refused = services.execute("order", PLACE, items(&[&wine]), who).await;
        assert_eq!(refused.errors.len(), 1, "{:?}", refused.data);
    }
    services.stop().await;
}
