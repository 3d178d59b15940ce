//! Runs and payouts, on a real database and beside a bank.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

#[allow(dead_code, reason = "each test file uses its part")]
mod support;

use std::time::Duration;

use platform::identity::OrganisationRole;
use serde_json::json;
use support::{AWAY, Desk, Order, WRONG_ACCOUNT, codes, prefixed};
use uuid::Uuid;

/// Sellers with one confirmed sale each, eligible since the day before yesterday.
async fn sellers_with_sales(desk: &Desk, count: usize) -> Vec<Uuid> {
    let sellers: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
    for seller in &sellers {
        let order = Order::of(*seller, &[(10_000, 0, 0)], 0);
        desk.tell(order.paid()).await;
        desk.tell(order.confirmed(0)).await;
    }
    desk.all_heard().await;
    sellers
}

const LONG_AGO: &str =
    "UPDATE settlement_item SET eligible_at = now() - interval '2 days' WHERE eligible_at IS NOT NULL";
/// The runs begin anew, as if nobody had worked on them.
const ANEW: &str = "UPDATE settlement_run SET state = 'RUNNING', lease_until = '-infinity'";

async fn settled(desk: &Desk) -> i64 {
    desk.number("SELECT count(*) FROM settlement").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_settles_with_everybody_once() {
    let desk = Desk::open().await;
    let sellers = sellers_with_sales(&desk, 30).await;
    let order = Order::of(AWAY, &[(10_000, 0, 0)], 0);
    desk.hear(order.paid()).await;
    desk.hear(order.confirmed(0)).await;
    assert_eq!(settled(&desk).await, 0, "today is not over");
    desk.sql(&format!("{LONG_AGO}; {ANEW}")).await.unwrap();
    for _ in 0..400 {
        if settled(&desk).await == 30 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(settled(&desk).await, 30);
    let daily = "SELECT count(*) FROM settlement_run WHERE cadence = 'DAILY' AND state =";
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(desk.number(&format!("{daily} 'RUNNING'")).await, 1, "one seller is not known yet");
    // Whoever takes the run over settles with nobody twice.
    desk.sql(ANEW).await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(settled(&desk).await, 30);
    let query = "query($id: ID!) { _entities(representations: [{ __typename: \"Seller\", id: $id }]) {
        ... on Seller { settlements { nodes { cadence net { amount } payableOn periodEnd } } } } }";
    let data = desk.ask(query, json!({ "id": prefixed("slr", sellers[0]) }), support::staff(Uuid::now_v7())).await;
    let statements = data["_entities"][0]["settlements"]["nodes"].as_array().unwrap();
    assert_eq!((statements.len(), &statements[0]["cadence"]), (1, &json!("DAILY")));
    assert_eq!(statements[0]["net"]["amount"], 8_900);
    // Of its members, those see a seller's money who own or manage it.
    for (role, sees) in
        [(OrganisationRole::Owner, true), (OrganisationRole::Manager, true), (OrganisationRole::Staff, false)]
    {
        let who = platform::testing::member(Uuid::now_v7(), sellers[0], role);
        let variables = json!({ "id": prefixed("slr", sellers[0]) });
        let answer = desk.services.execute("settlement", query, variables, who).await;
        assert_eq!(answer.errors.is_empty(), sees, "{role:?} {:?}", answer.errors);
    }
    desk.close().await;
}

/// As `kill -9` leaves it: the service's connections are cut again and again while it works.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cut_off_ends_the_same() {
    let desk = Desk::open().await;
    sellers_with_sales(&desk, 60).await;
    desk.sql(&format!("{LONG_AGO}; {ANEW}")).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user";
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        // The connection that asks may be cut as well, by nobody else: it comes from a pool of its own.
        let _ = desk.sql(cut).await;
        let _ = desk.sql("UPDATE settlement_run SET lease_until = '-infinity' WHERE state = 'RUNNING'").await;
    }
    for _ in 0..600 {
        let _ = desk.sql("UPDATE settlement_run SET lease_until = '-infinity' WHERE state = 'RUNNING'").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        if settled(&desk).await == 60 {
            break;
        }
    }
    assert_eq!(settled(&desk).await, 60);
    assert_eq!(desk.number("SELECT sum(net) FROM settlement").await, 60 * 8_900);
    assert_eq!(desk.number("SELECT count(*) FROM settlement_item WHERE state <> 'SCHEDULED'").await, 0);
    desk.close().await;
}

struct Paying {
    desk: Desk,
    settlement: String,
    payout: String,
    asks: Uuid,
    agrees: Uuid,
}

/// A payout that is requested.
async fn requested(seller: Uuid) -> Paying {
    let desk = Desk::open().await;
    let order = Order::of(seller, &[(10_000, 0, 0)], 0);
    desk.hear(order.paid()).await;
    desk.hear(order.confirmed(0)).await;
    let settlement = desk.close_now(seller).await["settlement"]["id"].as_str().unwrap().to_owned();
    let (asks, agrees) = (Uuid::now_v7(), Uuid::now_v7());
    let payout = desk.payout("requestPayout", &settlement, asks).await["payout"].clone();
    assert_eq!(payout["amount"]["amount"], 8_900);
    let payout = payout["id"].as_str().unwrap().to_owned();
    Paying { desk, settlement, payout, asks, agrees }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_approves_has_proved_a_moment_ago_who_it_is() {
    let Paying { desk, payout, agrees, .. } = requested(Uuid::now_v7()).await;
    let mut context = support::staff(agrees);
    let principal = std::sync::Arc::make_mut(&mut context.principal);
    (principal.proved_at, principal.proof_lifetime) = (Some(0), Some(600));
    let approve = "mutation($id: ID!) { approvePayout(input: { payoutId: $id }) { payout { state } } }";
    let refused = desk.services.execute("settlement", approve, json!({ "id": payout }), context).await;
    let refused = serde_json::to_value(&refused).unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "STEP_UP_REQUIRED", "{refused}");
    assert_eq!(desk.calls(&payout).await["sent"], 0);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_pay_once() {
    let Paying { desk, settlement, payout, asks, agrees } = requested(Uuid::now_v7()).await;
    assert_eq!(codes(&desk.payout("requestPayout", &settlement, agrees).await), ["PAYOUT_EXISTS"]);
    assert_eq!(codes(&desk.payout("approvePayout", &payout, asks).await), ["SECOND_PERSON_NEEDED"]);
    assert_eq!(desk.calls(&payout).await["sent"], 0);
    let approved = desk.payout("approvePayout", &payout, agrees).await;
    assert_eq!(
        (&approved["payout"]["state"], &approved["payout"]["accountNumber"]),
        (&json!("APPROVED"), &json!("***-***-**6789"))
    );
    assert_eq!(codes(&desk.payout("approvePayout", &payout, agrees).await), ["STATE_CONFLICT"]);
    let paid = desk.wait_for_payout(&payout, "PAID").await;
    assert_eq!((&paid["attempts"], &paid["bankReference"]), (&json!(1), &json!(format!("BT-{payout}"))));
    assert_eq!(desk.number("SELECT count(*) FROM settlement_item WHERE state = 'PAID'").await, 1);
    let kinds = ["settlement.closed", "payout.requested", "payout.approved", "payout.paid"];
    assert_eq!(desk.told().await, kinds);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_looked_up_and_never_repeated_blindly() {
    for fault in ["timeout_after_success", "truncated"] {
        let Paying { desk, payout, agrees, .. } = requested(Uuid::now_v7()).await;
        desk.plan_fault(fault, 1).await;
        desk.payout("approvePayout", &payout, agrees).await;
        desk.wait_for_payout(&payout, "PAID").await;
        let calls = desk.calls(&payout).await;
        assert_eq!((&calls["sent"], &calls["carriedOut"]), (&json!(1), &json!(1)), "{fault}");
        assert!(calls["found"].as_i64().unwrap() >= 1, "{fault}");
        desk.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bank_has_never_carried_out_is_sent_again() {
    for fault in ["timeout_before_success", "server_error"] {
        let Paying { desk, payout, agrees, .. } = requested(Uuid::now_v7()).await;
        desk.plan_fault(fault, 2).await;
        desk.payout("approvePayout", &payout, agrees).await;
        let paid = desk.wait_for_payout(&payout, "PAID").await;
        assert_eq!(paid["attempts"], 3, "{fault}");
        let calls = desk.calls(&payout).await;
        assert_eq!((&calls["found"], &calls["carriedOut"]), (&json!(2), &json!(1)), "{fault}");
        desk.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payout_needs_two_people_again() {
    let Paying { desk, payout, asks, agrees, .. } = requested(Uuid::now_v7()).await;
    desk.plan_fault("decline", 1).await;
    desk.payout("approvePayout", &payout, agrees).await;
    let failed = desk.wait_for_payout(&payout, "FAILED").await;
    assert_eq!(failed["failure"], "ACCOUNT_BLOCKED: 입금이 제한된 계좌입니다");
    assert_eq!(desk.number("SELECT count(*) FROM settlement_item WHERE state = 'FAILED'").await, 1);
    assert_eq!(codes(&desk.payout("approvePayout", &payout, agrees).await), ["STATE_CONFLICT"]);
    assert_eq!(desk.payout("retryPayout", &payout, agrees).await["payout"]["state"], "REQUESTED");
    assert_eq!(codes(&desk.payout("approvePayout", &payout, agrees).await), ["SECOND_PERSON_NEEDED"]);
    assert_eq!(desk.payout("rejectPayout", &payout, asks).await["payout"]["failure"], "계좌 확인");
    desk.payout("retryPayout", &payout, agrees).await;
    desk.payout("approvePayout", &payout, asks).await;
    desk.wait_for_payout(&payout, "PAID").await;
    assert_eq!(desk.calls(&payout).await["carriedOut"], 1);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_does_not_exist_and_a_day_that_has_not_come() {
    let Paying { desk, payout, agrees, .. } = requested(WRONG_ACCOUNT).await;
    desk.payout("approvePayout", &payout, agrees).await;
    assert!(desk.wait_for_payout(&payout, "FAILED").await["failure"].as_str().unwrap().starts_with("NO_SUCH_ACCOUNT"));
    let Paying { desk: other, payout, agrees, .. } = requested(Uuid::now_v7()).await;
    other.sql("UPDATE payout SET payable_on = payable_on + 2").await.unwrap();
    other.payout("approvePayout", &payout, agrees).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(other.calls(&payout).await["sent"], 0, "its day has not come");
    other.sql("UPDATE payout SET payable_on = payable_on - 2").await.unwrap();
    other.wait_for_payout(&payout, "PAID").await;
    desk.close().await;
    other.close().await;
}
