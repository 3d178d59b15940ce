//! What this service asks others.

use graphql_client::GraphQLQuery;
use platform::graph::{GraphClient, GraphClientError, RequestContext};

use crate::model::{DeliveryChannel, SellerId, UserId};
use crate::plan::StaffPermission;

use seller_members_of::SellerRole;
use staff_permitted::Permission;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/seller_members.graphql",
    response_derives = "Debug, PartialEq"
)]
struct SellerMembersOf;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/consents_of.graphql",
    response_derives = "Debug, PartialEq"
)]
struct ConsentsOf;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/staff_permitted.graphql",
    response_derives = "Debug"
)]
struct StaffPermitted;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/account_of.graphql",
    response_derives = "Debug"
)]
struct AccountOf;

/// The bank's code and the account's number that a payment waits for money on, as long as it has one.
pub(crate) async fn account_of(
    graph: &GraphClient,
    payment: &str,
) -> Result<Option<(String, String)>, GraphClientError> {
    let variables = account_of::Variables { payment_id: payment.to_owned() };
    let answer = graph.ask::<AccountOf>("payment", variables, &RequestContext::default()).await?;
    let account = answer.payment.and_then(|payment| payment.virtual_account);
    Ok(account.map(|account| (account.bank, account.account_number)))
}

/// Who acts for a seller; its owners alone, where so wanted.
pub(crate) async fn members_of(
    graph: &GraphClient,
    seller: SellerId,
    owners_alone: bool,
) -> Result<Vec<UserId>, GraphClientError> {
    let variables = seller_members_of::Variables { id: seller.to_string() };
    let answer = graph.ask::<SellerMembersOf>("seller", variables, &RequestContext::default()).await?;
    let members = answer.seller.map(|seller| seller.members).unwrap_or_default();
    let wanted = members.into_iter().filter(|member| !owners_alone || member.role == SellerRole::OWNER);
    Ok(wanted.filter_map(|member| member.user.id.parse().ok()).collect())
}

/// The staff whose roles permit something.
pub(crate) async fn staff_permitted(
    graph: &GraphClient,
    permission: StaffPermission,
) -> Result<Vec<UserId>, GraphClientError> {
    let permission = match permission {
        StaffPermission::ApprovalDecide => Permission::APPROVAL_DECIDE,
        StaffPermission::Sellers => Permission::SELLERS,
        StaffPermission::Orders => Permission::ORDERS,
    };
    let variables = staff_permitted::Variables { permission };
    let answer = graph.ask::<StaffPermitted>("admin", variables, &RequestContext::default()).await?;
    Ok(answer.staff_permitted.into_iter().filter_map(|id| id.parse().ok()).collect())
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
