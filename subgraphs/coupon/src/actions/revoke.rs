//! Coupons are taken back.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry};
use platform::events::{HandlerError, first_delivery};
use platform::graph::RequestContext;
use uuid::Uuid;

use super::{Coupons, checked_reason, require_own};
use crate::error::{Failure, UserErrorCode};
use crate::model::{CouponId, CouponRow, CouponState, UserId};
use crate::rules::{CouponCommand, coupon_transition};
use crate::store;

/// Takes one coupon back that is not in use, with a reason that its user reads.
pub(crate) async fn revoke_coupon(
    coupons: &Coupons,
    id: CouponId,
    reason: &str,
    context: &RequestContext,
) -> Result<CouponRow, Failure> {
    let reason = checked_reason(reason, context)?;
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            let coupon = store::lock_coupons(connection, &[id]).await?.into_iter().next();
            let not_found = || UserErrorCode::CouponNotFound.at(&["couponId"], context.language);
            let coupon = coupon.ok_or_else(not_found)?;
            let policy = store::policies_by_id(connection, &[coupon.policy_id]).await?.into_iter().next();
            require_own(policy.and_then(|policy| policy.seller_id), &["couponId"], context)?;
            coupon_transition(coupon.state, CouponCommand::Revoke)
                .map_err(|code| code.at(&["couponId"], context.language))?;
            let revoked = store::revoke(connection, &[id], &reason).await?;
            let entry = Entry::on("coupon", id).because(reason.as_str()).moved(coupon.state, CouponState::Revoked);
            audit::of_staff(connection, context, entry).await?;
            revoked.into_iter().next().ok_or_else(|| diesel::result::Error::NotFound.into())
        })
        .await
}

/// Takes all open coupons of a user back who has left, once for each event.
pub(crate) async fn revoke_all_of(coupons: &Coupons, event_id: Uuid, user_id: UserId) -> Result<(), HandlerError> {
    let mut connection = coupons.database.connection().await?;
    connection
        .transaction(async |connection| {
            if first_delivery(connection, event_id, "coupon").await? {
                let open = store::lock_open_coupons_of(connection, user_id).await?;
                let ids: Vec<CouponId> = open.iter().map(|coupon| coupon.id).collect();
                store::revoke(connection, &ids, "회원 탈퇴").await?;
            }
            diesel::QueryResult::Ok(())
        })
        .await?;
    Ok(())
}
