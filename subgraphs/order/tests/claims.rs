//! Claims, parcels and shipping on a real database: orders are planted as they stand after their payment.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

#[path = "claims/lines.rs"]
mod lines;
mod support;

use chrono::{DateTime, Duration, Utc};
use futures::future::join_all;
use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use uuid::Uuid;

use support::files::FilePurpose;
use support::{Planted, prefixed};

const OPEN: &str = "mutation($input: OpenClaimInput!) { openClaim(input: $input) {
    claim { id state fault answerBy itemsTotal { amount } fee { amount } } userErrors { code field } } }";

fn step(name: &str, input: &str) -> String {
    format!(
        "mutation($input: {input}!) {{ {name}(input: $input) {{ claim {{ id state fee {{ amount }} shippingRefund {{ amount }}
        refundAmount {{ amount }} history {{ to party }} lines {{ total {{ amount }} }} }} userErrors {{ code }} }} }}"
    )
}

/// Steps of a claim as its parties take them.
struct Steps<'a>(&'a Planted);

impl Steps<'_> {
    async fn open(&self, kind: &str, reason: &str, lines: Value) -> Value {
        let input = json!({ "orderId": self.0.order(), "kind": kind, "reason": reason, "detail": "깨져 있습니다", "lines": lines });
        self.0.ask(OPEN, json!({ "input": input }), self.0.buyer()).await["openClaim"].clone()
    }

    async fn opened(&self, kind: &str, reason: &str, lines: Value) -> String {
        let payload = self.open(kind, reason, lines).await;
        payload["claim"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
    }

    async fn take(&self, name: &str, input_type: &str, input: Value, buyer: bool) -> Value {
        let who = if buyer { self.0.buyer() } else { self.0.member() };
        self.0.ask(&step(name, input_type), json!({ "input": input }), who).await[name].clone()
    }

    /// The goods come back, and the seller looks at them.
    async fn settle(&self, claim: &str) -> Value {
        let id = json!({ "claimId": claim });
        self.take("approveClaim", "ApproveClaimInput", id.clone(), false).await;
        self.take("receiveCollected", "ClaimIdInput", id.clone(), false).await;
        self.take("inspectClaim", "InspectClaimInput", id, false).await["claim"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_have_their_time() {
    let planted = Planted::with(&["DELIVERED", "CONFIRMED"], []).await;
    let steps = Steps(&planted);
    planted.sql("UPDATE line SET delivered_at = now() - interval '20 days'").await;
    for (kind, line, code) in
        [("RETURN", 0, "CLAIM_PERIOD_OVER"), ("EXCHANGE", 0, "CLAIM_PERIOD_OVER"), ("RETURN", 1, "STATE_CONFLICT")]
    {
        let answer = steps.open(kind, "DAMAGED", json!([{ "lineId": planted.line(line) }])).await;
        assert_eq!(answer["userErrors"][0]["code"], code, "{kind}");
    }
    let change_of_mind = steps.open("DEFECT", "CHANGE_OF_MIND", json!([{ "lineId": planted.line(0) }])).await;
    assert_eq!(change_of_mind["userErrors"][0]["code"], "INVALID_CLAIM");
    let stranger = user(Uuid::now_v7(), &[Scope::Buyer], &[]);
    let input = json!({ "input": { "orderId": planted.order(), "kind": "RETURN", "reason": "DAMAGED",
        "lines": [{ "lineId": planted.line(0) }] } });
    let answer = planted.ask(OPEN, input, stranger).await;
    assert_eq!(answer["openClaim"]["userErrors"][0]["code"], "ORDER_NOT_FOUND");
    let both = json!([{ "lineId": planted.line(0) }, { "lineId": planted.line(1) }]);
    let claim = steps.open("DEFECT", "DEFECTIVE", both).await["claim"].clone();
    assert_eq!((&claim["state"], &claim["fault"]), (&json!("REQUESTED"), &json!("SELLER")), "{claim}");
    let answer_by: DateTime<Utc> = claim["answerBy"].as_str().unwrap().parse().unwrap();
    let days = (answer_by - Utc::now()).num_hours();
    assert!((48..=144).contains(&days), "three working days, and a weekend at most: {days} hours");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_open_claim_a_line() {
    let planted = Planted::with(&["DELIVERED"], []).await;
    let steps = Steps(&planted);
    let line = json!([{ "lineId": planted.line(0), "quantity": 1 }]);
    let answers = join_all((0..8).map(|_| steps.open("RETURN", "DAMAGED", line.clone()))).await;
    let opened = answers.iter().filter(|answer| !answer["claim"].is_null()).count();
    let refused = answers.iter().filter(|answer| answer["userErrors"][0]["code"] == "CLAIM_OPEN").count();
    assert_eq!((opened, refused), (1, 7));
    assert_eq!(planted.told("claim.requested").await.len(), 1);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_line_sum_to_the_line_and_shipping_goes_back_with_the_last() {
    // Three pieces for 2,900 won (100 off, half of it the seller's), sent for 2,500.
    let planted = Planted::with(&["DELIVERED"], []).await;
    let steps = Steps(&planted);
    let mut refunds = Vec::new();
    for quantity in [1, 1, 1] {
        let claim =
            steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(0), "quantity": quantity }])).await;
        let settled = steps.settle(&claim).await;
        // Without the payment service the money is on its way for now.
        assert_eq!(settled["state"], "REFUNDED", "{settled}");
        refunds
            .push((settled["refundAmount"]["amount"].as_i64().unwrap(), settled["shippingRefund"]["amount"].clone()));
    }
    assert_eq!(refunds, [(966, json!(0)), (967, json!(0)), (967 + 2_500, json!(2_500))]);
    let told = planted.told("claim.refunded").await;
    let discounts: Vec<i64> = told.iter().map(|fact| fact["lines"][0]["sellerDiscount"].as_i64().unwrap()).collect();
    assert_eq!(discounts, [16, 17, 17]);
    assert_eq!(told[2]["fault"], "SELLER");
    assert_eq!(planted.states().await, ["RETURNED"]);
    let database = planted.services.database_of("order").await;
    assert!(order::check_orders(&database).await.unwrap().is_empty());
    let totals = &order::order_totals(&database).await.unwrap()[0];
    assert_eq!((totals.paid, totals.refunded, totals.kept, totals.pieces), (5_400, 5_400, 0, 0));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyers_fault_costs_the_way_back_but_never_more_than_the_goods() {
    let planted = Planted::with(&["DELIVERED", "DELIVERED"], [("ORDER_RETURN_FEE", "2000")]).await;
    let steps = Steps(&planted);
    let claim = steps.opened("RETURN", "CHANGE_OF_MIND", json!([{ "lineId": planted.line(0), "quantity": 1 }])).await;
    let settled = steps.settle(&claim).await;
    assert_eq!((&settled["fee"]["amount"], &settled["refundAmount"]["amount"]), (&json!(966), &json!(0)), "{settled}");
    assert_eq!(settled["state"], "DONE", "no money has to go back");
    let claim = steps.opened("RETURN", "CHANGE_OF_MIND", json!([{ "lineId": planted.line(1) }])).await;
    // The seller takes the fault; the shipping stays, for something is kept.
    let input = json!({ "claimId": claim, "fault": "SELLER" });
    let approved = steps.take("approveClaim", "ApproveClaimInput", input, false).await;
    assert_eq!(approved["claim"]["fee"]["amount"], 0, "{approved}");
    let database = planted.services.database_of("order").await;
    let totals = &order::order_totals(&database).await.unwrap()[0];
    assert_eq!((totals.paid, totals.refunded, totals.kept), (8_300, 0, 8_300), "a fee is kept like goods");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fee_of_a_return_is_what_its_order_was_placed_with() {
    let planted = Planted::with(&["DELIVERED", "DELIVERED", "DELIVERED"], [("ORDER_RETURN_FEE", "2000")]).await;
    let steps = Steps(&planted);
    let query = "query($id: ID!) { order(id: $id) { sellerOrders {
        returnFee { amount } exchangeFee { amount } } } }";
    let fees = async || {
        let seen = planted.ask(query, json!({ "id": planted.order() }), planted.buyer()).await;
        let part = &seen["order"]["sellerOrders"][0];
        (part["returnFee"]["amount"].clone(), part["exchangeFee"]["amount"].clone())
    };
    assert_eq!(fees().await, (json!(2_000), json!(4_000)), "of an order that knows of none");
    planted.sql("UPDATE seller_order SET return_fee = 700").await;
    assert_eq!(fees().await, (json!(700), json!(1_400)), "there and back, where only one way was recorded");
    planted.sql("UPDATE seller_order SET exchange_fee = 1100").await;
    assert_eq!(fees().await, (json!(700), json!(1_100)));
    let exchange = steps.open("EXCHANGE", "WRONG_CHOICE", json!([{ "lineId": planted.line(0) }])).await;
    assert_eq!(exchange["claim"]["fee"]["amount"], 1_100, "there and back: {exchange}");
    let claim = steps.opened("RETURN", "CHANGE_OF_MIND", json!([{ "lineId": planted.line(1) }])).await;
    let settled = steps.settle(&claim).await;
    assert_eq!((&settled["fee"]["amount"], &settled["refundAmount"]["amount"]), (&json!(700), &json!(2_200)));
    planted.sql("UPDATE seller_order SET return_fee = 0").await;
    let claim = steps.opened("RETURN", "CHANGE_OF_MIND", json!([{ "lineId": planted.line(2) }])).await;
    let settled = steps.settle(&claim).await;
    assert_eq!(settled["refundAmount"]["amount"], 2_900, "a seller may take goods back for nothing: {settled}");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_a_claim_are_the_buyers_and_shown_to_the_seller() {
    let planted = Planted::with(&["DELIVERED"], []).await;
    let open = async |photos: &[String]| {
        let input = json!({ "orderId": planted.order(), "kind": "RETURN", "reason": "DAMAGED", "photoIds": photos,
            "lines": [{ "lineId": planted.line(0) }] });
        planted.ask(OPEN, json!({ "input": input }), planted.buyer()).await["openClaim"].clone()
    };
    let good: Vec<String> = (0..6).map(|_| planted.photo(|_| {})).collect();
    let somebodys = planted.photo(|file| file.owner_id = Some(prefixed("usr", Uuid::now_v7()).into()));
    let public = planted.photo(|file| file.purpose = FilePurpose::ReviewPhoto);
    let for_nobody = planted.photo(|file| file.seller_id = None);
    let for_another = planted.photo(|file| file.seller_id = Some(prefixed("slr", Uuid::now_v7()).into()));
    for (photos, code) in [
        (good.clone(), "TOO_MANY_PHOTOS"),
        (vec![good[0].clone(), good[0].clone()], "INVALID_CLAIM"),
        (vec![good[0].clone(), prefixed("fil", Uuid::now_v7())], "PHOTO_NOT_FOUND"),
        (vec![somebodys], "PHOTO_NOT_FOUND"),
        (vec![public], "PHOTO_NOT_FOUND"),
        (vec![for_nobody], "PHOTO_NOT_SHARED"),
        (vec![for_another], "PHOTO_NOT_SHARED"),
    ] {
        let refused = open(&photos).await["userErrors"][0].clone();
        assert_eq!((&refused["code"], &refused["field"]), (&json!(code), &json!(["photoIds"])));
    }
    let photos = [good[1].clone(), good[0].clone()];
    let opened = open(&photos).await;
    let claim = opened["claim"]["id"].as_str().unwrap_or_else(|| panic!("{opened}"));
    assert_eq!(planted.told("claim.requested").await[0]["photoIds"], json!(photos));
    let query = "query($id: ID!) { claim(id: $id) { photos { id } } }";
    let seen = async |who| planted.ask(query, json!({ "id": claim }), who).await["claim"].clone();
    let both = json!({ "photos": [{ "id": photos[0] }, { "id": photos[1] }] });
    for who in [planted.buyer(), planted.member(), user(Uuid::now_v7(), &[Scope::StaffOrders], &[])] {
        assert_eq!(seen(who).await, both);
    }
    assert_eq!(seen(user(Uuid::now_v7(), &[Scope::Buyer], &[])).await, Value::Null);

    // A photo that is gone leaves nothing behind that cannot be shown.
    planted.hear("file.deleted", json!({ "fileId": photos[1], "ownerId": prefixed("usr", Uuid::now_v7()) })).await;
    assert_eq!(seen(planted.buyer()).await, both);
    planted.hear("file.deleted", json!({ "fileId": photos[1], "ownerId": planted.buyer_id() })).await;
    assert_eq!(seen(planted.buyer()).await, json!({ "photos": [{ "id": photos[0] }] }));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_pauses_the_automatic_confirmation() {
    let planted = Planted::with(&["DELIVERED"], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    let steps = Steps(&planted);
    let claim = steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(0) }])).await;
    planted.sql("UPDATE line SET confirm_by = now() - interval '1 hour'").await;
    planted.sql("UPDATE claim SET requested_at = now() - interval '2 hours'").await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(planted.states().await, ["DELIVERED"]);
    steps.take("withdrawClaim", "ClaimIdInput", json!({ "claimId": claim }), true).await;
    let left = planted.confirm_by().await - Utc::now();
    assert!(left > Duration::minutes(50) && left <= Duration::hours(1), "two hours later than it was: {left}");
    planted.sql("UPDATE line SET confirm_by = now()").await;
    planted.until(&["CONFIRMED"]).await;
    assert_eq!(planted.told("line.confirmed").await.len(), 1);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_approves_and_refusals_can_be_disputed_for_some_days() {
    let planted = Planted::with(&["DELIVERED", "DELIVERED"], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    let steps = Steps(&planted);
    let silent = steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(0) }])).await;
    planted.sql("UPDATE claim SET answer_by = now()").await;
    let query = "query($id: ID!) { claim(id: $id) { state history { to party } } }";
    for _ in 0..100 {
        let seen = planted.ask(query, json!({ "id": silent }), planted.buyer()).await["claim"].clone();
        if seen["state"] == "APPROVED" {
            assert_eq!(seen["history"][1], json!({ "to": "APPROVED", "party": "MARKET" }));
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(planted.told("claim.approved").await.len(), 1);

    let refused = steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(1) }])).await;
    let words = json!({ "claimId": refused, "reason": "사용 흔적" });
    steps.take("rejectClaim", "ClaimReasonInput", words.clone(), false).await;
    planted.sql("UPDATE claim SET closed_at = closed_at - interval '10 days' WHERE state = 'REJECTED'").await;
    let late = steps.take("disputeClaim", "ClaimReasonInput", words.clone(), true).await;
    assert_eq!(late["userErrors"][0]["code"], "CLAIM_PERIOD_OVER", "{late}");
    planted.sql("UPDATE claim SET closed_at = now() WHERE state = 'REJECTED'").await;
    let disputed = steps.take("disputeClaim", "ClaimReasonInput", words, true).await;
    assert_eq!(disputed["claim"]["state"], "DISPUTED", "{disputed}");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_waits_for_ever() {
    let planted = Planted::with(&["DELIVERED", "DELIVERED"], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    let steps = Steps(&planted);
    let never_sent = steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(0) }])).await;
    steps.take("approveClaim", "ApproveClaimInput", json!({ "claimId": never_sent }), false).await;
    let replaced = steps.opened("EXCHANGE", "DAMAGED", json!([{ "lineId": planted.line(1) }])).await;
    planted.sql("UPDATE claim SET state = 'RESHIPPED', reshipped = true WHERE kind = 'EXCHANGE'").await;
    let query = "query($id: ID!) { claim(id: $id) { state history { to party } } }";
    let last = async |id: &str| {
        let seen = planted.ask(query, json!({ "id": id }), planted.buyer()).await["claim"].clone();
        seen["history"].as_array().unwrap().last().unwrap().clone()
    };
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(last(&never_sent).await["to"], "APPROVED", "there is time left");
    planted.sql("UPDATE claim_state_change SET changed_at = changed_at - interval '15 days'").await;
    planted.until(&["DELIVERED", "EXCHANGED"]).await;
    for _ in 0..100 {
        if last(&never_sent).await["to"] != "APPROVED" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(last(&never_sent).await, json!({ "to": "WITHDRAWN", "party": "MARKET" }));
    assert_eq!(last(&replaced).await, json!({ "to": "DONE", "party": "MARKET" }));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_take_lines_along_in_any_order() {
    let states = ["PAID", "PREPARING", "CANCEL_REQUESTED", "CANCELLED"];
    // Without the job, which would confirm what arrived that long ago.
    let planted = Planted::with(&states, [("ORDER_RECOVERY_INTERVAL", "1h")]).await;
    let lines: Vec<String> = (0..states.len()).map(|index| planted.line(index)).collect();
    let parcel = |at: &str| {
        json!({ "shipmentId": prefixed("shp", Uuid::now_v7()), "sellerOrderId": planted.part(), "lineIds": lines,
            "carrier": "CJ", "trackingNumber": "1234", "at": at })
    };
    planted.hear("shipment.delivered", parcel("2026-03-05T03:00:00Z")).await;
    planted.hear("shipment.picked_up", parcel("2026-03-04T03:00:00Z")).await;
    planted.hear("shipment.delivered", parcel("2026-03-05T04:00:00Z")).await;
    assert_eq!(planted.states().await, ["DELIVERED", "DELIVERED", "DELIVERED", "CANCELLED"]);
    for (kind, count) in [("line.preparing", 1), ("line.shipped", 3), ("line.delivered", 3)] {
        assert_eq!(planted.told(kind).await.len(), count, "{kind}");
    }
    let told = planted.told("line.delivered").await;
    assert_eq!(told[0]["at"], "2026-03-05T03:00:00Z");
    assert_eq!(told[0]["orderNumber"], "20260301-00000001");
    let query = "query($id: ID!) { order(id: $id) { lines { carrier trackingNumber deliveredAt confirmBy } } }";
    let seen = planted.ask(query, json!({ "id": planted.order() }), planted.buyer()).await;
    assert_eq!(
        seen["order"]["lines"][0],
        json!({ "carrier": "CJ", "trackingNumber": "1234", "deliveredAt": "2026-03-05T03:00:00+00:00",
            "confirmBy": "2026-03-12T15:00:00+00:00" })
    );
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_of_others_move_nothing() {
    let planted = Planted::with(&["PREPARING"], []).await;
    let parcel = json!({ "sellerOrderId": prefixed("sor", Uuid::now_v7()), "lineIds": [planted.line(0)],
        "at": "2026-03-05T03:00:00Z" });
    planted.hear("shipment.delivered", parcel).await;
    assert_eq!(planted.states().await, ["PREPARING"]);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_that_come_back_move_their_claim() {
    let planted = Planted::with(&["DELIVERED"], []).await;
    let steps = Steps(&planted);
    let claim = steps.opened("RETURN", "DAMAGED", json!([{ "lineId": planted.line(0) }])).await;
    let parcel = json!({ "claimId": claim, "carrier": "HANJIN", "trackingNumber": "77" });
    let query = "query($id: ID!) { claim(id: $id) { state collection { carrier } } }";
    let state = async || planted.ask(query, json!({ "id": claim }), planted.buyer()).await["claim"]["state"].clone();
    planted.hear("collection.picked_up", parcel.clone()).await;
    assert_eq!(state().await, "REQUESTED", "nobody has agreed yet");
    steps.take("approveClaim", "ApproveClaimInput", json!({ "claimId": claim }), false).await;
    for (kind, expected) in [
        ("collection.picked_up", "COLLECTING"),
        ("collection.delivered", "COLLECTED"),
        ("collection.picked_up", "COLLECTED"),
        ("collection.delivered", "COLLECTED"),
    ] {
        planted.hear(kind, parcel.clone()).await;
        assert_eq!(state().await, expected, "{kind}");
    }
    assert_eq!(planted.told("claim.collected").await.len(), 1);
    assert_eq!(planted.states().await, ["DELIVERED"], "a return is no delivery");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_line_that_is_cancelled_takes_its_shipping_along() {
    let planted = Planted::with(&["PAID", "PAID"], []).await;
    let cancel = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
        lines { state } userErrors { code } } }";
    for line in [0, 1] {
        let input =
            json!({ "input": { "orderId": planted.order(), "lineIds": [planted.line(line)], "reason": "변심" } });
        let answer = planted.ask(cancel, input, planted.buyer()).await;
        assert_eq!(answer["cancelOrderLines"]["lines"][0]["state"], "CANCELLED", "{answer}");
    }
    let told = planted.told("order.cancelled").await;
    assert_eq!((&told[0]["refundAmount"], &told[0]["sellers"]), (&json!(2_900), &json!([])));
    let part = json!([{ "sellerOrderId": planted.part(), "sellerId": planted.seller(), "shippingRefund": 2_500 }]);
    assert_eq!((&told[1]["refundAmount"], &told[1]["sellers"]), (&json!(5_400), &part));
    let database = planted.services.database_of("order").await;
    let totals = &order::order_totals(&database).await.unwrap()[0];
    assert_eq!((totals.paid, totals.refunded, totals.kept, totals.pieces), (8_300, 8_300, 0, 0));
    assert!(order::check_orders(&database).await.unwrap().is_empty());
    planted.stop().await;
}
