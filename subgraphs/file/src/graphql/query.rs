//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{SignedIn, current_principal, current_user};
use platform::paging::{Connection, PageRequest};

use super::file::File;
use super::upload::FileUpload;
use crate::actions::Files;
use crate::loaders::Loaders;
use crate::model::{FileId, FilePurpose, UploadId, UserId};
use crate::rules::may_see;
use crate::store::{self, FileKey};

pub(crate) struct Query;

#[Object]
impl Query {
    /// A file that the caller may see; null otherwise.
    async fn file(&self, ctx: &Context<'_>, id: FileId) -> async_graphql::Result<Option<File>> {
        let found = ctx.data::<Loaders>()?.file(id).await?;
        Ok(found.filter(|stored| may_see(&stored.file, current_principal(ctx))).map(|stored| File { stored }))
    }

    /// The caller's own files, newest first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn my_files(
        &self,
        ctx: &Context<'_>,
        purpose: Option<FilePurpose>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<File>> {
        let owner = UserId(current_user(ctx)?);
        let page = PageRequest::<FileKey>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Files>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::files_by_owner(&mut connection, owner, purpose, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |stored| (stored.file.created_at, stored.file.id),
            |stored| File { stored },
            move || {
                let database = database.clone();
                Box::pin(async move {
                    let mut connection = database.connection().await?;
                    Ok(store::files_by_owner_count(&mut connection, owner, purpose).await?)
                })
            },
        ))
    }

    /// An upload of the caller; null otherwise.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn file_upload(&self, ctx: &Context<'_>, id: UploadId) -> async_graphql::Result<Option<FileUpload>> {
        let owner = UserId(current_user(ctx)?);
        let mut connection = ctx.data::<Files>()?.database.connection().await.map_err(GraphError::from)?;
        let row = store::upload_by_id(&mut connection, id).await.map_err(GraphError::from)?;
        Ok(row.filter(|row| row.owner_id == owner).map(|row| FileUpload { row }))
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_file(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<File>> {
        let Ok(id) = id.parse::<FileId>() else { return Ok(None) };
        let found = ctx.data::<Loaders>()?.file(id).await?;
        Ok(found.filter(|stored| may_see(&stored.file, current_principal(ctx))).map(|stored| File { stored }))
    }
}
