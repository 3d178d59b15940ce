//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use futures::future::join_all;
use platform::errors::GraphError;
use platform::graph::GraphClient;
use platform::identity::{AnyScope, Scope, current_principal};
use platform::paging::{Connection, PageRequest};

use super::clients::ApiClient;
use super::documents::{TrustedDocument, TrustedDocumentWhere};
use super::front_door::{PastSupergraph, RestRoute, ServiceStatus, Supergraph, front_door, rest_routes, status};
use crate::actions::{self, Gateway};
use crate::model::ApiClientId;
use crate::store::{self, ClientKey, DocumentFilter, DocumentKey};

pub(crate) struct Query;

#[Object]
impl Query {
    /// How every service is, asked now. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn services(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ServiceStatus>> {
        let (services, graph) = (&front_door()?.services, ctx.data::<GraphClient>()?);
        Ok(join_all(services.iter().map(|service| status(ctx, graph, service))).await)
    }

    /// The supergraph in force. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn supergraph(&self) -> async_graphql::Result<Supergraph> {
        let in_force = (front_door()?.supergraph)();
        Ok(in_force.map(Supergraph::from).ok_or_else(|| GraphError::unavailable("no supergraph is in force"))?)
    }

    /// Every supergraph that has answered clients, the newest first. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn supergraph_history(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<PastSupergraph>> {
        let page = PageRequest::<i64>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Gateway>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::supergraphs_page(&mut connection, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::supergraphs_count(&mut *database.connection().await?).await?) }) as _
        };
        Ok(Connection::new(page.finish(rows), |row| row.sequence, |row| PastSupergraph { row }, count))
    }

    /// Every REST route with its use, day by day as far back as `days` (1–400) say. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn rest_routes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 30)] days: i32,
    ) -> async_graphql::Result<Vec<RestRoute>> {
        rest_routes(ctx, days).await
    }

    /// One API client; null when there is none. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn api_client(&self, ctx: &Context<'_>, id: ApiClientId) -> async_graphql::Result<Option<ApiClient>> {
        client(ctx, id).await
    }

    /// All API clients, the newest first. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn api_clients(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<ApiClient>> {
        let page = PageRequest::<ClientKey>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Gateway>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::clients_page(&mut connection, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::clients_count(&mut *database.connection().await?).await?) }) as _
        };
        Ok(Connection::new(page.finish(rows), |(row, _)| (row.created_at, row.id), ApiClient::from, count))
    }

    /// One trusted document, revoked or not; null when there is none. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn trusted_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The SHA-256 of the document, in hexadecimal.")] hash: String,
    ) -> async_graphql::Result<Option<TrustedDocument>> {
        document(ctx, hash).await
    }

    /// All trusted documents, the newest first. For staff.
    #[graphql(requires_scopes = "staff:clients", guard = "AnyScope(&[Scope::StaffClients])")]
    async fn trusted_documents(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(name = "where")] filter: Option<TrustedDocumentWhere>,
    ) -> async_graphql::Result<Connection<TrustedDocument>> {
        let page = PageRequest::<DocumentKey>::new(first, after.as_deref(), None, None)?;
        let filter = DocumentFilter::from(filter.unwrap_or_default());
        let database = ctx.data::<Gateway>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::documents_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let (database, filter) = (database.clone(), filter.clone());
            Box::pin(async move { Ok(store::documents_count(&mut *database.connection().await?, &filter).await?) }) as _
        };
        let key = |row: &crate::model::DocumentRow| (row.registered_at, row.hash.clone());
        Ok(Connection::new(page.finish(rows), key, TrustedDocument::from, count))
    }

    /// The body of a document that is trusted now; null for every other hash. For the router.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn trusted_body(&self, ctx: &Context<'_>, hash: String) -> async_graphql::Result<Option<String>> {
        let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::trusted_body(&mut connection, &hash).await.map_err(GraphError::from)?)
    }

    /// The client that has a key; null for a key that is not valid now. For the router.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn client_of_api_key(&self, ctx: &Context<'_>, key: String) -> async_graphql::Result<Option<ApiClient>> {
        let found = actions::client_of_key(ctx.data::<Gateway>()?, &key).await?;
        Ok(found.map(|row| ApiClient::from((row, Vec::new()))))
    }

    #[graphql(entity)]
    async fn find_service_status_by_name(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> async_graphql::Result<Option<ServiceStatus>> {
        if !current_principal(ctx).has_scope(Scope::Staff) {
            return Ok(None);
        }
        match front_door()?.services.iter().find(|service| service.name == name) {
            Some(service) => Ok(Some(status(ctx, ctx.data::<GraphClient>()?, service).await)),
            None => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_api_client(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<ApiClient>> {
        match id.parse() {
            Ok(id) if current_principal(ctx).has_scope(Scope::StaffClients) => client(ctx, id).await,
            _ => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_trusted_document(
        &self,
        ctx: &Context<'_>,
        hash: String,
    ) -> async_graphql::Result<Option<TrustedDocument>> {
        if current_principal(ctx).has_scope(Scope::StaffClients) { document(ctx, hash).await } else { Ok(None) }
    }
}

async fn client(ctx: &Context<'_>, id: ApiClientId) -> async_graphql::Result<Option<ApiClient>> {
    let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
    let found = store::clients_by_id(&mut connection, &[id]).await.map_err(GraphError::from)?;
    Ok(found.into_iter().next().map(ApiClient::from))
}

async fn document(ctx: &Context<'_>, hash: String) -> async_graphql::Result<Option<TrustedDocument>> {
    let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
    let found = store::documents(&mut connection, &[hash]).await.map_err(GraphError::from)?;
    Ok(found.into_iter().next().map(TrustedDocument::from))
}
