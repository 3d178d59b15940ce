//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Catalogue;
use crate::cache::RecentRows;
use crate::categories::Categories;
use crate::consumers::subscription;
use crate::settings::ProductSettings;
use crate::{graphql, pictures};

pub(crate) fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(ProductSettings::from_source(&context.settings)?);
    let catalogue = Catalogue {
        categories: Categories::new(context.database.clone()),
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        recent: RecentRows::new(),
        settings,
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(catalogue.clone())),
        routes: pictures::routes(),
        subscriptions: vec![subscription(catalogue)],
        jobs: Vec::new(),
    })
}
