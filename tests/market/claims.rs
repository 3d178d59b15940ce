//! Goods come back: returns, exchanges and defects, to the won and the piece, whoever says what and whatever dies.

use std::time::Instant;

use serde_json::{Value, json};

use crate::crashes::{LIMIT, die_at};
use crate::people::{PRICE, Shop};
use crate::support::{Market, Session, new_key};

/// What the shops here ask for sending goods back, and for an exchange.
const FEE: i64 = 2_500;
const EXCHANGE_FEE: i64 = 4_000;
const CLAIM: &str = "id kind remedy fault state fee { amount } refundAmount { amount } itemsTotal { amount } \
    shippingRefund { amount } closedAt refusal lines { quantity total { amount } sound line { id state } newVariant { id } }";

impl Market {
    /// A shop that sends for nothing, and asks a fee for what comes back.
    async fn open_shop_with_return_fee(&self, stock: i64) -> Shop {
        let shop = self.open_shop(stock).await;
        let create = "mutation($input: CreateShippingPolicyInput!) { createShippingPolicy(input: $input) {
            policy { id } userErrors { code field message } } }";
        let policy = json!({ "name": "무료 배송", "kind": "FREE", "returnFee": FEE, "exchangeFee": EXCHANGE_FEE });
        self.change(create, json!({ "sellerId": shop.seller_id, "policy": policy }), Some(&shop.owner)).await;
        shop
    }

    /// A mutation of a claim; its payload.
    async fn claim(&self, step: &str, input: Value, who: &Session) -> Value {
        let kind = match step {
            "openClaim" => "OpenClaimInput",
            "approveClaim" => "ApproveClaimInput",
            "inspectClaim" => "InspectClaimInput",
            "resolveDispute" => "ResolveDisputeInput",
            "startCollection" | "reshipClaim" => "ClaimParcelInput",
            "rejectClaim" | "holdClaim" | "disputeClaim" => "ClaimReasonInput",
            _ => "ClaimIdInput",
        };
        let query = mutation(step, kind);
        self.data(&query, json!({ "input": input }), Some(who)).await[step].clone()
    }

    /// The same, which must succeed; the claim.
    async fn claimed(&self, step: &str, input: Value, who: &Session) -> Value {
        let payload = self.claim(step, input, who).await;
        assert_eq!(payload["userErrors"], json!([]), "{step}: {payload}");
        payload["claim"].clone()
    }

    async fn refused(&self, step: &str, input: Value, who: &Session) -> String {
        let payload = self.claim(step, input, who).await;
        payload["userErrors"][0]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{step} was not refused: {payload}"))
            .to_owned()
    }

    async fn open(&self, buyer: &Session, order: &str, kind: &str, reason: &str, line: Value) -> String {
        let input =
            json!({ "orderId": order, "kind": kind, "reason": reason, "detail": "보풀이 심합니다", "lines": [line] });
        self.claimed("openClaim", input, buyer).await["id"].as_str().unwrap().to_owned()
    }

    /// Brings a new claim's goods back to the seller.
    async fn bring_back(&self, shop: &Shop, claim: &str) {
        let input = json!({ "claimId": claim });
        self.claimed("approveClaim", input.clone(), &shop.owner).await;
        let parcel = json!({ "claimId": claim, "carrier": "CJ대한통운", "trackingNumber": "1234567890" });
        self.claimed("startCollection", parcel, &shop.owner).await;
        self.claimed("receiveCollected", input, &shop.owner).await;
    }

    /// The parcel with what replaces the claimed goods, as its buyer sees it, once it is there.
    async fn until_sent_again(&self, shop: &Shop, claim: &str) -> Value {
        let query = "query($id: ID!) { seller(id: $id) { shipments(first: 50) { nodes {
            direction claimId state trackingNumber lines { variantName } } } } }";
        let deadline = Instant::now() + LIMIT;
        loop {
            let seen = self.data(query, json!({ "id": shop.seller_id }), Some(&shop.owner)).await;
            let all = seen["seller"]["shipments"]["nodes"].as_array().unwrap();
            let of_claim = |one: &&Value| one["claimId"] == claim && one["direction"] == "EXCHANGE";
            if let Some(sent) = all.iter().find(of_claim) {
                return sent.clone();
            }
            assert!(Instant::now() < deadline, "{seen}\n{}", self.logs());
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    async fn claim_by_id(&self, who: &Session, id: &str) -> Value {
        let query = format!("query($id: ID!) {{ claim(id: $id) {{ {CLAIM} history {{ from to party }} }} }}");
        self.data(&query, json!({ "id": id }), Some(who)).await["claim"].clone()
    }

    /// What the order's payment gave back.
    async fn given_back(&self, buyer: &Session, order: &str) -> i64 {
        self.order(buyer, order).await["payments"][0]["refundedAmount"]["amount"].as_i64().unwrap()
    }
}

fn mutation(step: &str, input: &str) -> String {
    format!("mutation($input: {input}!) {{ {step}(input: $input) {{ claim {{ {CLAIM} }} userErrors {{ code }} }} }}")
}

async fn confirm(market: &Market, buyer: &Session, line: &str) -> Value {
    let query = "mutation($input: ConfirmPurchaseInput!) { confirmPurchase(input: $input) {
        lines { state returnedQuantity } userErrors { code } } }";
    market.data(query, json!({ "input": { "lineIds": [line] } }), Some(buyer)).await["confirmPurchase"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_come_back() {
    let market = Market::all_in_one().await;
    let shop = market.open_shop_with_return_fee(20).await;
    let buyer = market.sign_up().await;
    returns_in_parts(&market, &shop, &buyer).await;
    exchanged_confirmed_and_defective(&market, &shop, &buyer).await;
    sold_out_exchange(&market, &shop, &buyer).await;
    disputed(&market, &shop, &buyer).await;
    by_rest(&market, &shop, &buyer).await;
    proved_by_photos(&market, &shop, &buyer).await;
    market.check_ledger().await;
    planted_faults_are_found(&market).await;
    market.end().await;
}

/// Of three pieces one comes back for a change of mind, then two that arrived broken.
async fn returns_in_parts(market: &Market, shop: &Shop, buyer: &Session) {
    let (order, line) = market.get(buyer, shop, &shop.variant_id, 3).await;
    let query = "query($id: ID!) { order(id: $id) { sellerOrders { returnFee { amount } exchangeFee { amount } } } }";
    let seen = market.data(query, json!({ "id": order }), Some(buyer)).await;
    let fees = json!({ "returnFee": { "amount": FEE }, "exchangeFee": { "amount": EXCHANGE_FEE } });
    assert_eq!(seen["order"]["sellerOrders"][0], fees, "known before anything is claimed");
    let before = market.stock(&shop.owner, &shop.variant_id).await;
    let claim = market.open(buyer, &order, "RETURN", "CHANGE_OF_MIND", json!({ "lineId": line, "quantity": 1 })).await;

    // While it is open, nothing else happens to the line.
    assert_eq!(confirm(market, buyer, &line).await["userErrors"][0]["code"], "CLAIM_OPEN");
    let again =
        json!({ "orderId": order, "kind": "RETURN", "reason": "CHANGE_OF_MIND", "lines": [{ "lineId": line }] });
    assert_eq!(market.refused("openClaim", again.clone(), buyer).await, "CLAIM_OPEN");

    // Everybody has their part in it.
    let stranger = market.sign_up().await;
    let id = json!({ "claimId": claim });
    assert_eq!(market.refused("withdrawClaim", id.clone(), &stranger).await, "CLAIM_NOT_FOUND");
    assert_eq!(market.refused("withdrawClaim", id.clone(), &shop.owner).await, "NOT_YOUR_PART");
    assert_eq!(market.claim_by_id(&stranger, &claim).await, Value::Null);
    let other = market.open_shop(1).await;
    assert_eq!(market.refused("approveClaim", id.clone(), &other.owner).await, "CLAIM_NOT_FOUND");
    let denied =
        market.ask(&mutation("approveClaim", "ApproveClaimInput"), json!({ "input": id }), Some(buyer), None).await;
    assert_eq!(denied["errors"][0]["extensions"]["code"], "FORBIDDEN", "{denied}");
    assert_eq!(market.refused("inspectClaim", id.clone(), &shop.owner).await, "STATE_CONFLICT");

    market.bring_back(shop, &claim).await;
    let done = market.claimed("inspectClaim", id.clone(), &shop.owner).await;
    assert_eq!((&done["state"], &done["fault"]), (&json!("DONE"), &json!("BUYER")), "{done}");
    assert_eq!((&done["fee"]["amount"], &done["refundAmount"]["amount"]), (&json!(FEE), &json!(PRICE - FEE)));
    assert_eq!(market.given_back(buyer, &order).await, PRICE - FEE);
    market.until_stock(&shop.owner, &shop.variant_id, (before.0 + 1, before.1)).await;
    assert_eq!(market.refused("inspectClaim", id, &shop.owner).await, "STATE_CONFLICT", "the money goes back once");
    assert_eq!(market.order(buyer, &order).await["lines"][0]["state"], "DELIVERED");

    let too_many = json!({ "orderId": order, "kind": "RETURN", "reason": "DAMAGED", "lines": [{ "lineId": line, "quantity": 3 }] });
    assert_eq!(market.refused("openClaim", too_many, buyer).await, "INVALID_QUANTITY");
    let claim = market.open(buyer, &order, "RETURN", "DAMAGED", json!({ "lineId": line })).await;
    market.bring_back(shop, &claim).await;
    let damaged = json!({ "claimId": claim, "damagedLineIds": [line] });
    let done = market.claimed("inspectClaim", damaged, &shop.owner).await;
    assert_eq!((&done["state"], &done["refundAmount"]["amount"]), (&json!("DONE"), &json!(2 * PRICE)), "{done}");
    let seen = market.order(buyer, &order).await;
    assert_eq!((&seen["state"], &seen["cancelledTotal"]["amount"]), (&json!("RETURNED"), &json!(3 * PRICE)), "{seen}");
    assert_eq!(market.given_back(buyer, &order).await, 3 * PRICE - FEE);
    market.check_ledger().await;
    assert_eq!(
        market.stock(&shop.owner, &shop.variant_id).await,
        (before.0 + 1, before.1),
        "what broke is not sold again"
    );
    assert_eq!(market.refused("openClaim", again, buyer).await, "STATE_CONFLICT", "nothing is left of the line");
}

/// Exchanged for another variant, confirmed, found defective, and given back.
async fn exchanged_confirmed_and_defective(market: &Market, shop: &Shop, buyer: &Session) {
    let variant =
        |sku: &str, price: i64| json!({ "sku": sku, "optionValues": [sku], "price": price, "initialStock": 5 });
    let more = json!({
        "optionKind": "COMBINATION", "options": [{ "name": "색상", "values": ["흰색", "회색", "금색"] }],
        "variants": [variant("흰색", PRICE), variant("회색", PRICE), variant("금색", 2 * PRICE)],
    });
    let (_, variants) = market.list_product_with(&shop.owner, &shop.seller_id, more).await;
    for variant in &variants {
        market.until_in_stock(variant, &shop.owner, 5).await;
    }
    let (order, line) = market.get(buyer, shop, &variants[0], 2).await;
    let exchange = |new: &str, quantity: i64| {
        let line = json!({ "lineId": line, "quantity": quantity, "newVariantId": new });
        json!({ "orderId": order, "kind": "EXCHANGE", "reason": "WRONG_CHOICE", "lines": [line] })
    };
    for (new, quantity) in [(&variants[2], 2), (&shop.variant_id, 2), (&variants[1], 1)] {
        assert_eq!(market.refused("openClaim", exchange(new, quantity), buyer).await, "NOT_EXCHANGEABLE");
    }
    let opened = market.claimed("openClaim", exchange(&variants[1], 2), buyer).await;
    assert_eq!(
        (&opened["fee"]["amount"], &opened["refundAmount"]["amount"]),
        (&json!(EXCHANGE_FEE), &json!(0)),
        "{opened}"
    );
    let claim = opened["id"].as_str().unwrap();
    market.bring_back(shop, claim).await;
    let inspected = market.claimed("inspectClaim", json!({ "claimId": claim }), &shop.owner).await;
    assert_eq!(inspected["state"], "INSPECTED");
    let parcel = json!({ "claimId": claim, "carrier": "한진택배", "trackingNumber": "420198765432" });
    assert_eq!(market.claimed("reshipClaim", parcel.clone(), &shop.owner).await["state"], "RESHIPPED");
    assert_eq!(market.refused("reshipClaim", parcel, &shop.owner).await, "STATE_CONFLICT");
    market.until_stock(&shop.owner, &variants[0], (5, 0)).await;
    assert_eq!(market.stock(&shop.owner, &variants[1]).await, (3, 0));
    let sent = market.until_sent_again(shop, claim).await;
    assert_eq!((&sent["state"], &sent["trackingNumber"]), (&json!("INVOICED"), &json!("420198765432")), "{sent}");
    assert_eq!(sent["lines"][0]["variantName"], "회색", "{sent}");
    assert_eq!(market.claimed("completeClaim", json!({ "claimId": claim }), buyer).await["state"], "DONE");
    let query = "query($id: ID!) { order(id: $id) { state lines { state variantName variant { id } claims { id } } claims { id } } }";
    let seen = market.data(query, json!({ "id": order }), Some(buyer)).await["order"].clone();
    assert_eq!(
        seen,
        json!({ "state": "DELIVERED", "claims": [{ "id": claim }], "lines": [
            { "state": "EXCHANGED", "variantName": "회색", "variant": { "id": variants[1] }, "claims": [{ "id": claim }] }] })
    );
    let confirmed = confirm(market, buyer, &line).await;
    assert_eq!(confirmed["lines"][0]["state"], "CONFIRMED", "{confirmed}");

    // What is confirmed can be claimed for a defect only, and comes back all the same.
    let late = json!({ "orderId": order, "kind": "RETURN", "reason": "DEFECTIVE", "lines": [{ "lineId": line }] });
    assert_eq!(market.refused("openClaim", late, buyer).await, "STATE_CONFLICT");
    let claim = market.open(buyer, &order, "DEFECT", "DEFECTIVE", json!({ "lineId": line, "quantity": 1 })).await;
    market.bring_back(shop, &claim).await;
    let done = market.claimed("inspectClaim", json!({ "claimId": claim }), &shop.owner).await;
    assert_eq!((&done["state"], &done["refundAmount"]["amount"]), (&json!("DONE"), &json!(PRICE)), "{done}");
    assert_eq!(done["lines"][0]["line"]["state"], "CONFIRMED", "one piece of two is kept");
    market.until_stock(&shop.owner, &variants[1], (4, 0)).await;
    market.check_ledger().await;
}

/// Nothing is left to exchange it for: the money goes back instead.
async fn sold_out_exchange(market: &Market, shop: &Shop, buyer: &Session) {
    let (order, line) = market.get(buyer, shop, &shop.variant_id, 1).await;
    let claim = market.open(buyer, &order, "EXCHANGE", "DEFECTIVE", json!({ "lineId": line })).await;
    market.bring_back(shop, &claim).await;
    let damaged = json!({ "claimId": claim, "damagedLineIds": [line] });
    market.claimed("inspectClaim", damaged, &shop.owner).await;
    let (left, _) = market.stock(&shop.owner, &shop.variant_id).await;
    market.restock(&shop.owner, &shop.variant_id, -left).await;
    assert_eq!(market.refused("reshipClaim", json!({ "claimId": claim }), &shop.owner).await, "OUT_OF_STOCK");
    market.restock(&shop.owner, &shop.variant_id, left).await;
    let done = market.claimed("refundClaim", json!({ "claimId": claim }), &shop.owner).await;
    assert_eq!((&done["state"], &done["remedy"]), (&json!("DONE"), &json!("REFUND")), "{done}");
    assert_eq!(market.given_back(buyer, &order).await, PRICE);
}

/// Refused, disputed, and decided by staff.
async fn disputed(market: &Market, shop: &Shop, buyer: &Session) {
    let (order, line) = market.get(buyer, shop, &shop.variant_id, 1).await;
    let claim = market.open(buyer, &order, "RETURN", "CHANGE_OF_MIND", json!({ "lineId": line })).await;
    let words = |reason: &str| json!({ "claimId": claim, "reason": reason });
    assert_eq!(market.refused("rejectClaim", words(" "), &shop.owner).await, "REASON_REQUIRED");
    assert_eq!(market.claimed("rejectClaim", words("사용 흔적"), &shop.owner).await["refusal"], "사용 흔적");
    assert_eq!(market.claimed("disputeClaim", words("쓰지 않았습니다"), buyer).await["state"], "DISPUTED");
    assert_eq!(confirm(market, buyer, &line).await["userErrors"][0]["code"], "CLAIM_OPEN");
    let decision = |outcome: &str, fault: &str| json!({ "claimId": claim, "outcome": outcome, "fault": fault, "reason": "사진 확인" });
    let answer = market
        .ask(
            &mutation("resolveDispute", "ResolveDisputeInput"),
            json!({ "input": decision("REFUND", "SELLER") }),
            Some(&shop.owner),
            None,
        )
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
    market.claimed("resolveDispute", decision("APPROVE", "BUYER"), &market.staff).await;
    market.claimed("holdClaim", words("회수지 확인"), &shop.owner).await;
    market.claimed("resumeClaim", json!({ "claimId": claim }), &shop.owner).await;
    market.claimed("receiveCollected", json!({ "claimId": claim }), &shop.owner).await;
    assert_eq!(market.refused("withdrawClaim", json!({ "claimId": claim }), buyer).await, "STATE_CONFLICT");
    market.claimed("rejectClaim", words("오염"), &shop.owner).await;
    assert_eq!(market.refused("disputeClaim", words("다시"), buyer).await, "DISPUTE_DECIDED");

    let (order, line) = market.get(buyer, shop, &shop.variant_id, 1).await;
    let claim = market.open(buyer, &order, "RETURN", "CHANGE_OF_MIND", json!({ "lineId": line })).await;
    let words = |reason: &str| json!({ "claimId": claim, "reason": reason });
    market.claimed("rejectClaim", words("사용 흔적"), &shop.owner).await;
    market.claimed("disputeClaim", words("쓰지 않았습니다"), buyer).await;
    let decision = json!({ "claimId": claim, "outcome": "REFUND", "fault": "SELLER", "reason": "오배송" });
    let done = market.claimed("resolveDispute", decision, &market.staff).await;
    assert_eq!((&done["state"], &done["refundAmount"]["amount"]), (&json!("DONE"), &json!(PRICE)), "{done}");
    let seen = market.claim_by_id(&shop.owner, &claim).await;
    let moves: Vec<(&str, &str)> = seen["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["to"].as_str().unwrap(), change["party"].as_str().unwrap()))
        .collect();
    let expected = [
        ("REQUESTED", "BUYER"),
        ("REJECTED", "SELLER"),
        ("DISPUTED", "BUYER"),
        ("REFUNDED", "STAFF"),
        ("DONE", "MARKET"),
    ];
    assert_eq!(moves, expected);
}

async fn by_rest(market: &Market, shop: &Shop, buyer: &Session) {
    let (order, line) = market.get(buyer, shop, &shop.variant_id, 1).await;
    let input = json!({ "kind": "RETURN", "reason": "CHANGE_OF_MIND", "lines": [{ "lineId": line }] });
    let path = format!("/api/v1/orders/{order}/claims");
    let (status, claim) = market.rest("POST", &path, Some(input.clone()), Some(buyer), Some(&new_key())).await;
    assert_eq!((status, &claim["state"]), (201, &json!("REQUESTED")), "{claim}");
    let (status, refused) = market.rest("POST", &path, Some(input), Some(buyer), Some(&new_key())).await;
    assert!(status == 409 || status == 422, "{status} {refused}");
    let id = claim["id"].as_str().unwrap();
    for (path, body, who, state) in [
        (format!("/api/v1/seller/claims/{id}/approve"), None, &shop.owner, "APPROVED"),
        (
            format!("/api/v1/claims/{id}/collect"),
            Some(json!({ "carrier": "우체국", "trackingNumber": "1" })),
            buyer,
            "COLLECTING",
        ),
        (format!("/api/v1/seller/claims/{id}/receive"), None, &shop.owner, "COLLECTED"),
        (format!("/api/v1/seller/claims/{id}/inspect"), None, &shop.owner, "DONE"),
    ] {
        let (status, body) = market.rest("POST", &path, body, Some(who), None).await;
        assert_eq!((status, &body["state"]), (200, &json!(state)), "{path}: {body}");
    }
    let mine = "/api/v1/claims?filter[state]=DONE".to_owned();
    let sellers = format!("/api/v1/seller/sellers/{}/claims?filter[kind]=RETURN", shop.seller_id);
    for (path, who) in [(mine, buyer), (sellers, &shop.owner), ("/api/v1/admin/claims".to_owned(), &market.staff)] {
        let (status, body) = market.rest("GET", &path, None, Some(who), None).await;
        assert_eq!((status, &body["data"][0]["id"]), (200, &json!(id)), "{path}: {body}");
    }
    let (status, body) = market.rest("GET", &format!("/api/v1/claims/{id}"), None, Some(&shop.owner), None).await;
    assert_eq!((status, &body["collection"]["carrier"]), (200, &json!("우체국")), "{body}");
    let (status, _) = market.rest("GET", "/api/v1/admin/claims", None, Some(buyer), None).await;
    assert_eq!(status, 403);
}

/// Photos of a claim are seen by its parties alone, and stay.
async fn proved_by_photos(market: &Market, shop: &Shop, buyer: &Session) {
    let (order, line) = market.get(buyer, shop, &shop.variant_id, 1).await;
    let fields = [("purpose", "CLAIM_PHOTO"), ("sellerId", shop.seller_id.as_str())];
    let photo = market.upload_photo(buyer, &fields).await;
    let private = market.upload_photo(buyer, &fields[..1]).await;
    let claim = |photo: &str| {
        json!({ "orderId": order, "kind": "RETURN", "reason": "DAMAGED", "photoIds": [photo],
            "lines": [{ "lineId": line }] })
    };
    assert_eq!(market.refused("openClaim", claim(&private), buyer).await, "PHOTO_NOT_SHARED");
    let stranger = market.sign_up().await;
    let theirs = market.upload_photo(&stranger, &fields).await;
    assert_eq!(market.refused("openClaim", claim(&theirs), buyer).await, "PHOTO_NOT_FOUND");
    let id = market.claimed("openClaim", claim(&photo), buyer).await["id"].as_str().unwrap().to_owned();
    let query = "query($id: ID!) { claim(id: $id) { photos { id url mediaType } } }";
    for who in [buyer, &shop.owner, &market.staff] {
        let seen = market.data(query, json!({ "id": id }), Some(who)).await["claim"]["photos"].clone();
        assert_eq!((&seen[0]["id"], &seen[0]["mediaType"]), (&json!(photo), &json!("image/png")), "{seen}");
        let answer = market.http.get(seen[0]["url"].as_str().unwrap()).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
    let (status, body) = market.rest("GET", &format!("/api/v1/claims/{id}"), None, Some(&shop.owner), None).await;
    assert_eq!((status, &body["photos"][0]["id"]), (200, &json!(photo)), "{body}");

    // Its owner cannot delete it any more; when staff do, the claim does without.
    let delete = "mutation($input: DeleteFileInput!) { deleteFile(input: $input) { file { id } userErrors { code } } }";
    let input = json!({ "input": { "fileId": photo } });
    let deadline = Instant::now() + LIMIT;
    let held = "query($id: ID!) { file(id: $id) { held } }";
    while market.data(held, json!({ "id": photo }), Some(buyer)).await["file"]["held"] != true {
        assert!(Instant::now() < deadline, "{}", market.logs());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let refused = market.data(delete, input.clone(), Some(buyer)).await;
    assert_eq!(refused["deleteFile"]["userErrors"][0]["code"], "FILE_HELD", "{refused}");
    market.data(delete, input, Some(&market.staff)).await;
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = market.ask(query, json!({ "id": id }), Some(buyer), None).await;
        if seen["data"]["claim"]["photos"] == json!([]) {
            break;
        }
        assert!(Instant::now() < deadline, "{seen}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    market.claimed("withdrawClaim", json!({ "claimId": id }), buyer).await;
}

/// `check` is no formality: it finds what does not add up.
async fn planted_faults_are_found(market: &Market) {
    for (what, service, statement, undo, said) in [
        (
            "ledger",
            "order",
            "UPDATE line SET returned_total = returned_total - 1 WHERE state = 'RETURNED'",
            "UPDATE line SET returned_total = returned_total + 1 WHERE state = 'RETURNED'",
            "what lines count as returned is what claims refunded",
        ),
        (
            "ledger",
            "order",
            "UPDATE claim SET fee = fee + 1, refund_amount = refund_amount - 1 WHERE fee > 0 AND remedy = 'REFUND'",
            "UPDATE claim SET fee = fee - 1, refund_amount = refund_amount + 1 WHERE fee > 0 AND remedy = 'REFUND'",
            "a claim's refund was recorded once",
        ),
        (
            "ledger",
            "order",
            "UPDATE claim_line SET sound = NOT sound",
            "UPDATE claim_line SET sound = NOT sound",
            "what left the stock is not what its lines keep",
        ),
        (
            "settlement",
            "settlement",
            "UPDATE settlement_item SET platform_discount = platform_discount + 1 WHERE kind = 'SALE'",
            "UPDATE settlement_item SET platform_discount = platform_discount - 1 WHERE kind = 'SALE'",
            "what is settled is not what its lines cost",
        ),
        (
            "settlement",
            "order",
            "UPDATE line SET state = 'CONFIRMED' WHERE state = 'DELIVERED'",
            "UPDATE line SET state = 'DELIVERED' WHERE state = 'CONFIRMED' AND NOT EXISTS
                (SELECT FROM line_state_change h WHERE h.line_id = line.id AND h.to_state = 'CONFIRMED')",
            "is confirmed, but its seller is not settled with for it",
        ),
        (
            "settlement",
            "settlement",
            "UPDATE settlement_item SET state = 'ELIGIBLE', eligible_at = now(), held_reason = 'planted'
                WHERE kind = 'SALE' AND state = 'ACCRUED'",
            "UPDATE settlement_item SET state = 'ACCRUED', eligible_at = NULL, held_reason = NULL
                WHERE held_reason = 'planted'",
            "its seller is settled with for it, but nobody has confirmed it",
        ),
    ] {
        market.until_clean(what).await;
        market.plant(service, statement).await;
        let output = market.run(&["check", what], &[]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!output.status.success() && text.contains(said), "{statement}: {text}");
        market.plant(service, undo).await;
        market.until_clean(what).await;
    }
}

/// Steps of giving money back for a claim, and of sending other goods.
const WHILE_REFUNDING: [&str; 4] =
    ["claim.moved", "refund.recorded", "refund.before_provider", "refund.after_provider"];
const WHILE_RESHIPPING: [&str; 2] = ["claim.reship_recorded", "claim.stock_taken"];

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_goods_come_back() {
    let mut market = Market::all_in_one().await;
    let shop = market.open_shop_with_return_fee(50).await;
    let buyer = market.sign_up().await;
    for point in WHILE_REFUNDING {
        let (order, line) = market.get(&buyer, &shop, &shop.variant_id, 1).await;
        let claim = market.open(&buyer, &order, "RETURN", "CHANGE_OF_MIND", json!({ "lineId": line })).await;
        market.bring_back(&shop, &claim).await;
        let before = market.stock(&shop.owner, &shop.variant_id).await;
        let query = mutation("inspectClaim", "InspectClaimInput");
        die_at(&mut market, point, &query, json!({ "claimId": claim }), &shop.owner, &new_key()).await;
        until(&market, &buyer, &claim, "DONE", point).await;
        assert_eq!(market.given_back(&buyer, &order).await, PRICE - FEE, "{point}");
        market.until_stock(&shop.owner, &shop.variant_id, (before.0 + 1, before.1)).await;
    }
    for point in WHILE_RESHIPPING {
        let (order, line) = market.get(&buyer, &shop, &shop.variant_id, 2).await;
        let claim = market.open(&buyer, &order, "EXCHANGE", "WRONG_ITEM", json!({ "lineId": line })).await;
        market.bring_back(&shop, &claim).await;
        let damaged = json!({ "claimId": claim, "damagedLineIds": [line] });
        market.claimed("inspectClaim", damaged, &shop.owner).await;
        let before = market.stock(&shop.owner, &shop.variant_id).await;
        let query = mutation("reshipClaim", "ClaimParcelInput");
        die_at(&mut market, point, &query, json!({ "claimId": claim, "carrier": "롯데택배" }), &shop.owner, &new_key())
            .await;
        until(&market, &buyer, &claim, "RESHIPPED", point).await;
        assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, (before.0 - 2, before.1), "{point}");
    }
    market.check_ledger().await;
    market.end().await;
}

async fn until(market: &Market, who: &Session, claim: &str, state: &str, point: &str) {
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = market.claim_by_id(who, claim).await;
        if seen["state"] == state {
            return;
        }
        assert!(Instant::now() < deadline, "{point}: not {state} within {LIMIT:?}: {seen}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
