//! What becomes of lines between their payment and their delivery, and what time does to claims.

use chrono::{DateTime, Utc};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Planted;
use crate::support::admin::APPROVED;

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::StaffOrders], &[])
}

/// A mutation of lines; the payload.
async fn moves(planted: &Planted, name: &str, input_type: &str, input: Value, who: RequestContext) -> Value {
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ lines {{ state resendBy }} userErrors {{ code field }} }} }}"
    );
    planted.ask(&query, json!({ "input": input }), who).await[name].clone()
}

async fn cancel(planted: &Planted, line: usize) -> Value {
    let query = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
        lines { state } userErrors { code } } }";
    let input = json!({ "orderId": planted.order(), "lineIds": [planted.line(line)], "reason": "변심" });
    planted.ask(query, json!({ "input": input }), planted.buyer()).await["cancelOrderLines"].clone()
}

fn parcel(planted: &Planted, line: usize, number: &str, at: &str) -> Value {
    json!({ "sellerOrderId": planted.part(), "lineIds": [planted.line(line)], "carrier": "CJ", "trackingNumber": number,
        "at": at })
}

fn code(payload: &Value) -> &Value {
    &payload["userErrors"][0]["code"]
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_cancel_and_their_refusals_are_told() {
    let planted = Planted::with(&["PREPARING", "PREPARING"], []).await;
    assert_eq!(cancel(&planted, 0).await["lines"][0]["state"], "CANCEL_REQUESTED");
    let asked = planted.told("line.cancel_requested").await;
    assert_eq!((&asked[0]["line"]["lineId"], &asked[0]["reason"]), (&json!(planted.line(0)), &json!("변심")));
    let answer_by: DateTime<Utc> = asked[0]["answerBy"].as_str().unwrap().parse().unwrap();
    assert!(answer_by > Utc::now());
    assert_eq!(asked[0]["buyerId"], planted.buyer_id());
    let input = json!({ "lineIds": [planted.line(0)], "reason": "이미 포장했습니다" });
    moves(&planted, "rejectCancellation", "RejectCancellationInput", input, planted.member()).await;
    let refused = planted.told("line.cancel_refused").await;
    assert_eq!((refused.len(), &refused[0]["reason"]), (1, &json!("이미 포장했습니다")));

    // Who sends what a buyer asked to cancel has refused that.
    cancel(&planted, 1).await;
    planted.hear("shipment.picked_up", parcel(&planted, 1, "77", "2026-03-04T03:00:00Z")).await;
    assert_eq!(planted.states().await, ["PREPARING", "SHIPPED"]);
    assert_eq!(planted.told("line.cancel_refused").await.len(), 2);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_delivered_is_sent_again_or_arrives_after_all() {
    let planted = Planted::with(&["PREPARING", "PREPARING", "PREPARING"], [("ORDER_RECOVERY_INTERVAL", "1h")]).await;
    for (line, number) in [(0, "100"), (1, "101"), (2, "102")] {
        planted.hear("shipment.picked_up", parcel(&planted, line, number, "2026-03-04T03:00:00Z")).await;
    }
    for (line, kind) in [(0, "shipment.failed"), (1, "shipment.stalled"), (2, "shipment.returning")] {
        planted.hear(kind, parcel(&planted, line, &format!("10{line}"), "2026-03-05T03:00:00Z")).await;
    }
    assert_eq!(planted.states().await, ["UNDELIVERED", "UNDELIVERED", "UNDELIVERED"]);
    let told = planted.told("line.undelivered").await;
    assert_eq!(told.len(), 3);
    assert!(told[0]["resendBy"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap() > Utc::now());
    // Old news change nothing; new ones do.
    planted.hear("shipment.delivered", parcel(&planted, 0, "100", "2026-03-05T02:00:00Z")).await;
    assert_eq!(planted.states().await[0], "UNDELIVERED");
    planted.hear("shipment.delivered", parcel(&planted, 0, "100", "2026-03-06T02:00:00Z")).await;
    assert_eq!(planted.states().await[0], "DELIVERED");
    // The buyer sent it away at the door.
    planted.hear("shipment.returning", parcel(&planted, 0, "100", "2026-03-06T03:00:00Z")).await;
    assert_eq!(planted.states().await[0], "UNDELIVERED");

    let again = json!({ "lineIds": [planted.line(1)] });
    let sent = moves(&planted, "resendOrderLines", "OrderLineIdsInput", again.clone(), planted.member()).await;
    assert_eq!(sent["lines"][0]["state"], "PREPARING", "{sent}");
    assert_eq!(planted.told("line.preparing").await.len(), 1);
    planted.hear("shipment.picked_up", parcel(&planted, 1, "201", "2026-03-07T03:00:00Z")).await;
    planted.hear("shipment.returning", parcel(&planted, 1, "101", "2026-03-08T03:00:00Z")).await;
    assert_eq!(planted.states().await[1], "SHIPPED", "the first parcel is not the line's any more");

    // The buyer asks to cancel; refused, it stands where it stood.
    assert_eq!(cancel(&planted, 2).await["lines"][0]["state"], "CANCEL_REQUESTED");
    let input = json!({ "lineIds": [planted.line(2)], "reason": "다시 보내 드립니다" });
    let refused = moves(&planted, "rejectCancellation", "RejectCancellationInput", input, planted.member()).await;
    assert_eq!(refused["lines"][0]["state"], "UNDELIVERED", "{refused}");
    cancel(&planted, 2).await;
    let input = json!({ "lineIds": [planted.line(2)] });
    moves(&planted, "approveCancellation", "OrderLineIdsInput", input, planted.member()).await;
    let cancelled = &planted.told("order.cancelled").await[0];
    assert_eq!((&cancelled["restock"], &cancelled["by"]), (&json!(false), &json!("SELLER")), "it is not on the shelf");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_its_way_for_ever_comes_to_an_end() {
    let planted = Planted::with(&["SHIPPED", "UNDELIVERED", "SHIPPED"], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    planted
        .sql("UPDATE line SET resend_by = now() + interval '1 day', undelivered_at = now() WHERE state = 'UNDELIVERED'")
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(planted.states().await, ["SHIPPED", "UNDELIVERED", "SHIPPED"], "there is time left");
    planted.sql("UPDATE line SET resend_by = now() - interval '1 minute' WHERE state = 'UNDELIVERED'").await;
    planted
        .sql("UPDATE line SET updated_at = now() - interval '29 days' WHERE id = (SELECT id FROM line ORDER BY id LIMIT 1)")
        .await;
    planted.until(&["DELIVERED", "CANCELLED", "SHIPPED"]).await;
    let cancelled = &planted.told("order.cancelled").await[0];
    assert_eq!((&cancelled["by"], &cancelled["refundAmount"]), (&json!("MARKET"), &json!(2_900)));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_to_send_is_not_asked() {
    let planted = Planted::with(&["PREPARING", "PREPARING", "SHIPPED"], []).await;
    let late =
        |line: usize| json!({ "sellerOrderId": planted.part(), "lineIds": [planted.line(line)], "at": Utc::now() });
    planted.hear("shipment.dispatch_overdue", late(0)).await;
    planted.hear("shipment.dispatch_overdue", late(2)).await;
    assert_eq!(cancel(&planted, 0).await["lines"][0]["state"], "CANCELLED");
    assert_eq!(cancel(&planted, 1).await["lines"][0]["state"], "CANCEL_REQUESTED", "there is time left");
    assert_eq!(code(&cancel(&planted, 2).await), "STATE_CONFLICT", "it is on its way");
    let told = planted.told("order.cancelled").await;
    assert_eq!((&told[0]["by"], &told[0]["restock"]), (&json!("BUYER"), &json!(true)));
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_preparations_are_told_once_and_listed() {
    let planted = Planted::with(&["PAID", "PAID", "PREPARING"], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    planted.sql("UPDATE line SET prepare_by = now() + interval '1 day'").await;
    let query = "query($seller: ID) { lateOrderLines(sellerId: $seller, first: 1) { totalCount nodes { id isLate }
        pageInfo { hasNextPage endCursor } } }";
    let late = async |seller: Value, who: RequestContext| {
        planted.services.execute("order", query, json!({ "seller": seller }), who).await
    };
    let own = late(json!(planted.seller()), planted.member()).await.data.into_json().unwrap();
    assert_eq!(own["lateOrderLines"]["totalCount"], 0);
    planted.sql("UPDATE line SET prepare_by = now() - interval '1 minute'").await;
    let mut told = Vec::new();
    for _ in 0..100 {
        told = planted.told("line.preparation_overdue").await;
        if told.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(planted.told("line.preparation_overdue").await.len(), 2, "{told:?}");
    for (seller, who) in [(json!(planted.seller()), planted.member()), (Value::Null, staff())] {
        let list = late(seller, who).await.data.into_json().unwrap()["lateOrderLines"].clone();
        assert_eq!((&list["totalCount"], &list["nodes"][0]["isLate"]), (&json!(2), &json!(true)), "{list}");
        assert_eq!(
            (&list["nodes"][0]["id"], &list["pageInfo"]["hasNextPage"]),
            (&json!(planted.line(0)), &json!(true))
        );
    }
    assert_eq!(late(Value::Null, planted.member()).await.errors.len(), 1, "all sellers' are for staff");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_cancel_beyond_the_limit_with_a_second_person_only() {
    let planted = Planted::with(&["PREPARING", "PREPARING"], [("ORDER_REFUND_APPROVAL_LIMIT", "3000")]).await;
    for line in [0, 1] {
        cancel(&planted, line).await;
    }
    let both = json!({ "lineIds": [planted.line(0), planted.line(1)] });
    let approve =
        async |input: &Value| moves(&planted, "approveCancellation", "OrderLineIdsInput", input.clone(), staff()).await;
    assert_eq!(code(&approve(&both).await), "APPROVAL_REQUIRED");
    assert_eq!(planted.states().await, ["CANCEL_REQUESTED", "CANCEL_REQUESTED"]);
    let withdrawal = json!({ "lineIds": [planted.line(0)], "reason": "품절", "soldOut": true });
    let refused = moves(&planted, "withdrawOrderLines", "WithdrawOrderLinesInput", withdrawal, staff()).await;
    assert_eq!(code(&refused), "STATE_CONFLICT", "a request is answered");
    APPROVED.lock().unwrap().insert(planted.order(), 8_300);
    let approved = approve(&both).await;
    assert_eq!(approved["lines"][0]["state"], "CANCELLED", "{approved}");
    let entries = planted.told("audit.recorded").await;
    let refund = entries.iter().find(|entry| entry["object"] == planted.order().as_str()).expect("it is recorded");
    assert_eq!(refund["after"]["refundAmount"], 8_300);
    assert_eq!(planted.told("order.cancelled").await[0]["by"], "STAFF");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_cancel_what_they_cannot_send() {
    let planted = Planted::with(&["PAID", "PREPARING", "SHIPPED"], []).await;
    let withdraw = async |lines: &[usize], reason: &str, sold_out: bool, who: RequestContext| {
        let ids: Vec<String> = lines.iter().map(|line| planted.line(*line)).collect();
        let input = json!({ "lineIds": ids, "reason": reason, "soldOut": sold_out });
        moves(&planted, "withdrawOrderLines", "WithdrawOrderLinesInput", input, who).await
    };
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(code(&withdraw(&[0], "품절", true, stranger).await), "NOT_YOUR_SELLER");
    assert_eq!(code(&withdraw(&[0], "  ", true, planted.member()).await), "REASON_REQUIRED");
    assert_eq!(code(&withdraw(&[2], "품절", true, planted.member()).await), "STATE_CONFLICT", "a carrier has it");
    assert_eq!(withdraw(&[0], "품절", true, planted.member()).await["lines"][0]["state"], "CANCELLED");
    assert_eq!(withdraw(&[1], "파손", false, staff()).await["lines"][0]["state"], "CANCELLED");
    let told = planted.told("order.cancelled").await;
    let facts: Vec<[&Value; 3]> =
        told.iter().map(|fact| [&fact["by"], &fact["restock"], &fact["refundAmount"]]).collect();
    assert_eq!(
        facts,
        [[&json!("SELLER"), &json!(false), &json!(2_900)], [&json!("STAFF"), &json!(true), &json!(2_900)]]
    );
    assert_eq!(told[0]["reason"], "품절");
    let entries = planted.told("audit.recorded").await;
    assert!(entries.iter().any(|entry| entry["object"] == planted.line(1).as_str()), "{entries:?}");

    // Nothing is left to send: the shipping goes back, too.
    planted.sql("UPDATE line SET state = 'PREPARING' WHERE state = 'SHIPPED'").await;
    withdraw(&[2], "품절", true, planted.member()).await;
    assert_eq!(planted.told("order.cancelled").await[2]["refundAmount"], 2_900 + 2_500);
    let database = planted.services.database_of("order").await;
    assert!(order::check_orders(&database).await.unwrap().is_empty());
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_report_the_arrival_of_what_they_bring_alone() {
    let planted = Planted::with(&["SHIPPED", "SHIPPED"], []).await;
    planted.sql("UPDATE line SET carrier = 'CJ' WHERE id = (SELECT id FROM line ORDER BY id LIMIT 1)").await;
    let deliver = async |line: usize, who: RequestContext| {
        let input = json!({ "lineIds": [planted.line(line)] });
        moves(&planted, "deliverOrderLines", "OrderLineIdsInput", input, who).await
    };
    assert_eq!(code(&deliver(0, planted.member()).await), "CARRIED_BY_CARRIER");
    assert_eq!(deliver(1, planted.member()).await["lines"][0]["state"], "DELIVERED");
    assert_eq!(deliver(0, staff()).await["lines"][0]["state"], "DELIVERED");
    planted.stop().await;
}

/// Opens a claim of a line and brings it to a state.
async fn claim_in(planted: &Planted, line: usize, kind: &str, steps: &[(&str, &str, Value)]) -> String {
    let open = "mutation($input: OpenClaimInput!) { openClaim(input: $input) { claim { id } userErrors { code } } }";
    let input = json!({ "orderId": planted.order(), "kind": kind, "reason": "DAMAGED",
        "lines": [{ "lineId": planted.line(line) }] });
    let opened = planted.ask(open, json!({ "input": input }), planted.buyer()).await["openClaim"].clone();
    let id = opened["claim"]["id"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
    for (name, input_type, extra) in steps {
        let query = format!(
            "mutation($input: {input_type}!) {{ {name}(input: $input) {{ claim {{ actBy }} userErrors {{ code }} }} }}"
        );
        let mut input = json!({ "claimId": id });
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let answer = planted.ask(&query, json!({ "input": input }), planted.member()).await;
        assert!(answer[*name]["userErrors"].as_array().unwrap().is_empty(), "{name}: {answer}");
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_nobody_goes_on_with_come_to_an_end() {
    let planted = Planted::with(&["DELIVERED"; 5], [("ORDER_RECOVERY_INTERVAL", "50ms")]).await;
    let (approve, collect) =
        (("approveClaim", "ApproveClaimInput", json!({})), ("startCollection", "ClaimParcelInput", json!({})));
    let receive = ("receiveCollected", "ClaimIdInput", json!({}));
    let inspect = ("inspectClaim", "InspectClaimInput", json!({}));
    let hold = ("holdClaim", "ClaimReasonInput", json!({ "reason": "확인 중" }));
    let silent = claim_in(&planted, 0, "RETURN", &[approve.clone(), receive.clone()]).await;
    let unsent = claim_in(&planted, 1, "EXCHANGE", &[approve.clone(), receive, inspect]).await;
    let travelling = claim_in(&planted, 2, "RETURN", &[approve.clone(), collect.clone()]).await;
    let held = claim_in(&planted, 3, "RETURN", &[approve.clone(), hold]).await;
    let query = "query($id: ID!) { claim(id: $id) { state actBy remedy history { to party } lines { sound } } }";
    let seen = async |id: &str| planted.ask(query, json!({ "id": id }), planted.buyer()).await["claim"].clone();
    for (id, state) in [(&silent, "COLLECTED"), (&unsent, "INSPECTED"), (&travelling, "COLLECTING"), (&held, "ON_HOLD")]
    {
        let claim = seen(id).await;
        assert_eq!(claim["state"], state);
        let act_by: DateTime<Utc> = claim["actBy"].as_str().unwrap().parse().unwrap();
        assert!(act_by > Utc::now() + chrono::Duration::days(2), "{claim}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(seen(&silent).await["state"], "COLLECTED", "there is time left");
    planted.sql("UPDATE claim SET act_by = now() - interval '1 minute' WHERE act_by IS NOT NULL").await;
    let expected = [(&silent, "REFUNDED"), (&unsent, "REFUNDED"), (&travelling, "DISPUTED"), (&held, "DISPUTED")];
    for (id, state) in expected {
        let mut claim = Value::Null;
        for _ in 0..100 {
            claim = seen(id).await;
            if claim["state"] == state {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(claim["state"], state, "{claim}");
        assert_eq!(claim["history"].as_array().unwrap().last().unwrap()["party"], "MARKET");
        assert_eq!(claim["actBy"], Value::Null);
    }
    assert_eq!(seen(&silent).await["lines"][0]["sound"], true, "what nobody looked at counts as sound");
    assert_eq!(seen(&unsent).await["remedy"], "REFUND");

    // A buyer whose goods never arrive at the seller asks staff.
    let stuck = claim_in(&planted, 4, "RETURN", &[approve, collect]).await;
    let dispute =
        "mutation($input: ClaimReasonInput!) { disputeClaim(input: $input) { claim { state } userErrors { code } } }";
    let input = json!({ "input": { "claimId": stuck, "reason": "보냈습니다" } });
    let disputed = planted.ask(dispute, input, planted.buyer()).await;
    assert_eq!(disputed["disputeClaim"]["claim"]["state"], "DISPUTED", "{disputed}");
    planted.stop().await;
}
