//! Batched reads for entity resolvers.

use platform::database::Database;
use platform::errors::GraphError;
use platform::loader::Loader;

use crate::model::{FileId, StoredFile};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    files: Loader<FileId, StoredFile>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let database = database.clone();
        let files = Loader::new(move |ids: Vec<FileId>| {
            let database = database.clone();
            async move {
                let files = store::files_by_id(&mut *database.connection().await?, &ids).await?;
                Ok(files.into_iter().map(|stored| (stored.file.id, stored)).collect())
            }
        });
        Self { files }
    }

    pub(crate) async fn file(&self, id: FileId) -> Result<Option<StoredFile>, GraphError> {
        self.files.load(id).await
    }
}
