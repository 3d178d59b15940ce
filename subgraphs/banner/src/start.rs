//! Starts the service.

use std::sync::Arc;

use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Banners;
use crate::consumers::subscription;
use crate::counts::Counts;
use crate::jobs::{look_after, write_counts};
use crate::placements::Placements;
use crate::settings::BannerSettings;
use crate::{graphql, redirect, rules};

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = BannerSettings::from_source(&context.settings)?;
    let banners = Banners {
        database: context.database,
        outbox: context.outbox,
        placements: Placements::new(settings.placement_lifetime),
        counts: Counts::default(),
        hosts: rules::hosts(&settings.link_hosts).into(),
        settings,
    };
    let looking = look_after(banners.clone(), context.shutdown.clone());
    let counting = write_counts(banners.clone(), context.shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(banners.clone())),
        routes: redirect::routes(banners.clone()),
        subscriptions: vec![subscription(banners)],
        jobs: vec![Box::pin(looking), Box::pin(counting)],
    })
}
