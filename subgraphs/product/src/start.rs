//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext};

use crate::actions::Catalogue;
use crate::cache::RecentRows;
use crate::categories::Categories;
use crate::consumers::subscription;
use crate::{graphql, pictures};

pub(crate) fn start(context: ServiceContext) -> Service {
    let catalogue = Catalogue {
        categories: Categories::new(context.database.clone()),
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        recent: RecentRows::new(),
    };
    Service {
        schema: Arc::new(graphql::schema(catalogue.clone())),
        routes: pictures::routes(),
        subscriptions: vec![subscription(catalogue)],
        jobs: Vec::new(),
    }
}
