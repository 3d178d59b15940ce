//! What this service asks others.

use std::time::Duration;

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};
use platform::identity::OrganisationRole;
use platform::ids::parse_prefixed;
use uuid::Uuid;

use crate::events::UserRegistered;
use crate::model::{ConsentPurpose, SellerRole, UserId};

/// How long a person who signs in or up waits for another service at most.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/seller_memberships.graphql",
    extern_enums("SellerRole"),
    response_derives = "Debug"
)]
struct SellerMemberships;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/register_user.graphql",
    extern_enums("ConsentPurpose"),
    response_derives = "Debug"
)]
struct RegisterUser;

/// The sellers that a person acts for, and as what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memberships {
    pub(crate) organisations: Vec<Uuid>,
    pub(crate) owner_of: Vec<Uuid>,
    pub(crate) staff_of: Vec<Uuid>,
}

impl Memberships {
    /// The roles, in the order of the organisations.
    pub(crate) fn roles(&self) -> Vec<OrganisationRole> {
        let role = |organisation: &Uuid| match organisation {
            owned if self.owner_of.contains(owned) => OrganisationRole::Owner,
            served if self.staff_of.contains(served) => OrganisationRole::Staff,
            _ => OrganisationRole::Manager,
        };
        self.organisations.iter().map(role).collect()
    }
}

/// The sellers that a person acts for; `None` when the seller service does not answer in time.
pub(crate) async fn memberships_of(graph: &GraphClient, user: UserId, context: &RequestContext) -> Option<Memberships> {
    let variables = seller_memberships::Variables { user_id: user.to_string() };
    let asked = tokio::time::timeout(PATIENCE, graph.ask::<SellerMemberships>("seller", variables, context)).await;
    match asked {
        Ok(Ok(answer)) => {
            let mut found = Memberships::default();
            for member in answer.seller_memberships {
                let Ok(seller) = parse_prefixed(&member.seller.id, "slr") else { continue };
                found.organisations.push(seller);
                match member.role {
                    SellerRole::Owner => found.owner_of.push(seller),
                    SellerRole::Staff => found.staff_of.push(seller),
                    SellerRole::Manager => {}
                }
            }
            Some(found)
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "memberships are not known");
            None
        }
        Err(_) => {
            tracing::warn!("memberships are not known in time");
            None
        }
    }
}

/// Hands a new person's profile to the user service at once. The event `user.registered` brings it there in any case,
/// so that a failure here is only a delay.
pub(crate) async fn register_user(graph: &GraphClient, user: &UserRegistered, context: &RequestContext) {
    let consents = user.consents.iter().map(|consent| register_user::ConsentInput {
        purpose: consent.purpose,
        version: consent.version.clone(),
        granted: consent.granted,
    });
    let input = register_user::RegisterUserInput {
        id: user.user_id.to_string(),
        email: user.email.clone(),
        name: user.name.clone(),
        phone: user.phone.clone(),
        consents: consents.collect(),
    };
    let asked = graph.ask::<RegisterUser>("user", register_user::Variables { input }, context);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => {
            for error in answer.register_user.user_errors {
                tracing::warn!(code = ?error.code, message = error.message, "the profile was not taken at once");
            }
        }
        Ok(Err(GraphClientError::NotConnected(service))) => {
            tracing::debug!(service, "the profile comes by its event");
        }
        Ok(Err(error)) => tracing::warn!(%error, "the profile comes by its event"),
        Err(_) => tracing::warn!("the profile comes by its event: no answer in time"),
    }
}
