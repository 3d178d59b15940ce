//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Desk;
use crate::consumers::subscription;
use crate::graphql;
use crate::jobs::expire_requests;
use crate::settings::AdminSettings;

pub(crate) fn start(context: ServiceContext) -> Result<Service, StartError> {
    let desk = Desk {
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        settings: Arc::new(AdminSettings::from_source(&context.settings)?),
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(desk.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![subscription(desk.clone())],
        jobs: vec![Box::pin(expire_requests(desk, context.shutdown))],
    })
}
