//! Documents that are asked for by their hash: `extensions.persistedQuery.sha256Hash` in place of `query`.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use platform::graph::RequestContext;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{GraphError, codes};

/// Where documents are kept that may be asked for by the SHA-256 of their text.
pub trait TrustedDocuments: Send + Sync {
    /// The document of a hash, in 64 small hexadecimal digits; `None` where it is not trusted.
    fn find<'a>(
        &'a self,
        hash: &'a str,
        context: &'a RequestContext,
    ) -> BoxFuture<'a, Result<Option<Arc<str>>, GraphError>>;
}

/// The extensions of a request that the router reads.
#[derive(Default, Deserialize)]
pub(super) struct Extensions {
    #[serde(default, rename = "persistedQuery")]
    persisted_query: Option<PersistedQuery>,
    /// Whatever else there is; by it, only an object is read as extensions.
    #[serde(flatten)]
    _others: HashMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
struct PersistedQuery {
    #[serde(rename = "sha256Hash")]
    hash: String,
}

impl Extensions {
    /// The hash that stands for a document.
    pub(super) fn hash(&self) -> Option<&str> {
        self.persisted_query.as_ref().map(|query| query.hash.as_str())
    }
}

/// The document of a hash, or the error that clients of persisted queries know.
pub(super) async fn find(
    documents: Option<&dyn TrustedDocuments>,
    hash: &str,
    context: &RequestContext,
) -> Result<Arc<str>, GraphError> {
    let Some(documents) = documents else {
        return Err(GraphError::new(codes::NOT_SUPPORTED, "PersistedQueryNotSupported"));
    };
    let hash = hash.to_ascii_lowercase();
    let fits = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = if fits { documents.find(&hash, context).await? } else { None };
    found.ok_or_else(|| GraphError::new(codes::NOT_FOUND, "PersistedQueryNotFound"))
}
