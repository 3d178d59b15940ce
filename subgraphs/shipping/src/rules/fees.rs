//! Shipping fees: lines are put into bundles, and every bundle costs one fee and one surcharge.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use platform::business_days::{
    add_business_days, day_in_seoul, is_business_day, moment_in_seoul, this_or_next_business_day, time_in_seoul,
};
use uuid::Uuid;

use crate::model::{
    BundleGroupId, BundleRule, DeliveryArea, Policy, PolicyId, ProductId, SellerId, ShippingPolicyKind,
};

/// By law (전자상거래법 제15조) what is paid for has to be sent within three business days, unless something else was agreed.
const LAWFUL_DISPATCH_DAYS: u32 = 3;

/// A line to be sent.
#[derive(Clone, Debug)]
pub(crate) struct QuoteLine<'a> {
    /// The caller's name of it.
    pub(crate) line_id: &'a str,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) quantity: i32,
    /// What the line costs, in won.
    pub(crate) amount: i64,
    /// The policy that it is sent under; none when its seller has none.
    pub(crate) policy: Option<&'a Policy>,
}

/// What is sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The policy whose fee is charged.
    pub(crate) policy_id: Option<PolicyId>,
    pub(crate) line_ids: Vec<String>,
    pub(crate) fee: i64,
    pub(crate) surcharge: i64,
}

/// What one seller asks for sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SellerQuote {
    pub(crate) seller_id: SellerId,
    /// All fees and surcharges.
    pub(crate) total: i64,
    pub(crate) bundles: Vec<Bundle>,
    /// Until when the last bundle is sent.
    pub(crate) dispatch_by: DateTime<Utc>,
    /// What a return costs, at most.
    pub(crate) return_fee: i64,
    /// What an exchange costs, at most.
    pub(crate) exchange_fee: i64,
}

/// What makes lines of one seller travel together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Together {
    /// The seller has no policy.
    Unannounced,
    Group(BundleGroupId),
    Policy(PolicyId),
    Alone(ProductId),
}

fn together(policy: Option<&Policy>, product_id: ProductId) -> Together {
    match policy {
        None => Together::Unannounced,
        Some(policy) if policy.row.ships_alone => Together::Alone(product_id),
        Some(Policy { group: Some(group), .. }) => Together::Group(group.id),
        Some(policy) => Together::Policy(policy.row.id),
    }
}

/// What a product's bundle is known by among the seller's bundles of one order.
pub(crate) fn bundle_key(policy: Option<&Policy>, product_id: ProductId, seller_id: SellerId) -> Uuid {
    match together(policy, product_id) {
        Together::Unannounced => seller_id.0,
        Together::Group(id) => id.0,
        Together::Policy(id) => id.0,
        Together::Alone(id) => id.0,
    }
}

/// What sending the lines to an area costs, seller by seller, when they are paid at `paid_at`.
///
/// - Lines under policies of one bundle group travel together; without a group, those under one policy do; what is sent
///   alone (개별배송) travels with the same product only.
/// - Whether a fee is waived from an amount on is decided by what the whole bundle costs; a fee by quantity counts the
///   pieces under its own policy, and so does a surcharge under such a policy, since there are as many parcels.
/// - Of a bundle with several policies, the smallest or the largest fee is charged, and likewise the surcharge.
/// - A seller who has announced no policy may charge nothing.
pub(crate) fn quote(lines: &[QuoteLine<'_>], area: DeliveryArea, paid_at: DateTime<Utc>) -> Vec<SellerQuote> {
    let mut sellers: BTreeMap<SellerId, BTreeMap<Together, Vec<&QuoteLine<'_>>>> = BTreeMap::new();
    for line in lines {
        let bundles = sellers.entry(line.seller_id).or_default();
        bundles.entry(together(line.policy, line.product_id)).or_default().push(line);
    }
    sellers.into_iter().map(|(seller_id, bundles)| seller_quote(seller_id, bundles, area, paid_at)).collect()
}

fn seller_quote(
    seller_id: SellerId,
    bundles: BTreeMap<Together, Vec<&QuoteLine<'_>>>,
    area: DeliveryArea,
    paid_at: DateTime<Utc>,
) -> SellerQuote {
    let policies = || bundles.values().flatten().map(|line| line.policy);
    let largest = |fee: fn(&Policy) -> i64| policies().flatten().map(fee).max().unwrap_or(0);
    let last = policies().map(|policy| dispatch_by(policy, paid_at)).max();
    let (return_fee, exchange_fee) =
        (largest(|policy| policy.row.return_fee), largest(|policy| policy.row.exchange_fee));
    let bundles: Vec<Bundle> = bundles.values().map(|lines| charge(lines, area)).collect();
    SellerQuote {
        seller_id,
        total: bundles.iter().map(|bundle| bundle.fee + bundle.surcharge).sum(),
        bundles,
        dispatch_by: last.unwrap_or_else(|| dispatch_by(None, paid_at)),
        return_fee,
        exchange_fee,
    }
}

fn charge(lines: &[&QuoteLine<'_>], area: DeliveryArea) -> Bundle {
    let line_ids = lines.iter().map(|line| line.line_id.to_owned()).collect();
    let amount = lines.iter().map(|line| line.amount).sum();
    let mut pieces: BTreeMap<PolicyId, (&Policy, i64)> = BTreeMap::new();
    for line in lines {
        if let Some(policy) = line.policy {
            pieces.entry(policy.row.id).or_insert((policy, 0)).1 += i64::from(line.quantity);
        }
    }
    let fees = || pieces.values().map(|(policy, pieces)| (fee_of(policy, *pieces, amount), policy.row.id));
    let surcharges = pieces.values().map(|(policy, pieces)| surcharge_of(policy, *pieces, area));
    let rule = pieces.values().find_map(|(policy, _)| policy.group.as_ref()).map_or(BundleRule::Largest, |g| g.rule);
    let (chosen, surcharge) = match rule {
        BundleRule::Smallest => (fees().min(), surcharges.min()),
        // The first of equals, as with the smallest.
        BundleRule::Largest => (fees().rev().max_by_key(|(fee, _)| *fee), surcharges.max()),
    };
    let (fee, policy_id) = chosen.map_or((0, None), |(fee, id)| (fee, Some(id)));
    Bundle { policy_id, line_ids, fee, surcharge: surcharge.unwrap_or(0) }
}

/// How many parcels so many pieces fill.
fn parcels(policy: &Policy, pieces: i64) -> i64 {
    match (policy.row.kind, policy.row.pieces_per_fee) {
        (ShippingPolicyKind::ByQuantity, Some(each)) if each > 0 => (pieces + i64::from(each) - 1) / i64::from(each),
        _ => 1,
    }
}

fn fee_of(policy: &Policy, pieces: i64, amount: i64) -> i64 {
    let row = &policy.row;
    match row.kind {
        ShippingPolicyKind::Free => 0,
        ShippingPolicyKind::Flat => row.fee,
        ShippingPolicyKind::ConditionalFree if row.free_from.is_some_and(|free_from| amount >= free_from) => 0,
        ShippingPolicyKind::ConditionalFree => row.fee,
        ShippingPolicyKind::ByQuantity => row.fee * parcels(policy, pieces),
    }
}

fn surcharge_of(policy: &Policy, pieces: i64, area: DeliveryArea) -> i64 {
    let each = match area {
        DeliveryArea::Mainland => 0,
        DeliveryArea::Jeju => policy.row.jeju_surcharge,
        DeliveryArea::RemoteIsland => policy.row.remote_surcharge,
    };
    each * parcels(policy, pieces)
}

/// Until when what is paid at `paid_at` has to be sent: the end of a business day in Seoul. What is paid after the cut-off
/// hour, or on a day off, counts as paid on the next business day.
pub(crate) fn dispatch_by(policy: Option<&Policy>, paid_at: DateTime<Utc>) -> DateTime<Utc> {
    let days = policy.map_or(LAWFUL_DISPATCH_DAYS, |policy| u32::try_from(policy.row.dispatch_days).unwrap_or(0));
    let in_time = policy.is_none_or(|policy| time_in_seoul(paid_at) < policy.row.cut_off);
    let paid_on = day_in_seoul(paid_at);
    let first = match (is_business_day(paid_on), in_time) {
        (true, true) => paid_on,
        (true, false) => add_business_days(paid_on, 1),
        (false, _) => this_or_next_business_day(paid_on),
    };
    let last_second = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    moment_in_seoul(add_business_days(first, days), last_second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{BundleGroupRow, PolicyRow};

    const SELLER: SellerId = SellerId(Uuid::from_u128(1));

    fn policy(number: u128, kind: ShippingPolicyKind, fee: i64, limit: i64) -> Policy {
        let row = PolicyRow {
            id: PolicyId(Uuid::from_u128(number)),
            seller_id: SELLER,
            name: "기본".to_owned(),
            kind,
            fee: if kind == ShippingPolicyKind::Free { 0 } else { fee },
            free_from: (kind == ShippingPolicyKind::ConditionalFree).then_some(limit),
            pieces_per_fee: (kind == ShippingPolicyKind::ByQuantity).then(|| i32::try_from(limit).unwrap()),
            bundle_group_id: None,
            ships_alone: false,
            jeju_surcharge: 3_000,
            remote_surcharge: 5_000,
            return_fee: fee,
            exchange_fee: fee * 2,
            dispatch_days: 1,
            cut_off: "14:00:00".parse().unwrap(),
            is_default: true,
        };
        Policy { row, group: None }
    }

    fn grouped(mut policy: Policy, rule: BundleRule) -> Policy {
        let id = BundleGroupId(Uuid::from_u128(99));
        policy.row.bundle_group_id = Some(id);
        policy.group = Some(BundleGroupRow { id, seller_id: SELLER, name: "묶음".to_owned(), rule });
        policy
    }

    fn line<'a>(line_id: &'a str, policy: &'a Policy, quantity: i32, amount: i64) -> QuoteLine<'a> {
        let product_id = ProductId(Uuid::from_u128(line_id.bytes().map(u128::from).sum()));
        QuoteLine { line_id, seller_id: SELLER, product_id, quantity, amount, policy: Some(policy) }
    }

    fn totals(lines: &[QuoteLine<'_>], area: DeliveryArea) -> Vec<(i64, i64)> {
        let paid_at = "2026-11-26T01:00:00Z".parse().unwrap();
        let quotes = quote(lines, area, paid_at);
        quotes.iter().flat_map(|quote| &quote.bundles).map(|bundle| (bundle.fee, bundle.surcharge)).collect()
    }

    #[test]
    fn each_kind_has_its_fee() {
        use DeliveryArea::{Jeju, Mainland, RemoteIsland};
        use ShippingPolicyKind::{ByQuantity, ConditionalFree, Flat, Free};
        for (kind, limit, quantity, amount, area, expected) in [
            (Free, 0, 9, 1, Mainland, (0, 0)),
            (Free, 0, 9, 1, Jeju, (0, 3_000)),
            (Flat, 0, 9, 900_000, Mainland, (2_500, 0)),
            (Flat, 0, 9, 900_000, RemoteIsland, (2_500, 5_000)),
            (ConditionalFree, 30_000, 1, 29_999, Mainland, (2_500, 0)),
            (ConditionalFree, 30_000, 1, 30_000, Mainland, (0, 0)),
            (ConditionalFree, 30_000, 1, 30_000, Jeju, (0, 3_000)),
            (ByQuantity, 3, 1, 1, Mainland, (2_500, 0)),
            (ByQuantity, 3, 3, 1, Mainland, (2_500, 0)),
            (ByQuantity, 3, 4, 1, Mainland, (5_000, 0)),
            (ByQuantity, 3, 7, 1, Jeju, (7_500, 9_000)),
        ] {
            let policy = policy(7, kind, 2_500, limit);
            assert_eq!(
                totals(&[line("a", &policy, quantity, amount)], area),
                [expected],
                "{kind:?} {quantity} {amount}"
            );
        }
    }

    #[test]
    fn bundles_charge_once_by_the_groups_rule() {
        use ShippingPolicyKind::{ConditionalFree, Flat};
        for (rule, fee, chosen) in [(BundleRule::Smallest, 2_500, 2), (BundleRule::Largest, 4_000, 1)] {
            let dear = grouped(policy(1, Flat, 4_000, 0), rule);
            let cheap = grouped(policy(2, ConditionalFree, 2_500, 50_000), rule);
            let lines = [line("a", &dear, 1, 10_000), line("b", &cheap, 1, 10_000), line("c", &cheap, 2, 5_000)];
            let quotes = quote(&lines, DeliveryArea::Jeju, "2026-11-26T01:00:00Z".parse().unwrap());
            assert_eq!(quotes.len(), 1);
            let expected = Bundle {
                policy_id: Some(PolicyId(Uuid::from_u128(chosen))),
                line_ids: ["a", "b", "c"].map(str::to_owned).to_vec(),
                fee,
                surcharge: 3_000,
            };
            assert_eq!(quotes[0].bundles, [expected]);
            assert_eq!((quotes[0].return_fee, quotes[0].exchange_fee), (4_000, 8_000));
            // What the whole bundle costs decides whether its fee is waived.
            let rich = [line("a", &dear, 1, 45_000), line("b", &cheap, 1, 5_000)];
            let expected = if rule == BundleRule::Smallest { 0 } else { 4_000 };
            assert_eq!(totals(&rich, DeliveryArea::Mainland), [(expected, 0)]);
        }
    }

    #[test]
    fn without_a_group_policies_and_lone_goods_are_apart() {
        let (a, b) = (policy(1, ShippingPolicyKind::Flat, 3_000, 0), policy(2, ShippingPolicyKind::Flat, 2_000, 0));
        let mut alone = policy(3, ShippingPolicyKind::Flat, 1_000, 0);
        alone.row.ships_alone = true;
        let lines = [
            line("a", &a, 1, 1),
            line("aa", &a, 1, 1),
            line("b", &b, 1, 1),
            line("c", &alone, 1, 1),
            line("d", &alone, 1, 1),
        ];
        let mut fees: Vec<i64> = totals(&lines, DeliveryArea::Mainland).iter().map(|(fee, _)| *fee).collect();
        fees.sort_unstable();
        assert_eq!(fees, [1_000, 1_000, 2_000, 3_000]);
        let mut unannounced = line("x", &a, 1, 1);
        unannounced.policy = None;
        assert_eq!(totals(&[unannounced], DeliveryArea::Jeju), [(0, 0)]);
    }

    #[test]
    fn dispatch_counts_business_days_from_the_cut_off() {
        let policy = policy(1, ShippingPolicyKind::Free, 0, 0);
        for (paid_at, day) in [
            // Thursday 13:59 and 14:00 in Seoul.
            ("2026-11-26T04:59:00Z", "2026-11-27"),
            ("2026-11-26T05:00:00Z", "2026-11-30"),
            // Saturday counts as Monday, whatever the hour.
            ("2026-11-28T09:00:00Z", "2026-12-01"),
            // Before 설날 2027, whose substitute is Tuesday the 9th.
            ("2027-02-05T06:00:00Z", "2027-02-11"),
        ] {
            let deadline = dispatch_by(Some(&policy), paid_at.parse().unwrap());
            assert_eq!(deadline.to_rfc3339(), format!("{day}T14:59:59+00:00"), "paid at {paid_at}");
        }
        let lawful = dispatch_by(None, "2026-11-26T14:00:00Z".parse().unwrap());
        assert_eq!(lawful.to_rfc3339(), "2026-12-01T14:59:59+00:00");
    }

    fn any_policy() -> impl Strategy<Value = (u128, ShippingPolicyKind, i64, i64, Option<BundleRule>, bool)> {
        let kind = proptest::sample::select(ShippingPolicyKind::ALL);
        let rule = proptest::option::of(proptest::sample::select(BundleRule::ALL));
        (1..6_u128, kind, 0..10_000_i64, 1..100_000_i64, rule, any::<bool>())
    }

    fn built(
        (number, kind, fee, limit, rule, alone): (u128, ShippingPolicyKind, i64, i64, Option<BundleRule>, bool),
    ) -> Policy {
        let mut built = policy(number, kind, fee, limit);
        built.row.ships_alone = alone && rule.is_none();
        rule.map_or(built.clone(), |rule| grouped(built, rule))
    }

    proptest! {
        #[test]
        fn every_line_is_sent_once_and_the_total_adds_up(
            policies in proptest::collection::btree_map(1..6_u128, any_policy(), 1..5),
            wanted in proptest::collection::vec((any::<proptest::sample::Index>(), 1..50_i32, 0..200_000_i64), 1..12),
            area in proptest::sample::select(DeliveryArea::ALL),
            rule in proptest::sample::select(BundleRule::ALL),
        ) {
            let policies: Vec<Policy> = policies
                .into_iter()
                .map(|(number, (_, kind, fee, limit, group, alone))| built((number, kind, fee, limit, group.map(|_| rule), alone)))
                .collect();
            let names: Vec<String> = (0..wanted.len()).map(|index| format!("line-{index}")).collect();
            let lines: Vec<QuoteLine<'_>> = wanted
                .iter()
                .zip(&names)
                .map(|((index, quantity, amount), name)| line(name, index.get(&policies), *quantity, *amount))
                .collect();
            let paid_at = "2026-11-26T01:00:00Z".parse().unwrap();
            let quotes = quote(&lines, area, paid_at);
            let mut sent: Vec<&String> = quotes.iter().flat_map(|q| &q.bundles).flat_map(|b| &b.line_ids).collect();
            sent.sort();
            let mut all: Vec<&String> = names.iter().collect();
            all.sort();
            prop_assert_eq!(sent, all);
            for quote in &quotes {
                prop_assert_eq!(quote.total, quote.bundles.iter().map(|b| b.fee + b.surcharge).sum::<i64>());
                prop_assert!(quote.bundles.iter().all(|b| b.fee >= 0 && b.surcharge >= 0));
                prop_assert!(area != DeliveryArea::Mainland || quote.bundles.iter().all(|b| b.surcharge == 0));
                prop_assert!(quote.dispatch_by > paid_at);
            }
            // The order of the lines does not matter, and to bundle is never dearer than to send each line by itself.
            let mut turned = lines.clone();
            turned.reverse();
            let sum = |quotes: &[SellerQuote]| quotes.iter().map(|quote| quote.total).sum::<i64>();
            prop_assert_eq!(sum(&quote(&turned, area, paid_at)), sum(&quotes));
            let apart: i64 = lines.iter().map(|line| sum(&quote(std::slice::from_ref(line), area, paid_at))).sum();
            prop_assert!(sum(&quotes) <= apart);
        }
    }
}
