//! Starts the service.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use platform::service::{Service, ServiceContext, StartError};
use rand::Rng as _;

use crate::actions::Shipping;
use crate::carriers::{HttpTracker, Reach};
use crate::consumers::subscription;
use crate::graphql;
use crate::jobs;
use crate::model::Carrier;
use crate::sandbox::{self, SandboxOptions};
use crate::settings::ShippingSettings;
use crate::webhooks;

const SANDBOX_PATH: &str = "/sandbox/carriers";

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = Arc::new(ShippingSettings::from_source(&context.settings)?);
    // Nobody but this process knows what its own sandbox is reached and signs with.
    let own = SandboxOptions {
        file: context.local_directory.join("sandbox-carriers.jsonl"),
        key: secret(),
        secret: secret(),
        pace: settings.sandbox_pace,
    };
    let mut reaches = HashMap::new();
    let mut needs_sandbox = false;
    for (carrier, url, key, secret) in carriers(&settings) {
        needs_sandbox |= url.is_empty();
        let reach = reach(&settings, &context, &own, (carrier, url, key, secret));
        reaches.insert(carrier, reach.map_err(|error| StartError(error.to_string()))?);
    }
    let shipping = Shipping {
        database: context.database,
        outbox: context.outbox,
        graph: context.graph,
        settings,
        carriers: Arc::new(reaches),
    };
    let mut routes = webhooks::routes(shipping.clone());
    if needs_sandbox {
        let sandbox = sandbox::routes(own).map_err(|error| StartError(format!("carriers' sandbox: {error}")))?;
        routes = routes.merge(Router::new().nest(SANDBOX_PATH, sandbox));
    }
    Ok(Service {
        schema: Arc::new(graphql::schema(shipping.clone())),
        routes,
        subscriptions: vec![subscription(shipping.clone())],
        jobs: vec![Box::pin(jobs::run(shipping, context.shutdown))],
    })
}

fn secret() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

fn carriers(settings: &ShippingSettings) -> [(Carrier, &str, &str, &str); 4] {
    [
        (Carrier::Cj, &settings.cj_url, &settings.cj_key, &settings.cj_secret),
        (Carrier::Hanjin, &settings.hanjin_url, &settings.hanjin_key, &settings.hanjin_secret),
        (Carrier::Lotte, &settings.lotte_url, &settings.lotte_key, &settings.lotte_secret),
        (Carrier::Epost, &settings.epost_url, &settings.epost_key, &settings.epost_secret),
    ]
}

fn reach(
    settings: &ShippingSettings,
    context: &ServiceContext,
    own: &SandboxOptions,
    (carrier, url, key, secret): (Carrier, &str, &str, &str),
) -> Result<Reach, reqwest::Error> {
    let is_own = url.is_empty();
    let base = if is_own { format!("{}{SANDBOX_PATH}/{}", context.own_url, carrier.as_str()) } else { url.to_owned() };
    let key = if is_own { &own.key } else { key };
    let secret = if is_own { &own.secret } else { secret };
    let callback = match (settings.callback_url.as_str(), is_own) {
        ("", true) => &context.own_url,
        ("", false) => &context.public_url,
        (url, _) => url,
    };
    Ok(Reach {
        tracker: Box::new(HttpTracker::new(base, key, settings.timeout)?),
        secret: (!secret.is_empty()).then(|| secret.to_owned()),
        callback_url: format!("{callback}{}", webhooks::path_of(carrier)),
    })
}
