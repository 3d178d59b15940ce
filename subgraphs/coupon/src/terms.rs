//! Whether a policy's terms make sense. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::UserErrorCode;
use crate::model::{CouponDiscountKind, CouponDistribution, CouponLevel, CouponScope, PolicyTerms, SellerId};
use crate::pricing::WHOLE;
use crate::rules::normal_code;

/// The largest amount, cap, minimum or budget, in won.
const LARGEST_AMOUNT: i64 = 1_000_000_000_000;
/// The largest discount of one coupon that is an amount, in won.
const LARGEST_VALUE: i64 = 1_000_000_000;
/// The most coupons of a policy.
const LARGEST_LIMIT: i32 = 100_000_000;
/// The most ids of a scope.
const MOST_IDS: usize = 200;
/// The longest time between a beginning and an end, and the longest validity, in days.
const LONGEST_DAYS: i64 = 3_650;

/// The terms in their normal form: names without space around them, codes in capitals, ids once each, what follows from
/// the seller filled in.
pub(crate) fn normal(mut terms: PolicyTerms, seller: Option<SellerId>) -> PolicyTerms {
    terms.name = terms.name.trim().to_owned();
    terms.description = terms.description.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    terms.code = terms.code.map(|code| normal_code(&code).unwrap_or_default());
    terms.scope_ids.sort_unstable();
    terms.scope_ids.dedup();
    if let Some(seller) = seller {
        terms.seller_share = i32::try_from(WHOLE).unwrap_or(i32::MAX);
        if terms.scope == CouponScope::Seller && terms.scope_ids.is_empty() {
            terms.scope_ids = vec![seller.0];
        }
    }
    terms
}

/// What is wrong with terms that are in their normal form, each with the field of the input.
pub(crate) fn faults(
    terms: &PolicyTerms,
    seller: Option<SellerId>,
    now: DateTime<Utc>,
) -> Vec<(UserErrorCode, &'static str)> {
    use UserErrorCode as E;
    let mut faults = Vec::new();
    let mut check = |holds: bool, code: UserErrorCode, field: &'static str| {
        if !holds {
            faults.push((code, field));
        }
    };
    check((1..=80).contains(&terms.name.chars().count()), E::InvalidName, "name");
    check(terms.description.as_ref().is_none_or(|text| text.chars().count() <= 1_000), E::InvalidName, "description");
    let largest = if terms.kind == CouponDiscountKind::Percent { WHOLE } else { LARGEST_VALUE };
    check((1..=largest).contains(&terms.value), E::InvalidAmount, "value");
    check((0..=LARGEST_AMOUNT).contains(&terms.minimum), E::InvalidAmount, "minimum");
    check(terms.cap.is_none_or(|cap| (1..=LARGEST_AMOUNT).contains(&cap)), E::InvalidAmount, "cap");
    check(scope_fits(terms, seller), E::InvalidScope, "scopeIds");
    check(seller.is_none() || terms.level == CouponLevel::Product, E::InvalidScope, "level");
    check((0..=WHOLE).contains(&i64::from(terms.seller_share)), E::InvalidShare, "sellerShare");
    let code_fits = match (&terms.code, terms.distribution) {
        (Some(code), CouponDistribution::Code) => !code.is_empty(),
        (None, CouponDistribution::Download | CouponDistribution::Direct) => true,
        _ => false,
    };
    check(code_fits, E::InvalidCode, "code");
    let length = terms.ends_at - terms.starts_at;
    check(terms.ends_at > now && length > TimeDelta::zero(), E::InvalidPeriod, "endsAt");
    check(length <= TimeDelta::days(LONGEST_DAYS), E::InvalidPeriod, "startsAt");
    let valid_days = terms.valid_days.is_none_or(|days| (1..=LONGEST_DAYS).contains(&i64::from(days)));
    check(valid_days, E::InvalidPeriod, "validDays");
    check((1..=1_000).contains(&terms.per_user_limit), E::InvalidLimit, "perUserLimit");
    let total_fits = terms.total_limit.is_none_or(|limit| (1..=LARGEST_LIMIT).contains(&limit));
    check(total_fits, E::InvalidLimit, "totalLimit");
    check(terms.budget.is_none_or(|budget| (1..=LARGEST_AMOUNT).contains(&budget)), E::InvalidLimit, "budget");
    faults
}

fn scope_fits(terms: &PolicyTerms, seller: Option<SellerId>) -> bool {
    let ids = &terms.scope_ids;
    match (terms.scope, seller) {
        (CouponScope::All, _) => ids.is_empty(),
        (CouponScope::Seller, Some(seller)) => *ids == [seller.0],
        _ => (1..=MOST_IDS).contains(&ids.len()),
    }
}

/// Until when a coupon is valid that is issued now.
pub(crate) fn expiry(terms: &PolicyTerms, now: DateTime<Utc>) -> DateTime<Utc> {
    terms.valid_days.map_or(terms.ends_at, |days| now + TimeDelta::days(i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CouponStacking;

    fn terms(now: DateTime<Utc>) -> PolicyTerms {
        PolicyTerms {
            name: " 신규 회원 ".to_owned(),
            description: Some("  ".to_owned()),
            kind: CouponDiscountKind::Percent,
            value: 1_000,
            minimum: 10_000,
            cap: Some(5_000),
            level: CouponLevel::Product,
            scope: CouponScope::All,
            scope_ids: Vec::new(),
            stacking: CouponStacking::Stackable,
            seller_share: 5_000,
            distribution: CouponDistribution::Code,
            code: Some("hello 26".to_owned()),
            starts_at: now,
            ends_at: now + TimeDelta::days(30),
            valid_days: None,
            per_user_limit: 1,
            total_limit: Some(100),
            budget: None,
        }
    }

    #[test]
    fn good_terms_are_brought_into_form() {
        let now = Utc::now();
        let normal_terms = normal(terms(now), None);
        assert_eq!((normal_terms.name.as_str(), normal_terms.description.as_deref()), ("신규 회원", None));
        assert_eq!(normal_terms.code.as_deref(), Some("HELLO26"));
        assert_eq!(faults(&normal_terms, None, now), []);
        let seller = SellerId::new();
        let own = PolicyTerms { scope: CouponScope::Seller, ..terms(now) };
        let own = normal(own, Some(seller));
        assert_eq!((own.seller_share, own.scope_ids.as_slice()), (10_000, [seller.0].as_slice()));
        assert_eq!(faults(&own, Some(seller), now), []);
    }

    #[test]
    fn each_fault_is_found() {
        use UserErrorCode as E;
        let now = Utc::now();
        type Change = fn(&mut PolicyTerms);
        let table: [(E, &str, Change); 16] = [
            (E::InvalidName, "name", |terms| terms.name = String::new()),
            (E::InvalidName, "description", |terms| terms.description = Some("가".repeat(1_001))),
            (E::InvalidAmount, "value", |terms| terms.value = 10_001),
            (E::InvalidAmount, "minimum", |terms| terms.minimum = -1),
            (E::InvalidAmount, "cap", |terms| terms.cap = Some(0)),
            (E::InvalidScope, "scopeIds", |terms| terms.scope = CouponScope::Products),
            (E::InvalidScope, "scopeIds", |terms| terms.scope_ids = vec![uuid::Uuid::nil()]),
            (E::InvalidShare, "sellerShare", |terms| terms.seller_share = 10_001),
            (E::InvalidCode, "code", |terms| terms.code = Some("?".to_owned())),
            (E::InvalidCode, "code", |terms| terms.code = None),
            (E::InvalidCode, "code", |terms| terms.distribution = CouponDistribution::Download),
            (E::InvalidPeriod, "endsAt", |terms| terms.ends_at = terms.starts_at),
            (E::InvalidPeriod, "startsAt", |terms| terms.ends_at = terms.starts_at + TimeDelta::days(3_651)),
            (E::InvalidPeriod, "validDays", |terms| terms.valid_days = Some(0)),
            (E::InvalidLimit, "perUserLimit", |terms| terms.per_user_limit = 0),
            (E::InvalidLimit, "totalLimit", |terms| terms.total_limit = Some(0)),
        ];
        for (code, field, change) in table {
            let mut wrong = terms(now);
            change(&mut wrong);
            assert_eq!(faults(&normal(wrong, None), None, now), [(code, field)]);
        }
        let order = PolicyTerms { level: CouponLevel::Order, ..terms(now) };
        let seller = Some(SellerId::new());
        assert_eq!(
            faults(&normal(order, seller), seller, now),
            [(E::InvalidScope, "level")],
            "orders are the marketplace's"
        );
    }
}
