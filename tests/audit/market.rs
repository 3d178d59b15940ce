//! The market's own supergraph: its services as processes, our router before them, and the reference gateway beside it.

use std::sync::Arc;

use platform::graph::PRINCIPAL_HEADER;
use platform::identity::{AccessTokenVerifier, InternalTokens, Principal, jwks_over_http};

use crate::differential::{Options, Pair, Tally};
use crate::questions;
use crate::support::Market;

const SUPERGRAPH: &str = include_str!("../../schema/supergraph.graphql");

/// What the gateway's own subgraph answers, where the reference gateway does not reach it.
const GATEWAYS: &[&str] = &[
    "Query.apiClient",
    "Query.apiClients",
    "Query.restRoutes",
    "Query.services",
    "Query.supergraph",
    "Query.supergraphHistory",
    "Query.trustedDocument",
    "Query.trustedDocuments",
];

pub(crate) async fn compare(options: &Options, tally: &mut Tally) {
    let market = Market::distributed().await;
    let (askers, values) = questions::fill(&market).await;
    if let Some(theirs) = options.teach("market", &addressed(&market)).await {
        let schema = questions::schema(GATEWAYS);
        let tokens = Arc::new(InternalTokens::new(market.value("INTERNAL_KEY").as_bytes()));
        let keys = format!("{}/.well-known/jwks.json", market.value("AUTH_URL"));
        let verifier = AccessTokenVerifier::new(jwks_over_http(market.http.clone(), keys));
        for asker in askers {
            // Services believe what the router signs. The reference gateway has to be given that, as it signs nothing.
            let (mut bearer, mut principal) = (Vec::new(), Arc::new(Principal::default()));
            if let Some(session) = &asker.session {
                bearer.push(("authorization", format!("Bearer {}", session.access_token)));
                principal = verifier.verify(&session.access_token).await.unwrap();
            }
            let tokens = Arc::clone(&tokens);
            let pair = Pair {
                name: &format!("market, {}", asker.name),
                schema: &schema,
                values: &values,
                bounds: questions::BOUNDS,
                ours: (format!("{}/graphql", market.url), Box::new(move || bearer.clone())),
                theirs: (
                    theirs.clone(),
                    Box::new(move || vec![(PRINCIPAL_HEADER, tokens.sign(&principal).unwrap().to_string())]),
                ),
            };
            pair.compare(options, tally).await;
        }
    }
    market.end().await;
}

/// The supergraph with the URLs that the services have now; without the demand to enforce access, which the reference gateway
/// does not know: the services see to it again.
fn addressed(market: &Market) -> String {
    let lines = SUPERGRAPH.lines().map(|line| {
        let graph =
            line.split_once("@join__graph(name: \"").and_then(|(head, rest)| Some((head, rest.split_once('"')?.0)));
        match graph {
            // The gateway's own subgraph lives in the router.
            Some((head, name)) if name != "gateway" => {
                let url = market.value(&format!("{}_URL", name.to_uppercase()));
                format!("{head}@join__graph(name: \"{name}\", url: \"{url}/graphql\")")
            }
            _ if line.contains("/authenticated/") || line.contains("/requiresScopes/") => {
                line.replace(", for: SECURITY", "")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
