//! What sellers' systems are told, how it is signed, and where it may go. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use platform::signature::sign;
use serde_json::{Value, json};

use crate::model::SellerId;

/// The facts that an endpoint can be told of.
pub(crate) const EVENTS: &[&str] = &[
    "order.paid",
    "order.cancelled",
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
    "claim.requested",
    "claim.approved",
    "claim.rejected",
    "claim.withdrawn",
    "claim.collected",
    "claim.refunded",
    "claim.reshipped",
    "claim.done",
    "claim.disputed",
    "review.created",
    "product.approved",
    "stock.low",
    "stock.depleted",
    "settlement.closed",
    "payout.paid",
    "payout.failed",
    "product.state_changed",
];

/// The sellers whom a fact concerns.
pub(crate) fn sellers_of(fact: &Value) -> Vec<SellerId> {
    let parts = |key: &str| fact[key].as_array().cloned().unwrap_or_default();
    let mut sellers: Vec<SellerId> = [vec![fact.clone(), fact["line"].clone()], parts("lines"), parts("sellers")]
        .concat()
        .iter()
        .filter_map(|part| part["sellerId"].as_str()?.parse().ok())
        .collect();
    sellers.sort_unstable();
    sellers.dedup();
    sellers
}

/// A fact as one seller may read it: of an order of several sellers, the own part alone. `None` when it is not the seller's.
pub(crate) fn for_seller(fact: &Value, seller: SellerId) -> Option<Value> {
    let id = seller.to_string();
    let own = |part: &Value| part["sellerId"] == id.as_str();
    let mut told = fact.as_object()?.clone();
    if fact.get("sellerId").is_some() {
        return own(fact).then_some(Value::Object(told));
    }
    if let Some(line) = fact.get("line") {
        return own(line).then_some(Value::Object(told));
    }
    let mut any = false;
    for key in ["lines", "sellers"] {
        if let Some(Value::Array(parts)) = told.get_mut(key) {
            parts.retain(own);
            any |= !parts.is_empty();
        }
    }
    // The whole order's amounts would tell of other sellers' sales.
    told.retain(|key, value| !(value.is_number() || key.ends_with("Total")));
    any.then_some(Value::Object(told))
}

/// What is sent.
pub(crate) fn envelope(id: &str, kind: &str, at: &str, fact: &Value) -> Value {
    json!({ "id": id, "type": kind, "createdAt": at, "data": fact })
}

/// HMAC-SHA256 over `timestamp.payload`, in hexadecimal.
pub(crate) fn signature(secret: &str, timestamp: i64, payload: &str) -> String {
    sign(secret, &timestamp.to_string(), payload.as_bytes())
}

/// The header `Doa-Signature`: the time, and a signature by each secret in force.
pub(crate) fn signature_header<'a>(secrets: impl Iterator<Item = &'a str>, timestamp: i64, payload: &str) -> String {
    let signatures = secrets.map(|secret| format!(",v1={}", signature(secret, timestamp, payload)));
    format!("t={timestamp}{}", signatures.collect::<String>())
}

/// Whether an address is everybody's: not of this machine, not of a private network, not of a cloud's own services, and
/// none that only leads to such.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
        || (a == 203 && b == 0 && c == 113);
    !(reserved
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // 6to4, NAT64 and mapped addresses carry an IPv4 address, which decides.
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Only 2000::/3 is given out; of it, not documentation and not Teredo.
        [first, second, ..] => {
            let documentation = (first == 0x2001 && second == 0xDB8) || (first == 0x3FFF && second < 0x1000);
            (0x2000..0x4000).contains(&first) && !documentation && !(first == 0x2001 && second < 0x200)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "slr_00000000000070008000000000000002";
    const TWO: &str = "slr_00000000000070008000000000000003";

    #[test]
    fn signatures_are_hmac_sha256() {
        // Checked with `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test`.
        let expected = "38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789";
        let made = signature("whsec_test", 1_700_000_000, "{\"a\":1}");

        assert_ne!(made, signature("whsec_test", 1_700_000_001, "{\"a\":1}"));
        assert_ne!(made, signature("whsec_tesT", 1_700_000_000, "{\"a\":1}"));
        assert_eq!(made, expected);
        let both = signature_header(["a", "b"].into_iter(), 5, "x");
        assert_eq!(both, format!("t=5,v1={},v1={}", signature("a", 5, "x"), signature("b", 5, "x")));
    }

    #[test]
    fn sellers_read_of_their_own_alone() {
        let paid = json!({
            "orderId": "ord_1", "total": 30, "itemsTotal": 30, "number": "N",
            "sellers": [{ "sellerId": ONE, "total": 10 }, { "sellerId": TWO, "total": 20 }],
            "lines": [{ "sellerId": ONE, "total": 10 }, { "sellerId": TWO, "total": 20 }],
        });
        let (one, two, stranger) =
            (ONE.parse().unwrap(), TWO.parse().unwrap(), "slr_00000000000070008000000000000009".parse().unwrap());
        assert_eq!(sellers_of(&paid), [one, two]);
        let told = for_seller(&paid, one).unwrap();
        let own = json!([{ "sellerId": ONE, "total": 10 }]);
        assert_eq!(told, json!({ "orderId": "ord_1", "number": "N", "sellers": own, "lines": own }));
        assert_eq!(for_seller(&paid, stranger), None);
        let line = json!({ "line": { "sellerId": TWO } });
        assert_eq!((for_seller(&line, two), for_seller(&line, one)), (Some(line.clone()), None));
        let stock = json!({ "sellerId": ONE, "available": 3 });
        assert_eq!((for_seller(&stock, one), for_seller(&stock, two)), (Some(stock.clone()), None));
        assert_eq!(sellers_of(&line), [two]);
    }

    #[test]
    fn only_public_addresses_are_reached() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for good in ["8.8.8.8", "211.249.220.24", "2606:4700:4700::1111", "100.128.0.1", "172.32.0.1", "::ffff:8.8.8.8"]
        {
            assert!(public(good), "{good}");
        }
        for wrong in [
            "127.0.0.1",
            "127.255.0.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.5.5",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:c0a8:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!public(wrong), "{wrong}");
        }
    }
}
