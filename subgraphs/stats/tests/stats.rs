//! The stats service on a real database: facts in any order, reports, and their equality with what was told.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use platform::events::Event;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use uuid::Uuid;

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

/// A market whose events are told, and what they must come to.
struct Story {
    random: StdRng,
    events: Vec<Event>,
    sellers: Vec<Uuid>,
    paid: BTreeMap<Uuid, (i64, i64)>,
}

struct Line {
    id: Uuid,
    seller: Uuid,
    json: Value,
    total: i64,
}

impl Story {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let sellers = (0..3).map(|_| Uuid::from_u128(random.random())).collect();
        Self { random, events: Vec::new(), sellers, paid: BTreeMap::new() }
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u128(self.random.random())
    }

    fn tell(&mut self, kind: &str, at: DateTime<Utc>, payload: Value) {
        let id = self.id();
        let aggregate = payload["orderId"].to_string();
        self.events.push(Event {
            id,
            kind: kind.to_owned(),
            version: 1,
            aggregate,
            occurred_at: at,
            trace_parent: None,
            payload,
        });
    }

    fn line(&mut self) -> Line {
        let (id, product) = (self.id(), Uuid::from_u128(self.random.random_range(1..20)));
        let seller = self.sellers[usize::try_from(product.as_u128() % 3).unwrap()];
        let (quantity, price) = (self.random.random_range(1..5_i64), self.random.random_range(10..500_i64) * 100);
        let (discount, own) = if self.random.random_bool(0.3) { (price / 10, price / 20) } else { (0, 0) };
        let total = price * quantity - discount;
        let mut json = json!({
            "lineId": prefixed("lin", id), "sellerOrderId": prefixed("sor", seller), "sellerId": prefixed("slr", seller),
            "productId": prefixed("prd", product), "variantId": prefixed("var", product), "title": format!("상품 {product}"),
            "quantity": quantity, "unitPrice": price, "itemsTotal": price * quantity, "discountTotal": discount,
            "sellerDiscount": own, "total": total,
        });
        // Of some, events from before it was told say nothing.
        if self.random.random_bool(0.7) {
            json["taxFree"] = json!(product.as_u128() % 4 == 0);
        }
        Line { id, seller, json, total }
    }

    /// One order with all that may become of it.
    fn order(&mut self, buyer: Uuid, at: DateTime<Utc>) {
        let order = self.id();
        let lines: Vec<Line> = (0..self.random.random_range(1..4)).map(|_| self.line()).collect();
        let (order_id, buyer_id) = (prefixed("ord", order), prefixed("usr", buyer));
        let all: Vec<Value> = lines.iter().map(|line| line.json.clone()).collect();
        self.tell(
            "order.placed",
            at,
            json!({ "orderId": order_id, "buyerId": buyer_id, "cartLineIds": [], "lines": all }),
        );
        if self.random.random_bool(0.15) {
            return;
        }
        let mut parts: BTreeMap<Uuid, i64> = BTreeMap::new();
        for line in &lines {
            *parts.entry(line.seller).or_default() += line.total;
        }
        let shipping = 3_000;
        let total: i64 = parts.values().map(|total| total + shipping).sum();
        let sellers: Vec<Value> = parts
            .iter()
            .map(|(seller, items)| {
                json!({ "sellerOrderId": prefixed("sor", *seller), "sellerId": prefixed("slr", *seller), "itemsTotal": items,
                    "discountTotal": 0, "shippingTotal": shipping, "total": items + shipping })
            })
            .collect();
        let paid_at = at + TimeDelta::minutes(3);
        let paid = json!({ "orderId": order_id, "number": "1", "buyerId": buyer_id, "total": total, "paidAt": paid_at.to_rfc3339(),
            "sellers": sellers, "lines": all });
        self.tell("order.paid", paid_at, paid);
        let money = (total, self.after_payment(order, buyer, &lines, paid_at));
        self.paid.insert(order, money);
    }

    /// What becomes of paid lines. Returns what goes back.
    fn after_payment(&mut self, order: Uuid, buyer: Uuid, lines: &[Line], paid_at: DateTime<Utc>) -> i64 {
        let (order_id, buyer_id) = (prefixed("ord", order), prefixed("usr", buyer));
        let mut back = 0;
        for line in lines {
            let fate: f64 = self.random.random();
            if fate < 0.2 {
                let at = paid_at + TimeDelta::hours(1);
                let cancelled =
                    json!({ "orderId": order_id, "buyerId": buyer_id, "reason": "변심", "lines": [line.json] });
                self.tell("order.cancelled", at, cancelled);
                back += self.refund(order, line.total, at);
                continue;
            }
            let steps = [("line.shipped", 1), ("line.delivered", 3), ("line.confirmed", 9)];
            let reached = self.random.random_range(0..=3);
            for (kind, days) in steps.into_iter().take(reached) {
                let at = paid_at + TimeDelta::days(days);
                let moved = json!({ "orderId": order_id, "orderNumber": "1", "buyerId": buyer_id, "line": line.json, "at": at.to_rfc3339() });
                self.tell(kind, at, moved);
            }
            if reached == 2 && self.random.random_bool(0.5) {
                let at = paid_at + TimeDelta::days(6);
                let amount = (line.total - 3_000).max(0);
                let claim = prefixed("clm", self.id());
                let refunded = json!({ "claimId": claim, "orderId": order_id, "orderNumber": "1", "buyerId": buyer_id,
                    "sellerId": prefixed("slr", line.seller), "sellerOrderId": prefixed("sor", line.seller), "kind": "RETURN",
                    "fault": "BUYER", "lines": [{ "lineId": prefixed("lin", line.id), "quantity": line.json["quantity"],
                    "total": line.total, "sellerDiscount": 0 }], "refundAmount": amount, "fee": 3_000, "at": at.to_rfc3339() });
                self.tell("claim.refunded", at, refunded);
                back += self.refund(order, amount, at);
            }
        }
        back
    }

    fn refund(&mut self, order: Uuid, amount: i64, at: DateTime<Utc>) -> i64 {
        let refund = prefixed("rfd", self.id());
        let done =
            json!({ "refundId": refund, "paymentId": "pay_1", "orderId": prefixed("ord", order), "amount": amount });
        self.tell("refund.done", at + TimeDelta::minutes(1), done);
        amount
    }

    /// A spring of orders, and people who sign up and search.
    fn of_a_spring(seed: u64, orders: usize) -> Self {
        let mut story = Self::new(seed);
        let buyers: Vec<Uuid> = (0..40).map(|_| story.id()).collect();
        let start: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        for (index, buyer) in buyers.iter().enumerate() {
            let at = start + TimeDelta::hours(i64::try_from(index).unwrap());
            let person = json!({ "userId": prefixed("usr", *buyer), "email": "secret@example.com", "name": "비밀",
                "registeredAt": at.to_rfc3339() });
            story.tell("user.registered", at, person);
            story.tell("search.performed", at, json!({ "term": format!(" 사과{} ", index % 3), "results": 3 }));
        }
        for _ in 0..orders {
            let buyer = buyers[story.random.random_range(0..buyers.len())];
            let at = start + TimeDelta::minutes(story.random.random_range(0..60 * 24 * 80));
            story.order(buyer, at);
        }
        story
    }

    /// The events doubled and in another order.
    fn shuffled(&mut self) -> Vec<Event> {
        let mut events = [self.events.clone(), self.events.clone()].concat();
        events.shuffle(&mut self.random);
        events
    }
}

const MARKET: &str = "query($from: Date!, $to: Date!) { marketStats(from: $from, to: $to) {
    totals { orders buyers units gmv { amount } refunds { amount } net { amount } refundRate averageOrder { amount } }
    sales { date orders units gmv { amount } refunds { amount } }
    funnel { step lines orders amount { amount } rate }
    products(first: 50) { rank product { id } title units gmv { amount } refunds { amount } }
    sellers(first: 50) { rank seller { id } orders units gmv { amount } refunds { amount } }
    cohorts { month buyers months { later buyers rate gmv { amount } } }
    registrations searches { rank term searches }
    csv(report: SALES_BY_DAY) } }";
const SELLER: &str = "query($r: [_Any!]!, $from: Date!, $to: Date!) { _entities(representations: $r) { ... on Seller {
    stats(from: $from, to: $to) {
        totals { orders units gmv { amount } refunds { amount } } funnel { step lines } products { title units }
        vat { period sales { amount } returns { amount } taxable { amount } supplyValue { amount } vat { amount }
            taxFreeSales { amount } taxFreeReturns { amount } taxFree { amount } }
        quarters: vat(unit: QUARTER) { period taxable { amount } taxFree { amount } } csv(report: VAT_BY_MONTH) } } } }";

fn spring() -> Value {
    json!({ "from": "2026-03-01", "to": "2026-08-31" })
}

struct Desk(TestServices);

impl Desk {
    async fn open() -> Self {
        Self(TestServices::start(&[&stats::SERVICE]).await)
    }

    async fn record(&self, events: &[Event]) {
        stats::record(&self.0.database_of("stats").await, events).await.unwrap();
    }

    async fn market(&self) -> Value {
        let staff = user(Uuid::now_v7(), &[Scope::Staff], &[]);
        self.0.data("stats", MARKET, spring(), staff).await["marketStats"].clone()
    }

    async fn seller(&self, seller: Uuid) -> Value {
        let mut variables = spring();
        variables["r"] = json!([{ "__typename": "Seller", "id": prefixed("slr", seller) }]);
        let member = user(Uuid::now_v7(), &[Scope::Seller], &[seller]);
        self.0.data("stats", SELLER, variables, member).await["_entities"][0]["stats"].clone()
    }

    /// Everything that is told of a story.
    async fn everything(&self, story: &Story) -> Vec<Value> {
        let mut all = vec![self.market().await];
        for seller in &story.sellers {
            all.push(self.seller(*seller).await);
        }
        all
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doubled_and_reordered_events_come_to_the_same_as_does_a_rebuild() {
    let mut story = Story::of_a_spring(7, 330);
    assert!(story.events.len() >= 1_000, "{} events", story.events.len());
    let straight = Desk::open().await;
    straight.record(&story.events).await;
    let expected = straight.everything(&story).await;
    assert!(expected[0]["totals"]["orders"].as_i64().unwrap() > 200, "{}", expected[0]["totals"]);
    for chunk in [1, 7, 500] {
        let other = Desk::open().await;
        for part in story.shuffled().chunks(chunk) {
            // A part may name an event twice, as a bus may.
            other.record(part).await;
        }
        assert_eq!(other.everything(&story).await, expected, "in parts of {chunk}");
        let database = other.0.database_of("stats").await;
        stats::rebuild(&database).await.unwrap();
        assert_eq!(other.everything(&story).await, expected, "rebuilt");
        other.0.stop().await;
    }
    straight.0.stop().await;
}

/// What a seller declares of the whole story, added up of its events: taxed sales and returns, and tax-free ones.
fn declared_by(story: &Story, seller: Uuid) -> [i64; 4] {
    let own = |value: &Value| value["sellerId"] == prefixed("slr", seller);
    let owed = |line: &Value| line["itemsTotal"].as_i64().unwrap() - line["sellerDiscount"].as_i64().unwrap();
    let is_tax_free = |line: &Value| usize::from(line["taxFree"] == true) * 2;
    let lines = |event: &Event| event.payload["lines"].as_array().unwrap().clone();
    let mut sums = [0; 4];
    let mut bought: BTreeMap<String, Value> = BTreeMap::new();
    for event in story.events.iter().filter(|event| event.kind == "order.paid") {
        for line in lines(event).into_iter().filter(own) {
            sums[is_tax_free(&line)] += owed(&line);
            bought.insert(line["lineId"].to_string(), line);
        }
        let parts = event.payload["sellers"].as_array().unwrap();
        sums[0] +=
            parts.iter().filter(|part| own(part)).map(|part| part["shippingTotal"].as_i64().unwrap()).sum::<i64>();
    }
    // In this story a line comes back whole or not at all.
    for event in story.events.iter().filter(|event| matches!(event.kind.as_str(), "order.cancelled" | "claim.refunded"))
    {
        for line in lines(event).iter().filter_map(|line| bought.get(&line["lineId"].to_string())) {
            sums[is_tax_free(line) + 1] += owed(line);
        }
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_what_was_told_to_the_won() {
    let story = Story::of_a_spring(11, 200);
    let desk = Desk::open().await;
    desk.record(&story.events).await;
    let books: BTreeMap<Uuid, (i64, i64)> = stats::totals(&desk.0.database_of("stats").await)
        .await
        .unwrap()
        .into_iter()
        .map(|order| (order.order_id, (order.paid, order.refunded)))
        .collect();
    assert_eq!(books, story.paid);
    let all = desk.everything(&story).await;
    let (paid, back) = story.paid.values().fold((0, 0), |(paid, back), order| (paid + order.0, back + order.1));
    let amount = |value: &Value, of: &str| value[of]["amount"].as_i64().unwrap();
    let market = &all[0];
    assert_eq!((amount(&market["totals"], "gmv"), amount(&market["totals"], "refunds")), (paid, back));
    let sum = |rows: &Value, of: &str| rows.as_array().unwrap().iter().map(|row| amount(row, of)).sum::<i64>();
    assert_eq!((sum(&market["sales"], "gmv"), sum(&market["sales"], "refunds")), (paid, back), "day by day");
    assert_eq!((sum(&market["sellers"], "gmv"), sum(&market["sellers"], "refunds")), (paid, back), "seller by seller");
    assert_eq!(
        sum(&market["cohorts"][0]["months"], "gmv")
            + market["cohorts"].as_array().unwrap()[1..].iter().map(|c| sum(&c["months"], "gmv")).sum::<i64>(),
        paid
    );
    let sellers: i64 = all[1..].iter().map(|seller| amount(&seller["totals"], "gmv")).sum();
    assert_eq!(sellers, paid);
    for seller in &all[1..] {
        for row in seller["vat"].as_array().unwrap() {
            assert_eq!(amount(row, "supplyValue") + amount(row, "vat"), amount(row, "taxable"));
            assert_eq!(amount(row, "sales") - amount(row, "returns"), amount(row, "taxable"));
        }
        for part in ["taxable", "taxFree"] {
            assert_eq!(sum(&seller["quarters"], part), sum(&seller["vat"], part));
        }
    }
    for (seller, told) in story.sellers.iter().zip(&all[1..]) {
        let declared = ["sales", "returns", "taxFreeSales", "taxFreeReturns"].map(|part| sum(&told["vat"], part));
        assert_eq!(declared, declared_by(&story, *seller), "to the won, taxed and tax-free apart");
        assert!(declared.iter().all(|sum| *sum > 0), "{declared:?}");
    }
    let lines: Vec<i64> =
        market["funnel"].as_array().unwrap().iter().map(|step| step["lines"].as_i64().unwrap()).collect();
    assert!(lines.len() == 5 && lines.is_sorted_by(|a, b| a >= b) && lines[4] > 0, "{lines:?}");
    assert_eq!(market["registrations"], 40);
    assert_eq!(market["searches"][0], json!({ "rank": 1, "term": "사과0", "searches": 14 }));
    desk.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_refused_is_sold_and_given_back() {
    let mut story = Story::new(3);
    let desk = Desk::open().await;
    let (buyer, seller, line) = (story.id(), story.sellers[0], story.line());
    let mut books = BTreeMap::new();
    for (reason, days) in [("SOLD_OUT", 0), ("LATE_PAYMENT", 1)] {
        let (order, at) =
            (story.id(), "2026-04-02T03:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(days));
        let (order_id, buyer_id) = (prefixed("ord", order), prefixed("usr", buyer));
        let placed = json!({ "orderId": order_id, "buyerId": buyer_id, "cartLineIds": [], "lines": [line.json] });
        story.tell("order.placed", at - TimeDelta::hours(1), placed);
        let refused = json!({ "orderId": order_id, "orderNumber": "1", "buyerId": buyer_id, "reason": reason, "amount": 23_000,
            "at": at.to_rfc3339() });
        story.tell("order.refused", at + TimeDelta::seconds(5), refused);
        story.refund(order, 23_000, at);
        books.insert(order, (23_000, 23_000));
    }
    desk.record(&story.shuffled()).await;
    let totals = stats::totals(&desk.0.database_of("stats").await).await.unwrap();
    let told: BTreeMap<Uuid, (i64, i64)> =
        totals.into_iter().map(|order| (order.order_id, (order.paid, order.refunded))).collect();
    assert_eq!(told, books, "as the ledger has it");
    let market = desk.market().await;
    assert_eq!(
        (&market["totals"]["gmv"]["amount"], &market["totals"]["refunds"]["amount"]),
        (&json!(46_000), &json!(46_000))
    );
    let gmv = &desk.seller(seller).await["totals"]["gmv"]["amount"];
    assert_eq!(gmv, 0, "nothing of it is a seller's");
    desk.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_by_hand() {
    let mut story = Story::new(1);
    let desk = Desk::open().await;
    let (order, seller, line, product) = (story.id(), story.sellers[0], story.id(), story.id());
    // Paid at 00:30 on 1 April in Seoul, which is still March in UTC.
    let at: DateTime<Utc> = "2026-03-31T15:30:00Z".parse().unwrap();
    let (order_id, seller_id) = (prefixed("ord", order), prefixed("slr", seller));
    let row = json!({ "lineId": prefixed("lin", line), "sellerId": seller_id, "productId": prefixed("prd", product), "title": "=HYPERLINK(1)",
        "quantity": 2, "unitPrice": 11_000, "itemsTotal": 22_000, "discountTotal": 2_000, "sellerDiscount": 1_100, "total": 20_000 });
    let paid = json!({ "orderId": order_id, "buyerId": prefixed("usr", seller), "total": 23_000, "paidAt": at.to_rfc3339(), "lines": [row],
        "sellers": [{ "sellerId": seller_id, "shippingTotal": 3_000, "total": 23_000 }] });
    story.tell("order.paid", at, paid);
    // A claim to cancel, told in both ways, takes the line back once; the refund has the shipping, too.
    let later = at + TimeDelta::days(40);
    story.tell("order.cancelled", later, json!({ "orderId": order_id, "buyerId": null, "reason": "", "lines": [row] }));
    let claim = json!({ "claimId": prefixed("clm", line), "orderId": order_id, "sellerId": seller_id, "kind": "CANCEL", "refundAmount": 20_000,
        "lines": [{ "lineId": prefixed("lin", line), "quantity": 2, "total": 20_000 }], "at": later.to_rfc3339() });
    story.tell("claim.refunded", later, claim);
    desk.record(&story.events).await;
    let told = desk.seller(seller).await;
    assert_eq!(
        told["totals"],
        json!({ "orders": 1, "units": 0, "gmv": { "amount": 23_000 }, "refunds": { "amount": 20_000 } })
    );
    let money = |amount: i64| json!({ "amount": amount });
    assert_eq!(
        told["vat"],
        json!([
            { "period": "2026-04-01", "sales": money(23_900), "returns": money(0), "taxable": money(23_900), "supplyValue": money(21_728), "vat": money(2_172), "taxFreeSales": money(0), "taxFreeReturns": money(0), "taxFree": money(0) },
            { "period": "2026-05-01", "sales": money(0), "returns": money(20_900), "taxable": money(-20_900), "supplyValue": money(-19_000), "vat": money(-1_900), "taxFreeSales": money(0), "taxFreeReturns": money(0), "taxFree": money(0) },
        ])
    );
    assert_eq!(told["quarters"], json!([{ "period": "2026-04-01", "taxable": money(3_000), "taxFree": money(0) }]));
    let csv = told["csv"].as_str().unwrap();
    assert_eq!(
        csv.lines().next().unwrap(),
        "\u{feff}과세기간,매출,취소·반품,과세금액,공급가액,부가세,면세 매출,면세 취소·반품,면세금액"
    );
    assert_eq!(csv.lines().nth(2).unwrap(), "2026-05-01,0,20900,-20900,-19000,-1900,0,0,0");
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Seller { stats(from: \"2026-04-01\", to: \"2026-04-01\") {
        csv(report: PRODUCTS) sales(unit: HOUR) { hour orders } } } } }";
    let r = json!({ "r": [{ "__typename": "Seller", "id": seller_id }] });
    let data = desk.0.data("stats", query, r, user(Uuid::now_v7(), &[Scope::Staff], &[])).await;
    let day = &data["_entities"][0]["stats"];
    assert!(day["csv"].as_str().unwrap().contains(",'=HYPERLINK(1),2,20000,0,20000"), "{}", day["csv"]);
    assert_eq!((day["sales"].as_array().unwrap().len(), &day["sales"][0]), (24, &json!({ "hour": 0, "orders": 1 })));
    desk.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tax_free_goods_are_declared_apart() {
    let mut story = Story::new(5);
    let desk = Desk::open().await;
    let (order, seller, product) = (story.id(), story.sellers[0], story.id());
    let at: DateTime<Utc> = "2026-04-02T03:00:00Z".parse().unwrap();
    let (order_id, seller_id) = (prefixed("ord", order), prefixed("slr", seller));
    let mut line = |quantity: i64, tax_free: Option<bool>| {
        let mut line = json!({ "lineId": prefixed("lin", story.id()), "sellerId": seller_id, "productId": prefixed("prd", product),
            "title": "사과", "quantity": quantity, "unitPrice": 3_335, "itemsTotal": 3_335 * quantity, "discountTotal": 5, "sellerDiscount": 5,
            "total": 3_335 * quantity - 5 });
        if let Some(tax_free) = tax_free {
            line["taxFree"] = json!(tax_free);
        }
        line
    };
    // Three apples, tax-free; a knife; and something that an older replica told of, which counts as taxed.
    let (apples, knife, old) = (line(3, Some(true)), line(1, Some(false)), line(1, None));
    let paid = json!({ "orderId": order_id, "buyerId": prefixed("usr", seller), "total": 19_660, "paidAt": at.to_rfc3339(),
        "lines": [apples, knife, old], "sellers": [{ "sellerId": seller_id, "shippingTotal": 3_000, "total": 19_660 }] });
    story.tell("order.paid", at, paid);
    // Two of the apples come back in the next month, and the knife.
    let later = at + TimeDelta::days(30);
    let claim = json!({ "claimId": prefixed("clm", order), "orderId": order_id, "sellerId": seller_id, "kind": "RETURN", "refundAmount": 9_996,
        "lines": [{ "lineId": apples["lineId"], "quantity": 2, "total": 6_666 }, { "lineId": knife["lineId"], "quantity": 1, "total": 3_330 }],
        "at": later.to_rfc3339() });
    story.tell("claim.refunded", later, claim);
    // What an older replica tells of the apples since does not make them taxed.
    let mut confirmed = apples.clone();
    confirmed.as_object_mut().unwrap().remove("taxFree");
    let confirmed =
        json!({ "orderId": order_id, "buyerId": prefixed("usr", seller), "line": confirmed, "at": later.to_rfc3339() });
    story.tell("line.confirmed", later, confirmed);
    desk.record(&story.shuffled()).await;
    let vat = desk.seller(seller).await["vat"].clone();
    let row = |index: usize, name: &str| vat[index][name]["amount"].as_i64().unwrap();
    let declared = |index: usize| {
        ["sales", "returns", "taxable", "supplyValue", "vat", "taxFreeSales", "taxFreeReturns", "taxFree"]
            .map(|name| row(index, name))
    };
    assert_eq!(declared(0), [9_660, 0, 9_660, 8_782, 878, 10_000, 0, 10_000], "{vat}");
    assert_eq!(declared(1), [0, 3_330, -3_330, -3_028, -302, 0, 6_666, -6_666], "{vat}");
    stats::rebuild(&desk.0.database_of("stats").await).await.unwrap();
    let told = desk.seller(seller).await;
    assert_eq!(told["vat"], vat, "rebuilt");
    assert_eq!(told["csv"].as_str().unwrap().lines().nth(1).unwrap(), "2026-04-01,9660,0,9660,8782,878,10000,0,10000");
    desk.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_see_their_own_and_staff_sees_all() {
    let desk = Desk::open().await;
    let seller = Uuid::now_v7();
    let mut variables = spring();
    variables["r"] = json!([{ "__typename": "Seller", "id": prefixed("slr", seller) }]);
    let refused = async |query: &str, variables: &Value, context| {
        let response = desk.0.execute("stats", query, variables.clone(), context).await;
        response
            .errors
            .iter()
            .filter_map(|error| error.extensions.as_ref()?.get("code").cloned())
            .map(|code| code.to_string())
            .collect::<Vec<_>>()
    };
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(refused(SELLER, &variables, stranger.clone()).await, ["\"FORBIDDEN\""]);
    assert_eq!(refused(SELLER, &variables, visitor()).await, ["\"UNAUTHENTICATED\""]);
    assert_eq!(refused(SELLER, &variables, user(Uuid::now_v7(), &[Scope::Buyer], &[])).await, ["\"FORBIDDEN\""]);
    assert!(refused(SELLER, &variables, user(seller, &[Scope::Staff], &[])).await.is_empty());
    assert_eq!(refused(MARKET, &spring(), stranger).await, ["\"FORBIDDEN\""]);
    let long = json!({ "from": "2026-01-01", "to": "2027-03-01" });
    assert_eq!(refused(MARKET, &long, user(seller, &[Scope::Staff], &[])).await, ["\"BAD_USER_INPUT\""]);
    desk.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_event_counts_nothing_and_people_are_not_kept() {
    let story = Story::of_a_spring(3, 1);
    let desk = Desk::open().await;
    let database = desk.0.database_of("stats").await;
    let mut wrong = story.events[0].clone();
    wrong.id = Uuid::now_v7();
    wrong.payload = json!({ "userId": "nobody" });
    assert!(stats::record(&database, &[wrong, story.events[2].clone()]).await.is_err());
    assert_eq!(desk.market().await["registrations"], 0);
    desk.record(&story.events).await;
    use diesel_async::RunQueryDsl as _;
    let mut connection = database.connection().await.unwrap();
    let secrets = "SELECT 1 FROM fact WHERE payload::text LIKE '%secret@%' OR payload::text LIKE '%비밀%'";
    assert_eq!(diesel::sql_query(secrets).execute(&mut connection).await.unwrap(), 0);
    drop(connection);
    desk.0.stop().await;
}
