//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Orders;
use crate::consumers::subscription;
use crate::graphql;
use crate::jobs::recover;
use crate::settings::OrderSettings;

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let orders = Orders {
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        settings: Arc::new(OrderSettings::from_source(&context.settings)?),
    };
    let job = recover(orders.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(orders.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![subscription(orders)],
        jobs: vec![Box::pin(job)],
    })
}
