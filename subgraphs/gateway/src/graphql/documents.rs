//! Trusted documents.

use async_graphql::{ComplexObject, Context, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;

use super::clients::{ApiClient, User};
use crate::actions::{Gateway, NewDocument};
use crate::model::{ApiClientId, DocumentRow};
use crate::store::{self, DocumentFilter};

/// A document that may be asked for by its hash.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct TrustedDocument {
    /// The SHA-256 of the document, in hexadecimal.
    hash: String,
    /// How people know it.
    name: String,
    /// The document.
    body: String,
    /// Who registered it.
    registered_by: User,
    /// When it was registered.
    registered_at: DateTime<Utc>,
    /// When it was revoked; null while it is trusted.
    revoked_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    client_id: Option<ApiClientId>,
}

#[ComplexObject]
impl TrustedDocument {
    /// The client that it was registered for; null when it is nobody's alone.
    async fn client(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ApiClient>> {
        let Some(id) = self.client_id else { return Ok(None) };
        let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
        let found = store::clients_by_id(&mut connection, &[id]).await.map_err(GraphError::from)?;
        Ok(found.into_iter().next().map(ApiClient::from))
    }
}

impl From<DocumentRow> for TrustedDocument {
    fn from(row: DocumentRow) -> Self {
        Self {
            hash: row.hash,
            name: row.name,
            body: row.body,
            registered_by: row.registered_by.into(),
            registered_at: row.registered_at,
            revoked_at: row.revoked_at,
            client_id: row.client_id,
        }
    }
}

/// Which documents a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct TrustedDocumentWhere {
    /// Only those of this client.
    client_id: Option<ApiClientId>,
    /// Only those that are revoked, or only those that are not.
    revoked: Option<bool>,
}

impl From<TrustedDocumentWhere> for DocumentFilter {
    fn from(input: TrustedDocumentWhere) -> Self {
        Self { client_id: input.client_id, revoked: input.revoked }
    }
}

/// A document to be trusted.
#[derive(InputObject)]
pub(crate) struct TrustedDocumentInput {
    /// How people know it, 1–120 characters.
    name: String,
    /// The document, with one operation.
    body: String,
    /// The hash that the client will send, to be sure that it is the document's: its SHA-256, in hexadecimal.
    hash: Option<String>,
}

impl From<TrustedDocumentInput> for NewDocument {
    fn from(input: TrustedDocumentInput) -> Self {
        let TrustedDocumentInput { name, body, hash } = input;
        Self { name, body, hash }
    }
}

/// Documents to be trusted.
#[derive(InputObject)]
pub(crate) struct RegisterTrustedDocumentsInput {
    /// The client that they are for; everybody's when it is left out.
    pub(super) client_id: Option<ApiClientId>,
    /// One to 500 documents, each once; all are registered or none.
    pub(super) documents: Vec<TrustedDocumentInput>,
}

/// Documents that are trusted no more.
#[derive(InputObject)]
pub(crate) struct RevokeTrustedDocumentsInput {
    /// The hashes of one to 500 documents.
    pub(super) hashes: Vec<String>,
}
