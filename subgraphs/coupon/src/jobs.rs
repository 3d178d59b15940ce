//! What happens because time passes: policies begin and end, coupons expire, owners are warned, and reservations whose
//! order did not come back are freed.

use diesel::QueryResult;
use diesel_async::AsyncConnection as _;
use platform::events::append_all;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{Coupons, expire_reservation, move_due_policies};
use crate::error::Failure;
use crate::events::{CouponExpiring, CouponFact};
use crate::store;

const BATCH: i64 = 200;

/// Looks every so often until `shutdown`.
pub(crate) async fn run(coupons: Coupons, shutdown: CancellationToken) {
    every("move coupons", coupons.settings.interval, &shutdown, || look(&coupons)).await;
}

async fn look(coupons: &Coupons) -> Result<(), Failure> {
    free_overdue(coupons).await?;
    move_due_policies(coupons).await?;
    tell_expiring(coupons).await?;
    expire(coupons).await
}

async fn free_overdue(coupons: &Coupons) -> Result<(), Failure> {
    let overdue = {
        let mut connection = coupons.database.connection().await?;
        store::overdue(&mut connection, BATCH).await?
    };
    metrics::counter!("coupon_reservations_expired_total").increment(overdue.len() as u64);
    for order_id in overdue {
        expire_reservation(coupons, order_id).await?;
    }
    Ok(())
}

async fn tell_expiring(coupons: &Coupons) -> Result<(), Failure> {
    let notice = coupons.settings.expiry_notice;
    let mut connection = coupons.database.connection().await?;
    let told = connection
        .transaction(async |connection| {
            let expiring = store::take_expiring(connection, notice, BATCH).await?;
            let facts: Vec<CouponExpiring> = expiring
                .iter()
                .map(|candidate| CouponExpiring(CouponFact::of(&candidate.coupon, &candidate.policy)))
                .collect();
            if !facts.is_empty() {
                append_all(connection, &facts, None).await?;
            }
            QueryResult::Ok(facts.len())
        })
        .await?;
    drop(connection);
    if told > 0 {
        coupons.outbox.wake();
    }
    Ok(())
}

async fn expire(coupons: &Coupons) -> Result<(), Failure> {
    let mut connection = coupons.database.connection().await?;
    let expired = connection.transaction(async |connection| store::expire_coupons(connection, BATCH).await).await?;
    metrics::counter!("coupons_expired_total").increment(expired as u64);
    Ok(())
}
