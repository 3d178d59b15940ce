//! What sellers are owed, and their statements, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

#[allow(dead_code, reason = "each test file uses its part")]
mod support;

use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use support::{Desk, FASHION, Order, SHOES, codes, prefixed, staff};
use uuid::Uuid;

fn item(kind: &str, state: &str, net: i64) -> (String, String, i64) {
    (kind.to_owned(), state.to_owned(), net)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_payment_to_statement() {
    let desk = Desk::open().await;
    let seller = Uuid::now_v7();
    // 10 %: 30,000 less 2,000 of the seller's own → 2,800 and 280; 9,000 → 900 and 90.
    let order = Order { tax_free: Some(1), ..Order::of(seller, &[(30_000, 3_000, 2_000), (9_000, 0, 0)], 3_000) };
    desk.hear(order.paid()).await;
    let accrued = [item("SALE", "ACCRUED", 24_920), item("SALE", "ACCRUED", 8_010), item("SHIPPING", "ACCRUED", 3_000)];
    assert_eq!(desk.items(seller).await, accrued);
    assert_eq!(codes(&desk.close_now(seller).await), ["NOTHING_TO_SETTLE"]);
    desk.hear(order.confirmed(0)).await;
    let states: Vec<String> = desk.items(seller).await.into_iter().map(|item| item.1).collect();
    assert_eq!(states, ["ELIGIBLE", "ACCRUED", "ACCRUED"], "the shipping waits for the last line");
    desk.hear(order.confirmed(1)).await;
    let closed = desk.close_now(seller).await["settlement"].clone();
    assert_eq!((&closed["itemCount"], &closed["net"]["amount"]), (&json!(3), &json!(35_930)));
    assert_eq!(codes(&desk.close_now(seller).await), ["NOTHING_TO_SETTLE"], "no item twice");
    let query = "query($id: ID!) { settlement(id: $id) { csv lines { totalCount nodes { kind taxFree net { amount } } }
        taxInvoice { supplyAmount { amount } vat { amount } recipient { businessNumber name } } payout { id } } }";
    let member = user(Uuid::now_v7(), &[Scope::Seller], &[seller]);
    let seen = desk.ask(query, json!({ "id": closed["id"] }), member).await["settlement"].clone();
    assert_eq!(seen["lines"]["totalCount"], 3);
    let tax_free: Vec<&Value> =
        seen["lines"]["nodes"].as_array().unwrap().iter().map(|line| &line["taxFree"]).collect();
    assert_eq!(tax_free, [false, true, false], "the commission on it is taxed all the same: {seen}");
    let invoice = json!({
        "supplyAmount": { "amount": 3_700 }, "vat": { "amount": 370 },
        "recipient": { "businessNumber": "124-81-00998", "name": "도아상점" }
    });
    assert_eq!(seen["taxInvoice"], invoice);
    let csv = seen["csv"].as_str().unwrap();
    assert!(
        csv.starts_with("\u{feff}구분,")
            && csv.contains("'=운동화")
            && (csv.matches(",과세").count(), csv.matches(",면세").count()) == (3, 1)
            && csv.contains("합계,,,,3,42000,2000,1000,,3700,370,35930"),
        "{csv}"
    );
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    let seen = desk.ask(query, json!({ "id": closed["id"] }), stranger).await;
    assert_eq!(seen["settlement"], Value::Null);
    assert_eq!(desk.told().await, ["settlement.closed"]);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commissions_follow_the_nearest_category_at_the_payment() {
    let desk = Desk::open().await;
    let set = async |category: Option<Uuid>, rate: i32, from: Option<&str>| {
        let category = category.map(|category| prefixed("cat", category));
        let input = json!({ "categoryId": category, "rate": rate, "effectiveFrom": from });
        let selection = "commissionRate { rate }";
        desk.command("setCommissionRate", "SetCommissionRateInput", selection, input, staff(Uuid::now_v7())).await
    };
    let net = async |category: Uuid| {
        let seller = Uuid::now_v7();
        let order = Order { category, ..Order::of(seller, &[(10_000, 0, 0)], 0) };
        desk.hear(order.paid()).await;
        desk.items(seller).await[0].2
    };
    assert_eq!(net(SHOES).await, 8_900, "the settings' 10 % and VAT");
    assert_eq!(codes(&set(None, 500, None).await), [""; 0]);
    assert_eq!(codes(&set(Some(FASHION), 2_000, None).await), [""; 0]);
    assert_eq!(net(Uuid::from_u128(9)).await, 9_450, "5 % for all others");
    assert_eq!(net(SHOES).await, 7_800, "20 % of the category above");
    // Where the category stood when it was bought counts, not where it stands when it is heard of.
    let moved = async |category: Uuid, path: Vec<Uuid>| {
        let seller = Uuid::now_v7();
        let order = Order { category, path, ..Order::of(seller, &[(10_000, 0, 0)], 0) };
        desk.hear(order.paid()).await;
        desk.items(seller).await[0].2
    };
    let other = Uuid::from_u128(9);
    assert_eq!(moved(other, vec![FASHION, other]).await, 7_800, "it was below fashion");
    assert_eq!(moved(SHOES, vec![SHOES]).await, 9_450, "it was not yet");
    assert_eq!(codes(&set(Some(SHOES), 0, Some("2099-01-01T00:00:00Z")).await), [""; 0]);
    assert_eq!(net(SHOES).await, 7_800, "not in force yet");
    assert_eq!(codes(&set(Some(SHOES), 1_000, None).await), [""; 0]);
    assert_eq!(net(SHOES).await, 8_900);
    assert_eq!(codes(&set(None, 10_001, None).await), ["INVALID_RATE"]);
    assert_eq!(codes(&set(None, 1, Some("2020-01-01T00:00:00Z")).await), ["INVALID_TIME"]);
    let seller = user(Uuid::now_v7(), &[Scope::Seller], &[]);
    let query = "mutation { setCommissionRate(input: { rate: 1 }) { userErrors { code } } }";
    assert_eq!(desk.services.execute("settlement", query, json!({}), seller).await.errors.len(), 1, "for staff alone");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_confirmation_refunds_make_items_less() {
    let desk = Desk::open().await;
    let seller = Uuid::now_v7();
    let order = Order::of(seller, &[(30_000, 3_000, 1_500), (9_000, 0, 0)], 3_000);
    desk.hear(order.paid()).await;
    // One of three pieces goes back: 10,000 less 500 of the seller's and 500 of the marketplace's discount.
    desk.hear(order.refunded(0, 1, 9_000, 500, 2_500)).await;
    desk.hear(order.cancelled(1, 0)).await;
    // 20,000 less 1,000 at 10 % → 1,900 and 190.
    let left = [
        item("SALE", "ACCRUED", 16_910),
        item("SALE", "CLAWED_BACK", 0),
        item("SHIPPING", "ACCRUED", 3_000),
        item("RETURN_FEE", "ELIGIBLE", 2_500),
    ];
    assert_eq!(desk.items(seller).await, left);
    desk.hear(order.confirmed(0)).await;
    assert_eq!(desk.items(seller).await[2].1, "ELIGIBLE", "nothing else waits");
    let whole = Order::of(seller, &[(10_000, 0, 0)], 3_000);
    desk.hear(whole.paid()).await;
    desk.hear(whole.cancelled(0, 3_000)).await;
    let states: Vec<String> = desk.items(seller).await.into_iter().skip(4).map(|item| item.1).collect();
    assert_eq!(states, ["CLAWED_BACK", "CLAWED_BACK"], "the shipping goes back as well");
    assert_eq!(desk.close_now(seller).await["settlement"]["net"]["amount"], 16_910 + 3_000 + 2_500);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_confirmation_refunds_are_taken_back_and_debts_carried_over() {
    let desk = Desk::open().await;
    let seller = Uuid::now_v7();
    let order = Order { tax_free: Some(0), ..Order::of(seller, &[(30_000, 3_000, 1_500)], 0) };
    desk.hear(order.paid()).await;
    desk.hear(order.confirmed(0)).await;
    let first = desk.close_now(seller).await["settlement"].clone();
    assert_eq!(first["net"]["amount"], 25_365);
    let (asks, agrees) = (Uuid::now_v7(), Uuid::now_v7());
    let payout = desk.payout("requestPayout", first["id"].as_str().unwrap(), asks).await["payout"].clone();
    let id = payout["id"].as_str().unwrap();
    desk.payout("approvePayout", id, agrees).await;
    desk.wait_for_payout(id, "PAID").await;
    // One piece, then the other two: together exactly what was paid out.
    desk.hear(order.refunded(0, 1, 9_000, 500, 0)).await;
    desk.hear(order.refunded(0, 2, 18_000, 1_000, 0)).await;
    let items = desk.items(seller).await;
    assert_eq!(items[0], item("SALE", "CLAWED_BACK", 25_365), "what was paid stands, and is named");
    assert_eq!((items[1].2, items[2].2), (-8_455, -16_910));
    let tax_free = "(SELECT count(*) FROM settlement_item WHERE tax_free)";
    assert_eq!(desk.number(tax_free).await, 3, "what is taken back of tax-free goods is for tax-free goods");
    let second = desk.close_now(seller).await["settlement"].clone();
    assert_eq!(second["net"]["amount"], -25_365);
    let refused = desk.payout("requestPayout", second["id"].as_str().unwrap(), asks).await;
    assert_eq!(codes(&refused), ["NOTHING_TO_PAY"]);
    let carried = desk.items(seller).await.pop().unwrap();
    assert_eq!(carried, item("CARRY_OVER", "ELIGIBLE", -25_365));
    let next = Order::of(seller, &[(60_000, 0, 0)], 0);
    desk.hear(next.paid()).await;
    desk.hear(next.confirmed(0)).await;
    assert_eq!(desk.close_now(seller).await["settlement"]["net"]["amount"], 53_400 - 25_365, "netted");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_waits_and_what_is_held_back_comes_later() {
    let desk = Desk::with_settings([("SETTLEMENT_CADENCE", "MONTHLY"), ("SETTLEMENT_HOLDBACK_TIME", "0s")]).await;
    let seller = Uuid::now_v7();
    let order = Order::of(seller, &[(10_000, 0, 0), (20_000, 0, 0)], 0);
    desk.hear(order.paid()).await;
    let query = "query($id: ID!) { settlementItems(sellerId: $id) { nodes { id title holds { from to reason } } } }";
    let data = desk.ask(query, json!({ "id": prefixed("slr", seller) }), staff(Uuid::now_v7())).await;
    let held = data["settlementItems"]["nodes"][1]["id"].clone();
    let change = async |field: &str, reason: &str| {
        let input = json!({ "itemId": held, "reason": reason });
        let selection = "item { state net { amount } heldReason }";
        desk.command(field, "SettlementItemReasonInput", selection, input, staff(Uuid::now_v7())).await
    };
    assert_eq!(codes(&change("holdSettlementItem", "").await), ["REASON_REQUIRED"]);
    let item = change("holdSettlementItem", "부정 거래 조사").await["item"].clone();
    assert_eq!((&item["state"], &item["heldReason"]), (&json!("HELD"), &json!("부정 거래 조사")));
    assert_eq!(codes(&change("holdSettlementItem", "다시").await), ["STATE_CONFLICT"]);
    desk.hear(order.confirmed(0)).await;
    desk.hear(order.confirmed(1)).await;
    let terms = json!({ "sellerId": prefixed("slr", seller), "holdback": 1_000, "cadence": "DAILY", "lag": 3 });
    let selection = "account { cadence lag holdback }";
    let by = staff(Uuid::now_v7());
    let set = desk.command("setSettlementAccount", "SetSettlementAccountInput", selection, terms, by).await;
    assert_eq!(set["account"], json!({ "cadence": "DAILY", "lag": 3, "holdback": 1_000 }));
    let first = desk.close_now(seller).await["settlement"].clone();
    let (small, large) = (8_900, 17_800);
    let open = if item["net"]["amount"] == small { large } else { small };
    assert_eq!(first["net"]["amount"], open - open / 10, "without what is held, less a tenth");
    assert_eq!(
        change("releaseSettlementItem", "혐의 없음").await["item"]["state"],
        "ELIGIBLE",
        "it was confirmed meanwhile"
    );
    let data = desk.ask(query, json!({ "id": prefixed("slr", seller) }), staff(Uuid::now_v7())).await;
    let holds: Vec<&Value> = data["settlementItems"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["holds"].as_array().unwrap())
        .collect();
    assert_eq!(holds.len(), 2);
    assert_eq!(holds[1]["reason"], "혐의 없음");
    let rest = small + large - open + open / 10;
    assert_eq!(desk.close_now(seller).await["settlement"]["net"]["amount"], rest - rest / 10);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_in_any_order_come_to_the_same() {
    let desk = Desk::open().await;
    let (early, late) = (Uuid::now_v7(), Uuid::now_v7());
    let facts = |seller| Order::of(seller, &[(30_000, 3_000, 1_500), (9_000, 0, 0)], 3_000);
    let order = facts(late);
    desk.hear(order.paid()).await;
    desk.hear(order.refunded(0, 1, 9_000, 500, 2_500)).await;
    desk.hear(order.cancelled(1, 0)).await;
    desk.hear(order.confirmed(0)).await;
    let order = facts(early);
    desk.hear(order.confirmed(0)).await;
    desk.hear(order.cancelled(1, 0)).await;
    desk.hear(order.refunded(0, 1, 9_000, 500, 2_500)).await;
    assert_eq!(desk.items(early).await, []);
    desk.hear(order.paid()).await;
    let net = async |seller| desk.close_now(seller).await["settlement"]["net"]["amount"].clone();
    assert_eq!(net(early).await, net(late).await);
    assert_eq!(desk.number("SELECT count(*) FROM settlement_early_fact").await, 0);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_that_tell_less_are_understood() {
    let desk = Desk::open().await;
    let (seller, order) = (Uuid::now_v7(), prefixed("ord", Uuid::now_v7()));
    let line = json!({
        "lineId": prefixed("lin", Uuid::now_v7()), "sellerId": prefixed("slr", seller),
        "productId": prefixed("prd", Uuid::now_v7()), "variantId": prefixed("var", Uuid::now_v7()),
        "quantity": 2, "total": 20_000
    });
    desk.hear(support::OrderPaid(json!({ "orderId": order, "buyerId": "usr_1", "total": 20_000, "lines": [line] })))
        .await;
    desk.hear(support::LineConfirmed(json!({ "orderId": order, "buyerId": "usr_1", "line": line }))).await;
    assert_eq!(desk.items(seller).await, [item("SALE", "ELIGIBLE", 17_800)]);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_statements_never_change_and_the_check_finds_planted_faults() {
    let desk = Desk::open().await;
    let seller = Uuid::now_v7();
    for (gross, confirmed) in [(30_000, true), (9_000, false)] {
        let order = Order::of(seller, &[(gross, 0, 0)], 0);
        desk.hear(order.paid()).await;
        if confirmed {
            desk.hear(order.confirmed(0)).await;
        }
    }
    let closed = desk.close_now(seller).await["settlement"].clone();
    let payout = desk.payout("requestPayout", closed["id"].as_str().unwrap(), Uuid::now_v7()).await;
    assert_eq!(payout["payout"]["state"], "REQUESTED");
    let line =
        "INSERT INTO settlement_line SELECT id, (SELECT id FROM settlement), kind, order_number, title, quantity,
        rate, gross, seller_discount, platform_discount, commission, commission_vat, net, occurred_at
        FROM settlement_item WHERE state = 'ACCRUED'";
    for change in [
        "UPDATE settlement SET net = net + 1",
        "DELETE FROM settlement",
        "UPDATE settlement_line SET net = net + 1",
        "DELETE FROM settlement_line",
    ] {
        assert!(desk.sql(change).await.unwrap_err().contains("closed statements never change"), "{change}");
    }
    assert!(desk.sql(line).await.unwrap_err().contains("the lines of a statement sum to it"));
    let approve = "UPDATE payout SET state = 'APPROVED', approved_by = requested_by";
    assert!(desk.sql(approve).await.unwrap_err().contains("payout_by_two_people"));
    assert_eq!(desk.findings().await.len(), 0);
    let plant = async |change: &str, undo: &str, rule: &str| {
        desk.sql(change).await.unwrap();
        let findings = desk.findings().await;
        assert!(findings.iter().any(|finding| finding.rule.starts_with(rule)), "{rule}: {findings:?}");
        desk.sql(undo).await.unwrap();
        assert_eq!(desk.findings().await.len(), 0, "{rule}");
    };
    let accrued = "UPDATE settlement_item SET commission = commission";
    let place = "WHERE state = 'ACCRUED'";
    plant(&format!("{accrued} + 1 {place}"), &format!("{accrued} - 1 {place}"), "a sale comes to its commission").await;
    plant(
        "UPDATE payout SET amount = amount + 1",
        "UPDATE payout SET amount = amount - 1",
        "a payout is its statement",
    )
    .await;
    let scheduled = "UPDATE settlement_item SET gross = gross";
    let place = "WHERE state = 'SCHEDULED'";
    plant(
        &format!("{scheduled} + 10 {place}"),
        &format!("{scheduled} - 10 {place}"),
        "a line of a statement is its item",
    )
    .await;
    let paid = "UPDATE settlement_item SET state =";
    plant(
        &format!("{paid} 'PAID' {place}"),
        &format!("{paid} 'SCHEDULED' WHERE state = 'PAID'"),
        "the items of a payout",
    )
    .await;
    let without = "ALTER TABLE settlement DISABLE TRIGGER settlement_is_final; UPDATE settlement SET net = net";
    let with = "; ALTER TABLE settlement ENABLE TRIGGER settlement_is_final";
    plant(&format!("{without} + 1{with}"), &format!("{without} - 1{with}"), "a statement is the sum of its lines")
        .await;
    let debt = "UPDATE settlement_item SET kind =";
    let own = format!("{debt} 'CARRY_OVER', carried_from = (SELECT id FROM settlement) WHERE state = 'ACCRUED'");
    let back = format!("{debt} 'SALE', carried_from = NULL WHERE state = 'ACCRUED'");
    plant(&own, &back, "a debt is carried over once").await;
    let held = format!("{debt} 'HOLDBACK' WHERE state = 'ACCRUED'");
    plant(&held, &format!("{debt} 'SALE' WHERE state = 'ACCRUED'"), "what is held back is given once").await;
    let more = format!(
        "{debt} 'CLAWBACK', gross = -gross * 4, reverses = (SELECT id FROM settlement_item WHERE state = 'SCHEDULED') WHERE state = 'ACCRUED'"
    );
    let back = format!("{debt} 'SALE', gross = -gross / 4, reverses = NULL WHERE state = 'ACCRUED'");
    plant(&more, &back, "no more is taken back").await;
    desk.close().await;
}
