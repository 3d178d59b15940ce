//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Reviews;
use crate::consumers::subscription;
use crate::graphql;
use crate::settings::ReviewSettings;

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = ReviewSettings::from_source(&context.settings)?;
    let reviews = Reviews { database: context.database, outbox: context.outbox, graph: context.graph, settings };
    Ok(Service {
        schema: Arc::new(graphql::schema(reviews.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![subscription(reviews)],
        jobs: Vec::new(),
    })
}
