//! What this service asks others.

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::{DeliveryChannel, SellerId, UserId};

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/seller_members.graphql",
    response_derives = "Debug"
)]
struct SellerMembersOf;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/consents_of.graphql",
    response_derives = "Debug, PartialEq"
)]
struct ConsentsOf;

/// Who acts for a seller.
pub(crate) async fn members_of(graph: &GraphClient, seller: SellerId) -> Result<Vec<UserId>, GraphClientError> {
    let variables = seller_members_of::Variables { id: seller.to_string() };
    let answer = graph.ask::<SellerMembersOf>("seller", variables, &RequestContext::default()).await?;
    let members = answer.seller.map(|seller| seller.members).unwrap_or_default();
    Ok(members.into_iter().filter_map(|member| member.user.id.parse().ok()).collect())
}

/// Whether a person agrees to advertising by this way now.
pub(crate) async fn agrees(
    graph: &GraphClient,
    user: UserId,
    channel: DeliveryChannel,
) -> Result<bool, GraphClientError> {
    let variables = consents_of::Variables { user_id: user.to_string() };
    let answer = graph.ask::<ConsentsOf>("user", variables, &RequestContext::default()).await?;
    let purpose = match channel {
        DeliveryChannel::Email => consents_of::ConsentPurpose::MARKETING_EMAIL,
        DeliveryChannel::Phone => consents_of::ConsentPurpose::MARKETING_SMS,
        DeliveryChannel::Webhook => return Ok(false),
    };
    Ok(answer.consents_of.iter().any(|consent| consent.purpose == purpose && consent.granted))
}
