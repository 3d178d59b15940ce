//! Virtual accounts: waited for, closed, and given back from.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod support;

use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use uuid::Uuid;

use support::{AMOUNT, Bench, Order, refund_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_is_waited_for_until_the_account_closes() {
    let bench = Bench::start().await;
    let (order, key) = bench.deposit_awaited(None).await;
    let told = bench.told("payment.waiting_for_deposit").await;
    let due: DateTime<Utc> = told[0]["dueAt"].as_str().unwrap().parse().unwrap();
    assert_eq!((told.len(), &told[0]["orderId"], &told[0]["amount"]), (1, &json!(order.id), &json!(AMOUNT)));
    assert!((due - Utc::now()).num_hours() >= 71, "{due}");
    // Whose time is over elsewhere asks; the account stays open.
    let answer = bench.abort(&order, false).await;
    assert_eq!((&answer["aborted"], &answer["payment"]["state"]), (&json!(false), &json!("WAITING_FOR_DEPOSIT")));
    assert_eq!(answer["payment"]["virtualAccount"]["dueAt"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap(), due);
    bench.deposit(&key).await;
    bench.eventually(&order, "DONE").await;
    // One that nobody pays into closes when its time is over, also at the provider.
    let (late, key) = bench.deposit_awaited(Some(1)).await;
    bench.eventually(&late, "EXPIRED").await;
    assert_eq!(bench.told("payment.expired").await.len(), 1);
    bench.post("/sandbox/deposit", json!({ "paymentKey": key })).await;
    assert_eq!(bench.abort(&late, false).await["aborted"], true);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_at_the_last_moment_is_not_lost() {
    let bench = Bench::start().await;
    let (order, key) = bench.deposit_awaited(Some(1)).await;
    // Paid, but the provider's call is lost; and for a while it does not answer.
    let fault = json!({ "fault": "forbidden", "orderId": order.id, "times": 2, "call": "find" });
    bench.post("/sandbox/faults", fault).await;
    bench.post("/sandbox/deposit", json!({ "paymentKey": key })).await;
    bench.eventually(&order, "DONE").await;
    assert!(bench.told("payment.expired").await.is_empty());
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_can_give_up_an_account_that_nobody_has_paid_into() {
    let bench = Bench::start().await;
    let (order, key) = bench.deposit_awaited(None).await;
    // The provider's answer is lost, so that nothing is certain; asked again, it tells that the account is closed.
    bench.post("/sandbox/faults", json!({ "fault": "server_error", "orderId": order.id })).await;
    assert_eq!(bench.abort(&order, true).await["aborted"], false);
    let answer = bench.abort(&order, true).await;
    assert_eq!((&answer["aborted"], &answer["payment"]["state"]), (&json!(true), &json!("ABORTED")));
    assert_eq!(bench.abort(&order, true).await["aborted"], true);
    assert_eq!(bench.post("/sandbox/deposit", json!({ "paymentKey": key })).await["code"], "INVALID_REQUEST");
    // One that was paid into this very moment is not closed: it is paid.
    let (paid, key) = bench.deposit_awaited(None).await;
    bench.post("/sandbox/deposit", json!({ "paymentKey": key })).await;
    let answer = bench.abort(&paid, true).await;
    assert_eq!((&answer["aborted"], &answer["payment"]["state"]), (&json!(false), &json!("DONE")));
    // Nothing of it is in the provider's books either.
    let query = "mutation($day: Date) { reconcilePayments(day: $day) { transactionCount discrepancyCount } }";
    let day = platform::business_days::day_in_seoul(Utc::now()).to_string();
    let staff = user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
    let data = bench.services.data("payment", query, json!({ "day": day }), staff).await;
    assert_eq!(data["reconcilePayments"], json!({ "transactionCount": 1, "discrepancyCount": 0 }));
    bench.stop().await;
}

async fn seen(bench: &Bench, order: &Order) -> Value {
    let query = "query($id: ID!) { payment(id: $id) { state refundAccountNeeded refunds { state } } }";
    let variables = json!({ "id": bench.payment_id(order).await });
    bench.services.data("payment", query, variables, order.buyer.clone()).await["payment"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_a_virtual_account_waits_for_an_account_to_go_to() {
    let bench = Bench::start().await;
    let (order, key) = bench.deposit_awaited(None).await;
    bench.deposit(&key).await;
    let part = refund_id();
    for _ in 0..2 {
        assert_eq!(bench.refund(&order, &part, 5_000).await["refund"]["state"], "ACCOUNT_NEEDED");
    }
    assert_eq!(bench.told("refund.account_needed").await.len(), 1);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(bench.calls(&order).await["cancel"], 0, "nobody is asked meanwhile");
    assert_eq!(seen(&bench, &order).await["refundAccountNeeded"], true);
    // Whose it is not cannot say where it goes, and what is no account is none.
    let stranger = Order { id: order.id.clone(), buyer: user(Uuid::now_v7(), &[Scope::Buyer], &[]) };
    let code = |answer: Value| answer["userErrors"][0]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(bench.set_account(&stranger, "110123456789").await), "PAYMENT_NOT_FOUND");
    assert_eq!(code(bench.set_account(&order, "one two").await), "INVALID_REFUND_ACCOUNT");
    let card = bench.order().await;
    assert_eq!(code(bench.set_account(&card, "110123456789").await), "NO_REFUND_ACCOUNT");
    // The bank refuses one account and takes the other.
    let refused = bench.set_account(&order, "110-123-450000").await;
    assert_eq!(refused["payment"]["refundAccountNeeded"], true, "{refused}");
    let taken = bench.set_account(&order, "110-123-456789").await;
    assert_eq!(taken["payment"], json!({ "state": "PARTIAL_CANCELED", "refundAccountNeeded": false }), "{taken}");
    assert_eq!(bench.refund(&order, &part, 5_000).await["refund"]["state"], "DONE");
    assert_eq!(bench.calls(&order).await["cancel"], 2);
    // It is kept, sealed, for what goes back later, and forgotten with the last of it.
    let kept = "DO $$ BEGIN ASSERT (SELECT refund_account IS NOT NULL AND position('110123456789'::bytea IN refund_account) = 0
        FROM payment WHERE method = 'VIRTUAL_ACCOUNT'); END $$";
    bench.sql(kept).await;
    assert_eq!(bench.refund(&order, &refund_id(), 20_000).await["refund"]["state"], "DONE");
    bench.sql("DO $$ BEGIN ASSERT (SELECT count(refund_account) = 0 FROM payment); END $$").await;
    assert_eq!(code(bench.set_account(&order, "110123456789").await), "STATE_CONFLICT");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_nothing_goes_back_to_is_forgotten() {
    let bench = Bench::start().await;
    let paid_with_account = async || {
        let (order, key) = bench.deposit_awaited(None).await;
        bench.deposit(&key).await;
        bench.set_account(&order, "110-123-456789").await;
        uuid_of(&order)
    };
    let (unused, going_back, young) = (paid_with_account().await, paid_with_account().await, paid_with_account().await);
    bench
        .sql(&format!(
            "INSERT INTO refund (id, payment_id, amount, reason, state, lease_until)
                SELECT gen_random_uuid(), id, 1000, '변심', 'UNKNOWN', now() + interval '1 hour' FROM payment
                WHERE order_id = '{going_back}';
            UPDATE payment SET updated_at = now() - interval '91 days' WHERE order_id IN ('{unused}', '{going_back}')"
        ))
        .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let kept = format!("order_id IN ('{going_back}', '{young}')");
    let right = format!("SELECT bool_and((refund_account IS NOT NULL) = ({kept})) FROM payment");
    bench.sql(&format!("DO $$ BEGIN ASSERT ({right}); END $$")).await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_outcome_is_open_keeps_its_account() {
    let bench = Bench::start().await;
    let (order, key) = bench.deposit_awaited(None).await;
    bench.deposit(&key).await;
    bench.set_account(&order, "110-123-456789").await;
    bench.post("/sandbox/faults", json!({ "fault": "timeout_after_success", "orderId": order.id })).await;
    // Nobody looks what became of it while another account is given.
    let look_ups = json!({ "fault": "forbidden", "orderId": order.id, "times": 1000, "call": "find" });
    bench.post("/sandbox/faults", look_ups).await;
    bench
        .post("/sandbox/faults", json!({ "fault": "server_error", "orderId": order.id, "times": 1, "call": "cancel" }))
        .await;
    assert_eq!(bench.refund(&order, &refund_id(), 5_000).await["userErrors"][0]["code"], "REFUND_FAILED");
    let answer = bench.set_account(&order, "220-123-456789").await;
    let asked = answer["userErrors"][0]["code"] == "PAYMENT_IN_PROGRESS";
    assert!(asked || seen(&bench, &order).await["state"] == "PARTIAL_CANCELED", "{answer}");
    bench.eventually(&order, "PARTIAL_CANCELED").await;
    let books = "DO $$ BEGIN ASSERT (SELECT refunded = 5000 FROM payment); END $$";
    bench.sql(books).await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_give_back_what_the_provider_took_wrongly() {
    let bench = Bench::start().await;
    let order = bench.order().await;
    let key = bench.authorise(&order).await;
    // The provider takes one amount while our books have another.
    bench
        .sql(&format!("UPDATE payment SET amount = amount - 1, refunded = 0 WHERE order_id = '{}'", uuid_of(&order)))
        .await;
    bench
        .sql(&format!(
            "UPDATE payment SET state = 'UNKNOWN', payment_key = '{key}', lease_until = now() - interval '1 second'
        WHERE order_id = '{}'",
            uuid_of(&order)
        ))
        .await;
    let client = reqwest::Client::new();
    let body = json!({ "paymentKey": key, "orderId": order.id, "amount": AMOUNT });
    let confirm =
        client.post(format!("{}/v1/payments/confirm", bench.sandbox)).header("authorization", "Basic x").json(&body);
    assert!(confirm.send().await.unwrap().status().is_success());
    bench
        .sql(&format!(
            "UPDATE payment SET state = 'UNKNOWN', payment_key = '{key}', lease_until = now() - interval '1 second'
        WHERE order_id = '{}'",
            uuid_of(&order)
        ))
        .await;
    bench.eventually(&order, "INTEGRITY_FAILURE").await;
    assert_eq!(bench.abort(&order, true).await["aborted"], false);
    let query =
        "mutation($input: VoidPaymentInput!) { voidPayment(input: $input) { payment { state } userErrors { code } } }";
    let id = bench.payment_id(&order).await;
    let ask = async |note: &str| {
        let staff = user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
        let input = json!({ "input": { "paymentId": id, "note": note } });
        bench.services.data("payment", query, input, staff).await["voidPayment"].clone()
    };
    let input = json!({ "input": { "paymentId": id, "note": "!" } });
    assert_eq!(bench.services.execute("payment", query, input, order.buyer.clone()).await.errors.len(), 1);
    assert_eq!(ask(" ").await["userErrors"][0]["code"], "NOTE_REQUIRED");
    // The provider gives it back, but its answer and what it is asked then are lost: the next try finds it done.
    bench.post("/sandbox/faults", json!({ "fault": "timeout_after_success", "orderId": order.id })).await;
    bench.post("/sandbox/faults", json!({ "fault": "forbidden", "orderId": order.id, "call": "find" })).await;
    assert_eq!(ask("금액 불일치").await["userErrors"][0]["code"], "PAYMENT_OUTCOME_UNKNOWN");
    assert_eq!(ask("금액 불일치").await["payment"]["state"], "ABORTED");
    assert_eq!(ask("금액 불일치").await["userErrors"][0]["code"], "STATE_CONFLICT");
    assert_eq!(bench.told("payment.voided").await.len(), 1);
    let audited = bench.told("audit.recorded").await;
    assert_eq!(audited.iter().filter(|entry| entry["reason"] == "금액 불일치").count(), 1, "{audited:?}");
    assert_eq!(bench.abort(&order, false).await["aborted"], true, "its order can be undone");
    let query = "mutation($day: Date) { reconcilePayments(day: $day) { discrepancyCount } }";
    let day = platform::business_days::day_in_seoul(Utc::now()).to_string();
    let staff = user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
    let data = bench.services.data("payment", query, json!({ "day": day }), staff).await;
    assert_eq!(data["reconcilePayments"]["discrepancyCount"], 0, "what went back whole is in nobody's books");
    bench.stop().await;
}

fn uuid_of(order: &Order) -> Uuid {
    order.id.strip_prefix("ord_").unwrap().parse().unwrap()
}
