//! Random questions to the market: its public API, a market with something in it, and values that mean something there.

use std::path::Path;

use serde_json::{Value, json};

use crate::operations::{Bounds, Schema, Values};
use crate::people::Shop;
use crate::support::{Market, Session};

pub(crate) const BOUNDS: Bounds = Bounds { fields: 30, depth: 6 };

/// What is told of the processes and not of the market, what is chosen by chance, and what differs with the time of asking; half of the paging
/// arguments, as both halves together are refused.
const WITHOUT: &[&str] = &[
    "Query.services",
    "Query.supergraph",
    "Query.supergraphHistory",
    "Query.restRoutes",
    "Query.banners",
    "Query.searchIndex",
    "Query.searchSuggestions",
    "Query.trendingSearches",
    "last",
    "before",
];

/// What most are refused, and with it all else that they ask for at the same time, as these fields cannot be null; and what
/// finds nothing, as nobody here has one.
pub(crate) const OFTEN_REFUSED: &[&str] = &[
    "Query.adminOverview",
    "Query.allBanners",
    "Query.allNotices",
    "Query.apiClient",
    "Query.apiClients",
    "Query.approvalRequest",
    "Query.approvalRequests",
    "Query.auditEntries",
    "Query.auditEntry",
    "Query.banner",
    "Query.bannerConflicts",
    "Query.bannerPreview",
    "Query.bestCoupons",
    "Query.claim",
    "Query.claims",
    "Query.commissionRates",
    "Query.complaint",
    "Query.complaints",
    "Query.coupon",
    "Query.couponPolicies",
    "Query.deliveries",
    "Query.file",
    "Query.fileUpload",
    "Query.impersonations",
    "Query.lateOrderLines",
    "Query.lateShipments",
    "Query.ledgerEntries",
    "Query.lowStock",
    "Query.marketStats",
    "Query.myComplaints",
    "Query.myCoupons",
    "Query.myFiles",
    "Query.mySecurity",
    "Query.mySellers",
    "Query.mySessions",
    "Query.myShipments",
    "Query.myStaff",
    "Query.notificationPreferences",
    "Query.orders",
    "Query.paymentDiscrepancies",
    "Query.payments",
    "Query.payout",
    "Query.payouts",
    "Query.productsForReview",
    "Query.reportedReviews",
    "Query.reviewableLines",
    "Query.roles",
    "Query.salesOverview",
    "Query.sellerParticularsRequests",
    "Query.sellerReviews",
    "Query.sellers",
    "Query.settlement",
    "Query.settlementAccount",
    "Query.settlementItems",
    "Query.settlements",
    "Query.shipment",
    "Query.shipments",
    "Query.shippingQuote",
    "Query.simulateCoupons",
    "Query.staffMembers",
    "Query.synonyms",
    "Query.trustedDocument",
    "Query.trustedDocuments",
    "Query.users",
    "Query.webhookEndpoints",
    "Seller.claims",
    "Seller.coupons",
    "Seller.orders",
    "Seller.productsCsv",
    "Seller.settlements",
    "Seller.shipments",
    "Seller.stats",
    "User.dataViews",
    "User.staff",
];

/// The public API, without these fields, too.
pub(crate) fn schema(without: &[&str]) -> Schema {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/api.graphql");
    Schema::read(&std::fs::read_to_string(file).unwrap(), &[WITHOUT, without].concat())
}

/// Somebody who asks, by a name for messages.
pub(crate) struct Asker {
    pub(crate) name: &'static str,
    pub(crate) session: Option<Session>,
}

/// Fills a market: the demo catalogue, a shop, a buyer with an address, a cart, a wish and an order. Those who may ask, and values.
pub(crate) async fn fill(market: &Market) -> (Vec<Asker>, Values) {
    let output = market.run(&["seed"], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shop = market.open_shop(50).await;
    let buyer = market.sign_up().await;
    let order = market.buy(&buyer, &shop.variant_id, 2).await;
    let add = "mutation($input: AddToCartInput!) { addToCart(input: $input) { cart { id } userErrors { code } } }";
    market.change(add, json!({ "variantId": shop.variant_id, "quantity": 3 }), Some(&buyer)).await;
    market.until_stock(&shop.owner, &shop.variant_id, (48, 0)).await;
    let values = values(market, &shop, &order).await;
    let asker = |name, session| Asker { name, session };
    let askers = vec![
        asker("a visitor", None),
        asker("the buyer", Some(buyer)),
        asker("the seller", Some(shop.owner)),
        asker("the staff", Some(market.staff.clone())),
    ];
    (askers, values)
}

/// Identifiers of things that there are, each where it is asked for.
async fn values(market: &Market, shop: &Shop, order: &str) -> Values {
    let query = "query($seller: ID!, $order: ID!) {
        products(first: 8) { nodes { id title category { id slug } brand { id } seller { id } variants { id }
            reviews(first: 2) { nodes { id } } shippingPolicy { id } } } downloadableCoupons { id }
        categories { id slug children { id slug } } brands(first: 5) { nodes { id } }
        order(id: $order) { id number buyer { id } payments { id } sellerOrders { id } lines { variant { id product { id } } } }
        seller(id: $seller) { id } users(first: 4) { nodes { id email } } payments(first: 4) { nodes { id } }
        lists: products(first: 3) { pageInfo { endCursor } } }";
    let variables = json!({ "seller": shop.seller_id, "order": order });
    let data = market.data(query, variables, Some(&market.staff)).await;
    let mut values = Values::default();
    gather(&data, &mut values);
    for number in [1, 2, 3] {
        values.add_to_argument("first", number.into());
    }
    for number in [0, 1_000, 12_900, 50_000] {
        values.add_to_type("Long", number.into());
    }
    for time in ["2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"] {
        values.add_to_type("DateTime", time.into());
    }
    values.add_to_type("Date", "2026-03-01".into());
    values.add_to_argument("ProductWhere.text", "수건".into());
    values
}

/// Which arguments take the identifiers that begin so.
const TAKEN_BY: &[(&str, &[&str])] = &[
    ("prd_", &["Query.product.id"]),
    ("cat_", &["Query.category.id", "ProductWhere.categoryId"]),
    ("brd_", &["Query.brand.id", "ProductWhere.brandId"]),
    ("slr_", &["Query.seller.id", "Query.lowStock.sellerId", "ProductWhere.sellerId"]),
    ("var_", &["Query.stockItem.variantId"]),
    ("ord_", &["Query.order.id", "PaymentWhere.orderId"]),
    ("sor_", &["Query.sellerOrder.id"]),
    ("pay_", &["Query.payment.id", "LedgerEntryWhere.paymentId"]),
    ("usr_", &["Query.user.id"]),
    ("rev_", &["Query.review.id"]),
    ("cpp_", &["Query.couponPolicy.id"]),
    ("spp_", &["Query.shippingPolicy.id"]),
];

fn gather(value: &Value, values: &mut Values) {
    match value {
        Value::Object(object) => {
            if let Some(slug) = object.get("slug") {
                values.add_to_argument("Query.category.slug", slug.clone());
            }
            if let Some(cursor) = object.get("endCursor") {
                values.add_to_argument("Query.products.after", cursor.clone());
            }
            object.values().for_each(|value| gather(value, values));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(value, values)),
        Value::String(text) => {
            let taken = TAKEN_BY.iter().find(|(prefix, _)| text.starts_with(prefix));
            for argument in taken.map_or(&[][..], |(_, arguments)| *arguments) {
                values.add_to_argument(argument, value.clone());
            }
        }
        _ => {}
    }
}
