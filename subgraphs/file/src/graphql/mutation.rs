//! What people do with files.

use async_graphql::{Context, InputObject, Object, SimpleObject, Upload};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{SignedIn, request_context};

use super::file::File;
use super::upload::FileUpload;
use crate::actions::{Announced, Files, Label, announce_upload, complete_upload, delete_file, store_file};
use crate::error::UserErrorCode;
use crate::model::{FileId, FilePurpose, SellerId, UploadId};

/// A file to upload with this request.
#[derive(InputObject)]
pub(crate) struct UploadFileInput {
    /// The bytes, as `multipart/form-data` carries them (the GraphQL multipart request specification).
    file: Upload,
    /// What it is for.
    purpose: FilePurpose,
    /// Its name, up to 200 characters; the name that came with the bytes when left out.
    name: Option<String>,
    /// The seller whose members may see it as well.
    seller_id: Option<SellerId>,
}

/// An upload to announce.
#[derive(InputObject)]
pub(crate) struct CreateFileUploadInput {
    /// What the file is for.
    purpose: FilePurpose,
    /// Its name, up to 200 characters.
    name: String,
    /// How many bytes will come, exactly.
    size: i32,
    /// The seller whose members may see it as well.
    seller_id: Option<SellerId>,
}

/// The outcome of `createFileUpload`.
#[derive(SimpleObject)]
pub(crate) struct CreateFileUploadPayload {
    /// The upload.
    upload: Option<FileUpload>,
    /// Where the bytes go: a `PUT` with the bytes as its body, before the upload expires. Whoever has the address may do so.
    url: Option<String>,
    /// Why nothing was announced; empty when it was.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// An upload whose bytes have come.
#[derive(InputObject)]
pub(crate) struct CompleteFileUploadInput {
    /// The upload.
    upload_id: UploadId,
}

/// A file to delete.
#[derive(InputObject)]
pub(crate) struct DeleteFileInput {
    /// The file.
    file_id: FileId,
}

/// The outcome of a mutation of a file.
#[derive(SimpleObject)]
pub(crate) struct FilePayload {
    /// The file.
    file: Option<File>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Uploads a file with the request. Images lose their metadata and are turned upright.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn upload_file(&self, ctx: &Context<'_>, input: UploadFileInput) -> async_graphql::Result<FilePayload> {
        let (files, context) = (ctx.data::<Files>()?.clone(), request_context(ctx).clone());
        let upload = input.file.value(ctx)?;
        let label = Label {
            purpose: input.purpose,
            name: input.name.unwrap_or_else(|| upload.filename.clone()),
            seller_id: input.seller_id,
        };
        let action = async move { store_file(&files, label, upload.content, &context).await };
        Ok(match run_to_end(action).await {
            Ok(stored) => FilePayload { file: Some(File { stored }), user_errors: Vec::new() },
            Err(failure) => FilePayload { file: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Announces a file whose bytes are brought to the address in the answer.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn create_file_upload(
        &self,
        ctx: &Context<'_>,
        input: CreateFileUploadInput,
    ) -> async_graphql::Result<CreateFileUploadPayload> {
        let (files, context) = (ctx.data::<Files>()?.clone(), request_context(ctx).clone());
        let label = Label { purpose: input.purpose, name: input.name, seller_id: input.seller_id };
        let size = i64::from(input.size);
        let action = async move { announce_upload(&files, label, size, &context).await };
        Ok(match run_to_end(action).await {
            Ok(Announced { row, address }) => CreateFileUploadPayload {
                upload: Some(FileUpload { row }),
                url: Some(address),
                user_errors: Vec::new(),
            },
            Err(failure) => CreateFileUploadPayload { upload: None, url: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Makes the bytes that have come a file. Doing so again gives the same file.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn complete_file_upload(
        &self,
        ctx: &Context<'_>,
        input: CompleteFileUploadInput,
    ) -> async_graphql::Result<FilePayload> {
        let (files, context) = (ctx.data::<Files>()?.clone(), audit::command(ctx));
        let action = async move { complete_upload(&files, input.upload_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok((_, stored)) => FilePayload { file: Some(File { stored }), user_errors: Vec::new() },
            Err(failure) => FilePayload { file: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Deletes a file: of the caller, of a seller that the caller acts for, or any as staff. A photo that proves a claim,
    /// only staff delete.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn delete_file(&self, ctx: &Context<'_>, input: DeleteFileInput) -> async_graphql::Result<FilePayload> {
        let (files, context) = (ctx.data::<Files>()?.clone(), audit::command(ctx));
        let action = async move { delete_file(&files, input.file_id, &context).await };
        Ok(match run_to_end(action).await {
            Ok(stored) => FilePayload { file: Some(File { stored }), user_errors: Vec::new() },
            Err(failure) => FilePayload { file: None, user_errors: failure.into_refusals()? },
        })
    }
}
