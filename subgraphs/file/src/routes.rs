//! Bytes over HTTP: uploads as multipart or to a signed address, and files with the pictures that are drawn of them.

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post, put};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use platform::caller::Caller;
use platform::errors::{ErrorCode, GraphError, run_to_end};
use platform::graph::RequestContext;
use platform::problem::Problem;
use platform::refusal::problem_of;
use platform::trace::trace_id;
use serde::Deserialize;
use serde_json::json;

use crate::actions::{Files, Label, draw_rendition, receive_bytes, record_look, store_file};
use crate::error::Failure;
use crate::links::Right;
use crate::model::{FileId, FilePurpose, Look, StoredFile, UploadId, UserId};
use crate::objects::{Read, content};
use crate::paths;
use crate::rules::{look_of_staff, may_see, renditions};
use crate::store;

/// How long everybody may keep what is public: its bytes never change.
const PUBLIC_LIFETIME: &str = "public, max-age=31536000, immutable";
/// The most bytes of a multipart field that is no file.
const LONGEST_FIELD: usize = 1_024;

pub(crate) fn routes(files: Files) -> Router {
    Router::new()
        .route(paths::UPLOADS, post(upload))
        .route(paths::FILE, get(read))
        .route(paths::BYTES, put(bring))
        // Each route counts bytes itself, by what the file is for.
        .layer(DefaultBodyLimit::disable())
        .with_state(files)
}

type Answer = Result<Response<Body>, Box<Problem>>;

fn answered(answer: Answer, context: &RequestContext) -> Response<Body> {
    answer.unwrap_or_else(|problem| problem.into_response(context.trace_parent.as_deref().map_or("", trace_id)))
}

fn problem(status: StatusCode, code: &str, detail: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::new(status, code, detail))
}

fn not_found() -> Box<Problem> {
    problem(StatusCode::NOT_FOUND, "FILE_NOT_FOUND", "There is no such file.")
}

fn too_large(limit: u64) -> Box<Problem> {
    problem(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_SIZE", format!("The file is larger than {limit} bytes."))
}

fn failed(error: impl Into<GraphError>) -> Box<Problem> {
    let error = error.into();
    let status = match error.code {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    problem(status, error.code.as_str(), error.message)
}

fn refused(failure: Failure) -> Box<Problem> {
    let refusals = match failure {
        Failure::Refused(refusals) => refusals,
        Failure::Failed(error) => return failed(error),
    };
    Box::new(problem_of(refusals))
}

/// `POST /api/v1/uploads`: `purpose`, `name` and `sellerId` as fields, then the bytes as `file`.
async fn upload(State(files): State<Files>, Caller(context): Caller, request: Request) -> Response<Body> {
    answered(uploaded(files, &context, request).await, &context)
}

async fn uploaded(files: Files, context: &RequestContext, request: Request) -> Answer {
    if context.principal.user_id.is_none() {
        return Err(failed(GraphError::unauthenticated(context.language)));
    }
    let (label, bytes) = read_form(&files, request).await?;
    let action = {
        let (files, context) = (files.clone(), context.clone());
        async move { store_file(&files, label, bytes, &context).await }
    };
    let stored = run_to_end(action).await.map_err(refused)?;
    let StoredFile { file, content } = &stored;
    let body = json!({
        "id": file.id, "purpose": file.purpose.as_str(), "name": file.name, "mediaType": content.media_type,
        "sizeInBytes": content.size, "width": content.width, "height": content.height,
        "public": file.purpose.is_public(), "url": files.links.of_file(&stored, "", None),
        "sellerId": file.seller_id, "createdAt": file.created_at,
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::CREATED;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/files/{}", file.id)) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Reads the form. The purpose must come before the bytes, as it limits them.
async fn read_form(files: &Files, request: Request) -> Result<(Label, Bytes), Box<Problem>> {
    let malformed = |detail: String| problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", detail);
    let boundary = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| multer::parse_boundary(value).ok())
        .ok_or_else(|| {
            problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "Send multipart/form-data.")
        })?;
    let mut form = multer::Multipart::new(request.into_body().into_data_stream(), boundary);
    let (mut purpose, mut name, mut seller_id) = (None, None, None);
    while let Some(mut field) = form.next_field().await.map_err(|error| malformed(error.to_string()))? {
        let field_name = field.name().unwrap_or_default().to_owned();
        if field_name == "file" {
            let purpose: FilePurpose =
                purpose.ok_or_else(|| malformed("The field purpose must come before the file.".to_owned()))?;
            let name = name.or_else(|| field.file_name().map(str::to_owned)).unwrap_or_default();
            let limit = files.limit(purpose);
            let bytes = read_field(&mut field, limit).await?;
            return Ok((Label { purpose, name, seller_id }, bytes));
        }
        let text = read_field(&mut field, LONGEST_FIELD as u64).await?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let wrong = || malformed(format!("{field_name}: {text:?} is not valid."));
        match field_name.as_str() {
            "purpose" => {
                let known = FilePurpose::ALL.iter().find(|purpose| purpose.as_str() == text);
                purpose = Some(*known.ok_or_else(wrong)?);
            }
            "name" => name = Some(text),
            "sellerId" => seller_id = Some(text.parse().map_err(|_| wrong())?),
            _ => return Err(malformed(format!("There is no field {field_name:?}."))),
        }
    }
    Err(malformed("The form has no file.".to_owned()))
}

async fn read_field(field: &mut multer::Field<'_>, limit: u64) -> Result<Bytes, Box<Problem>> {
    let mut bytes = BytesMut::new();
    while let Some(part) =
        field.chunk().await.map_err(|error| problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", error.to_string()))?
    {
        if (bytes.len() + part.len()) as u64 > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes.freeze())
}

/// What a signed address says.
#[derive(Deserialize)]
struct Signed {
    expires: i64,
    signature: String,
}

/// `PUT /files/uploads/{id}`: the bytes of an announced upload.
async fn bring(
    State(files): State<Files>,
    Path(id): Path<String>,
    signed: Result<Query<Signed>, QueryRejection>,
    Caller(context): Caller,
    body: Body,
) -> Response<Body> {
    answered(brought(files, &id, signed.ok().map(|query| query.0), &context, body).await, &context)
}

async fn brought(files: Files, id: &str, signed: Option<Signed>, context: &RequestContext, body: Body) -> Answer {
    let forbidden = || problem(StatusCode::FORBIDDEN, "FORBIDDEN", "This address is not valid, or not any more.");
    let id: UploadId = id.parse().map_err(|_| forbidden())?;
    let signed = signed.ok_or_else(forbidden)?;
    if !files.links.allows(Right::Bring(id), signed.expires, &signed.signature) {
        return Err(forbidden());
    }
    let limit = files.settings.largest_image.max(files.settings.largest_document);
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    while let Some(part) = stream.next().await {
        let part = part.map_err(|error| problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", error.to_string()))?;
        if (bytes.len() + part.len()) as u64 > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&part);
    }
    let language = context.language;
    run_to_end(async move { receive_bytes(&files, id, bytes.freeze(), language).await }).await.map_err(refused)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Which picture of a file, and what allows a private one to be read.
#[derive(Deserialize)]
struct Wanted {
    width: Option<u32>,
    section: Option<u32>,
    by: Option<UserId>,
    #[serde(rename = "as")]
    as_user: Option<UserId>,
    expires: Option<i64>,
    signature: Option<String>,
}

impl Wanted {
    /// The look that the address was given for.
    fn look(&self) -> Option<Look> {
        self.by.map(|by| Look { by, as_user: self.as_user })
    }
}

/// `GET /files/{id}`: the file, or with `width` (and `section`) a picture of it.
async fn read(
    State(files): State<Files>,
    Path(id): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    Caller(context): Caller,
    headers: HeaderMap,
) -> Response<Body> {
    answered(found(&files, &id, wanted.ok().map(|query| query.0), &context, &headers).await, &context)
}

async fn found(
    files: &Files,
    id: &str,
    wanted: Option<Wanted>,
    context: &RequestContext,
    headers: &HeaderMap,
) -> Answer {
    let bad_query = || problem(StatusCode::BAD_REQUEST, "BAD_REQUEST", "width and section are whole numbers.");
    let id: FileId = id.parse().map_err(|_| not_found())?;
    let wanted = wanted.ok_or_else(bad_query)?;
    let stored = {
        let mut connection = files.database.connection().await.map_err(failed)?;
        store::files_by_id(&mut connection, &[id]).await.map_err(failed)?.pop()
    };
    let stored = stored.ok_or_else(not_found)?;
    let signed = match (wanted.expires, &wanted.signature) {
        (Some(until), Some(signature)) => files.links.allows(Right::Read(id, wanted.look()), until, signature),
        _ => false,
    };
    if !signed && !may_see(&stored.file, &context.principal) {
        return Err(not_found());
    }
    let tag = entity_tag(&stored, &wanted);
    if headers.get_all(header::IF_NONE_MATCH).iter().any(|known| known.as_bytes() == tag.as_bytes()) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        set_caching(&mut response, &stored, &tag);
        return Ok(response);
    }
    let (bytes, media_type) = match wanted.width {
        None => match files.objects.read(&content(stored.content.id), u64::MAX).await.map_err(failed)? {
            Some(Read::Bytes(bytes)) => (bytes, stored.content.media_type.clone()),
            _ => return Err(not_found()),
        },
        Some(width) => (picture(files, &stored, width, wanted.section).await?, "image/webp".to_owned()),
    };
    let given = wanted.look().filter(|_| signed);
    if let Some(look) = given.or_else(|| look_of_staff(&stored.file, &context.principal)) {
        record_look(files, &stored, look, context).await.map_err(failed)?;
    }
    let mut response = Response::new(Body::from(bytes));
    set_caching(&mut response, &stored, &tag);
    describe(&mut response, &stored, &media_type);
    Ok(response)
}

async fn picture(files: &Files, stored: &StoredFile, width: u32, section: Option<u32>) -> Result<Bytes, Box<Problem>> {
    let side = |pixels: Option<i32>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
    let drawn = side(stored.content.width)
        .zip(side(stored.content.height))
        .and_then(|size| renditions(size, width))
        .and_then(|all| all.get(section.unwrap_or_default() as usize).copied())
        .ok_or_else(not_found)?;
    draw_rendition(files, &stored.content, drawn).await.map_err(failed)?.ok_or_else(not_found)
}

fn entity_tag(stored: &StoredFile, wanted: &Wanted) -> String {
    let content = stored.content.id.as_simple();
    match wanted.width {
        None => format!("\"{content}\""),
        Some(width) => format!("\"{content}-{width}-{}\"", wanted.section.unwrap_or_default()),
    }
}

fn set_caching(response: &mut Response<Body>, stored: &StoredFile, tag: &str) {
    let lifetime = if stored.file.purpose.is_public() { PUBLIC_LIFETIME } else { "private, no-store" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
}

/// Says what it is, and that it is nothing else: no browser runs what somebody uploaded.
fn describe(response: &mut Response<Body>, stored: &StoredFile, media_type: &str) {
    let image = media_type.starts_with("image/");
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(media_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    let kind = if image { "inline" } else { "attachment" };
    let name: String = stored.file.name.bytes().map(escaped).collect();
    if let Ok(value) = HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}

/// A byte of a name as RFC 8187 writes it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
