//! Starts the service.

use std::sync::Arc;

use axum::Router;
use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Notifications;
use crate::channels::{Endpoints, Mailer, Solapi, sandbox};
use crate::consumers::subscription;
use crate::graphql;
use crate::jobs::work;
use crate::live::{Live, listen};
use crate::settings::NotificationSettings;

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let shutdown = context.shutdown.clone();
    let (notifications, routes) = assemble(context)?;
    let working = work(notifications.clone(), shutdown.clone());
    let listening = listen(notifications.database.clone(), notifications.live.clone(), shutdown);
    Ok(Service {
        schema: Arc::new(graphql::schema(notifications.clone())),
        routes,
        subscriptions: vec![subscription(notifications)],
        jobs: vec![Box::pin(working), Box::pin(listening)],
    })
}

/// The service's parts, and the message sandbox's routes when this process has one.
pub(crate) fn assemble(context: ServiceContext) -> Result<(Notifications, Router), StartError> {
    let settings = NotificationSettings::from_source(&context.settings)?;
    let folder = context.local_directory.join("mail");
    let mailer = Mailer::new(&settings.smtp_url, &settings.mail_from, settings.timeout, &folder).map_err(StartError)?;
    let failed = |error: reqwest::Error| StartError(error.to_string());
    let (base, routes) = if settings.message_base_url.is_empty() {
        let routes = Router::new().nest(sandbox::PATH, sandbox::routes(&settings.message_api_secret));
        (format!("{}{}", context.own_url, sandbox::PATH), routes)
    } else {
        (settings.message_base_url.clone(), Router::new())
    };
    let messages = Solapi {
        client: Solapi::client(settings.timeout).map_err(failed)?,
        base,
        key: settings.message_api_key.clone(),
        secret: settings.message_api_secret.clone(),
        from: settings.message_from.clone(),
        channel: settings.kakao_channel.clone(),
    };
    let notifications = Notifications {
        database: context.database,
        graph: context.graph,
        mailer: Arc::new(mailer),
        messages: Arc::new(messages),
        endpoints: Arc::new(Endpoints::new(settings.timeout, settings.allow_private_endpoints).map_err(failed)?),
        live: Live::new(),
        settings,
        public_url: context.public_url,
        wake: Arc::default(),
    };
    Ok((notifications, routes))
}
