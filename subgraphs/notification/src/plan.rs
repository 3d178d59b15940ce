//! Who is told what of a fact. Pure; facts are read leniently, so that one which says more or less still tells what it can.

use serde_json::Value;

use crate::model::{NotificationEvent, Params, SellerId, UserId};

/// Every fact that people are told of.
pub(crate) const KINDS: &[&str] = &[
    "user.registered",
    "user.updated",
    "user.withdrawn",
    "user.data_exported",
    "session.revoked",
    "auth.email_verification_requested",
    "auth.password_reset_requested",
    "auth.security_changed",
    "order.paid",
    "order.cancelled",
    "order.expired",
    "order.refused",
    "payment.waiting_for_deposit",
    "line.preparing",
    "line.shipped",
    "line.delivered",
    "line.confirmed",
    "line.cancel_requested",
    "line.cancel_refused",
    "line.preparation_overdue",
    "line.undelivered",
    "shipment.dispatch_overdue",
    "shipment.stalled",
    "shipment.failed",
    "shipment.returning",
    "replacement.dispatch_overdue",
    "replacement.stalled",
    "replacement.failed",
    "replacement.returning",
    "collection.stalled",
    "collection.failed",
    "claim.requested",
    "claim.approved",
    "claim.rejected",
    "claim.withdrawn",
    "claim.collecting",
    "claim.collected",
    "claim.inspected",
    "claim.refunded",
    "claim.reshipped",
    "claim.done",
    "claim.held",
    "claim.resumed",
    "claim.disputed",
    "refund.account_needed",
    "refund.done",
    "coupon.issued",
    "coupon.expiring",
    "coupon.restored",
    "review.created",
    "review.replied",
    "review.blinded",
    "seller.applied",
    "seller.state_changed",
    "seller.bank_account_changed",
    "seller.document_expiring",
    "seller.document_expired",
    "product.approved",
    "product.state_changed",
    "stock.low",
    "stock.depleted",
    "settlement.closed",
    "payout.paid",
    "payout.failed",
    "approval.requested",
    "approval.decided",
];

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// A person.
    User(UserId),
    /// A person at an address that the fact names.
    Address(UserId, String),
    /// Everybody who acts for a seller.
    Members(SellerId),
    /// The owners of a seller.
    Owners(SellerId),
    /// The staff whose roles permit something, but one.
    Staff(StaffPermission, Option<UserId>),
    /// The buyer of an order, whom the fact does not name.
    BuyerOf(String),
}

/// What the roles of staff permit who are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum StaffPermission {
    /// Deciding what others ask for.
    ApprovalDecide,
    /// Sellers and their applications.
    Sellers,
    /// Orders, claims and disputes.
    Orders,
}

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) to: To,
    pub(crate) event: NotificationEvent,
    pub(crate) params: Params,
    pub(crate) link: Option<String>,
}

/// What a fact makes to be told.
pub(crate) fn messages(kind: &str, fact: &Value) -> Vec<Message> {
    use NotificationEvent as Event;
    let user = |event, link: Option<String>| message(person(fact).map(To::User), event, fact, link);
    let seller = |event, link: &str| message(seller_of(fact).map(To::Members), event, fact, Some(link.to_owned()));
    let found = match kind {
        "user.registered" => vec![user(Event::Welcome, Some("/".to_owned()))],
        "user.data_exported" => vec![data_exported(fact)],
        "auth.email_verification_requested" => vec![to_address(fact, Event::EmailVerification)],
        "auth.password_reset_requested" => vec![to_address(fact, Event::PasswordReset)],
        "auth.security_changed" => {
            let to = person(fact).zip(text(fact, "email")).map(|(person, email)| To::Address(person, email));
            vec![message(to, Event::SecurityChanged, fact, Some("/my/security".to_owned()))]
        }
        "order.paid" => to_both(fact, "sellers", Event::OrderPaid, Event::SellerOrderPaid),
        "order.cancelled" => to_both(fact, "lines", Event::OrderCancelled, Event::SellerOrderCancelled),
        "order.expired" => vec![user(Event::OrderExpired, order_link(fact))],
        "order.refused" => vec![user(Event::OrderRefused, order_link(fact))],
        "payment.waiting_for_deposit" => vec![user(Event::DepositAwaited, order_link(fact))],
        "session.revoked" if fact["reason"] == "TOKEN_REUSED" => {
            vec![
                user(Event::SecurityChanged, Some("/my/security".to_owned()))
                    .map(|told| told.with("change", "TOKEN_REUSED")),
            ]
        }
        "line.cancel_requested" => {
            vec![user(Event::CancelUpdated, order_link(fact)), line_seller(fact, Event::SellerCancelRequested)]
        }
        "line.cancel_refused" => vec![user(Event::CancelUpdated, order_link(fact))],
        "line.preparation_overdue" => vec![line_seller(fact, Event::SellerLate)],
        "shipment.dispatch_overdue" | "replacement.dispatch_overdue" => vec![seller(Event::SellerLate, "/seller")],
        "shipment.stalled"
        | "shipment.failed"
        | "shipment.returning"
        | "replacement.stalled"
        | "replacement.failed"
        | "replacement.returning"
        | "collection.stalled"
        | "collection.failed" => {
            vec![user(Event::DeliveryTrouble, order_link(fact)), seller(Event::SellerDeliveryTrouble, "/seller")]
        }
        "line.shipped" => vec![user(Event::LineShipped, order_link(fact))],
        "line.delivered" => vec![user(Event::LineDelivered, order_link(fact))],
        "line.confirmed" => vec![user(Event::LineConfirmed, order_link(fact))],
        "claim.requested" => {
            vec![user(Event::ClaimUpdated, order_link(fact)), seller(Event::SellerClaimRequested, "/seller/claims")]
        }
        "claim.disputed" => vec![
            user(Event::ClaimUpdated, order_link(fact)),
            staff(StaffPermission::Orders, None, Event::StaffClaimDisputed, fact, "/admin/claims"),
        ],
        "refund.account_needed" => vec![user(Event::RefundAccountNeeded, order_link(fact))],
        "refund.done" => {
            let to = person(fact).map(To::User).or_else(|| text(fact, "orderId").map(To::BuyerOf));
            vec![message(to, Event::RefundDone, fact, order_link(fact))]
        }
        "coupon.issued" => vec![user(Event::CouponIssued, Some("/account/coupons".to_owned()))],
        "coupon.expiring" => vec![user(Event::CouponExpiring, Some("/account/coupons".to_owned()))],
        "coupon.restored" => vec![user(Event::CouponRestored, Some("/account/coupons".to_owned()))],
        "review.blinded" => vec![user(Event::ReviewBlinded, None)],
        "review.replied" => {
            let link = text(fact, "productId").map(|id| format!("/p/{id}"));
            vec![user(Event::ReviewReplied, link)]
        }
        "seller.applied" => {
            vec![staff(StaffPermission::Sellers, None, Event::StaffSellerApplied, fact, "/admin/sellers")]
        }
        "seller.bank_account_changed" => {
            vec![message(seller_of(fact).map(To::Owners), Event::BankAccountChanged, fact, Some("/seller".to_owned()))]
        }
        "seller.state_changed" => vec![seller(Event::SellerStateChanged, "/seller")],
        "seller.document_expiring" | "seller.document_expired" => vec![seller(Event::SellerDocument, "/seller")],
        "product.approved" => vec![seller(Event::ProductApproved, "/seller/products")],
        // What staff let on sale is told as product.approved.
        "product.state_changed"
            if fact["byStaff"] == true && (fact["from"] != "IN_REVIEW" || fact["to"] == "DRAFT") =>
        {
            vec![seller(Event::ProductStateChanged, "/seller/products")]
        }
        "stock.low" => vec![seller(Event::StockLow, "/seller/stock")],
        "stock.depleted" => vec![seller(Event::StockDepleted, "/seller/stock")],
        "settlement.closed" => vec![seller(Event::SettlementClosed, "/seller/settlements")],
        "payout.paid" => vec![seller(Event::PayoutPaid, "/seller/settlements")],
        "payout.failed" => vec![seller(Event::PayoutFailed, "/seller/settlements")],
        "approval.requested" => {
            let asked_by = user_at(fact, "requestedBy");
            let event = Event::StaffApprovalRequested;
            vec![staff(StaffPermission::ApprovalDecide, asked_by, event, fact, "/admin/approvals")]
        }
        "approval.decided" if is_decision(fact) => {
            let to = user_at(fact, "requestedBy").map(To::User);
            let link = Some("/admin/approvals".to_owned());
            vec![message(to, Event::StaffApprovalDecided, fact, link)]
        }
        _ if kind.starts_with("claim.") => vec![user(Event::ClaimUpdated, order_link(fact))],
        _ => Vec::new(),
    };
    let status = kind.rsplit('.').next().unwrap_or_default();
    let mut found: Vec<Message> = found.into_iter().flatten().collect();
    for message in &mut found {
        message.params.insert("status".to_owned(), status.to_owned());
    }
    found
}

impl Message {
    /// The same, with one more thing for its text.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.params.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// Whether somebody decided: not the one who asked, and a refund's approval not again when it is used.
fn is_decision(fact: &Value) -> bool {
    match fact["state"].as_str() {
        Some("APPROVED" | "REJECTED" | "EXPIRED") => true,
        Some("EXECUTED") => fact["kind"] != "REFUND",
        _ => false,
    }
}

/// To staff who may do something about it.
fn staff(
    permission: StaffPermission,
    except: Option<UserId>,
    event: NotificationEvent,
    fact: &Value,
    link: &str,
) -> Option<Message> {
    message(Some(To::Staff(permission, except)), event, fact, Some(link.to_owned()))
}

/// To the seller of the fact's line.
fn line_seller(fact: &Value, event: NotificationEvent) -> Option<Message> {
    message(seller_of(&fact["line"]).map(To::Members), event, fact, Some("/seller/orders".to_owned()))
}

fn user_at(fact: &Value, key: &str) -> Option<UserId> {
    fact[key].as_str()?.parse().ok()
}

fn message(to: Option<To>, event: NotificationEvent, fact: &Value, link: Option<String>) -> Option<Message> {
    to.map(|to| Message { to, event, params: params(fact), link })
}

/// Not a change of how the person signs in, but as much a reason to look whether it was the person.
fn data_exported(fact: &Value) -> Option<Message> {
    let link = Some("/my/security".to_owned());
    let told = message(person(fact).map(To::User), NotificationEvent::SecurityChanged, fact, link)?;
    Some(told.with("change", "DATA_EXPORTED"))
}

fn to_address(fact: &Value, event: NotificationEvent) -> Option<Message> {
    let to = To::Address(person(fact)?, text(fact, "email")?);
    message(Some(to), event, fact, text(fact, "url"))
}

/// The buyer, and each seller of the parts with what is the seller's own.
fn to_both(fact: &Value, parts: &str, buyer: NotificationEvent, seller: NotificationEvent) -> Vec<Option<Message>> {
    let mut found = vec![message(person(fact).map(To::User), buyer, fact, order_link(fact))];
    let mut told: Vec<SellerId> = Vec::new();
    for part in fact[parts].as_array().into_iter().flatten() {
        let Some(id) = seller_of(part).filter(|id| !told.contains(id)) else { continue };
        told.push(id);
        let own: Vec<&Value> =
            fact["lines"].as_array().into_iter().flatten().filter(|line| seller_of(line) == Some(id)).collect();
        let mut params = lines_params(&own);
        params.extend(number(fact).map(|number| ("number".to_owned(), number)));
        if let Some(total) = part["total"].as_i64() {
            params.insert("amount".to_owned(), total.to_string());
        }
        let link = Some("/seller/orders".to_owned());
        found.push(Some(Message { to: To::Members(id), event: seller, params, link }));
    }
    found
}

/// What a text can be filled in with. Of a fact, only what is named here.
fn params(fact: &Value) -> Params {
    let lines: Vec<&Value> = match fact.get("line") {
        Some(line) => vec![line],
        None => fact["lines"].as_array().into_iter().flatten().collect(),
    };
    let mut params = lines_params(&lines);
    params.extend(number(fact).map(|number| ("number".to_owned(), number)));
    for (name, keys) in [
        ("name", &["name", "policyName"][..]),
        ("title", &["title"]),
        ("reason", &["reason"]),
        ("kind", &["kind"]),
        ("change", &["change"]),
        ("from", &["from"]),
        ("to", &["to"]),
        ("url", &["url"]),
        ("amount", &["amount", "refundAmount", "total", "payoutAmount"]),
        ("available", &["available"]),
        ("until", &["expiresAt", "expiresOn", "validUntil", "until", "answerBy", "prepareBy", "dispatchBy", "dueAt"]),
        ("state", &["state"]),
        ("bank", &["bank"]),
        ("account", &["accountNumber"]),
        ("carrier", &["carrier"]),
        ("tracking", &["trackingNumber"]),
        ("document", &["documentKind"]),
    ] {
        if let Some(value) = keys.iter().find_map(|key| text(fact, key)) {
            params.insert(name.to_owned(), value);
        }
    }
    params
}

/// The first line's title and how many more there are.
fn lines_params(lines: &[&Value]) -> Params {
    let title = lines.first().and_then(|line| text(line, "title"));
    let mut params: Params = title.map(|title| ("title".to_owned(), title)).into_iter().collect();
    if lines.len() > 1 {
        params.insert("more".to_owned(), (lines.len() - 1).to_string());
    }
    params
}

/// A text or a number of a fact.
fn text(fact: &Value, key: &str) -> Option<String> {
    match &fact[key] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(fact: &Value) -> Option<String> {
    text(fact, "number").or_else(|| text(fact, "orderNumber"))
}

fn order_link(fact: &Value) -> Option<String> {
    text(fact, "orderId").map(|id| format!("/orders/{id}"))
}

/// The person whom a fact is about.
pub(crate) fn person(fact: &Value) -> Option<UserId> {
    ["buyerId", "userId", "authorId", "ownerId"].iter().find_map(|key| fact[*key].as_str()?.parse().ok())
}

fn seller_of(fact: &Value) -> Option<SellerId> {
    fact["sellerId"].as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BUYER: &str = "usr_00000000000070008000000000000001";
    const ONE: &str = "slr_00000000000070008000000000000002";
    const TWO: &str = "slr_00000000000070008000000000000003";

    fn paid() -> Value {
        json!({
            "orderId": "ord_1", "number": "20260101-0001", "buyerId": BUYER, "total": 30_000,
            "sellers": [{ "sellerId": ONE, "total": 10_000 }, { "sellerId": TWO, "total": 20_000 }],
            "lines": [
                { "sellerId": ONE, "title": "머그컵" }, { "sellerId": TWO, "title": "접시" }, { "sellerId": TWO, "title": "포크" },
            ],
        })
    }

    #[test]
    fn a_paid_order_is_told_to_the_buyer_and_each_seller() {
        let told = messages("order.paid", &paid());
        let to: Vec<&To> = told.iter().map(|message| &message.to).collect();
        let members = |id: &str| To::Members(id.parse().unwrap());
        assert_eq!(to, [&To::User(BUYER.parse().unwrap()), &members(ONE), &members(TWO)]);
        let text = |index: usize, key: &str| told[index].params.get(key).map(String::as_str);
        assert_eq!((text(0, "amount"), text(0, "title"), text(0, "more")), (Some("30000"), Some("머그컵"), Some("2")));
        // A seller reads of the own goods alone.
        assert_eq!((text(1, "amount"), text(1, "title"), text(1, "more")), (Some("10000"), Some("머그컵"), None));
        assert_eq!((text(2, "amount"), text(2, "title"), text(2, "more")), (Some("20000"), Some("접시"), Some("1")));
    }

    #[test]
    fn facts_that_say_little_are_told_as_far_as_they_go() {
        let refund = messages("refund.done", &json!({ "orderId": "ord_1", "amount": 500 }));
        assert_eq!(refund[0].to, To::BuyerOf("ord_1".to_owned()));
        assert!(messages("order.paid", &json!({})).is_empty());
        assert!(messages("stock.low", &json!({ "sellerId": "nonsense" })).is_empty());
        assert!(messages("something.else", &paid()).is_empty());
        let claim = messages("claim.approved", &json!({ "buyerId": BUYER, "kind": "RETURN" }));
        assert_eq!(claim[0].params.get("status").map(String::as_str), Some("approved"));
    }

    #[test]
    fn sellers_read_which_document_ends_and_when() {
        let fact =
            json!({ "sellerId": ONE, "name": "도아상점", "documentKind": "IDENTITY", "expiresOn": "2026-01-31" });
        for (kind, status) in
            [("seller.document_expiring", "document_expiring"), ("seller.document_expired", "document_expired")]
        {
            let told = messages(kind, &fact);
            assert_eq!(told[0].to, To::Members(ONE.parse().unwrap()));
            let text = |key: &str| told[0].params.get(key).map(String::as_str);
            assert_eq!(
                (text("document"), text("until"), text("status")),
                (Some("IDENTITY"), Some("2026-01-31"), Some(status))
            );
        }
    }

    #[test]
    fn a_request_to_cancel_is_told_to_both_and_its_refusal_to_the_buyer() {
        let fact = json!({ "orderId": "ord_1", "orderNumber": "N-1", "buyerId": BUYER, "reason": "변심",
            "answerBy": "2026-03-05T15:00:00Z", "line": { "sellerId": ONE, "title": "머그컵" } });
        let asked = messages("line.cancel_requested", &fact);
        let to: Vec<(&To, NotificationEvent)> = asked.iter().map(|message| (&message.to, message.event)).collect();
        let (buyer, shop) = (To::User(BUYER.parse().unwrap()), To::Members(ONE.parse().unwrap()));
        assert_eq!(to, [(&buyer, NotificationEvent::CancelUpdated), (&shop, NotificationEvent::SellerCancelRequested)]);
        assert_eq!(asked[1].params.get("until").map(String::as_str), Some("2026-03-05T15:00:00Z"));
        let refused = messages("line.cancel_refused", &fact);
        assert_eq!((refused.len(), &refused[0].to), (1, &buyer));
        assert_eq!(refused[0].params.get("status").map(String::as_str), Some("cancel_refused"));
    }

    #[test]
    fn parcels_in_trouble_are_told_to_seller_and_buyer_and_late_ones_to_the_seller() {
        let fact = json!({ "orderId": "ord_1", "sellerId": ONE, "buyerId": BUYER, "trackingNumber": "77" });
        let (buyer, shop) = (To::User(BUYER.parse().unwrap()), To::Members(ONE.parse().unwrap()));
        for kind in ["shipment.failed", "shipment.stalled", "shipment.returning", "replacement.failed"] {
            let told = messages(kind, &fact);
            assert_eq!(told.iter().map(|message| &message.to).collect::<Vec<_>>(), [&buyer, &shop], "{kind}");
            assert_eq!(told[1].params.get("tracking").map(String::as_str), Some("77"));
        }
        let late = messages("shipment.dispatch_overdue", &fact);
        assert_eq!(late.iter().map(|message| &message.to).collect::<Vec<_>>(), [&shop]);
    }

    #[test]
    fn staff_hear_of_what_waits_for_them() {
        let fact = json!({ "requestedBy": BUYER, "kind": "REFUND", "state": "PENDING" });
        let asked = messages("approval.requested", &fact);
        assert_eq!(asked[0].to, To::Staff(StaffPermission::ApprovalDecide, Some(BUYER.parse().unwrap())));
        for (kind, state, told) in [
            ("REFUND", "APPROVED", true),
            ("REFUND", "REJECTED", true),
            ("REFUND", "EXPIRED", true),
            ("REFUND", "EXECUTED", false),
            ("STAFF_ROLES", "EXECUTED", true),
            ("REFUND", "WITHDRAWN", false),
        ] {
            let fact = json!({ "requestedBy": BUYER, "kind": kind, "state": state });
            assert_eq!(!messages("approval.decided", &fact).is_empty(), told, "{kind} {state}");
        }
        let disputed = messages("claim.disputed", &json!({ "buyerId": BUYER, "kind": "RETURN" }));
        assert_eq!(disputed[1].to, To::Staff(StaffPermission::Orders, None));
        assert_eq!(messages("seller.applied", &json!({ "ownerId": BUYER, "name": "도아상점" })).len(), 1);
    }

    #[test]
    fn products_are_told_of_where_staff_did_it() {
        for (from, to, by_staff, told) in [
            ("IN_REVIEW", "DRAFT", true, 1),
            ("IN_REVIEW", "ON_SALE", true, 0),
            ("ON_SALE", "SUSPENDED", true, 1),
            ("SUSPENDED", "ON_SALE", true, 1),
            ("ON_SALE", "SUSPENDED", false, 0),
            ("DRAFT", "IN_REVIEW", false, 0),
        ] {
            let fact = json!({ "sellerId": ONE, "from": from, "to": to, "byStaff": by_staff, "reason": "사진" });
            assert_eq!(messages("product.state_changed", &fact).len(), told, "{from} {to} {by_staff}");
        }
    }

    #[test]
    fn who_has_exported_everything_is_told_that_it_is_no_change() {
        use platform::language::Language;

        let told = messages("user.data_exported", &json!({ "userId": BUYER })).remove(0);
        assert_eq!((told.event, &told.to), (NotificationEvent::SecurityChanged, &To::User(BUYER.parse().unwrap())));
        let text = |language| crate::templates::render(told.event, &told.params, language);
        assert!(text(Language::English).title.contains("exported") && text(Language::Korean).title.contains("내려받"));
    }

    #[test]
    fn only_a_stolen_session_is_told() {
        for (reason, told) in [("TOKEN_REUSED", 1), ("SIGNED_OUT", 0), ("PASSWORD_CHANGED", 0)] {
            let fact = json!({ "userId": BUYER, "reason": reason });
            assert_eq!(messages("session.revoked", &fact).len(), told, "{reason}");
        }
    }

    /// Every fact that is listened to makes a message, changes a contact, or is for sellers' systems.
    #[test]
    fn nothing_is_heard_for_nothing() {
        let fact = json!({
            "userId": BUYER, "sellerId": ONE, "orderId": "ord_1", "email": "a@b.kr", "url": "https://x",
            "sellers": [], "lines": [], "line": { "sellerId": ONE }, "requestedBy": BUYER, "state": "REJECTED",
            "reason": "TOKEN_REUSED", "from": "ON_SALE", "to": "SUSPENDED", "byStaff": true,
        });
        let silent: Vec<&&str> = KINDS.iter().filter(|kind| messages(kind, &fact).is_empty()).collect();
        assert_eq!(
            silent,
            [&"user.updated", &"user.withdrawn", &"line.preparing", &"line.undelivered", &"review.created"]
        );
    }
}
