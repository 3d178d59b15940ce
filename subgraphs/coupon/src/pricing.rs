//! What coupons take off the lines of an order, to the won. Pure: the same lines and coupons give the same answer,
//! in whatever order they are named.
//!
//! Coupons on goods come first: those for the narrowest goods before those for wider ones. A line takes one of them at
//! most; a coupon goes over the lines in its scope that no other has taken. Then comes at most one coupon of the marketplace
//! on the order as a whole, over what the lines still cost. A coupon that cannot be combined stands alone in its order.
//!
//! A minimum is measured at the full price of the lines that the coupon goes over. Budgets are spent whole: a coupon whose
//! discount is more than what is left of its policy's budget does not apply.

use chrono::{DateTime, Utc};

use crate::error::UserErrorCode;
use crate::model::{
    Candidate, CategoryId, CouponDiscountKind, CouponId, CouponLevel, CouponPolicyState, CouponScope, CouponStacking,
    PolicyRow, ProductId, SellerId,
};
use crate::rules::{CouponCommand, coupon_transition};

/// A whole in basis points.
pub(crate) const WHOLE: i64 = 10_000;

/// A line of an order, as coupons see it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The line's id, of whichever kind the asker has.
    pub(crate) id: String,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    /// The product's category and those above it.
    pub(crate) category_ids: Vec<CategoryId>,
    pub(crate) quantity: i32,
    /// What the line costs without coupons.
    pub(crate) amount: i64,
}

/// What a coupon takes off one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineDiscount {
    /// The line's place in the list.
    pub(crate) line: usize,
    pub(crate) total: i64,
    /// What of it the seller bears.
    pub(crate) seller_part: i64,
}

/// A coupon that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) coupon_id: CouponId,
    pub(crate) discount: i64,
    pub(crate) lines: Vec<LineDiscount>,
}

/// What coupons take off, and which of them do not apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evaluation {
    pub(crate) applied: Vec<Applied>,
    pub(crate) refused: Vec<(CouponId, UserErrorCode)>,
}

impl Evaluation {
    /// All that is taken off.
    pub(crate) fn total(&self) -> i64 {
        self.applied.iter().map(|applied| applied.discount).sum()
    }
}

/// Whether the coupon can be used at all.
pub(crate) fn usable(candidate: &Candidate, now: DateTime<Utc>) -> Result<(), UserErrorCode> {
    coupon_transition(candidate.coupon.state, CouponCommand::Reserve)?;
    if candidate.coupon.expires_at <= now {
        return Err(UserErrorCode::CouponExpired);
    }
    if candidate.policy.state == CouponPolicyState::Paused {
        return Err(UserErrorCode::PolicyPaused);
    }
    Ok(())
}

/// Sets the coupons against the lines. Those that do not apply are left out and said why.
pub(crate) fn evaluate(lines: &[Line], candidates: &[&Candidate], now: DateTime<Utc>) -> Evaluation {
    let mut order: Vec<&Candidate> = candidates.to_vec();
    order.sort_by_key(|candidate| precedence(candidate));
    let mut evaluation = Evaluation::default();
    let mut till = Till::new(lines);
    for candidate in order {
        match till.apply(candidate, now) {
            Ok(applied) => evaluation.applied.push(applied),
            Err(code) => evaluation.refused.push((candidate.coupon.id, code)),
        }
    }
    evaluation
}

/// Where a coupon comes in: what is combinable first, goods before the order, narrow scopes before wide ones, sellers'
/// own before the marketplace's.
fn precedence(candidate: &Candidate) -> (CouponStacking, CouponLevel, u8, bool, CouponId) {
    let terms = &candidate.policy.terms;
    let breadth = match terms.scope {
        CouponScope::Products => 0,
        CouponScope::Categories => 1,
        CouponScope::Seller => 2,
        CouponScope::All => 3,
    };
    (terms.stacking, terms.level, breadth, candidate.policy.seller_id.is_none(), candidate.coupon.id)
}

/// The lines while coupons are set against them.
struct Till<'a> {
    lines: &'a [Line],
    /// What each line still costs.
    left: Vec<i64>,
    /// Whether a coupon on goods has taken the line.
    taken: Vec<bool>,
    applied: usize,
    alone: bool,
    on_the_order: bool,
}

impl<'a> Till<'a> {
    fn new(lines: &'a [Line]) -> Self {
        let left = lines.iter().map(|line| line.amount).collect();
        Self { lines, left, taken: vec![false; lines.len()], applied: 0, alone: false, on_the_order: false }
    }

    fn apply(&mut self, candidate: &Candidate, now: DateTime<Utc>) -> Result<Applied, UserErrorCode> {
        usable(candidate, now)?;
        let (policy, terms) = (&candidate.policy, &candidate.policy.terms);
        let in_scope: Vec<usize> = (0..self.lines.len()).filter(|line| covers(policy, &self.lines[*line])).collect();
        if in_scope.is_empty() {
            return Err(UserErrorCode::NotApplicable);
        }
        let exclusive = terms.stacking == CouponStacking::Exclusive;
        let second_on_the_order = terms.level == CouponLevel::Order && self.on_the_order;
        if self.alone || (exclusive && self.applied > 0) || second_on_the_order {
            return Err(UserErrorCode::NotCombinable);
        }
        let free = |line: &usize| terms.level == CouponLevel::Order || !self.taken[*line];
        let own: Vec<usize> = in_scope.into_iter().filter(free).collect();
        if own.is_empty() {
            return Err(UserErrorCode::LinesTaken);
        }
        if own.iter().map(|line| self.lines[*line].amount).sum::<i64>() < terms.minimum {
            return Err(UserErrorCode::MinimumNotMet);
        }
        let costs: Vec<i64> = own.iter().map(|line| self.left[*line]).collect();
        let discount = discount_of(policy, costs.iter().sum());
        if discount <= 0 {
            return Err(UserErrorCode::NothingToDiscount);
        }
        if terms.budget.is_some_and(|budget| budget - policy.budget_spent < discount) {
            return Err(UserErrorCode::BudgetExhausted);
        }
        let totals = distribute(discount, &costs);
        let sellers = distribute(part_of(discount, i64::from(terms.seller_share)), &totals);
        let mut parts = Vec::new();
        for ((line, total), seller_part) in own.into_iter().zip(totals).zip(sellers) {
            self.left[line] -= total;
            self.taken[line] |= terms.level == CouponLevel::Product;
            parts.push(LineDiscount { line, total, seller_part });
        }
        self.applied += 1;
        self.alone |= exclusive;
        self.on_the_order |= terms.level == CouponLevel::Order;
        Ok(Applied { coupon_id: candidate.coupon.id, discount, lines: parts })
    }
}

/// Whether a policy is for this line.
fn covers(policy: &PolicyRow, line: &Line) -> bool {
    let terms = &policy.terms;
    let named = |id: uuid::Uuid| terms.scope_ids.contains(&id);
    policy.seller_id.is_none_or(|seller| seller == line.seller_id)
        && match terms.scope {
            CouponScope::All => true,
            CouponScope::Categories => line.category_ids.iter().any(|category| named(category.0)),
            CouponScope::Products => named(line.product_id.0),
            CouponScope::Seller => named(line.seller_id.0),
        }
}

/// What a policy takes off goods that cost `base`: percentages are rounded down, and nothing is more than its base.
fn discount_of(policy: &PolicyRow, base: i64) -> i64 {
    let terms = &policy.terms;
    let full = match terms.kind {
        CouponDiscountKind::Percent => part_of(base, terms.value),
        CouponDiscountKind::Amount => terms.value,
    };
    full.min(terms.cap.unwrap_or(i64::MAX)).min(base)
}

/// So many basis points of an amount, rounded down.
fn part_of(amount: i64, basis_points: i64) -> i64 {
    i64::try_from(i128::from(amount) * i128::from(basis_points) / i128::from(WHOLE)).unwrap_or(amount)
}

/// Distributes `amount`, which is not more than the weights' sum, in proportion to the weights: the parts sum to it, and
/// none is more than its weight. What rounding leaves goes won by won to the largest remainders, the earlier first.
pub(crate) fn distribute(amount: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let shares = weights.iter().map(|weight| i128::from(amount) * i128::from(*weight));
    let mut parts: Vec<(i64, i128)> =
        shares.map(|share| (i64::try_from(share / sum).unwrap_or(amount), share % sum)).collect();
    let rest = amount - parts.iter().map(|(part, _)| part).sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts[*index].1));
    for index in order.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
        parts[index].0 += 1;
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

/// How many coupons on goods a search combines.
const MOST_ON_GOODS: usize = 8;
/// How many coupons on orders a search combines with those.
const MOST_ON_ORDERS: usize = 8;

/// The coupons of `candidates` that take off the most together: the greatest discount, of those the fewest coupons.
///
/// Every combination of the [`MOST_ON_GOODS`] most valuable coupons on goods with one of the [`MOST_ON_ORDERS`] most valuable on
/// the order is tried, and every coupon alone: with more coupons than that, the answer is good and not always the best.
pub(crate) fn best(lines: &[Line], candidates: &[Candidate], now: DateTime<Utc>) -> Evaluation {
    let mut alone: Vec<(&Candidate, Evaluation)> =
        candidates.iter().map(|candidate| (candidate, evaluate(lines, &[candidate], now))).collect();
    // Beside others, a coupon goes over fewer goods: its budget may suffice for those.
    alone.retain(|(_, evaluation)| evaluation.refused.iter().all(|(_, code)| *code == UserErrorCode::BudgetExhausted));
    alone.sort_by_key(|(candidate, evaluation)| (std::cmp::Reverse(evaluation.total()), candidate.coupon.id));
    let combinable = |level: CouponLevel, most: usize| -> Vec<&Candidate> {
        let fits = |candidate: &&Candidate| {
            let terms = &candidate.policy.terms;
            terms.level == level && terms.stacking == CouponStacking::Stackable
        };
        alone.iter().map(|(candidate, _)| *candidate).filter(fits).take(most).collect()
    };
    let goods = combinable(CouponLevel::Product, MOST_ON_GOODS);
    let orders = combinable(CouponLevel::Order, MOST_ON_ORDERS);
    let mut evaluations = alone.into_iter().map(|(_, evaluation)| evaluation);
    let mut best = evaluations.find(|evaluation| evaluation.refused.is_empty()).unwrap_or_default();
    for chosen in 0..1_u32 << goods.len() {
        let picked: Vec<&Candidate> =
            (0..goods.len()).filter(|bit| chosen & (1 << bit) != 0).map(|bit| goods[bit]).collect();
        for order in std::iter::once(None).chain(orders.iter().map(Some)) {
            let combination: Vec<&Candidate> = picked.iter().copied().chain(order.copied()).collect();
            let evaluation = evaluate(lines, &combination, now);
            let rank = |evaluation: &Evaluation| (evaluation.total(), std::cmp::Reverse(evaluation.applied.len()));
            if evaluation.refused.is_empty() && rank(&evaluation) > rank(&best) {
                best = evaluation;
            }
        }
    }
    best
}

#[cfg(test)]
#[path = "pricing_tests.rs"]
mod tests;
