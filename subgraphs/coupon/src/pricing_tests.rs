//! Tables and properties of the pricing.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::model::{CouponDistribution, CouponRow, CouponState, PolicyTerms};

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

fn terms(kind: CouponDiscountKind, value: i64) -> PolicyTerms {
    PolicyTerms {
        name: "쿠폰".to_owned(),
        description: None,
        kind,
        value,
        minimum: 0,
        cap: None,
        level: CouponLevel::Product,
        scope: CouponScope::All,
        scope_ids: Vec::new(),
        stacking: CouponStacking::Stackable,
        seller_share: 0,
        distribution: CouponDistribution::Download,
        code: None,
        starts_at: NOW - chrono::TimeDelta::days(1),
        ends_at: NOW + chrono::TimeDelta::days(1),
        valid_days: None,
        per_user_limit: 1,
        total_limit: None,
        budget: None,
    }
}

fn candidate(seller: Option<u128>, terms: PolicyTerms) -> Candidate {
    let policy = PolicyRow {
        id: crate::model::PolicyId::new(),
        seller_id: seller.map(|seller| SellerId(Uuid::from_u128(seller))),
        state: CouponPolicyState::Active,
        issued_count: 1,
        budget_spent: 0,
        created_at: NOW,
        terms,
    };
    let coupon = CouponRow {
        id: CouponId::new(),
        policy_id: policy.id,
        user_id: crate::model::UserId::new(),
        state: CouponState::Issued,
        issued_at: NOW,
        expires_at: NOW + chrono::TimeDelta::days(1),
        order_id: None,
        used_at: None,
        restored_at: None,
        revoked_reason: None,
    };
    Candidate { coupon, policy }
}

/// A line of seller `seller`, product `product`, in the category of the same number.
fn line(seller: u128, product: u128, amount: i64) -> Line {
    Line {
        id: format!("lin_{seller}_{product}_{amount}"),
        seller_id: SellerId(Uuid::from_u128(seller)),
        product_id: ProductId(Uuid::from_u128(product)),
        category_ids: vec![CategoryId(Uuid::from_u128(product)), CategoryId(Uuid::from_u128(99))],
        quantity: 1,
        amount,
    }
}

fn totals(applied: &Applied) -> Vec<(usize, i64)> {
    applied.lines.iter().map(|part| (part.line, part.total)).collect()
}

#[test]
fn percentages_amounts_and_caps() {
    let lines = [line(1, 1, 9_999), line(2, 2, 1)];
    let total = |terms: PolicyTerms| evaluate(&lines, &[&candidate(None, terms)], NOW).total();
    assert_eq!(total(terms(CouponDiscountKind::Percent, 1_000)), 1_000);
    assert_eq!(total(PolicyTerms { cap: Some(700), ..terms(CouponDiscountKind::Percent, 1_000) }), 700);
    assert_eq!(total(terms(CouponDiscountKind::Percent, 10_000)), 10_000);
    assert_eq!(total(terms(CouponDiscountKind::Amount, 3_000)), 3_000);
    assert_eq!(total(terms(CouponDiscountKind::Amount, 30_000)), 10_000, "never more than the goods cost");
}

#[test]
fn each_reason_for_which_a_coupon_does_not_apply() {
    let lines = [line(1, 1, 10_000)];
    let amount = || terms(CouponDiscountKind::Amount, 1_000);
    let code = |candidate: &Candidate| evaluate(&lines, &[candidate], NOW).refused.first().map(|refused| refused.1);
    let with = |change: fn(&mut Candidate)| {
        let mut candidate = candidate(None, amount());
        change(&mut candidate);
        code(&candidate)
    };
    use UserErrorCode as E;
    assert_eq!(with(|_| {}), None);
    assert_eq!(with(|candidate| candidate.coupon.state = CouponState::Restored), None);
    assert_eq!(with(|candidate| candidate.coupon.state = CouponState::Used), Some(E::CouponNotUsable));
    assert_eq!(with(|candidate| candidate.coupon.state = CouponState::Expired), Some(E::CouponExpired));
    assert_eq!(with(|candidate| candidate.coupon.expires_at = NOW), Some(E::CouponExpired));
    assert_eq!(with(|candidate| candidate.policy.state = CouponPolicyState::Paused), Some(E::PolicyPaused));
    assert_eq!(with(|candidate| candidate.policy.state = CouponPolicyState::Ended), None, "issued coupons stay valid");
    assert_eq!(
        with(|candidate| candidate.policy.seller_id = Some(SellerId(Uuid::from_u128(9)))),
        Some(E::NotApplicable)
    );
    assert_eq!(with(|candidate| candidate.policy.terms.minimum = 10_001), Some(E::MinimumNotMet));
    assert_eq!(with(|candidate| candidate.policy.terms.minimum = 10_000), None);
    assert_eq!(with(|candidate| candidate.policy.terms.budget = Some(999)), Some(E::BudgetExhausted));
    assert_eq!(with(|candidate| candidate.policy.terms.budget = Some(1_000)), None);
    let free = [line(1, 1, 0)];
    let nothing = evaluate(&free, &[&candidate(None, amount())], NOW);
    assert_eq!(nothing.refused[0].1, E::NothingToDiscount);
    let wide = candidate(
        None,
        PolicyTerms { scope: CouponScope::Categories, scope_ids: vec![Uuid::from_u128(99)], ..amount() },
    );
    assert_eq!(code(&wide), None, "a category covers those below it");
}

#[test]
fn a_line_takes_one_coupon_on_goods_and_the_order_one() {
    let lines = [line(1, 1, 10_000), line(2, 2, 20_000)];
    let product = PolicyTerms {
        scope: CouponScope::Products,
        scope_ids: vec![Uuid::from_u128(1)],
        ..terms(CouponDiscountKind::Amount, 1_000)
    };
    let narrow = candidate(None, product);
    let wide = candidate(None, terms(CouponDiscountKind::Percent, 1_000));
    let order = PolicyTerms { level: CouponLevel::Order, ..terms(CouponDiscountKind::Percent, 1_000) };
    let (first, second) = (candidate(None, order.clone()), candidate(None, order));
    let evaluation = evaluate(&lines, &[&second, &first, &wide, &narrow], NOW);
    let parts: Vec<Vec<(usize, i64)>> = evaluation.applied.iter().map(totals).collect();
    // The narrow one takes line 0, so that the wide one has line 1; the order's goes over 9,000 and 18,000.
    assert_eq!(parts, [vec![(0, 1_000)], vec![(1, 2_000)], vec![(0, 900), (1, 1_800)]]);
    assert_eq!(evaluation.refused, [(second.coupon.id, UserErrorCode::NotCombinable)]);
    let again = candidate(None, terms(CouponDiscountKind::Percent, 500));
    let evaluation = evaluate(&lines, &[&wide, &again], NOW);
    assert_eq!(evaluation.refused, [(again.coupon.id, UserErrorCode::LinesTaken)]);
}

#[test]
fn what_cannot_be_combined_stands_alone() {
    let lines = [line(1, 1, 10_000)];
    let exclusive = PolicyTerms { stacking: CouponStacking::Exclusive, ..terms(CouponDiscountKind::Amount, 5_000) };
    let alone = candidate(None, exclusive);
    let other = candidate(None, terms(CouponDiscountKind::Amount, 1_000));
    let evaluation = evaluate(&lines, &[&alone, &other], NOW);
    assert_eq!(evaluation.refused, [(alone.coupon.id, UserErrorCode::NotCombinable)]);
    assert_eq!(evaluate(&lines, &[&alone], NOW).total(), 5_000);
    assert_eq!(best(&lines, &[other, alone], NOW).total(), 5_000, "the best is the one alone");
}

#[test]
fn the_split_between_marketplace_and_seller() {
    let lines = [line(1, 1, 3_333), line(2, 2, 6_667)];
    let split = candidate(None, PolicyTerms { seller_share: 3_000, ..terms(CouponDiscountKind::Amount, 999) });
    let evaluation = evaluate(&lines, &[&split], NOW);
    let sellers: i64 = evaluation.applied[0].lines.iter().map(|part| part.seller_part).sum();
    assert_eq!(sellers, 299, "30 % of 999, rounded down");
}

fn any_line() -> impl Strategy<Value = Line> {
    (1_u128..4, 1_u128..5, 0_i64..200_000).prop_map(|(seller, product, amount)| line(seller, product, amount))
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let worth = prop_oneof![
        (1_i64..=10_000).prop_map(|value| (CouponDiscountKind::Percent, value)),
        (1_i64..100_000).prop_map(|value| (CouponDiscountKind::Amount, value)),
    ];
    let scope = prop_oneof![
        Just((CouponScope::All, Vec::new())),
        (1_u128..5).prop_map(|id| (CouponScope::Products, vec![Uuid::from_u128(id)])),
        (1_u128..5).prop_map(|id| (CouponScope::Categories, vec![Uuid::from_u128(id)])),
        (1_u128..4).prop_map(|id| (CouponScope::Seller, vec![Uuid::from_u128(id)])),
    ];
    let seller = proptest::option::of(1_u128..4);
    let numbers = (0_i64..50_000, proptest::option::of(1_i64..50_000), 0_i32..=10_000);
    let kinds = (any::<bool>(), 0_u8..5, proptest::option::of(1_i64..60_000));
    (worth, scope, seller, numbers, kinds).prop_map(
        |((kind, value), (scope, scope_ids), seller, (minimum, cap, share), (order, stacking, budget))| {
            let level = if order && seller.is_none() { CouponLevel::Order } else { CouponLevel::Product };
            let stacking = if stacking == 0 { CouponStacking::Exclusive } else { CouponStacking::Stackable };
            let seller_share = if seller.is_some() { 10_000 } else { share };
            let rest = terms(kind, value);
            candidate(
                seller,
                PolicyTerms { minimum, cap, level, scope, scope_ids, stacking, seller_share, budget, ..rest },
            )
        },
    )
}

proptest! {
    #[test]
    fn what_is_distributed_sums_and_fits(weights in prop::collection::vec(0_i64..1_000_000_000, 0..40), part in 0.0..=1.0_f64) {
        let sum: i64 = weights.iter().sum();
        let amount = ((sum as f64 * part) as i64).min(sum);
        let parts = distribute(amount, &weights);
        prop_assert_eq!(parts.iter().sum::<i64>(), amount);
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert!((0..=*weight).contains(part));
            // Nobody is more than a won from the exact share.
            let exact = i128::from(amount) * i128::from(*weight);
            let off = i128::from(*part) * i128::from(sum) - exact;
            prop_assert!(off.abs() < i128::from(sum.max(1)));
        }
    }

    #[test]
    fn evaluations_hold_to_the_won(
        lines in prop::collection::vec(any_line(), 1..12),
        candidates in prop::collection::vec(any_candidate(), 0..8),
    ) {
        let chosen: Vec<&Candidate> = candidates.iter().collect();
        let evaluation = evaluate(&lines, &chosen, NOW);
        prop_assert_eq!(evaluation.applied.len() + evaluation.refused.len(), candidates.len());
        let mut left: Vec<i64> = lines.iter().map(|line| line.amount).collect();
        let mut goods = vec![0; lines.len()];
        for applied in &evaluation.applied {
            let candidate = candidates.iter().find(|candidate| candidate.coupon.id == applied.coupon_id).unwrap();
            let terms = &candidate.policy.terms;
            prop_assert_eq!(applied.lines.iter().map(|part| part.total).sum::<i64>(), applied.discount);
            let sellers: i64 = applied.lines.iter().map(|part| part.seller_part).sum();
            prop_assert_eq!(sellers, applied.discount * i64::from(terms.seller_share) / 10_000);
            prop_assert!(applied.discount > 0 && applied.discount <= terms.cap.unwrap_or(i64::MAX));
            prop_assert!(applied.discount <= terms.budget.unwrap_or(i64::MAX));
            prop_assert!(terms.stacking == CouponStacking::Stackable || evaluation.applied.len() == 1);
            for part in &applied.lines {
                prop_assert!(covers(&candidate.policy, &lines[part.line]));
                prop_assert!((0..=part.total).contains(&part.seller_part));
                left[part.line] -= part.total;
                goods[part.line] += u8::from(terms.level == CouponLevel::Product);
            }
        }
        prop_assert!(left.iter().all(|left| *left >= 0));
        prop_assert!(goods.iter().all(|goods| *goods <= 1));
        let mut turned = chosen;
        turned.reverse();
        prop_assert_eq!(evaluate(&lines, &turned, NOW), evaluation);
    }

    #[test]
    fn the_best_is_the_best_of_all_combinations(
        lines in prop::collection::vec(any_line(), 1..6),
        candidates in prop::collection::vec(any_candidate(), 0..6),
    ) {
        let found = best(&lines, &candidates, NOW);
        prop_assert!(found.refused.is_empty());
        for chosen in 0..1_u32 << candidates.len() {
            let combination: Vec<&Candidate> =
                (0..candidates.len()).filter(|bit| chosen & (1 << bit) != 0).map(|bit| &candidates[bit]).collect();
            let evaluation = evaluate(&lines, &combination, NOW);
            if evaluation.refused.is_empty() {
                prop_assert!(evaluation.total() <= found.total());
            }
        }
    }
}
