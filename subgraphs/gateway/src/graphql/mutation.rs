//! What staff decides of those who ask the graph.

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope};

use super::clients::{
    ApiClient, ApiClientIdInput, ApiKey, CreateApiClientInput, EditApiClientInput, IssueApiKeyInput, RevokeApiKeyInput,
};
use super::documents::{RegisterTrustedDocumentsInput, RevokeTrustedDocumentsInput, TrustedDocument};
use crate::actions::{self, Gateway};
use crate::error::{Failure, UserErrorCode};
use crate::model::ClientRow;
use crate::store;

/// The outcome of a command on an API client.
#[derive(SimpleObject)]
pub(crate) struct ApiClientPayload {
    /// The client as it is now.
    client: Option<ApiClient>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `issueApiKey`.
#[derive(SimpleObject)]
pub(crate) struct IssueApiKeyPayload {
    /// The key itself, which is shown here and never again.
    secret: Option<String>,
    /// What is kept of it.
    key: Option<ApiKey>,
    /// Why there is none; empty when there is one.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `revokeApiKey`.
#[derive(SimpleObject)]
pub(crate) struct RevokeApiKeyPayload {
    /// The key as it is now.
    key: Option<ApiKey>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `registerTrustedDocuments`.
#[derive(SimpleObject)]
pub(crate) struct RegisterTrustedDocumentsPayload {
    /// The documents as they are now.
    documents: Vec<TrustedDocument>,
    /// Why none was registered; empty when all were.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `revokeTrustedDocuments`.
#[derive(SimpleObject)]
pub(crate) struct RevokeTrustedDocumentsPayload {
    /// The hashes of those that were trusted and are not any more.
    hashes: Vec<String>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// What is said of a client after a command.
async fn client_payload(
    gateway: &Gateway,
    outcome: Result<ClientRow, Failure>,
) -> async_graphql::Result<ApiClientPayload> {
    Ok(match outcome {
        Ok(row) => {
            let mut connection = gateway.database.connection().await.map_err(GraphError::from)?;
            let mut clients = store::with_keys(&mut connection, vec![row]).await.map_err(GraphError::from)?;
            ApiClientPayload { client: clients.pop().map(ApiClient::from), user_errors: Vec::new() }
        }
        Err(failure) => ApiClientPayload { client: None, user_errors: failure.into_refusals()? },
    })
}

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Makes an API client, without a key. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn create_api_client(
        &self,
        ctx: &Context<'_>,
        input: CreateApiClientInput,
    ) -> async_graphql::Result<ApiClientPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let run = gateway.clone();
        let action = async move { actions::create_client(&run, input.client.into(), &context).await };
        client_payload(&gateway, run_to_end(action).await).await
    }

    /// Changes an API client. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn edit_api_client(
        &self,
        ctx: &Context<'_>,
        input: EditApiClientInput,
    ) -> async_graphql::Result<ApiClientPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let run = gateway.clone();
        let EditApiClientInput { client_id, client } = input;
        let action = async move { actions::edit_client(&run, client_id, client.into(), &context).await };
        client_payload(&gateway, run_to_end(action).await).await
    }

    /// Revokes an API client with all its keys, for good. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn revoke_api_client(
        &self,
        ctx: &Context<'_>,
        input: ApiClientIdInput,
    ) -> async_graphql::Result<ApiClientPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let run = gateway.clone();
        let action = async move { actions::revoke_client(&run, input.client_id, &context).await };
        client_payload(&gateway, run_to_end(action).await).await
    }

    /// Makes a key of an API client; up to three are live at a time. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn issue_api_key(
        &self,
        ctx: &Context<'_>,
        input: IssueApiKeyInput,
    ) -> async_graphql::Result<IssueApiKeyPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let IssueApiKeyInput { client_id, expires_at } = input;
        let action = async move { actions::issue_key(&gateway, client_id, expires_at, &context).await };
        Ok(match run_to_end(action).await {
            Ok((secret, row)) => {
                IssueApiKeyPayload { secret: Some(secret), key: Some(row.into()), user_errors: Vec::new() }
            }
            Err(failure) => IssueApiKeyPayload { secret: None, key: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Revokes a key, for good. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        input: RevokeApiKeyInput,
    ) -> async_graphql::Result<RevokeApiKeyPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let action = async move { actions::revoke_key(&gateway, input.key_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(row) => RevokeApiKeyPayload { key: Some(row.into()), user_errors: Vec::new() },
            Err(failure) => RevokeApiKeyPayload { key: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Lets documents be asked for by their hash: `extensions.persistedQuery.sha256Hash`. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn register_trusted_documents(
        &self,
        ctx: &Context<'_>,
        input: RegisterTrustedDocumentsInput,
    ) -> async_graphql::Result<RegisterTrustedDocumentsPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let RegisterTrustedDocumentsInput { client_id, documents } = input;
        let documents = documents.into_iter().map(Into::into).collect();
        let action = async move { actions::register_documents(&gateway, client_id, documents, &context).await };
        Ok(match run_to_end(action).await {
            Ok(rows) => RegisterTrustedDocumentsPayload {
                documents: rows.into_iter().map(Into::into).collect(),
                user_errors: Vec::new(),
            },
            Err(failure) => {
                RegisterTrustedDocumentsPayload { documents: Vec::new(), user_errors: failure.into_refusals()? }
            }
        })
    }

    /// Trusts documents no more. Routers may answer them for a minute. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn revoke_trusted_documents(
        &self,
        ctx: &Context<'_>,
        input: RevokeTrustedDocumentsInput,
    ) -> async_graphql::Result<RevokeTrustedDocumentsPayload> {
        let (gateway, context) = (ctx.data::<Gateway>()?.clone(), audit::command(ctx));
        let action = async move { actions::revoke_documents(&gateway, input.hashes, &context).await };
        Ok(match run_to_end(action).await {
            Ok(hashes) => RevokeTrustedDocumentsPayload { hashes, user_errors: Vec::new() },
            Err(failure) => RevokeTrustedDocumentsPayload { hashes: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }
}
