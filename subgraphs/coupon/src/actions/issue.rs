//! Users get coupons: by download, by code, or because somebody gives them one.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use platform::audit::{self, Entry, json};
use platform::events::Append;
use platform::graph::RequestContext;

use super::{Coupons, require_own};
use crate::error::{Failure, UserErrorCode};
use crate::events::{CouponFact, CouponIssued, PolicyChanged};
use crate::model::{
    CouponDistribution, CouponId, CouponPolicyState, CouponRow, CouponState, PolicyId, PolicyRow, UserId,
};
use crate::rules::normal_code;
use crate::statements::IssueCoupon;
use crate::{store, terms};

/// How often a claim is tried when another of the same user comes in between.
const TRIES: usize = 5;
/// The most users that coupons are given to at once.
const MOST_USERS: usize = 1_000;

/// Takes a coupon of a policy that everybody may download.
pub(crate) async fn claim_coupon(
    coupons: &Coupons,
    user_id: UserId,
    policy_id: PolicyId,
    context: &RequestContext,
) -> Result<CouponRow, Failure> {
    let mut connection = coupons.database.connection().await?;
    let policy = store::policies_by_id(&mut connection, &[policy_id]).await?.into_iter().next();
    let policy = policy.filter(|policy| policy.state != CouponPolicyState::Draft);
    let not_found = || UserErrorCode::CouponPolicyNotFound.at(&["policyId"], context.language);
    let policy = policy.ok_or_else(not_found)?;
    if policy.terms.distribution != CouponDistribution::Download {
        return Err(UserErrorCode::NotClaimable.at(&["policyId"], context.language).into());
    }
    let issued = issue(&mut connection, &policy, user_id, i64::from(i32::MAX), context).await?;
    drop(connection);
    finish(coupons, issued, "policyId", context)
}

/// Takes a coupon by its code, in capitals or not. Only so many codes can be tried in a while, by a user and from an
/// address.
pub(crate) async fn redeem_code(
    coupons: &Coupons,
    user_id: UserId,
    code: &str,
    context: &RequestContext,
) -> Result<CouponRow, Failure> {
    let address = context.client.ip_address.as_deref().map(|address| format!("coupon:codes:from:{address}"));
    for key in [Some(format!("coupon:codes:by:{user_id}")), address].into_iter().flatten() {
        if is_throttled(coupons, &key).await {
            let refusal = UserErrorCode::TooManyAttempts.at(&["code"], context.language);
            return Err(refusal.worth_retrying().into());
        }
    }
    let unknown = || UserErrorCode::CodeUnknown.at(&["code"], context.language);
    let code = normal_code(code).ok_or_else(unknown)?;
    let mut connection = coupons.database.connection().await?;
    let policy = store::policy_by_code(&mut connection, &code).await?;
    let secret = [CouponPolicyState::Draft, CouponPolicyState::Scheduled];
    let policy = policy.filter(|policy| !secret.contains(&policy.state)).ok_or_else(unknown)?;
    let issued = issue(&mut connection, &policy, user_id, i64::from(i32::MAX), context).await?;
    drop(connection);
    finish(coupons, issued, "code", context)
}

/// Counts an attempt. Without the cache nothing is counted: a coupon is not worth refusing everybody.
async fn is_throttled(coupons: &Coupons, key: &str) -> bool {
    match coupons.cache.increment(key, coupons.settings.code_window).await {
        Ok(attempts) => attempts > u64::from(coupons.settings.code_attempts),
        Err(error) => {
            tracing::warn!(%error, "tried coupon codes are not counted");
            false
        }
    }
}

/// How many coupons were given, and how many users have one already.
pub(crate) struct Given {
    pub(crate) issued: Vec<CouponRow>,
    pub(crate) skipped: usize,
}

/// Gives a coupon to each of the users who has none of this policy yet, until none is left.
pub(crate) async fn issue_coupons(
    coupons: &Coupons,
    policy_id: PolicyId,
    mut users: Vec<UserId>,
    context: &RequestContext,
) -> Result<Given, Failure> {
    users.sort_unstable();
    users.dedup();
    if users.is_empty() || users.len() > MOST_USERS {
        return Err(UserErrorCode::InvalidUsers.at(&["userIds"], context.language).into());
    }
    let mut connection = coupons.database.connection().await?;
    let policy = store::policies_by_id(&mut connection, &[policy_id]).await?.into_iter().next();
    let not_found = || UserErrorCode::CouponPolicyNotFound.at(&["policyId"], context.language);
    let policy = policy.ok_or_else(not_found)?;
    require_own(policy.seller_id, &["policyId"], context)?;
    if policy.terms.distribution != CouponDistribution::Direct {
        return Err(UserErrorCode::NotClaimable.at(&["policyId"], context.language).into());
    }
    // That staff give coupons is recorded first: each coupon is a transaction of its own.
    let entry = Entry::on("coupon", policy_id).after(json!({ "users": users.len() }));
    audit::of_staff(&mut connection, context, entry).await?;
    let mut given = Given { issued: Vec::new(), skipped: 0 };
    for user in users {
        match issue(&mut connection, &policy, user, 1, context).await? {
            Ok(coupon) => given.issued.push(coupon),
            Err(UserErrorCode::LimitReached) => given.skipped += 1,
            // The first ones have theirs; the answer says how many.
            Err(UserErrorCode::SoldOut) if !given.issued.is_empty() => break,
            Err(code) => return Err(code.at(&["policyId"], context.language).into()),
        }
    }
    drop(connection);
    coupons.outbox.wake();
    Ok(given)
}

fn finish(
    coupons: &Coupons,
    issued: Result<CouponRow, UserErrorCode>,
    field: &str,
    context: &RequestContext,
) -> Result<CouponRow, Failure> {
    match issued {
        Ok(coupon) => {
            coupons.outbox.wake();
            Ok(coupon)
        }
        Err(code) => Err(code.at(&[field], context.language).into()),
    }
}

/// Issues one coupon in one statement, or tells why not. A user gets no more than `most` of the policy.
async fn issue(
    connection: &mut AsyncPgConnection,
    policy: &PolicyRow,
    user_id: UserId,
    most: i64,
    context: &RequestContext,
) -> Result<Result<CouponRow, UserErrorCode>, Failure> {
    let now = Utc::now();
    let expires_at = terms::expiry(&policy.terms, now);
    for _ in 0..TRIES {
        let id = CouponId::new();
        let statement = IssueCoupon {
            policy_id: policy.id,
            counted_user: user_id,
            most,
            id,
            user_id,
            ordinal_user: user_id,
            expires_at,
            issued: Append::one(&CouponIssued(fact(policy, id, user_id, expires_at)), trace(context))?,
            exhausted: Append::one(&exhausted(policy), trace(context))?,
        };
        match statement.get_results::<CouponRow>(connection).await {
            Ok(rows) => {
                if let Some(coupon) = rows.into_iter().next() {
                    metrics::counter!("coupons_issued_total").increment(1);
                    return Ok(Ok(coupon));
                }
                return Ok(Err(why_not(connection, policy.id, user_id, most).await?));
            }
            // Another claim of this user took the ordinal; the next look sees it.
            Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Err(UserErrorCode::LimitReached))
}

fn trace(context: &RequestContext) -> Option<&str> {
    context.trace_parent.as_deref()
}

fn fact(policy: &PolicyRow, id: CouponId, user_id: UserId, expires_at: chrono::DateTime<Utc>) -> CouponFact {
    let coupon = CouponRow {
        id,
        policy_id: policy.id,
        user_id,
        state: CouponState::Issued,
        issued_at: Utc::now(),
        expires_at,
        order_id: None,
        used_at: None,
        restored_at: None,
        revoked_reason: None,
    };
    CouponFact::of(&coupon, policy)
}

fn exhausted(policy: &PolicyRow) -> PolicyChanged {
    PolicyChanged {
        policy_id: policy.id,
        seller_id: policy.seller_id,
        name: policy.terms.name.clone(),
        from: Some(CouponPolicyState::Active),
        to: CouponPolicyState::Exhausted,
        reason: None,
        changed_by: None,
    }
}

/// Why a coupon was not issued a moment ago.
async fn why_not(
    connection: &mut AsyncPgConnection,
    policy_id: PolicyId,
    user_id: UserId,
    most: i64,
) -> Result<UserErrorCode, Failure> {
    let policy = store::policies_by_id(connection, &[policy_id]).await?.into_iter().next();
    let Some(policy) = policy else { return Ok(UserErrorCode::CouponPolicyNotFound) };
    let issued = store::issued_to(connection, user_id, &[policy_id]).await?;
    let issued = issued.iter().map(|(_, count)| *count).next().unwrap_or(0);
    if issued >= most.min(i64::from(policy.terms.per_user_limit)) {
        return Ok(UserErrorCode::LimitReached);
    }
    Ok(match policy.state {
        CouponPolicyState::Exhausted => UserErrorCode::SoldOut,
        _ => UserErrorCode::NotClaimable,
    })
}
