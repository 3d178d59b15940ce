//! From sign-up to a paid order, prepared, seen on the dashboard, cancelled or confirmed: in GraphQL and in REST, all in
//! one and distributed.

use serde_json::{Value, json};

use crate::people::{PRICE, Shop, address, consents, new_email};
use crate::support::{Market, PASSWORD, Session, new_key};

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one() {
    let market = Market::all_in_one().await;
    whole_story(&market).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed() {
    let market = Market::distributed().await;
    whole_story(&market).await;
    market.end().await;
}

async fn whole_story(market: &Market) {
    let shop = market.open_shop(50).await;
    by_graphql(market, &shop).await;
    by_rest(market, &shop).await;
    market.check_ledger().await;
}

async fn by_graphql(market: &Market, shop: &Shop) {
    // A visitor finds the product and puts it into a cart, then signs up and takes the cart along.
    let find = "query($text: String!) { products(first: 20, where: { text: $text }) { totalCount nodes {
        id title price { amount } seller { name businessNumber } variants { id availability { inStock } } } } }";
    let found = market.data(find, json!({ "text": "순면 수건" }), None).await;
    let product =
        found["products"]["nodes"].as_array().unwrap().iter().find(|node| node["id"] == shop.product_id.as_str());
    let product = product.unwrap_or_else(|| panic!("not found: {found}"));
    assert_eq!(product["seller"]["name"], "한빛상점");
    assert_eq!(product["variants"][0]["availability"]["inStock"], true);
    let add = "mutation($input: AddToCartInput!) { addToCart(input: $input) {
        cart { token totalQuantity } userErrors { code } } }";
    let cart = market.change(add, json!({ "variantId": shop.variant_id, "quantity": 2 }), None).await;
    let buyer = market.sign_up().await;
    let merge = "mutation($input: MergeCartInput!) { mergeCart(input: $input) { cart {
        lines { id quantity lineTotal { amount } variant { name product { title } } }
        groups { seller { name } itemsTotal { amount } } quote { total { amount } lineCount } } userErrors { code } } }";
    let cart = market.change(merge, json!({ "token": cart["cart"]["token"] }), Some(&buyer)).await["cart"].clone();
    assert_eq!(cart["quote"]["total"]["amount"], 2 * PRICE, "{cart}");
    assert_eq!(cart["groups"][0]["seller"]["name"], "한빛상점");
    let profile = market.data("{ me { name addresses { id } } }", Value::Null, Some(&buyer)).await;
    assert_eq!(profile["me"]["name"], "홍길동");

    // The buyer saves an address, orders the cart's lines and pays.
    let save = "mutation($input: AddAddressInput!) { addAddress(input: $input) {
        address { id isDefault } userErrors { code field } } }";
    let saved = market.change(save, json!({ "address": address(), "makeDefault": true }), Some(&buyer)).await;
    let order = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id state total { amount }
        shippingAddress { recipient zonecode } payments { state checkoutUrl } } changes { kind } userErrors { code message } } }";
    let input = json!({ "input": {
        "cartLineIds": [cart["lines"][0]["id"]], "addressId": saved["address"]["id"], "expectedTotal": 2 * PRICE } });
    let key = new_key();
    let placed = market.data_with_key(order, input.clone(), Some(&buyer), Some(&key)).await["placeOrder"].clone();
    assert_eq!(placed["order"]["state"], "PAYMENT_PENDING", "{placed}");
    assert_eq!(placed["order"]["shippingAddress"]["recipient"], "홍길동");
    let again = market.data_with_key(order, input, Some(&buyer), Some(&key)).await["placeOrder"].clone();
    assert_eq!(again["order"]["id"], placed["order"]["id"], "the same key gives the same order");
    let id = placed["order"]["id"].as_str().unwrap();
    let payment_key = market.pay_in_window(id, 2 * PRICE).await;
    let confirmed = market.confirm(&buyer, id, &payment_key, 2 * PRICE).await;
    assert_eq!(confirmed["payment"]["order"]["state"], "PAID", "{confirmed}");

    // The seller prepares, ships and delivers; the buyer confirms.
    let lines = "query($id: ID!) { seller(id: $id) { orders(first: 5, where: { state: PAID }) { nodes {
        id number shippingAddress { recipient } lines { id state productTitle } } } } }";
    let orders = market.data(lines, json!({ "id": shop.seller_id }), Some(&shop.owner)).await;
    let line = orders["seller"]["orders"]["nodes"][0]["lines"][0]["id"].clone();
    for (step, input, state) in [
        ("prepareOrderLines", "OrderLineIdsInput", "PREPARING"),
        ("shipOrderLines", "ShipOrderLinesInput", "SHIPPED"),
        ("deliverOrderLines", "OrderLineIdsInput", "DELIVERED"),
    ] {
        let query = format!(
            "mutation($input: {input}!) {{ {step}(input: $input) {{ lines {{ state }} userErrors {{ code }} }} }}"
        );
        let moved = market.change(&query, json!({ "lineIds": [line] }), Some(&shop.owner)).await;
        assert_eq!(moved["lines"][0]["state"], state);
    }
    let confirm = "mutation($input: ConfirmPurchaseInput!) { confirmPurchase(input: $input) {
        lines { state } userErrors { code } } }";
    market.change(confirm, json!({ "lineIds": [line] }), Some(&buyer)).await;
    assert_eq!(market.order(&buyer, id).await["state"], "CONFIRMED");

    // Another order is cancelled: the money and the goods go back.
    let before = market.stock(&shop.owner, &shop.variant_id).await;
    let id = market.buy(&buyer, &shop.variant_id, 1).await;
    let cancel = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
        order { state payments { state refundedAmount { amount } } } userErrors { code } } }";
    let cancelled = market.change(cancel, json!({ "orderId": id, "reason": "단순 변심" }), Some(&buyer)).await;
    assert_eq!(cancelled["order"]["state"], "CANCELLED");
    assert_eq!(cancelled["order"]["payments"][0]["state"], "CANCELED");
    assert_eq!(cancelled["order"]["payments"][0]["refundedAmount"]["amount"], PRICE);

    market.until_stock(&shop.owner, &shop.variant_id, before).await;

    // The staff see it; nobody else does.
    let dashboard = "{ salesOverview { placedOrders paidOrders revenue { amount } latestOrders { number state } }
        services { name healthy } }";
    let seen = market.data(dashboard, Value::Null, Some(&market.staff)).await;
    assert!(seen["salesOverview"]["paidOrders"].as_i64().unwrap() >= 2, "{seen}");
    let services = seen["services"].as_array().unwrap();
    assert!(services.len() >= 9 && services.iter().all(|service| service["healthy"] == true), "{seen}");
    let denied = market.ask(dashboard, Value::Null, Some(&buyer), None).await;
    assert_eq!(denied["errors"][0]["extensions"]["code"], "FORBIDDEN", "{denied}");
    let stranger = market.sign_up().await;
    assert_eq!(market.order(&stranger, id.as_str()).await, Value::Null, "somebody else's order");
}

/// A cart's line is not ordered at another price than the cart has shown.
async fn a_price_that_moved_since(market: &Market, shop: &Shop, buyer: &Session, line: &Value) {
    let set = "mutation($input: UpdateVariantsInput!) { updateVariants(input: $input) {
        changes { after { amount } } userErrors { code field message } } }";
    let price = async |price: i64| {
        let variants = json!([{ "variantId": shop.variant_id, "price": price }]);
        let input = json!({ "productId": shop.product_id, "variants": variants });
        market.change(set, input, Some(&shop.owner)).await;
    };
    price(PRICE + 100).await;
    let query = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
        order { id } changes { kind before { amount } now { amount } } userErrors { code } } }";
    let input = json!({ "input": { "cartLineIds": [line], "address": address() } });
    let placed = market.data_with_key(query, input, Some(buyer), Some(&new_key())).await["placeOrder"].clone();
    let change = json!({ "kind": "PRICE_CHANGED", "before": { "amount": PRICE }, "now": { "amount": PRICE + 100 } });
    assert_eq!((&placed["order"], &placed["changes"]), (&Value::Null, &json!([change])), "{placed}");
    assert_eq!(placed["userErrors"], json!([{ "code": "PRICE_CHANGED" }]));
    price(PRICE).await;
}

async fn by_rest(market: &Market, shop: &Shop) {
    let input = json!({ "email": new_email(), "password": PASSWORD, "name": "성춘향", "consents": consents() });
    let (status, body) = market.rest("POST", "/api/v1/auth/sign-up", Some(input), None, None).await;
    assert_eq!(status, 201, "{body}");
    let buyer = Session::of(&body);
    let (status, body) = market.rest("GET", "/api/v1/users/me", None, Some(&buyer), None).await;
    assert_eq!((status, &body["name"]), (200, &json!("성춘향")), "{body}");
    let (status, body) = market.rest("GET", "/api/v1/products?limit=5", None, None, None).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["data"].is_array() && body["page"]["hasMore"].is_boolean(), "{body}");
    let path = format!("/api/v1/products/{}", shop.product_id);
    let (status, body) = market.rest("GET", &path, None, None, None).await;
    assert_eq!((status, &body["id"]), (200, &json!(shop.product_id)), "{body}");
    let line = json!({ "variantId": shop.variant_id, "quantity": 1 });
    let (status, cart) = market.rest("POST", "/api/v1/cart/lines", Some(line), Some(&buyer), None).await;
    assert!(status == 200 || status == 201, "{status} {cart}");
    a_price_that_moved_since(market, shop, &buyer, &cart["groups"][0]["lines"][0]["id"]).await;
    let input = json!({ "cartLineIds": [cart["groups"][0]["lines"][0]["id"]], "address": address() });
    let (status, body) = market.rest("POST", "/api/v1/orders", Some(input.clone()), Some(&buyer), None).await;
    assert_eq!((status, &body["code"]), (400, &json!("IDEMPOTENCY_KEY_REQUIRED")), "{body}");
    let key = new_key();
    let (status, order) = market.rest("POST", "/api/v1/orders", Some(input), Some(&buyer), Some(&key)).await;
    assert_eq!(status, 201, "{order}");
    let id = order["id"].as_str().unwrap();
    let payment_key = market.pay_in_window(id, PRICE).await;
    let input = json!({ "orderId": id, "paymentKey": payment_key, "amount": PRICE });
    let (status, body) =
        market.rest("POST", "/api/v1/payments/confirm", Some(input), Some(&buyer), Some(&new_key())).await;
    assert_eq!((status, &body["state"]), (200, &json!("DONE")), "{body}");
    let (status, body) = market.rest("GET", &format!("/api/v1/orders/{id}"), None, Some(&buyer), None).await;
    assert_eq!((status, &body["state"]), (200, &json!("PAID")), "{body}");
    let path = format!("/api/v1/seller/sellers/{}/orders?filter[state]=PAID", shop.seller_id);
    let (status, body) = market.rest("GET", &path, None, Some(&shop.owner), None).await;
    assert_eq!(status, 200, "{body}");
    let line = body["data"][0]["lines"][0]["id"].as_str().unwrap_or_else(|| panic!("no line: {body}"));
    let path = format!("/api/v1/seller/order-lines/{line}/prepare");
    let (status, body) = market.rest("POST", &path, None, Some(&shop.owner), None).await;
    assert_eq!((status, &body["data"][0]["state"]), (200, &json!("PREPARING")), "{body}");
    let path = "/api/v1/admin/sales-overview";
    let (status, body) = market.rest("GET", path, None, Some(&market.staff), None).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["paidOrders"].as_i64().unwrap() >= 1, "{body}");
}
