//! A policy is written, and rewritten while it is a draft.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, Value, json};
use platform::graph::RequestContext;

use super::{Coupons, caller, cause, locked_policy, require_own};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponPolicyState, PolicyId, PolicyRow, PolicyTerms, SellerId};
use crate::{store, terms};

/// Writes a DRAFT policy: of a seller by its members, of the marketplace by staff.
pub(crate) async fn create_policy(
    coupons: &Coupons,
    seller_id: Option<SellerId>,
    wanted: PolicyTerms,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    require_own(seller_id, &["sellerId"], context)?;
    let wanted = checked(wanted, seller_id, context)?;
    let mut connection = coupons.database.connection().await?;
    let policy = connection
        .transaction(async |connection| {
            let policy = store::insert_policy(connection, seller_id, &wanted, caller(context))
                .await
                .map_err(|error| taken_code(error, context))?;
            store::record_policy_change(connection, &policy, None, policy.state, cause(context, None)).await?;
            let entry = Entry::on("coupon", policy.id).after(facts(&wanted));
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(policy)
        })
        .await?;
    drop(connection);
    coupons.outbox.wake();
    Ok(policy)
}

/// Replaces the terms of a policy, which must be a DRAFT.
pub(crate) async fn update_policy(
    coupons: &Coupons,
    id: PolicyId,
    wanted: PolicyTerms,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            let policy = locked_policy(connection, id, context).await?;
            if policy.state != CouponPolicyState::Draft {
                return Err(UserErrorCode::StateConflict.at(&["policyId"], context.language).into());
            }
            let wanted = checked(wanted, policy.seller_id, context)?;
            let entry = Entry::on("coupon", id).before(facts(&policy.terms)).after(facts(&wanted));
            audit::of_staff(connection, context, entry).await?;
            store::update_terms(connection, id, &wanted).await.map_err(|error| taken_code(error, context))
        })
        .await
}

/// What the record of staff's actions tells of terms.
fn facts(terms: &PolicyTerms) -> Value {
    json!({
        "name": terms.name,
        "startsAt": terms.starts_at,
        "endsAt": terms.ends_at,
        "totalLimit": terms.total_limit,
        "budget": terms.budget,
    })
}

fn checked(wanted: PolicyTerms, seller_id: Option<SellerId>, context: &RequestContext) -> Result<PolicyTerms, Failure> {
    let wanted = terms::normal(wanted, seller_id);
    let faults = terms::faults(&wanted, seller_id, Utc::now());
    if faults.is_empty() {
        return Ok(wanted);
    }
    let refusals = faults.into_iter().map(|(code, field)| code.at(&["terms", field], context.language));
    Err(Failure::Refused(refusals.collect()))
}

fn taken_code(error: DieselError, context: &RequestContext) -> Failure {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, details)
            if details.constraint_name() == Some("coupon_policy_code_taken") =>
        {
            UserErrorCode::CodeTaken.at(&["terms", "code"], context.language).into()
        }
        _ => error.into(),
    }
}
