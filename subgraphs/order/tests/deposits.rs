//! Orders that wait for a deposit, that cannot be carried out, and whose money waits to go back; over a real database, with
//! stand-ins of the services that the money goes through. The whole market's tests go through the services themselves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]
#![allow(dead_code, reason = "what tests share is not all used by each")]

#[path = "support/money.rs"]
mod money;
mod support;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use platform::testing::service;
use serde_json::{Value, json};
use uuid::Uuid;

use money::{COUPON, INVENTORY, PAYMENT, PaymentState, RefundState, till};
use support::{Planted, prefixed};

#[derive(diesel::QueryableByName)]
struct Times {
    #[diesel(sql_type = Timestamptz)]
    deadline: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    lease: DateTime<Utc>,
}

/// An order at a step of its checkout, with a lease that is over.
async fn planted(state: &str, step: &str) -> Planted {
    let services = [&order::SERVICE, &support::files::FILE, &PAYMENT, &INVENTORY, &COUPON];
    let settings =
        [("ORDER_STEP_LEASE", "300ms"), ("ORDER_RECOVERY_INTERVAL", "50ms"), ("ORDER_RESERVATION_MARGIN", "10m")];
    Planted::among(&services, &[state], settings).await.at(step).await
}

impl Planted {
    async fn at(self, step: &str) -> Self {
        self.sql(&format!(
            "UPDATE purchase SET payment_method = 'VIRTUAL_ACCOUNT', paid_at = CASE '{step}' WHEN 'COMPLETED' THEN now() END;
            INSERT INTO checkout (order_id, step, lease_until, key_owner, key)
            SELECT id, '{step}', now() + interval '1 hour', 'test', id::text FROM purchase"
        ))
        .await;
        self
    }

    /// The order's time is over: the recovery job takes it up.
    async fn overdue(&self) {
        self.sql("UPDATE checkout SET lease_until = now() - interval '1 second'").await;
    }

    async fn times(&self) -> Times {
        let database = self.services.database_of("order").await;
        let query =
            "SELECT payment_deadline AS deadline, lease_until AS lease FROM purchase JOIN checkout ON order_id = id";
        diesel::sql_query(query).get_result(&mut database.connection().await.unwrap()).await.unwrap()
    }

    async fn until_asked(&self, asked: impl Fn() -> bool) {
        for _ in 0..200 {
            if asked() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it was not asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_waits_for_its_deposit_as_long_as_the_account_does() {
    let planted = planted("PAYMENT_PENDING", "AWAITING_PAYMENT").await;
    let (order, due) = (planted.order(), Utc::now() + TimeDelta::days(3));
    // The event is lost; at the order's own deadline the payment is found to wait, and stock is kept at the second try.
    till(&order, |till| (till.due_at, till.failures) = (Some(due), 1));
    planted.overdue().await;
    planted.until_asked(|| till(&order, |till| till.coupons_until.is_some())).await;
    let until = till(&order, |till| (till.stock_until.unwrap(), till.coupons_until.unwrap()));
    assert!(until.0 >= due + TimeDelta::minutes(9) && until.0 == until.1, "{until:?}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let asked = till(&order, |till| till.aborts);
    let times = planted.times().await;
    assert!(
        (times.deadline - due).num_milliseconds().abs() < 1 && times.lease >= due,
        "{} {}",
        times.deadline,
        times.lease
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(till(&order, |till| till.aborts), asked, "nobody asks while it waits in time");
    // The event tells the same, however often.
    till(&order, |till| (till.stock_until, till.coupons_until) = (None, None));
    planted.hear("payment.waiting_for_deposit", json!({ "orderId": order, "dueAt": due })).await;
    assert!(till(&order, |till| till.stock_until.is_some() && till.coupons_until.is_some()));
    // In time.
    till(&order, |till| till.state = PaymentState::Done);
    planted.hear("payment.done", json!({ "orderId": order })).await;
    planted.until(&["PAID"]).await;
    planted.hear("payment.waiting_for_deposit", json!({ "orderId": order, "dueAt": due })).await;
    assert_eq!(planted.states().await, ["PAID"], "what comes late changes nothing");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_that_never_comes_frees_all() {
    let planted = planted("PAYMENT_PENDING", "AWAITING_PAYMENT").await;
    let order = planted.order();
    // Its time is over, but the payment is not decided yet: what the order holds is kept until it is.
    till(&order, |till| till.due_at = Some(Utc::now() - TimeDelta::seconds(1)));
    planted.overdue().await;
    planted.until_asked(|| till(&order, |till| till.stock_until.is_some())).await;
    assert!(till(&order, |till| till.stock_until.unwrap()) > Utc::now() + TimeDelta::minutes(9));
    assert_eq!(
        (planted.states().await, till(&order, |till| till.released)),
        (vec!["PAYMENT_PENDING".to_owned()], false)
    );
    till(&order, |till| till.state = PaymentState::Expired);
    planted.hear("payment.expired", json!({ "orderId": order })).await;
    planted.until(&["EXPIRED"]).await;
    assert!(till(&order, |till| till.released));
    assert_eq!(planted.told("order.expired").await.len(), 1);
    planted.stop().await;
}

const CANCEL: &str = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
    lines { state } userErrors { code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_gives_up_what_waits_for_a_deposit() {
    let planted = planted("PAYMENT_PENDING", "AWAITING_PAYMENT").await;
    let order = planted.order();
    till(&order, |till| till.due_at = Some(Utc::now() + TimeDelta::days(3)));
    let input = json!({ "input": { "orderId": order, "reason": "변심" } });
    let answer = planted.ask(CANCEL, input, planted.buyer()).await;
    assert_eq!(answer["cancelOrderLines"], json!({ "lines": [{ "state": "EXPIRED" }], "userErrors": [] }));
    assert!(till(&order, |till| till.released && till.state == PaymentState::Aborted));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_another_amount_is_left_to_people() {
    let planted = planted("PAYMENT_PENDING", "AWAITING_PAYMENT").await;
    let order = planted.order();
    till(&order, |till| till.state = PaymentState::IntegrityFailure);
    planted.overdue().await;
    planted.until_asked(|| till(&order, |till| till.aborts > 0)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(till(&order, |till| till.aborts), 1, "nobody asks every lease");
    till(&order, |till| till.state = PaymentState::Aborted);
    planted.hear("payment.voided", json!({ "orderId": order })).await;
    planted.until(&["EXPIRED"]).await;
    assert!(till(&order, |till| till.released));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_waits_for_the_buyers_account_and_is_done_when_it_is_told() {
    let planted = planted("PAID", "COMPLETED").await;
    let order = planted.order();
    till(&order, |till| till.refund = RefundState::AccountNeeded);
    let input = json!({ "input": { "orderId": order, "reason": "변심" } });
    let answer = planted.ask(CANCEL, input, planted.buyer()).await;
    assert_eq!(answer["cancelOrderLines"]["lines"], json!([{ "state": "CANCELLED" }]));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(till(&order, |till| till.refunds), 1, "nobody asks every lease");
    let pending = "DO $$ BEGIN ASSERT (SELECT state = 'PENDING' AND lease_until > now() + interval '50 minutes' FROM refund_task); END $$";
    planted.sql(pending).await;
    planted.hear("refund.done", json!({ "refundId": planted.refund().await })).await;
    planted.sql("DO $$ BEGIN ASSERT (SELECT state = 'DONE' FROM refund_task); END $$").await;
    planted.hear("refund.done", json!({ "refundId": prefixed("rfd", Uuid::now_v7()) })).await;
    planted.stop().await;
}

impl Planted {
    async fn refund(&self) -> String {
        #[derive(diesel::QueryableByName)]
        struct Id {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            id: Uuid,
        }
        let database = self.services.database_of("order").await;
        let query = diesel::sql_query("SELECT id FROM refund_task");
        let row: Id = query.get_result(&mut database.connection().await.unwrap()).await.unwrap();
        prefixed("rfd", row.id)
    }

    async fn refused(&self) -> Value {
        let mut told = self.told("order.refused").await;
        assert_eq!(told.len(), 1, "{told:?}");
        told.remove(0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_and_cannot_be_carried_out_is_told() {
    for (step, state, sold_out, reason) in
        [("AWAITING_PAYMENT", "CANCELLED", true, "SOLD_OUT"), ("COMPENSATED", "EXPIRED", false, "LATE_PAYMENT")]
    {
        let before = if sold_out { "PAYMENT_PENDING" } else { "EXPIRED" };
        let planted = planted(before, step).await;
        let order = planted.order();
        till(&order, |till| (till.sold_out, till.state) = (sold_out, PaymentState::Done));
        planted.hear("payment.done", json!({ "orderId": order })).await;
        planted.until(&[state]).await;
        let told = planted.refused().await;
        assert_eq!((&told["orderId"], &told["buyerId"]), (&json!(order), &json!(planted.buyer_id())));
        assert_eq!((&told["reason"], &told["amount"]), (&json!(reason), &json!(5_400)));
        assert_eq!(told["orderNumber"], "20260301-00000001");
        assert_eq!(till(&order, |till| till.refunds), 1);
        assert!(planted.told("order.paid").await.is_empty());
        let database = planted.services.database_of("order").await;
        let totals = &order::order_totals(&database).await.unwrap()[0];
        assert_eq!((totals.paid, totals.refunded), (5_400, 5_400), "{reason}");
        planted.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_an_open_claim_is_not_closed() {
    let planted = Planted::with(&["CONFIRMED", "EXCHANGED"], []).await;
    let open = async || {
        let query = "query($id: ID!) { buyerStanding(buyerId: $id) { openOrders } }";
        let data = planted.services.data("order", query, json!({ "id": planted.buyer_id() }), service("user")).await;
        data["buyerStanding"]["openOrders"].clone()
    };
    assert_eq!(open().await, json!([]));
    for line in 0..2 {
        let id = planted.line(line).replace("lin_", "");
        planted.sql(&format!("UPDATE line SET claim_id = '{}' WHERE id = '{id}'", Uuid::now_v7())).await;
        assert_eq!(open().await, json!(["20260301-00000001"]));
        planted.sql("UPDATE line SET claim_id = NULL").await;
    }
    planted.stop().await;
}
