//! What coupons would take off, without any effect.

use platform::graph::RequestContext;

use super::Coupons;
use super::reserve::CouponOrder;
use crate::error::Failure;
use crate::model::UserId;
use crate::pricing::{Evaluation, Line, best};
use crate::store;

/// How many of a user's coupons a search for the best looks at.
const MOST_CANDIDATES: i64 = 100;

/// Sets the user's coupons against the lines.
pub(crate) async fn quote(
    coupons: &Coupons,
    order: &CouponOrder,
    context: &RequestContext,
) -> Result<Evaluation, Failure> {
    order.check(context)?;
    let mut connection = coupons.database.connection().await?;
    let candidates = store::candidates(&mut connection, order.user_id, &order.coupon_ids).await?;
    Ok(order.evaluate(&candidates))
}

/// The user's coupons that take off the most.
pub(crate) async fn best_coupons(
    coupons: &Coupons,
    user_id: UserId,
    lines: Vec<Line>,
    context: &RequestContext,
) -> Result<(CouponOrder, Evaluation), Failure> {
    let order = CouponOrder { user_id, coupon_ids: Vec::new(), lines };
    order.check(context)?;
    let candidates = {
        let mut connection = coupons.database.connection().await?;
        store::open_candidates(&mut connection, user_id, MOST_CANDIDATES).await?
    };
    // Thousands of combinations are tried: not on a thread that answers others meanwhile.
    let search = move || {
        let found = best(&order.lines, &candidates, chrono::Utc::now());
        (order, found)
    };
    let found = tokio::task::spawn_blocking(search).await;
    Ok(found.map_err(platform::errors::GraphError::internal)?)
}
