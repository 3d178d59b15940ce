//! The parcels of claims: what comes back, and what replaces it.

use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bench::{Bench, Order, prefixed};

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_claim_has_its_goods_collected() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    let claim = Uuid::now_v7();
    for kind in ["CANCEL", "RETURN"] {
        bench.grant_claim(&order, if kind == "CANCEL" { Uuid::now_v7() } else { claim }, kind).await;
    }
    let all = bench.shipments(&order).await;
    let back: Vec<&Value> = all.iter().filter(|shipment| shipment["direction"] == "RETURN").collect();
    assert_eq!(back.len(), 1, "{all:?}");
    assert_eq!(
        (&back[0]["claimId"], &back[0]["lines"][0]["title"]),
        (&json!(prefixed("clm", claim)), &json!("사과 0"))
    );
    let id = back[0]["id"].as_str().unwrap();
    bench.invoice("registerInvoice", id, "EPOST", "6864099999999").await;
    bench.wait_for_push("6864099999999").await;
    bench.scan("EPOST", "6864099999999", "DELIVERED", 0).await;
    bench.wait_for(id, "DELIVERED").await;
    let told: Vec<String> = bench.told().await.into_iter().filter(|kind| kind.starts_with("collection.")).collect();
    let expected = ["created", "invoiced", "picked_up", "in_transit", "out_for_delivery", "delivered"];
    assert_eq!(told, expected.map(|kind| format!("collection.{kind}")));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_replaces_claimed_goods_is_sent_in_a_parcel_of_its_own() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    // A number of a carrier that is known, one that is none, a carrier that is not known, and none at all.
    let told = [Some(("한진택배", "420112345678")), Some(("CJ", "12")), Some(("퀵", "420112345679")), None];
    let mut numbered = String::new();
    for (index, parcel) in told.into_iter().enumerate() {
        let claim = Uuid::now_v7();
        bench.grant_claim(&order, claim, "EXCHANGE").await;
        bench.reship_claim(&order, claim, parcel).await;
        bench.reship_claim(&order, claim, parcel).await;
        let all = bench.shipments(&order).await;
        let of_claim: Vec<&Value> = all.iter().filter(|one| one["claimId"] == prefixed("clm", claim)).collect();
        assert_eq!(of_claim.len(), 2, "{of_claim:?}");
        let sent = of_claim.into_iter().find(|one| one["direction"] == "EXCHANGE").unwrap();
        assert_eq!((&sent["lines"][0]["title"], &sent["lines"][0]["variantName"]), (&json!("사과 0"), &json!("초록")));
        if index == 0 {
            assert_eq!((&sent["carrier"], &sent["trackingNumber"]), (&json!("HANJIN"), &json!("420112345678")));
            numbered = sent["id"].as_str().unwrap().to_owned();
        } else {
            assert_eq!((&sent["state"], &sent["trackingNumber"]), (&json!("READY"), &Value::Null));
        }
    }
    bench.wait_for_push("420112345678").await;
    bench.scan("HANJIN", "420112345678", "DELIVERED", 0).await;
    bench.wait_for(&numbered, "DELIVERED").await;
    let told: Vec<String> = bench.told().await.into_iter().filter(|kind| kind.starts_with("replacement.")).collect();
    assert_eq!(told.iter().filter(|kind| *kind == "replacement.created").count(), 4, "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("replacement.delivered"), "{told:?}");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_replaces_claimed_goods_has_its_time_to_be_sent() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    let [late, numbered, elsewhere] = [(); 3].map(|()| Uuid::now_v7());
    for claim in [late, numbered, elsewhere] {
        bench.grant_claim(&order, claim, "EXCHANGE").await;
    }
    // Tuesday 9:00 in Seoul, one business day: Wednesday's end.
    bench.reship_claim_at(&order, late, "2026-09-01T00:00:00Z").await;
    bench.reship_claim_at(&order, elsewhere, "2026-09-01T00:00:00Z").await;
    bench.reship_claim_at(&order, numbered, &chrono::Utc::now().to_rfc3339()).await;
    let parcel = async |claim: Uuid| {
        let all = bench.shipments(&order).await;
        let of_claim = |one: &&Value| one["claimId"] == prefixed("clm", claim) && one["direction"] == "EXCHANGE";
        all.iter().find(of_claim).cloned()
    };
    assert_eq!(parcel(late).await.unwrap()["dispatchBy"], "2026-09-02T14:59:59+00:00");
    let id = parcel(numbered).await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(bench.invoice("registerInvoice", &id, "CJ", "660123456789").await["shipment"]["state"], "INVOICED");
    let query = "query($id: ID!) { lateShipments(sellerId: $id) { nodes { direction claimId } } }";
    let listed = async || {
        let data = bench.seller(query, json!({ "id": prefixed("slr", bench.seller) })).await;
        let nodes = data["lateShipments"]["nodes"].as_array().unwrap().clone();
        // What is sent to the buyer first has its own time, and may be late by now.
        let claims: Vec<Value> =
            nodes.iter().filter(|one| one["direction"] != "OUTBOUND").map(|one| one["claimId"].clone()).collect();
        claims
    };
    for _ in 0..100 {
        if listed().await.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(listed().await, [prefixed("clm", elsewhere), prefixed("clm", late)]);
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(bench.times_told("replacement.dispatch_overdue").await, 2);
    // The buyer has the goods, whoever brought them: nobody waits for a parcel without a number.
    bench.end_claim(&order, elsewhere).await;
    bench.end_claim(&order, numbered).await;
    assert_eq!(listed().await, [prefixed("clm", late)]);
    assert!(parcel(elsewhere).await.is_none() && parcel(numbered).await.is_some() && parcel(late).await.is_some());
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_has_all_its_parcels() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(2);
    bench.prepare(&order, &[0, 1]).await;
    let claim = Uuid::now_v7();
    bench.grant_claim(&order, claim, "EXCHANGE").await;
    bench.reship_claim(&order, claim, None).await;
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on OrderLine {
        shipment { direction } shipments { direction claimId } } } }";
    let lines = [order.lines[0], order.lines[1], Uuid::now_v7()];
    let r: Vec<Value> = lines.map(|id| json!({ "__typename": "OrderLine", "id": prefixed("lin", id) })).to_vec();
    let seen = async |context| bench.ask(query, json!({ "r": r }), context).await["_entities"].clone();
    let (out, claim) = (json!({ "direction": "OUTBOUND", "claimId": null }), prefixed("clm", claim));
    let of_claim = |direction: &str| json!({ "direction": direction, "claimId": claim });
    let outward = json!({ "direction": "OUTBOUND" });
    let all = json!([
        { "shipment": outward, "shipments": [out, of_claim("RETURN"), of_claim("EXCHANGE")] },
        { "shipment": outward, "shipments": [out] },
        { "shipment": null, "shipments": [] },
    ]);
    assert_eq!(seen(order.buyer()).await, all);
    assert_eq!(seen(user(Uuid::now_v7(), &[Scope::Seller], &[bench.seller])).await, all);
    let nothing = json!({ "shipment": null, "shipments": [] });
    assert_eq!(seen(user(Uuid::now_v7(), &[Scope::Buyer], &[])).await, json!([nothing, nothing, nothing]));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_for_the_goods_of_a_claim_that_is_over() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    let [withdrawn, refused, invoiced, travelling] = [(); 4].map(|()| Uuid::now_v7());
    for claim in [withdrawn, refused, invoiced, travelling] {
        bench.grant_claim(&order, claim, "RETURN").await;
    }
    let parcel = async |claim: Uuid| {
        let all = bench.shipments(&order).await;
        all.into_iter().find(|one| one["claimId"] == prefixed("clm", claim))
    };
    for (claim, number) in [(invoiced, "6864099999991"), (travelling, "6864099999992")] {
        let id = parcel(claim).await.unwrap()["id"].as_str().unwrap().to_owned();
        bench.invoice("registerInvoice", &id, "EPOST", number).await;
        if claim == travelling {
            bench.wait_for_push(number).await;
            bench.scan("EPOST", number, "AT_PICKUP", 0).await;
            bench.wait_for(&id, "PICKED_UP").await;
        }
    }
    for claim in [withdrawn, invoiced, travelling] {
        bench.close_claim(&order, claim, false).await;
    }
    bench.close_claim(&order, refused, true).await;
    for (claim, left) in [(withdrawn, false), (refused, false), (invoiced, false), (travelling, true)] {
        assert_eq!(parcel(claim).await.is_some(), left);
    }
    // Staff decide for the buyer after all: there is another collection.
    bench.grant_claim(&order, refused, "RETURN").await;
    assert_eq!(parcel(refused).await.unwrap()["state"], "READY");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_goes_out_again_in_another_parcel() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(2);
    bench.prepare(&order, &[0, 1]).await;
    let first = bench.shipments(&order).await[0]["id"].as_str().unwrap().to_owned();
    bench.invoice("registerInvoice", &first, "EPOST", "6864099999993").await;
    bench.wait_for_push("6864099999993").await;
    bench.scan("EPOST", "6864099999993", "ATTEMPT_FAILED", 0).await;
    bench.wait_for(&first, "FAILED").await;
    bench.prepare(&order, &[0]).await;
    let all = bench.shipments(&order).await;
    assert_eq!(all.len(), 2, "{all:?}");
    let again = all.iter().find(|one| one["id"] != first.as_str()).unwrap();
    assert_eq!((&again["state"], again["lines"].as_array().unwrap().len()), (&json!("READY"), 1));
    bench.scan("EPOST", "6864099999993", "RETURNING", 5).await;
    bench.wait_for(&first, "RETURNING").await;
    let fact = bench.last_fact("shipment.returning").await;
    assert_eq!(fact["lineIds"], json!([prefixed("lin", order.lines[1])]), "the other line is in another parcel now");
    bench.stop().await;
}
