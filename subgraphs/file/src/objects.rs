//! The store of bytes: a folder of this machine, or S3.

use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::Signer as _;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload};
use platform::errors::GraphError;
use platform::service::StartError;
use uuid::Uuid;

use crate::model::UploadId;
use crate::rules::Rendition;
use crate::settings::FileSettings;

/// Where bytes are kept.
#[derive(Clone)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    /// What lets clients bring bytes straight to the store, with the folder in it that is ours.
    direct: Option<(Arc<AmazonS3>, Path)>,
}

impl Objects {
    /// The store that the settings name; `folder` is the one of this machine.
    pub(crate) fn open(settings: &FileSettings, folder: &FilePath) -> Result<Self, StartError> {
        let failed = |error: object_store::Error| StartError(format!("FILE_STORE: {error}"));
        if settings.store.is_empty() {
            std::fs::create_dir_all(folder).map_err(|error| StartError(format!("{}: {error}", folder.display())))?;
            let store = LocalFileSystem::new_with_prefix(folder).map_err(failed)?;
            return Ok(Self { store: Arc::new(store), direct: None });
        }
        let Some((bucket, prefix)) =
            settings.store.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        else {
            return Err(StartError("FILE_STORE is empty or s3://bucket/prefix".to_owned()));
        };
        if settings.signing_key.len() < 32 {
            let reason = "FILE_SIGNING_KEY needs 32 characters or more where FILE_STORE is shared";
            return Err(StartError(reason.to_owned()));
        }
        platform::http_client::choose_cryptography();
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
        if !settings.s3_endpoint.is_empty() {
            builder = builder
                .with_endpoint(&settings.s3_endpoint)
                .with_allow_http(settings.s3_endpoint.starts_with("http://"));
        }
        if !settings.s3_access_key.is_empty() {
            builder =
                builder.with_access_key_id(&settings.s3_access_key).with_secret_access_key(&settings.s3_secret_key);
        }
        let amazon = Arc::new(builder.build().map_err(failed)?);
        let prefix = Path::parse(prefix).map_err(|error| StartError(format!("FILE_STORE: {error}")))?;
        let store = Arc::new(PrefixStore::new(Arc::clone(&amazon), prefix.clone()));
        Ok(Self { store, direct: Some((amazon, prefix)) })
    }

    /// An address to which a client can bring an upload's bytes without us; none where we take them ourselves.
    pub(crate) async fn direct_address(&self, id: UploadId, lifetime: Duration) -> Result<Option<String>, GraphError> {
        let Some((amazon, prefix)) = &self.direct else { return Ok(None) };
        let path: Path = prefix.parts().chain(incoming(id).parts()).collect();
        let url = amazon.signed_url(Method::PUT, &path, lifetime).await.map_err(unavailable)?;
        Ok(Some(url.into()))
    }

    /// The bytes at `path`, when there are any and no more than `limit`.
    pub(crate) async fn read(&self, path: &Path, limit: u64) -> Result<Option<Read>, GraphError> {
        let found = match self.store.get(path).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(unavailable(error)),
        };
        if found.meta.size > limit {
            return Ok(Some(Read::TooLarge));
        }
        Ok(Some(Read::Bytes(found.bytes().await.map_err(unavailable)?)))
    }

    pub(crate) async fn write(&self, path: &Path, bytes: Bytes) -> Result<(), GraphError> {
        self.store.put(path, PutPayload::from_bytes(bytes)).await.map(|_| ()).map_err(unavailable)
    }

    /// Removes the object; one that is not there is removed already.
    pub(crate) async fn remove(&self, path: &Path) -> Result<(), GraphError> {
        match self.store.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Removes a content with everything drawn of it.
    pub(crate) async fn remove_content(&self, id: Uuid) -> Result<(), GraphError> {
        use futures::TryStreamExt as _;
        let drawn: Vec<Path> = self
            .store
            .list(Some(&Path::from(format!("renditions/{}", id.as_simple()))))
            .map_ok(|object| object.location)
            .try_collect()
            .await
            .map_err(unavailable)?;
        for path in drawn {
            self.remove(&path).await?;
        }
        self.remove(&content(id)).await
    }
}

/// What was found.
pub(crate) enum Read {
    Bytes(Bytes),
    /// More than the limit.
    TooLarge,
}

/// Where a content's bytes are.
pub(crate) fn content(id: Uuid) -> Path {
    Path::from(format!("content/{}", id.as_simple()))
}

/// Where an upload's bytes wait.
pub(crate) fn incoming(id: UploadId) -> Path {
    Path::from(format!("incoming/{}", id.0.as_simple()))
}

/// Where a picture of a content is.
pub(crate) fn rendition(content: Uuid, drawn: Rendition) -> Path {
    Path::from(format!("renditions/{}/{}-{}.webp", content.as_simple(), drawn.width, drawn.section))
}

fn unavailable(error: object_store::Error) -> GraphError {
    GraphError::unavailable(format_args!("object store: {error}"))
}
