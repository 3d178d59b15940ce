//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Coupons;
use crate::consumers::subscription;
use crate::settings::CouponSettings;
use crate::{graphql, jobs};

pub(crate) fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = CouponSettings::from_source(&context.settings)?;
    let coupons = Coupons {
        database: context.database,
        outbox: context.outbox,
        cache: context.cache,
        graph: context.graph,
        settings: Arc::new(settings),
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(coupons.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![subscription(coupons.clone())],
        jobs: vec![Box::pin(jobs::run(coupons, context.shutdown))],
    })
}
