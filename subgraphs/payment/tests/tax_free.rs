//! Payments with tax-free goods (면세) against the sandbox provider and a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod support;

use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use uuid::Uuid;

use support::{AMOUNT, Bench, Order, refund_id};

const TAX_FREE: i64 = 10_000;

impl Bench {
    /// What the window does that was told of a tax-free part; the payment's key.
    async fn authorise_with(&self, order: &Order, method: &str, tax_free: i64) -> String {
        let body = json!({ "orderId": order.id, "amount": AMOUNT, "taxFreeAmount": tax_free, "method": method });
        self.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned()
    }

    /// An order that was paid, with its tax-free part, and the payment's key.
    async fn paid(&self) -> (Order, String) {
        let order = self.order_with("CARD", Some(TAX_FREE)).await;
        let key = self.authorise_with(&order, "CARD", TAX_FREE).await;
        assert_eq!(self.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
        (order, key)
    }

    async fn at_provider(&self, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.sandbox));
        let answer = request.header("authorization", "Basic x").json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// What the provider has of a payment: balance, supply value, tax, and what is tax-free.
    async fn balance(&self, key: &str) -> [i64; 4] {
        let (_, payment) = self.at_provider(reqwest::Method::GET, &format!("/v1/payments/{key}"), json!({})).await;
        ["balanceAmount", "suppliedAmount", "vat", "taxFreeAmount"].map(|name| payment[name].as_i64().unwrap())
    }

    async fn seen(&self, order: &Order) -> Value {
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { payments {
            state checkoutUrl taxFreeAmount { amount } refunds { amount { amount } taxFreeAmount { amount } } } } } }";
        let variables = json!({ "r": [{ "__typename": "Order", "id": order.id }] });
        let data = self.services.data("payment", query, variables, order.buyer.clone()).await;
        data["_entities"][0]["payments"][0].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tax_free_is_told_to_the_window_and_taken_as_such() {
    let bench = Bench::start().await;
    let order = bench.order_with("CARD", Some(TAX_FREE)).await;
    let seen = bench.seen(&order).await;
    assert_eq!(seen["taxFreeAmount"]["amount"], TAX_FREE);
    // The window of the sandbox has a page; Toss's own is opened by its library, which takes the same name.
    let url = seen["checkoutUrl"].as_str().unwrap();
    assert!(url.contains("amount=25000&taxFreeAmount=10000"), "{url}");
    let window = format!(
        "{}/window?orderId={}&amount={AMOUNT}&taxFreeAmount={TAX_FREE}&successUrl=http://a.invalid/s&failUrl=http://a.invalid/f",
        bench.sandbox, order.id
    );
    let page = reqwest::get(&window).await.unwrap().text().await.unwrap();
    assert!(page.contains(r#"name="taxFreeAmount" value="10000""#) && page.contains("10000원"), "{page}");
    let key = bench.authorise_with(&order, "CARD", TAX_FREE).await;
    assert_eq!(bench.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
    // 15,000 is taxed: 13,636 and 1,364.
    assert_eq!(bench.balance(&key).await, [25_000, 13_636, 1_364, 10_000]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_with_another_tax_free_part_is_not_the_orders() {
    let bench = Bench::start().await;
    for (ours, theirs) in [(Some(TAX_FREE), 0), (None, TAX_FREE), (Some(TAX_FREE), TAX_FREE + 1)] {
        let order = bench.order_with("CARD", ours).await;
        let key = bench.authorise_with(&order, "CARD", theirs).await;
        let answer = bench.confirm(&order, &key, AMOUNT).await;
        assert_eq!(answer["userErrors"][0]["code"], "STATE_CONFLICT", "{ours:?} {theirs}: {answer}");
        assert_eq!(bench.state(&order).await, "INTEGRITY_FAILURE", "{ours:?} {theirs}");
        // Staff give it back whole.
        let query = "mutation($input: VoidPaymentInput!) { voidPayment(input: $input) { payment { state } userErrors { code } } }";
        let input = json!({ "input": { "paymentId": bench.payment_id(&order).await, "note": "면세 금액 불일치" } });
        let staff = user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
        let voided = bench.services.data("payment", query, input, staff).await;
        assert_eq!(voided["voidPayment"]["payment"]["state"], "ABORTED", "{voided}");
        assert_eq!(bench.balance(&key).await, [0, 0, 0, 0]);
    }
    // Of a virtual account it is found before anybody pays into it.
    let order = bench.order_with("VIRTUAL_ACCOUNT", Some(TAX_FREE)).await;
    let key = bench.authorise_with(&order, "VIRTUAL_ACCOUNT", 0).await;
    bench.confirm(&order, &key, AMOUNT).await;
    assert_eq!(bench.state(&order).await, "INTEGRITY_FAILURE");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_goes_back_with_what_of_it_is_tax_free() {
    let bench = Bench::start().await;
    let (order, key) = bench.paid().await;
    let given = async |amount: i64, tax_free: Option<i64>| {
        let answer = bench.refund_with(&order, &refund_id(), amount, tax_free).await;
        assert_eq!(answer["refund"]["state"], "DONE", "{answer}");
        answer["refund"]["taxFreeAmount"]["amount"].as_i64().unwrap()
    };
    assert_eq!(given(7_000, Some(4_000)).await, 4_000);
    // 12,000 are still taxed: 10,909 and 1,091.
    assert_eq!(bench.balance(&key).await, [18_000, 10_909, 1_091, 6_000]);
    assert_eq!(given(1_000, None).await, 0);
    assert_eq!(given(1_000, Some(5_000)).await, 1_000, "no more than the refund");
    assert_eq!(bench.balance(&key).await, [16_000, 10_000, 1_000, 5_000]);
    assert_eq!(given(12_000, None).await, 1_000, "more than is left of what is taxed");
    assert_eq!(given(4_000, Some(4_000)).await, 4_000);
    assert_eq!(bench.balance(&key).await, [0, 0, 0, 0]);
    assert_eq!(bench.state(&order).await, "CANCELED");
    let refunds = bench.seen(&order).await["refunds"].clone();
    let parts: Vec<&Value> =
        refunds.as_array().unwrap().iter().map(|refund| &refund["taxFreeAmount"]["amount"]).collect();
    assert_eq!(parts, [4_000, 0, 1_000, 1_000, 4_000]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_gives_back_no_more_of_either_part_than_is_left() {
    let bench = Bench::start().await;
    let (order, key) = bench.paid().await;
    bench.refund_with(&order, &refund_id(), 5_000, Some(4_000)).await;
    let path = format!("/v1/payments/{key}/cancel");
    for (amount, tax_free) in [(7_000, 6_001), (15_000, 0), (1_000, 1_001), (1_000, -1)] {
        let body = json!({ "cancelReason": "by hand", "cancelAmount": amount, "taxFreeAmount": tax_free });
        let (status, answer) = bench.at_provider(reqwest::Method::POST, &path, body).await;
        assert_eq!((status, &answer["code"]), (403, &json!("NOT_CANCELABLE_AMOUNT")), "{amount} {tax_free}");
    }
    assert_eq!(bench.balance(&key).await, [20_000, 12_727, 1_273, 6_000]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciliation_finds_another_tax_free_part() {
    let bench = Bench::start().await;
    let today = platform::business_days::day_in_seoul(chrono::Utc::now());
    let staff = || user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
    let reconcile = async || {
        let query = "mutation($day: Date) { reconcilePayments(day: $day) { discrepancyCount } }";
        let data = bench.services.data("payment", query, json!({ "day": today.to_string() }), staff()).await;
        data["reconcilePayments"]["discrepancyCount"].clone()
    };
    let (order, key) = bench.paid().await;
    bench.refund_with(&order, &refund_id(), 7_000, Some(4_000)).await;
    assert_eq!(reconcile().await, 0);
    // The refund went back as another mix of taxed and tax-free than our books have.
    bench.sql("UPDATE refund SET tax_free_amount = 3000").await;
    assert_eq!(reconcile().await, 1);
    let list = "{ paymentDiscrepancies(first: 5) { nodes { kind paymentKey ours { amount } theirs { amount } } } }";
    let found = bench.services.data("payment", list, json!({}), staff()).await["paymentDiscrepancies"]["nodes"].clone();
    let expected = json!([{ "kind": "TAX_FREE_DIFFERS", "paymentKey": key, "ours": { "amount": 7_000 }, "theirs": { "amount": 6_000 } }]);
    assert_eq!(found, expected);
    bench.sql("UPDATE refund SET tax_free_amount = 4000; UPDATE discrepancy SET resolved_at = now()").await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cash_receipt_says_what_of_it_is_tax_free() {
    let bench = Bench::start().await;
    let order = bench.order_with("TRANSFER", Some(TAX_FREE)).await;
    let key = bench.authorise_with(&order, "TRANSFER", TAX_FREE).await;
    bench.confirm(&order, &key, AMOUNT).await;
    bench.refund_with(&order, &refund_id(), 7_000, Some(4_000)).await;
    let query = "mutation($input: RequestCashReceiptInput!) { requestCashReceipt(input: $input) {
        cashReceipt { state amount { amount } } userErrors { code } } }";
    let id = bench.payment_id(&order).await;
    let input = json!({ "input": { "paymentId": id, "purpose": "INCOME_DEDUCTION", "identityNumber": "01012345678" } });
    let asked = bench.services.data("payment", query, input, order.buyer.clone()).await;
    assert_eq!(asked["requestCashReceipt"]["cashReceipt"]["state"], "ISSUED", "{asked}");
    let (_, all) = bench
        .at_provider(reqwest::Method::GET, &format!("/sandbox/cash-receipts?orderId={}", order.id), json!({}))
        .await;
    assert_eq!((&all[0]["amount"], &all[0]["taxFreeAmount"]), (&json!(18_000), &json!(6_000)), "{all}");
    bench.stop().await;
}
