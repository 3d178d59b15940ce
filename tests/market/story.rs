//! One story from the first application to the last payout, in GraphQL and in REST, all in one and distributed, and with
//! its broker, its cache and a service dying in the middle, and with every event coming twice and out of order.

use std::time::{Duration, Instant};

use chrono::{FixedOffset, TimeDelta, Utc};
use platform::testing::Proxy;
use serde_json::{Value, json};

use crate::api::{Api, Command, Reading};
use crate::disorder::Disorder;
use crate::people::{address, business_number, consents, new_email};
use crate::support::{Market, PASSWORD, SERVICES, Session, required};

macro_rules! commands {
    ($($name:ident = $mutation:literal($input:literal) -> $answer:literal, $route:literal;)*) => {$(
        const $name: Command = Command { mutation: $mutation, input: $input, answer: $answer, route: $route };
    )*};
}

commands! {
    SIGN_UP = "signUp"("SignUpInput") -> "user { id } tokens { accessToken refreshToken }", "POST /api/v1/auth/sign-up";
    REFRESH = "refreshSession"("RefreshSessionInput") -> "user { id } tokens { accessToken refreshToken }", "POST /api/v1/auth/refresh";
    APPLY = "applyAsSeller"("ApplyAsSellerInput") -> "seller { id state }", "POST /api/v1/seller/applications";
    REVIEW_SELLER = "startSellerReview"("SellerIdInput") -> "seller { id state }", "POST /api/v1/admin/sellers/{sellerId}/start-review";
    APPROVE_SELLER = "approveSeller"("SellerIdInput") -> "seller { id state }", "POST /api/v1/admin/sellers/{sellerId}/approve";
    ACTIVATE = "activateSeller"("SellerIdInput") -> "seller { id state }", "POST /api/v1/seller/sellers/{sellerId}/activate";
    CREATE_CATEGORY = "createCategory"("CreateCategoryInput") -> "category { id }", "POST /api/v1/admin/categories";
    CREATE_PRODUCT = "createProduct"("CreateProductInput") -> "product { id variants { id } }", "POST /api/v1/seller/products";
    SUBMIT_PRODUCT = "submitProduct"("ProductIdInput") -> "product { id state }", "POST /api/v1/seller/products/{productId}/submit";
    APPROVE_PRODUCT = "approveProduct"("ProductIdInput") -> "product { id state }", "POST /api/v1/admin/products/{productId}/approve";
    CREATE_SHIPPING = "createShippingPolicy"("CreateShippingPolicyInput") -> "policy { id }", "POST /api/v1/seller/sellers/{sellerId}/shipping-policies";
    CREATE_COUPON = "createCouponPolicy"("CreateCouponPolicyInput") -> "couponPolicy { id }", "POST /api/v1/admin/coupon-policies";
    PUBLISH_COUPON = "publishCouponPolicy"("CouponPolicyIdInput") -> "couponPolicy { id state }", "POST /api/v1/admin/coupon-policies/{policyId}/publish";
    CLAIM_COUPON = "claimCoupon"("CouponPolicyIdInput") -> "coupon { id }", "POST /api/v1/coupon-policies/{policyId}/claim";
    ADD_TO_CART = "addToCart"("AddToCartInput") -> "cart { groups { lines { id } } }", "POST /api/v1/cart/lines";
    PLACE = "placeOrder"("PlaceOrderInput") -> "order { id number total { amount } taxFreeAmount { amount } sellerOrders { id seller { id } lines { id taxFree total { amount } } } }", "POST /api/v1/orders";
    CONFIRM_PAYMENT = "confirmPayment"("ConfirmPaymentInput") -> "payment { state }", "POST /api/v1/payments/confirm";
    PREPARE = "prepareOrderLines"("OrderLineIdsInput") -> "lines { id state }", "POST /api/v1/seller/order-lines/{lineIds}/prepare";
    INVOICE = "registerInvoice"("InvoiceInput") -> "shipment { id state }", "POST /api/v1/seller/shipments/{shipmentId}/invoice";
    OPEN_CLAIM = "openClaim"("OpenClaimInput") -> "claim { id state }", "POST /api/v1/orders/{orderId}/claims";
    APPROVE_CLAIM = "approveClaim"("ApproveClaimInput") -> "claim { id state }", "POST /api/v1/seller/claims/{claimId}/approve";
    INSPECT_CLAIM = "inspectClaim"("InspectClaimInput") -> "claim { id state }", "POST /api/v1/seller/claims/{claimId}/inspect";
    CONFIRM_PURCHASE = "confirmPurchase"("ConfirmPurchaseInput") -> "lines { id state }", "POST /api/v1/order-lines/{lineIds}/confirm";
    WRITE_REVIEW = "writeReview"("WriteReviewInput") -> "review { id stars photoFileIds }", "POST /api/v1/reviews";
    CLOSE = "closeSettlement"("CloseSettlementInput") -> "settlement { id net { amount } }", "POST /api/v1/admin/sellers/{sellerId}/settlements";
    REQUEST_PAYOUT = "requestPayout"("RequestPayoutInput") -> "payout { id state amount { amount } }", "POST /api/v1/admin/settlements/{settlementId}/payout";
    APPROVE_PAYOUT = "approvePayout"("PayoutIdInput") -> "payout { id state }", "POST /api/v1/admin/payouts/{payoutId}/approve";
}

macro_rules! readings {
    ($($name:ident = $query:literal at $at:literal, $route:literal;)*) => {$(
        const $name: Reading = Reading { query: $query, at: $at, route: $route };
    )*};
}

readings! {
    FIND = "query($text: String!) { search(text: $text) { nodes { product { id title } } } }" at "/search/nodes", "/api/v1/search";
    ORDER = "query($id: ID!) { order(id: $id) { id state sellerOrders { id seller { id } lines { id state } } } }" at "/order", "/api/v1/orders/{id}";
    SHIPMENTS = "query($sellerId: ID!) { seller(id: $sellerId) { shipments(first: 20) { nodes {
        id direction state claimId lines { orderLine { id } } } } } }" at "/seller/shipments/nodes", "/api/v1/seller/sellers/{sellerId}/shipments";
    CLAIM = "query($id: ID!) { claim(id: $id) { id state refundAmount { amount } fee { amount } } }" at "/claim", "/api/v1/claims/{id}";
    PAYMENTS = "query($id: ID!) { order(id: $id) { payments { state amount { amount } refundedAmount { amount }
        taxFreeAmount { amount } refunds { amount { amount } taxFreeAmount { amount } } } } }" at "/order/payments", "/api/v1/orders/{id}/payments";
    ITEMS = "query($sellerId: ID!) { settlementItems(sellerId: $sellerId, first: 50) { nodes { id kind state net { amount } } } }" at "/settlementItems/nodes", "/api/v1/seller/sellers/{sellerId}/settlement-items";
    PAYOUT = "query($id: ID!) { payout(id: $id) { id state amount { amount } requestedBy approvedBy } }" at "/payout", "/api/v1/admin/payouts/{id}";
    CSV = "query($id: ID!) { settlement(id: $id) { csv } }" at "/settlement/csv", "/api/v1/seller/settlements/{id}/csv";
    TOLD = "{ me { notifications(first: 50) { nodes { event } } } }" at "/me/notifications/nodes", "/api/v1/notifications";
    STATS = "query($from: Date!, $to: Date!) { marketStats(from: $from, to: $to) { totals { gmv { amount } refunds { amount } net { amount } } } }" at "/marketStats", "/api/v1/admin/stats";
    VAT = "query($sellerId: ID!, $from: Date!, $to: Date!) { seller(id: $sellerId) { stats(from: $from, to: $to) { vat {
        sales { amount } returns { amount } taxFreeSales { amount } taxFreeReturns { amount } } } } }" at "/seller/stats/vat", "/api/v1/seller/sellers/{sellerId}/stats/vat";
}

/// One who sells, and what.
struct Seller {
    owner: Session,
    id: String,
    /// Pairs of variants and their prices.
    variants: Vec<(String, i64)>,
}

struct Story<'a> {
    market: &'a mut Market,
    api: Api,
    carriers: String,
    colleague: Session,
    trouble: Option<Trouble>,
}

/// What can be taken away from the distributed market.
struct Trouble {
    broker: Proxy,
    cache: Proxy,
}

impl Story<'_> {
    async fn act(&self, command: &Command, input: Value, who: &Session) -> Value {
        self.market.act(self.api, command, input, Some(who)).await
    }

    async fn read(&self, reading: &Reading, values: Value, who: &Session) -> Value {
        self.market.read(self.api, reading, values, Some(who)).await
    }

    /// Reads until it is as wanted, which takes as long as events take.
    async fn until(&self, reading: &Reading, values: Value, who: &Session, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let seen = self.read(reading, values.clone(), who).await;
            if wanted(&seen) {
                return seen;
            }
            assert!(Instant::now() < deadline, "{} stays {seen}\n{}", reading.route, self.market.logs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn sign_up(&self) -> Session {
        let input = json!({ "email": new_email(), "password": PASSWORD, "name": "홍길동", "consents": consents() });
        Session::of(&self.market.act(self.api, &SIGN_UP, input, None).await)
    }

    /// Somebody applies, is approved by the staff, and lists a product in two colours, which is approved as well.
    async fn seller(&self, title: &str, tax_free: bool, price: i64, shipping: i64) -> Seller {
        let owner = self.sign_up().await;
        let application = json!({
            "name": format!("{title} 가게"), "representativeName": "김한빛", "businessNumber": business_number(),
            "mailOrderNumber": "2026-서울강남-01234", "address": "서울 강남구 테헤란로 1", "phone": "02-555-1234",
            "email": "shop@example.com", "taxType": "GENERAL",
            "bankAccount": { "bank": "088", "number": "110123456789", "holder": "김한빛" },
        });
        let applied = self.act(&APPLY, application, &owner).await;
        let id = text(&applied["id"]);
        let this = json!({ "sellerId": id });
        self.act(&REVIEW_SELLER, this.clone(), &self.market.staff).await;
        self.act(&APPROVE_SELLER, this.clone(), &self.market.staff).await;
        self.act(&ACTIVATE, this, &owner).await;
        let refreshed = json!({ "refreshToken": owner.refresh_token });
        let owner = Session::of(&self.market.act(self.api, &REFRESH, refreshed, None).await);
        let policy = json!({ "name": "기본 배송", "kind": "FLAT", "fee": shipping });
        self.act(&CREATE_SHIPPING, json!({ "sellerId": id, "policy": policy }), &owner).await;
        let slug = format!("c{}", uuid::Uuid::now_v7().as_simple());
        let category = json!({ "slug": slug, "name": "휴대전화" });
        let category = self.act(&CREATE_CATEGORY, category, &self.market.staff).await;
        let notices = ["제품 소재", "제조국", "제조자", "품질보증기준", "A/S 책임자와 전화번호"];
        let product = json!({
            "sellerId": id, "title": title, "description": "새 상품입니다.", "categoryId": category["id"], "origin": "대한민국",
            "taxFree": tax_free, "optionKind": "COMBINATION", "options": [{ "name": "색상", "values": ["검정", "하양"] }],
            "variants": [
                { "sku": format!("{slug}-b"), "optionValues": ["검정"], "price": price, "initialStock": 20 },
                { "sku": format!("{slug}-w"), "optionValues": ["하양"], "price": price + 500, "initialStock": 20 },
            ],
            "images": [{ "url": "https://example.com/a.webp", "alt": title, "width": 800, "height": 800 }],
            "notices": notices.map(|name| json!({ "name": name, "value": "상품 설명 참조" })),
        });
        let product = self.act(&CREATE_PRODUCT, product, &owner).await;
        let this = json!({ "productId": product["id"] });
        self.act(&SUBMIT_PRODUCT, this.clone(), &owner).await;
        let approved = self.act(&APPROVE_PRODUCT, this, &self.market.staff).await;
        assert_eq!(approved["state"], "ON_SALE", "{approved}");
        let variants: Vec<(String, i64)> = [price, price + 500]
            .into_iter()
            .enumerate()
            .map(|(place, price)| (text(&product["variants"][place]["id"]), price))
            .collect();
        for (variant, _) in &variants {
            self.market.until_in_stock(variant, &owner, 20).await;
        }
        Seller { owner, id, variants }
    }

    /// A coupon of the marketplace, a tenth off; half of it the sellers bear.
    async fn coupon(&self, buyer: &Session) -> String {
        let (from, to) = (Utc::now() - TimeDelta::minutes(1), Utc::now() + TimeDelta::days(1));
        let terms = json!({
            "name": "첫 구매 10%", "kind": "PERCENT", "value": 1_000, "level": "ORDER", "sellerShare": 5_000,
            "totalLimit": 10, "startsAt": from, "endsAt": to,
        });
        let policy = self.act(&CREATE_COUPON, json!({ "terms": terms }), &self.market.staff).await;
        let this = json!({ "policyId": policy["id"] });
        self.act(&PUBLISH_COUPON, this.clone(), &self.market.staff).await;
        text(&self.act(&CLAIM_COUPON, this, buyer).await["id"])
    }

    /// The seller packs everything of the order into one parcel, and the carrier brings it.
    async fn deliver(&self, seller: &Seller, carrier: &str, number: &str, lines: &[String]) {
        self.act(&PREPARE, json!({ "lineIds": lines }), &seller.owner).await;
        let this = json!({ "sellerId": seller.id });
        let holds_all = |shipment: &Value| {
            let packed: Vec<&Value> =
                shipment["lines"].as_array().into_iter().flatten().map(|line| &line["orderLine"]["id"]).collect();
            shipment["direction"] == "OUTBOUND"
                && lines.iter().all(|line| packed.iter().any(|known| *known == line.as_str()))
        };
        let bundled = |seen: &Value| seen.as_array().is_some_and(|all| all.iter().any(holds_all));
        let shipments = self.until(&SHIPMENTS, this, &seller.owner, bundled).await;
        let shipment = shipments.as_array().unwrap().iter().find(|shipment| holds_all(shipment)).unwrap();
        self.carry(seller, &shipment["id"], carrier, number).await;
    }

    async fn carry(&self, seller: &Seller, shipment: &Value, carrier: &str, number: &str) {
        let invoice = json!({ "shipmentId": shipment, "carrier": carrier, "trackingNumber": number });
        self.act(&INVOICE, invoice, &seller.owner).await;
        for (code, minutes) in [("AT_PICKUP", 30), ("IN_TRANSIT", 20), ("OUT_FOR_DELIVERY", 10), ("DELIVERED", 5)] {
            let at = Utc::now() - TimeDelta::minutes(minutes);
            let scan = json!({ "carrier": carrier, "trackingNumber": number, "code": code, "occurredAt": at });
            let url = format!("{}/sandbox/scans", self.carriers);
            let answer = self.market.http.post(url).json(&scan).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
        }
    }

    /// Broker and cache go away and come back, and a service dies, in the middle of everything.
    async fn trouble(&mut self, service: &str) {
        let Some(Trouble { broker, cache }) = &self.trouble else { return };
        broker.close();
        cache.close();
        tokio::time::sleep(Duration::from_millis(500)).await;
        cache.open();
        broker.open();
        self.market.restart(service, Duration::from_millis(500)).await;
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn amount(value: &Value) -> i64 {
    value["amount"].as_i64().unwrap_or_else(|| panic!("{value} is no amount"))
}

async fn tell(market: &mut Market, api: Api, carriers: String, trouble: Option<Trouble>) {
    let colleague = market.colleague().await;
    let mut story = Story { market, api, carriers, colleague, trouble };
    // Books are tax-free, their covers are not.
    let first = story.seller("갤럭시 사진집", true, 300_000, 3_000).await;
    let second = story.seller("투명한 덮개", false, 12_000, 2_500).await;
    let buyer = story.sign_up().await;

    // Found by initial consonants, as soon as the index has followed.
    let found = |seen: &Value| seen.to_string().contains("갤럭시");
    story.until(&FIND, json!({ "text": "ㄱㄹㅅ" }), &buyer, found).await;

    // Two colours of the one and one of the other seller's, with a coupon.
    let coupon = story.coupon(&buyer).await;
    let wanted = [&first.variants[0], &first.variants[1], &second.variants[0]];
    let mut cart = Value::Null;
    for (variant, _) in wanted {
        cart = story.act(&ADD_TO_CART, json!({ "variantId": variant, "quantity": 1 }), &buyer).await;
    }
    let groups = cart["groups"].as_array().unwrap();
    let lines: Vec<&Value> =
        groups.iter().flat_map(|group| group["lines"].as_array().unwrap()).map(|line| &line["id"]).collect();
    let input = json!({ "cartLineIds": lines, "address": address(), "couponIds": [coupon] });
    let order = story.act(&PLACE, input, &buyer).await;
    let id = text(&order["id"]);
    let goods: i64 = wanted.iter().map(|(_, price)| price).sum();
    let total = goods - goods / 10 + 3_000 + 2_500;
    assert_eq!(amount(&order["total"]), total, "{order}");
    story.trouble("inventory").await;
    // Its lines after the coupon, without the shipping.
    let tax_free = (first.variants[0].1 + first.variants[1].1) * 9 / 10;
    assert_eq!(amount(&order["taxFreeAmount"]), tax_free, "{order}");
    let key = story.market.pay_in_window_with(&id, total, tax_free).await;
    let paid = json!({ "orderId": id, "paymentKey": key, "amount": total });
    assert_eq!(story.act(&CONFIRM_PAYMENT, paid, &buyer).await["state"], "DONE");
    story.trouble("shipping").await;

    // Each seller sends one parcel; the carriers bring them.
    let lines_of = |seller: &Seller| {
        let part =
            order["sellerOrders"].as_array().unwrap().iter().find(|part| part["seller"]["id"] == seller.id.as_str());
        part.unwrap()["lines"].as_array().unwrap().clone()
    };
    let ids = |lines: &[Value]| lines.iter().map(|line| text(&line["id"])).collect::<Vec<_>>();
    let (of_first, of_second) = (lines_of(&first), lines_of(&second));
    let is_tax_free = |lines: &[Value]| lines.iter().map(|line| line["taxFree"] == true).collect::<Vec<bool>>();
    assert_eq!((is_tax_free(&of_first), is_tax_free(&of_second)), (vec![true, true], vec![false]), "{order}");
    story.deliver(&first, "CJ", "658712345671", &ids(&of_first)).await;
    story.trouble("order").await;
    story.deliver(&second, "HANJIN", "420112345678", &ids(&of_second)).await;
    let delivered = |seen: &Value| seen["state"] == "DELIVERED";
    story.until(&ORDER, json!({ "id": id }), &buyer, delivered).await;

    // One comes back, because it arrived broken; the carrier collects it.
    let back = &of_first[0];
    let claim = json!({ "orderId": id, "kind": "RETURN", "reason": "DAMAGED", "detail": "깨져서 왔습니다", "lines": [{ "lineId": back["id"] }] });
    let claim = story.act(&OPEN_CLAIM, claim, &buyer).await;
    let this = json!({ "claimId": claim["id"] });
    story.act(&APPROVE_CLAIM, this.clone(), &first.owner).await;
    let of_claim = |shipment: &Value| shipment["claimId"] == claim["id"] && shipment["direction"] == "RETURN";
    let begun = |seen: &Value| seen.as_array().is_some_and(|all| all.iter().any(of_claim));
    let shipments = story.until(&SHIPMENTS, json!({ "sellerId": first.id }), &first.owner, begun).await;
    let collection = shipments.as_array().unwrap().iter().find(|shipment| of_claim(shipment)).unwrap();
    story.carry(&first, &collection["id"], "CJ", "658712345682").await;
    story.trouble("payment").await;
    let collected = |seen: &Value| seen["state"] == "COLLECTED";
    story.until(&CLAIM, json!({ "id": claim["id"] }), &buyer, collected).await;
    story.act(&INSPECT_CLAIM, this, &first.owner).await;
    let done = |seen: &Value| seen["state"] == "DONE";
    let claim = story.until(&CLAIM, json!({ "id": claim["id"] }), &buyer, done).await;
    let refund = amount(&back["total"]);
    assert_eq!((amount(&claim["refundAmount"]), amount(&claim["fee"])), (refund, 0), "{claim}");

    // The rest is confirmed and reviewed.
    let kept: Vec<String> = ids(&of_first[1..]).into_iter().chain(ids(&of_second)).collect();
    story.act(&CONFIRM_PURCHASE, json!({ "lineIds": kept }), &buyer).await;
    let photo = story.market.upload_photo(&buyer, &[("purpose", "REVIEW_PHOTO")]).await;
    // That it may be reviewed is told by an event.
    let deadline = Instant::now() + Duration::from_secs(30);
    let review = json!({ "lineId": kept[0], "stars": 5, "body": "튼튼하고 색이 예쁩니다.", "photos": [photo] });
    while !story.market.may_review(&buyer, &kept[0]).await {
        assert!(Instant::now() < deadline, "{}", story.market.logs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let review = story.act(&WRITE_REVIEW, review, &buyer).await;
    assert_eq!(review["photoFileIds"], json!([photo]), "{review}");
    story.trouble("settlement").await;

    let net = settle(&story, &first).await;
    verify(&story, &first, &buyer, &id, (total, refund), net).await;
    verify_tax(&story, &first, &buyer, &id, (tax_free, refund)).await;
}

/// The statement is closed, its payout requested by one and approved by another; the net.
async fn settle(story: &Story<'_>, seller: &Seller) -> i64 {
    let this = json!({ "sellerId": seller.id });
    let eligible = |item: &Value| item["state"] == "ELIGIBLE";
    // The line that was kept, and the shipping.
    let ready =
        |seen: &Value| seen.as_array().is_some_and(|items| items.iter().filter(|item| eligible(item)).count() >= 2);
    let items = story.until(&ITEMS, this, &seller.owner, ready).await;
    let owed: i64 =
        items.as_array().unwrap().iter().filter(|item| eligible(item)).map(|item| amount(&item["net"])).sum();
    let today = Utc::now().with_timezone(&FixedOffset::east_opt(9 * 3_600).unwrap()).date_naive();
    let closing = json!({ "sellerId": seller.id, "payableOn": today });
    let statement = story.act(&CLOSE, closing, &story.market.staff).await;
    assert_eq!(amount(&statement["net"]), owed, "{statement} of {items}");
    let payout = story.act(&REQUEST_PAYOUT, json!({ "settlementId": statement["id"] }), &story.market.staff).await;
    let this = json!({ "payoutId": payout["id"] });
    story.market.refuse_own_approval(&payout["id"]).await;
    story.act(&APPROVE_PAYOUT, this, &story.colleague).await;
    let paid = |seen: &Value| seen["state"] == "PAID";
    let payout = story.until(&PAYOUT, json!({ "id": payout["id"] }), &story.market.staff, paid).await;
    assert_eq!(amount(&payout["amount"]), owed);
    assert_ne!(payout["requestedBy"], payout["approvedBy"]);
    let csv = text(&story.read(&CSV, json!({ "id": statement["id"] }), &seller.owner).await);
    assert!(csv.lines().count() >= 3 && csv.contains("갤럭시"), "{csv}");
    owed
}

/// Stats, ledger and every book agree, and everybody was told.
async fn verify(
    story: &Story<'_>,
    seller: &Seller,
    buyer: &Session,
    order: &str,
    (total, refund): (i64, i64),
    net: i64,
) {
    assert!(net > 0);
    let payments = story.read(&PAYMENTS, json!({ "id": order }), buyer).await;
    assert_eq!((amount(&payments[0]["amount"]), amount(&payments[0]["refundedAmount"])), (total, refund), "{payments}");
    let today = Utc::now().with_timezone(&FixedOffset::east_opt(9 * 3_600).unwrap()).date_naive();
    let days = json!({ "from": today, "to": today });
    let counted =
        |seen: &Value| seen["totals"]["gmv"]["amount"] == total && seen["totals"]["refunds"]["amount"] == refund;
    story.until(&STATS, days, &story.market.staff, counted).await;
    let told = |who: Session, events: &'static [&'static str]| async move {
        let all =
            |seen: &Value| events.iter().all(|event| seen.as_array().unwrap().iter().any(|one| one["event"] == *event));
        story.until(&TOLD, json!({}), &who, all).await
    };
    told(
        buyer.clone(),
        &[
            "WELCOME",
            "COUPON_ISSUED",
            "ORDER_PAID",
            "LINE_SHIPPED",
            "LINE_DELIVERED",
            "CLAIM_UPDATED",
            "REFUND_DONE",
            "LINE_CONFIRMED",
        ],
    )
    .await;
    told(
        seller.owner.clone(),
        &[
            "SELLER_STATE_CHANGED",
            "PRODUCT_APPROVED",
            "SELLER_ORDER_PAID",
            "SELLER_CLAIM_REQUESTED",
            "SETTLEMENT_CLOSED",
            "PAYOUT_PAID",
        ],
    )
    .await;
    story.market.until_audited().await;
    story.market.known_events().await;
    story.market.until_clean("all").await;
}

/// The payment and what went back of it are tax-free as far as the goods are, and the seller declares them so: at what the
/// buyer owed the seller, who bears half of the tenth that the coupon took off, with the shipping, which is taxed.
async fn verify_tax(story: &Story<'_>, seller: &Seller, buyer: &Session, order: &str, (tax_free, refund): (i64, i64)) {
    let payment = story.read(&PAYMENTS, json!({ "id": order }), buyer).await[0].clone();
    assert_eq!(amount(&payment["taxFreeAmount"]), tax_free, "{payment}");
    let refunded: Vec<i64> =
        payment["refunds"].as_array().unwrap().iter().map(|one| amount(&one["taxFreeAmount"])).collect();
    assert_eq!(refunded, [refund], "{payment}");
    let today = Utc::now().with_timezone(&FixedOffset::east_opt(9 * 3_600).unwrap()).date_naive();
    let owed = |paid: i64| paid * 10 / 9 * 95 / 100;
    let declared = |seen: &Value| {
        let of = |name: &str| seen[0][name]["amount"].as_i64();
        [of("sales"), of("returns"), of("taxFreeSales"), of("taxFreeReturns")]
            == [Some(3_000), Some(0), Some(owed(tax_free)), Some(owed(refund))]
    };
    let days = json!({ "sellerId": seller.id, "from": today, "to": today });
    story.until(&VAT, days, &seller.owner, declared).await;
}

impl Market {
    /// Every action of the staff is in the audit log, sooner or later.
    async fn until_audited(&self) {
        const ACTIONS: [&str; 10] = [
            "startSellerReview",
            "approveSeller",
            "createCategory",
            "approveProduct",
            "createCouponPolicy",
            "publishCouponPolicy",
            "closeSettlement",
            "requestPayout",
            "approvePayout",
            "refundPayment",
        ];
        let query = "{ auditEntries(first: 100) { nodes { action } } }";
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let seen = self.data(query, json!({}), Some(&self.staff)).await["auditEntries"]["nodes"].to_string();
            let missing: Vec<&str> = ACTIONS.into_iter().filter(|action| !seen.contains(action)).collect();
            if missing.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "not in the audit log: {missing:?} of {seen}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// What was told is what `schema/events` says is told.
    async fn known_events(&self) {
        for service in SERVICES {
            let told = self.kinds_told(service).await;
            let path = format!("{}/schema/events/{service}.json", env!("CARGO_MANIFEST_DIR"));
            let document: Value =
                std::fs::read_to_string(path).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
            let unknown: Vec<&String> =
                told.iter().filter(|kind| document["components"]["messages"][kind.as_str()].is_null()).collect();
            assert!(unknown.is_empty(), "{service} tells {unknown:?}, of which schema/events says nothing");
        }
    }

    /// Another administrator.
    pub(crate) async fn colleague(&self) -> Session {
        let email = new_email();
        let made = self.run(&["admin", "create", &email, "동료"], &[("ADMIN_PASSWORD", PASSWORD)]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        self.sign_in(&email).await
    }

    async fn may_review(&self, buyer: &Session, line: &str) -> bool {
        let query = "{ reviewableLines(first: 50) { nodes { line { id } } } }";
        let seen = self.data(query, json!({}), Some(buyer)).await;
        seen.to_string().contains(line)
    }

    async fn refuse_own_approval(&self, payout: &Value) {
        let query = "mutation($input: PayoutIdInput!) { approvePayout(input: $input) { userErrors { code } } }";
        let answer = self.ask(query, json!({ "input": { "payoutId": payout } }), Some(&self.staff), None).await;
        let codes = answer["data"]["approvePayout"]["userErrors"].as_array();
        assert!(codes.is_some_and(|codes| !codes.is_empty()), "who asks may not approve: {answer}");
    }
}

const CARRIER_SECRET: &str = "story";

/// What the story needs beside the market: the carriers, which call back, and a settlement that looks often.
fn settings(carriers: &str) -> Vec<(String, String)> {
    let mut values = vec![("SETTLEMENT_INTERVAL".to_owned(), "200ms".to_owned())];
    for carrier in ["CJ", "HANJIN", "LOTTE", "EPOST"] {
        values.push((format!("{carrier}_TRACKING_URL"), format!("{carriers}/{carrier}")));
        values.push((format!("{carrier}_TRACKING_KEY"), CARRIER_SECRET.to_owned()));
        values.push((format!("{carrier}_WEBHOOK_SECRET"), CARRIER_SECRET.to_owned()));
    }
    values
}

async fn all_in_one(api: Api) {
    let mut market = Market::prepare().await;
    let carriers = market.start_carriers(&settings).await;
    market.start_all_in_one(&[]).await;
    market.sign_in_staff().await;
    tell(&mut market, api, carriers, None).await;
    market.end().await;
}

async fn distributed(api: Api, values: &[(&str, &str)], trouble: Option<Trouble>) {
    let mut market = Market::prepare().await;
    let carriers = market.start_carriers(&settings).await;
    market.start_distributed(values).await;
    tell(&mut market, api, carriers, trouble).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_graphql_all_in_one() {
    all_in_one(Api::GraphQl).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_rest_all_in_one() {
    all_in_one(Api::Rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_rest_distributed() {
    distributed(Api::Rest, &[], None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_graphql_distributed_with_broker_cache_and_services_dying() {
    let (broker, cache) = (Proxy::to(&required("TEST_AMQP_URL")).await, Proxy::to(&required("TEST_REDIS_URL")).await);
    let urls = [("AMQP_URL", broker.url().to_owned()), ("REDIS_URL", cache.url().to_owned())];
    let values: Vec<(&str, &str)> = urls.iter().map(|(name, url)| (*name, url.as_str())).collect();
    distributed(Api::GraphQl, &values, Some(Trouble { broker, cache })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_graphql_distributed_with_every_event_twice_and_out_of_order() {
    let mut market = Market::prepare().await;
    let carriers = market.start_carriers(&settings).await;
    market.start_distributed(&[]).await;
    let disorder = Disorder::between(&market).await;
    tell(&mut market, Api::GraphQl, carriers, None).await;
    // Others shop until there were a thousand events; of each product as much is sold as was paid for.
    let shop = market.open_shop(1_000).await;
    let buyer = market.sign_up().await;
    let mut sold = 0;
    while disorder.told() < 1_000 {
        market.buy(&buyer, &shop.variant_id, 1).await;
        sold += 1;
        assert!(sold < 1_000, "{} events", disorder.told());
    }
    disorder.until_heard(&market).await;
    market.until_stock(&shop.owner, &shop.variant_id, (1_000 - sold, 0)).await;
    market.until_clean("all").await;
    market.end().await;
}
