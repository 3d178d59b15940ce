//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Inventory;
use crate::consumers::subscription;
use crate::graphql;
use crate::jobs::expire;
use crate::levels::Levels;
use crate::settings::InventorySettings;

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = InventorySettings::from_source(&context.settings)?;
    let inventory = Inventory {
        database: context.database,
        outbox: context.outbox,
        levels: Levels::new(settings.availability_lifetime),
    };
    let job = expire(inventory.clone(), settings.expiry_interval, context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(inventory.clone())),
        routes: axum::Router::new(),
        subscriptions: vec![subscription(inventory)],
        jobs: vec![Box::pin(job)],
    })
}
