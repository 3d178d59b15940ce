//! The use of REST routes: what the process that serves clients has counted is added up in the database, day by day, so that
//! it outlives the process and is one number over all of them.

use std::collections::HashMap;

use chrono::{TimeDelta, Utc};
use platform::business_days::day_in_seoul;
use platform::errors::GraphError;
use tokio_util::sync::CancellationToken;

use crate::actions::Gateway;
use crate::front_door::{RestRouteUse, attached_soon};
use crate::settings::GatewaySettings;
use crate::store;

/// Writes down what was counted since the last time, again and again, and once more at the end.
pub(crate) async fn keep_usage(gateway: Gateway, settings: GatewaySettings, shutdown: CancellationToken) {
    let Some(front_door) = shutdown.run_until_cancelled(attached_soon()).await else { return };
    let mut written = HashMap::new();
    loop {
        let ended = shutdown.run_until_cancelled(tokio::time::sleep(settings.usage_interval)).await.is_none();
        if let Err(error) = write_down(&gateway, &settings, (front_door.rest_routes)(), &mut written).await {
            // The next time writes it down as well.
            tracing::warn!(error = %error.message, "the use of REST routes is not written down yet");
        }
        if ended {
            return;
        }
    }
}

async fn write_down(
    gateway: &Gateway,
    settings: &GatewaySettings,
    routes: Vec<RestRouteUse>,
    written: &mut HashMap<String, u64>,
) -> Result<(), GraphError> {
    let more = |route: &RestRouteUse| {
        let before = written.get(&route.operation).copied().unwrap_or(0);
        i64::try_from(route.requests.saturating_sub(before)).unwrap_or(i64::MAX)
    };
    let (operations, counts): (Vec<String>, Vec<i64>) =
        routes.iter().map(|route| (route.operation.clone(), more(route))).filter(|(_, more)| *more > 0).unzip();
    if operations.is_empty() {
        return Ok(());
    }
    let today = day_in_seoul(Utc::now());
    let kept = TimeDelta::from_std(settings.usage_kept).unwrap_or(TimeDelta::MAX);
    let mut connection = gateway.database.connection().await?;
    store::add_route_uses(&mut connection, &operations, &counts, today).await?;
    written.extend(routes.into_iter().map(|route| (route.operation, route.requests)));
    if let Some(first) = today.checked_sub_signed(kept) {
        store::forget_route_uses(&mut connection, first).await?;
    }
    Ok(())
}
