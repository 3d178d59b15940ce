//! Stand-ins of the services that a cart asks: they answer what a test has told them about its own variants.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, InputObject, Object, Schema, SimpleObject};

/// A variant as product and inventory know it.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) seller: String,
    pub(crate) price: i64,
    pub(crate) for_sale: bool,
    pub(crate) adult_only: bool,
    pub(crate) available: i32,
    /// What is offered together with its product.
    pub(crate) add_ons: Vec<String>,
    /// The names of the options that the buyer writes.
    pub(crate) written: Vec<String>,
}

/// What all tests of the process have told; by variant.
pub(crate) static KNOWN: LazyLock<Mutex<HashMap<String, Known>>> = LazyLock::new(Mutex::default);

/// The members that have shown to be adults.
pub(crate) static ADULTS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

macro_rules! stand_ins {
    ($($(#[$meta:meta])* $constant:ident, $name:literal, $query:ident;)*) => {$(
        platform::stand_in!(
            $(#[$meta])*
            pub(crate) $constant, $name, Schema::build($query, EmptyMutation, EmptySubscription).finish()
        );

        pub(crate) struct $query;
    )*};
}

stand_ins! {
    /// Knows the variants that were told.
    PRODUCT, "product", ProductQuery;
    /// Knows their stock.
    INVENTORY, "inventory", InventoryQuery;
    /// Asks 3,000 won of every seller, and 3,000 more where the zonecode begins with 63; lines of 100,000 won go alone and free.
    SHIPPING, "shipping", ShippingQuery;
    /// Knows the adults that were told; whose id ends with f it cannot tell.
    USER, "user", UserQuery;
    /// Every coupon whose id ends with 0 takes a tenth off each line; others do not apply. The best is one of those.
    COUPON, "coupon", CouponQuery;
}

#[derive(SimpleObject)]
struct Amount {
    amount: i64,
}

#[derive(SimpleObject)]
struct Id {
    id: ID,
}

#[derive(SimpleObject)]
struct Category {
    path: Vec<Id>,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum OptionKind {
    Single,
    Text,
}

#[derive(SimpleObject)]
struct ProductOption {
    name: String,
}

#[derive(SimpleObject)]
struct Product {
    id: ID,
    adult_only: bool,
    option_kind: OptionKind,
    options: Vec<ProductOption>,
    category: Category,
    seller: Id,
    add_ons: Vec<Id>,
}

#[derive(SimpleObject)]
struct ProductVariant {
    id: ID,
    sellable: bool,
    price: Amount,
    product: Product,
}

#[Object]
impl ProductQuery {
    async fn product_variants(&self, ids: Vec<ID>) -> Vec<Option<ProductVariant>> {
        let known = KNOWN.lock().unwrap();
        let variant = |id: ID| {
            let one = known.get(id.as_str())?;
            let product = Product {
                id: ID(id.replace("var", "prd")),
                adult_only: one.adult_only,
                option_kind: if one.written.is_empty() { OptionKind::Single } else { OptionKind::Text },
                options: one.written.iter().map(|name| ProductOption { name: name.clone() }).collect(),
                category: Category { path: vec![Id { id: ID(id.replace("var", "cat")) }] },
                seller: Id { id: ID(one.seller.clone()) },
                add_ons: one.add_ons.iter().map(|id| Id { id: ID(id.clone()) }).collect(),
            };
            Some(ProductVariant { id, sellable: one.for_sale, price: Amount { amount: one.price }, product })
        };
        ids.into_iter().map(variant).collect()
    }
}

#[derive(SimpleObject)]
struct VariantStock {
    variant_id: ID,
    available: i32,
}

#[Object]
impl InventoryQuery {
    async fn variant_stocks(&self, variant_ids: Vec<ID>) -> Vec<VariantStock> {
        let known = KNOWN.lock().unwrap();
        let stock = |id: ID| Some(VariantStock { available: known.get(id.as_str())?.available, variant_id: id });
        variant_ids.into_iter().filter_map(stock).collect()
    }
}

#[Object]
impl UserQuery {
    async fn is_adult_verified(&self, user_id: ID) -> async_graphql::Result<Option<bool>> {
        if user_id.ends_with('f') {
            return Err("the user service is not there".into());
        }
        Ok(Some(ADULTS.lock().unwrap().contains(user_id.as_str())))
    }
}

#[derive(InputObject)]
struct QuoteShippingInput {
    zonecode: String,
    lines: Vec<QuoteShippingLineInput>,
}

#[derive(InputObject)]
struct QuoteShippingLineInput {
    line_id: ID,
    seller_id: ID,
    #[allow(dead_code, reason = "part of what is asked")]
    product_id: ID,
    #[allow(dead_code, reason = "part of what is asked")]
    quantity: i32,
    #[allow(dead_code, reason = "part of what is asked")]
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
    bundles: Vec<QuotedBundle>,
}

#[derive(SimpleObject)]
struct QuotedBundle {
    policy_id: Option<ID>,
    line_ids: Vec<ID>,
    fee: i64,
    surcharge: i64,
}

#[Object]
impl ShippingQuery {
    async fn quote_shipping(&self, input: QuoteShippingInput) -> async_graphql::Result<QuotedShipping> {
        if input.zonecode == "99999" {
            return Err("shipping is not there".into());
        }
        let surcharge = if input.zonecode.starts_with("63") { 3_000 } else { 0 };
        let mut sellers: Vec<ID> = input.lines.iter().map(|line| line.seller_id.clone()).collect();
        sellers.sort();
        sellers.dedup();
        let quoted = |seller_id: ID| {
            let own = input.lines.iter().filter(|line| line.seller_id == seller_id);
            let (large, small): (Vec<_>, Vec<_>) = own.partition(|line| line.amount >= 100_000);
            let ids =
                |lines: Vec<&QuoteShippingLineInput>| lines.into_iter().map(|line| line.line_id.clone()).collect();
            let mut bundles = vec![QuotedBundle { policy_id: None, line_ids: ids(large), fee: 0, surcharge: 0 }];
            let policy_id = Some(ID("spp_00000000000070008000000000000001".to_owned()));
            bundles.push(QuotedBundle { policy_id, line_ids: ids(small), fee: 3_000, surcharge });
            bundles.retain(|bundle| !bundle.line_ids.is_empty());
            QuotedSeller { seller_id, total: bundles.iter().map(|one| one.fee + one.surcharge).sum(), bundles }
        };
        Ok(QuotedShipping { sellers: sellers.into_iter().map(quoted).collect() })
    }
}

#[derive(InputObject)]
struct CouponLineInput {
    line_id: ID,
    #[allow(dead_code, reason = "part of what is asked")]
    seller_id: ID,
    #[allow(dead_code, reason = "part of what is asked")]
    product_id: ID,
    category_ids: Vec<ID>,
    #[allow(dead_code, reason = "part of what is asked")]
    quantity: i32,
    items_total: i64,
}

#[derive(InputObject)]
struct QuoteCouponsInput {
    #[allow(dead_code, reason = "part of what is asked")]
    user_id: ID,
    coupon_ids: Vec<ID>,
    lines: Vec<CouponLineInput>,
}

#[derive(InputObject)]
struct QuoteBestCouponsInput {
    #[allow(dead_code, reason = "part of what is asked")]
    user_id: ID,
    lines: Vec<CouponLineInput>,
}

#[derive(SimpleObject)]
struct CouponDiscount {
    line_id: ID,
    coupon_id: ID,
    total: i64,
}

#[derive(SimpleObject)]
struct CouponRefusal {
    coupon_id: ID,
    message: String,
}

#[derive(SimpleObject)]
struct Refusal {
    message: String,
}

#[derive(SimpleObject)]
struct CouponQuote {
    discounts: Vec<CouponDiscount>,
    refusals: Vec<CouponRefusal>,
    user_errors: Vec<Refusal>,
}

fn tenth_off(coupon_id: &ID, lines: &[CouponLineInput]) -> Vec<CouponDiscount> {
    let discount = |line: &CouponLineInput| {
        assert_eq!(line.category_ids.len(), 1, "the path of the category goes along");
        CouponDiscount { line_id: line.line_id.clone(), coupon_id: coupon_id.clone(), total: line.items_total / 10 }
    };
    lines.iter().map(discount).collect()
}

#[Object]
impl CouponQuery {
    async fn quote_coupons(&self, input: QuoteCouponsInput) -> CouponQuote {
        let (fit, others): (Vec<ID>, Vec<ID>) = input.coupon_ids.into_iter().partition(|id| id.ends_with('0'));
        let refusal = |coupon_id| CouponRefusal { coupon_id, message: "기간이 지났습니다".to_owned() };
        CouponQuote {
            discounts: fit.iter().flat_map(|id| tenth_off(id, &input.lines)).collect(),
            refusals: others.into_iter().map(refusal).collect(),
            user_errors: Vec::new(),
        }
    }

    async fn quote_best_coupons(&self, input: QuoteBestCouponsInput) -> CouponQuote {
        let coupon = ID("cpn_00000000000070008000000000000000".to_owned());
        let discounts = tenth_off(&coupon, &input.lines);
        CouponQuote { discounts, refusals: Vec::new(), user_errors: Vec::new() }
    }
}
