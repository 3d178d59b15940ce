//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::{Looking, Search};
use crate::engine::{Engine, follow};
use crate::settings::SearchSettings;
use crate::trends::Trends;
use crate::{consumers, graphql, jobs};

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = SearchSettings::from_source(&context.settings)?;
    let search = Search {
        trends: Trends::new(context.database.clone(), &settings),
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        engine: Engine::new(),
        looking: Looking::default(),
        settings,
    };
    let following =
        follow(search.engine.clone(), search.database.clone(), search.settings.clone(), context.shutdown.clone());
    let reading = jobs::read(search.clone(), context.shutdown.clone());
    let writing = jobs::write(search.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(search.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![consumers::subscription(search)],
        jobs: vec![Box::pin(following), Box::pin(reading), Box::pin(writing)],
    })
}
