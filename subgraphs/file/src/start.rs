//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Files;
use crate::images::Images;
use crate::links::Links;
use crate::objects::Objects;
use crate::settings::FileSettings;
use crate::{consumers, graphql, jobs, routes};

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = FileSettings::from_source(&context.settings)?;
    let files = Files {
        database: context.database,
        outbox: context.outbox,
        objects: Objects::open(&settings, &context.local_directory.join("files"))?,
        images: Images::new(settings.image_workers, settings.most_pixels),
        links: Links::new(context.public_url, &settings.signing_key, settings.link_lifetime),
        settings: Arc::new(settings),
    };
    Ok(Service {
        schema: Arc::new(graphql::schema(files.clone())),
        routes: routes::routes(files.clone()),
        subscriptions: vec![consumers::subscription(files.clone())],
        jobs: vec![Box::pin(jobs::sweep(files, context.shutdown))],
    })
}
