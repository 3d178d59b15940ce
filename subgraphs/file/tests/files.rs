//! The file service on a real database, with a folder and with a server that speaks S3.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use bytes::Bytes;
use image::ImageFormat;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

use support::{ask, body, form, get, json_of, number, path, photo, statement, upload};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

async fn refusal(services: &TestServices, context: &RequestContext, request: Request<Body>) -> (u16, String) {
    let response = ask(services, context, request).await;
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    (status, json_of(response).await["code"].as_str().unwrap().to_owned())
}

fn buyer() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_uploaded_shown_and_deleted() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let buyer = buyer();
    let stored = upload(&services, &buyer, "REVIEW_PHOTO", ("../리뷰 사진.jpg", &photo(1_000, 500, 1))).await;
    assert_eq!(stored["name"], "리뷰 사진.jpg");
    assert_eq!((&stored["width"], &stored["height"]), (&json!(1_000), &json!(500)));
    assert_eq!((&stored["mediaType"], &stored["public"]), (&json!("image/jpeg"), &json!(true)));
    // The documentation tells of these fields and of no others.
    let described = file::SERVICE.client_paths.iter().find(|path| path.path == "/api/v1/uploads").unwrap();
    let described = described.describe.unwrap()();
    let fields = &described["post"]["responses"]["201"]["content"]["application/json"]["schema"]["properties"];
    let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(fields), names(&stored));

    let whole = get(&services, &visitor(), &path(&stored["url"])).await;
    assert_eq!(whole.status(), StatusCode::OK);
    assert_eq!(whole.headers()[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(whole.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(whole.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let disposition = whole.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert_eq!(disposition, "inline; filename*=UTF-8''%EB%A6%AC%EB%B7%B0%20%EC%82%AC%EC%A7%84.jpg");
    let tag = whole.headers()[header::ETAG].clone();
    let known = Request::get(path(&stored["url"])).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(ask(&services, &visitor(), known).await.status(), StatusCode::NOT_MODIFIED);

    // A picture of it: drawn once, the same the second time.
    let query = "query($id: ID!) { file(id: $id) { renditions(width: 700) { url width height } ownerId } }";
    let data = services.data("file", query, json!({ "id": stored["id"] }), visitor()).await;
    let rendition = &data["file"]["renditions"][0];
    assert_eq!((&rendition["width"], &rendition["height"]), (&json!(640), &json!(320)));
    assert_eq!(data["file"]["ownerId"], Value::Null);
    let first = body(get(&services, &visitor(), &path(&rendition["url"])).await).await;
    let picture = image::load_from_memory_with_format(&first, ImageFormat::WebP).unwrap();
    assert_eq!((picture.width(), picture.height()), (640, 320));
    assert_eq!(body(get(&services, &visitor(), &path(&rendition["url"])).await).await, first);
    for wrong in ["?width=641", "?width=1280", "?width=640&section=1"] {
        let response = get(&services, &visitor(), &format!("{}{wrong}", path(&stored["url"]))).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{wrong}");
    }

    // Only its owner and staff delete it.
    let delete = "mutation($input: DeleteFileInput!) { deleteFile(input: $input) { file { id } userErrors { code } } }";
    let input = json!({ "input": { "fileId": stored["id"] } });
    let data = services.data("file", delete, input.clone(), self::buyer()).await;
    assert_eq!(data["deleteFile"]["userErrors"][0]["code"], "PURPOSE_NOT_ALLOWED");
    let data = services.data("file", delete, input.clone(), buyer.clone()).await;
    assert_eq!(data["deleteFile"], json!({ "file": { "id": stored["id"] }, "userErrors": [] }));
    assert_eq!(get(&services, &visitor(), &path(&stored["url"])).await.status(), StatusCode::NOT_FOUND);
    let data = services.data("file", delete, input, buyer).await;
    assert_eq!(data["deleteFile"]["userErrors"][0]["code"], "FILE_NOT_FOUND");
    assert_eq!(
        number(&services, "SELECT count(*) AS n FROM outbox WHERE kind IN ('file.stored', 'file.deleted')").await,
        2
    );
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_for_those_whom_they_concern() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let shop = Uuid::now_v7();
    let owner = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[shop]);
    let member = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[shop]);
    let staff = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Staff, Scope::StaffOrders, Scope::StaffSellers], &[]);
    let seller_id = format!("slr_{}", shop.as_simple());
    let fields = [("purpose", "SELLER_DOCUMENT"), ("name", "사업자등록증.pdf"), ("sellerId", seller_id.as_str())];
    let response = ask(&services, &owner, form(&fields, Some(("scan.pdf", PDF)))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let stored = json_of(response).await;
    assert_eq!((&stored["name"], &stored["public"]), (&json!("사업자등록증.pdf"), &json!(false)));

    let query = "query($id: ID!) { file(id: $id) { url renditions { url } } }";
    let ask_url = async |context: RequestContext| {
        services.data("file", query, json!({ "id": stored["id"] }), context).await["file"].clone()
    };
    assert_eq!(ask_url(visitor()).await, Value::Null);
    assert_eq!(ask_url(buyer()).await, Value::Null);
    for allowed in [&owner, &member, &staff] {
        let found = ask_url(allowed.clone()).await;
        assert_eq!(found["renditions"], json!([]));
        // Whoever has the signed address may read it, until it ends; nobody may change what it says.
        let signed = path(&found["url"]);
        let read = get(&services, &visitor(), &signed).await;
        assert_eq!(read.status(), StatusCode::OK);
        assert_eq!(read.headers()[header::CACHE_CONTROL], "private, no-store");
        assert!(read.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
        assert_eq!(body(read).await, PDF);
        let later = signed.replace("expires=", "expires=9");
        assert_eq!(get(&services, &visitor(), &later).await.status(), StatusCode::NOT_FOUND);
        let bare = signed.split_once('?').unwrap().0.to_owned();
        assert_eq!(get(&services, &visitor(), &bare).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get(&services, allowed, &bare).await.status(), StatusCode::OK);
    }
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_proves_a_claim_stays() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let buyer = buyer();
    let owner = format!("usr_{}", buyer.principal.user_id.unwrap().as_simple());
    let mut photos = Vec::new();
    for purpose in ["CLAIM_PHOTO", "CLAIM_PHOTO", "REVIEW_PHOTO", "CLAIM_PHOTO"] {
        photos.push(upload(&services, &buyer, purpose, ("a.jpg", &photo(40, 40, 0))).await["id"].clone());
    }
    let query = "mutation($input: DeleteFileInput!) { deleteFile(input: $input) { file { id } userErrors { code } } }";
    let delete = async |photo: &Value, who: &RequestContext| {
        let data = services.data("file", query, json!({ "input": { "fileId": photo } }), who.clone()).await;
        data["deleteFile"]["userErrors"][0]["code"].as_str().map(str::to_owned)
    };
    // One was deleted while the claim was opened.
    assert_eq!(delete(&photos[1], &buyer).await, None);
    let requested = async |claim: u32, owner: &str, photos: &[Value]| {
        let fact = json!({ "buyerId": owner, "photoIds": photos });
        let columns = "id, kind, aggregate, payload, next_attempt_at";
        let id = Uuid::now_v7();
        let values = format!("'{id}', 'claim.requested', '{claim}', '{fact}', now()");
        statement(&services, &format!("INSERT INTO outbox ({columns}) VALUES ({values})")).await;
        let waiting = format!("SELECT count(*) AS n FROM outbox WHERE id = '{id}' AND published_at IS NULL");
        for _ in 0..100 {
            if number(&services, &waiting).await == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the claim was not heard of");
    };
    requested(1, &owner, &photos[..3]).await;
    requested(2, &format!("usr_{}", Uuid::now_v7().as_simple()), &photos[3..]).await;
    let query = "query($id: ID!) { file(id: $id) { held } }";
    let seen = services.data("file", query, json!({ "id": photos[1] }), buyer.clone()).await;
    assert_eq!(seen["file"]["held"], true, "it is there again");
    for (photo, refusal) in photos.iter().zip([Some("FILE_HELD"), Some("FILE_HELD"), None, None]) {
        assert_eq!(delete(photo, &buyer).await.as_deref(), refusal, "{photo}");
    }
    let staff = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Staff, Scope::StaffOrders, Scope::StaffSellers], &[]);
    assert_eq!(delete(&photos[0], &staff).await, None);
    let logged = "SELECT count(*) AS n FROM outbox WHERE kind = 'audit.recorded' AND payload->>'action' = 'deleteFile'
        AND payload->'before'->>'purpose' = 'CLAIM_PHOTO' AND (payload->'before'->>'held')::boolean";
    assert_eq!(
        number(&services, logged).await,
        1,
        "what staff delete is on record, what buyers delete of theirs is not"
    );
    requested(1, &owner, &photos[..1]).await;
    assert_eq!(delete(&photos[0], &staff).await, Some("FILE_NOT_FOUND".to_owned()), "what staff deleted stays so");
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_count_stay() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let member = buyer();
    let owner = format!("usr_{}", member.principal.user_id.unwrap().as_simple());
    let mut documents = Vec::new();
    for _ in 0..2 {
        documents.push(upload(&services, &member, "SELLER_DOCUMENT", ("a.jpg", &photo(40, 40, 0))).await["id"].clone());
    }
    let handed_in = async |held: &[Value], released: &[Value]| {
        let seller = format!("slr_{}", Uuid::now_v7().as_simple());
        let fact = json!({ "sellerId": seller, "ownerId": owner, "fileIds": held, "releasedFileIds": released });
        let id = Uuid::now_v7();
        let values = format!("'{id}', 'seller.documents_handed_in', '{seller}', '{fact}', now()");
        let columns = "id, kind, aggregate, payload, next_attempt_at";
        statement(&services, &format!("INSERT INTO outbox ({columns}) VALUES ({values})")).await;
        let waiting = format!("SELECT count(*) AS n FROM outbox WHERE id = '{id}' AND published_at IS NULL");
        for _ in 0..100 {
            if number(&services, &waiting).await == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the documents were not heard of");
    };
    let query = "query($id: ID!) { file(id: $id) { held } }";
    let held = async |document: &Value| {
        services.data("file", query, json!({ "id": document }), member.clone()).await["file"]["held"].clone()
    };
    handed_in(&documents[..1], &[]).await;
    assert_eq!((held(&documents[0]).await, held(&documents[1]).await), (json!(true), json!(false)));
    let delete = "mutation($input: DeleteFileInput!) { deleteFile(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "fileId": documents[0] } });
    let refused = services.data("file", delete, input, member.clone()).await;
    assert_eq!(refused["deleteFile"]["userErrors"][0]["code"], "FILE_HELD");
    handed_in(&documents[1..], &documents[..1]).await;
    assert_eq!((held(&documents[0]).await, held(&documents[1]).await), (json!(false), json!(true)));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_allowed_is_refused_and_nothing_is_kept() {
    let values = [("FILE_LARGEST_IMAGE", "60000"), ("FILE_MOST_PIXELS", "250000"), ("FILE_DAILY_FILES", "1")];
    let services = TestServices::start_with(&[&file::SERVICE], values).await;
    let buyer = buyer();
    let small = photo(100, 100, 0);
    let cases: Vec<(Request<Body>, (u16, &str))> = vec![
        (form(&[("purpose", "PRODUCT_IMAGE")], Some(("a.jpg", &small))), (403, "PURPOSE_NOT_ALLOWED")),
        (form(&[("purpose", "BANNER_IMAGE")], Some(("a.jpg", &small))), (403, "PURPOSE_NOT_ALLOWED")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", PDF))), (415, "UNSUPPORTED_TYPE")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", b"<svg onload='x'/>"))), (415, "UNSUPPORTED_TYPE")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", b""))), (422, "INVALID_SIZE")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("..", &small))), (422, "INVALID_NAME")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", &small[..small.len() / 2]))), (422, "INVALID_IMAGE")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", &[0; 60_001]))), (413, "INVALID_SIZE")),
        (form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", &photo(501, 500, 0)))), (422, "INVALID_IMAGE")),
        (form(&[("purpose", "PICTURE")], Some(("a.jpg", &small))), (400, "BAD_REQUEST")),
        (form(&[("colour", "red")], Some(("a.jpg", &small))), (400, "BAD_REQUEST")),
        (form(&[], Some(("a.jpg", &small))), (400, "BAD_REQUEST")),
        (form(&[("purpose", "REVIEW_PHOTO")], None), (400, "BAD_REQUEST")),
        (Request::post("/api/v1/uploads").body(Body::from("x")).unwrap(), (415, "UNSUPPORTED_MEDIA_TYPE")),
    ];
    for (request, (status, code)) in cases {
        assert_eq!(refusal(&services, &buyer, request).await, (status, code.to_owned()), "{code}");
    }
    let mine = form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", &small)));
    assert_eq!(refusal(&services, &visitor(), mine).await, (401, "UNAUTHENTICATED".to_owned()));
    let foreign = format!("slr_{}", Uuid::now_v7().as_simple());
    let fields = [("purpose", "SELLER_DOCUMENT"), ("sellerId", foreign.as_str())];
    assert_eq!(
        refusal(&services, &buyer, form(&fields, Some(("a.pdf", PDF)))).await,
        (403, "NOT_YOUR_SELLER".to_owned())
    );
    assert_eq!(number(&services, "SELECT count(*) AS n FROM content").await, 0);

    upload(&services, &buyer, "REVIEW_PHOTO", ("a.jpg", &small)).await;
    let second = form(&[("purpose", "REVIEW_PHOTO")], Some(("a.jpg", &small)));
    assert_eq!(refusal(&services, &buyer, second).await, (429, "QUOTA_EXCEEDED".to_owned()));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_bytes_are_kept_once_until_nobody_has_them() {
    let values = [("FILE_SWEEP_INTERVAL", "50ms"), ("FILE_DELETED_KEPT", "0s")];
    let services = TestServices::start_with(&[&file::SERVICE], values).await;
    let (one, other) = (buyer(), buyer());
    let bytes = photo(200, 200, 7);
    // Both at once: the database decides whose object stays.
    let (first, second) = tokio::join!(
        upload(&services, &one, "REVIEW_PHOTO", ("a.jpg", &bytes)),
        upload(&services, &other, "REVIEW_PHOTO", ("b.jpg", &bytes)),
    );
    assert_eq!(number(&services, "SELECT count(*) AS n FROM content").await, 1);
    let delete = "mutation($input: DeleteFileInput!) { deleteFile(input: $input) { userErrors { code } } }";
    services.data("file", delete, json!({ "input": { "fileId": first["id"] } }), one).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(body(get(&services, &visitor(), &path(&second["url"])).await).await.len(), bytes.len());
    services.data("file", delete, json!({ "input": { "fileId": second["id"] } }), other).await;
    let mut left = 1;
    for _ in 0..100 {
        left = number(&services, "SELECT count(*) AS n FROM content").await;
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(left, 0);
    services.stop().await;
}

const CREATE: &str = "mutation($input: CreateFileUploadInput!) {
    createFileUpload(input: $input) { upload { id state } url userErrors { code } } }";
const COMPLETE: &str = "mutation($input: CompleteFileUploadInput!) {
    completeFileUpload(input: $input) { file { id url sizeInBytes } userErrors { code } } }";

async fn announce(services: &TestServices, context: &RequestContext, size: usize) -> (Value, String) {
    let input = json!({ "input": { "purpose": "REVIEW_PHOTO", "name": "a.jpg", "size": size } });
    let data = services.data("file", CREATE, input, context.clone()).await;
    let created = &data["createFileUpload"];
    assert_eq!(created["userErrors"], json!([]));
    (created["upload"]["id"].clone(), created["url"].as_str().unwrap().to_owned())
}

async fn complete(services: &TestServices, context: &RequestContext, id: &Value) -> Value {
    let input = json!({ "input": { "uploadId": id } });
    services.data("file", COMPLETE, input, context.clone()).await["completeFileUpload"].clone()
}

fn put(path: &str, bytes: Bytes) -> Request<Body> {
    Request::builder().method(Method::PUT).uri(path).body(Body::from(bytes)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn announced_bytes_come_to_a_signed_address() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let buyer = buyer();
    let bytes = photo(300, 200, 3);
    let (id, url) = announce(&services, &buyer, bytes.len()).await;
    let address = path(&json!(url));
    assert_eq!(complete(&services, &buyer, &id).await["userErrors"][0]["code"], "UPLOAD_INCOMPLETE");
    let forged = address.replace("signature=", "signature=A");
    assert_eq!(ask(&services, &visitor(), put(&forged, bytes.clone())).await.status(), StatusCode::FORBIDDEN);
    let more = [&bytes[..], b"x"].concat();
    assert_eq!(refusal(&services, &visitor(), put(&address, more.into())).await, (422, "INVALID_SIZE".to_owned()));
    assert_eq!(ask(&services, &visitor(), put(&address, bytes.clone())).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(complete(&services, &self::buyer(), &id).await["userErrors"][0]["code"], "UPLOAD_NOT_FOUND");
    let done = complete(&services, &buyer, &id).await;
    assert_eq!(done["file"]["sizeInBytes"], bytes.len());
    assert_eq!(complete(&services, &buyer, &id).await["file"]["id"], done["file"]["id"], "again gives the same file");
    assert_eq!(body(get(&services, &visitor(), &path(&done["file"]["url"])).await).await, bytes);
    assert_eq!(refusal(&services, &visitor(), put(&address, bytes)).await, (409, "STATE_CONFLICT".to_owned()));

    // Bytes that are no photo are refused for good.
    let (id, url) = announce(&services, &buyer, PDF.len()).await;
    let sent = put(&path(&json!(url)), Bytes::from_static(PDF));
    assert_eq!(ask(&services, &visitor(), sent).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(complete(&services, &buyer, &id).await["userErrors"][0]["code"], "UNSUPPORTED_TYPE");
    assert_eq!(complete(&services, &buyer, &id).await["userErrors"][0]["code"], "STATE_CONFLICT");
    let query = "query($id: ID!) { fileUpload(id: $id) { state refusal } }";
    let data = services.data("file", query, json!({ "id": id }), buyer.clone()).await;
    assert_eq!(data["fileUpload"], json!({ "state": "REFUSED", "refusal": "UNSUPPORTED_TYPE" }));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_that_never_come_expire() {
    let values = [("FILE_SWEEP_INTERVAL", "50ms")];
    let services = TestServices::start_with(&[&file::SERVICE], values).await;
    let buyer = buyer();
    let (id, _) = announce(&services, &buyer, 10).await;
    statement(&services, "UPDATE upload SET expires_at = now() - interval '1 second'").await;
    let query = "query($id: ID!) { fileUpload(id: $id) { state } }";
    for _ in 0..100 {
        let data = services.data("file", query, json!({ "id": id }), buyer.clone()).await;
        if data["fileUpload"]["state"] == "EXPIRED" {
            services.stop().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the upload did not expire");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_s_own_files_come_in_pages() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let buyer = buyer();
    let mut uploaded = Vec::new();
    for seed in 0..3 {
        uploaded.push(upload(&services, &buyer, "REVIEW_PHOTO", ("a.jpg", &photo(20, 20, seed))).await["id"].clone());
    }
    uploaded.reverse();
    let query = "query($after: String) { myFiles(first: 2, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";
    let first = services.data("file", query, json!({}), buyer.clone()).await["myFiles"].clone();
    assert_eq!(first["totalCount"], 3);
    let second = services.data("file", query, json!({ "after": first["pageInfo"]["endCursor"] }), buyer).await;
    let nodes = [first["nodes"].as_array().unwrap().clone(), second["myFiles"]["nodes"].as_array().unwrap().clone()];
    let ids: Vec<Value> = nodes.concat().into_iter().map(|node| node["id"].clone()).collect();
    assert_eq!(ids, uploaded);
    assert_eq!(services.data("file", query, json!({}), self::buyer()).await["myFiles"]["totalCount"], 0);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_takes_uploads_as_multipart() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let bytes = photo(64, 64, 9);
    let content = async_graphql::UploadValue {
        filename: "graph.jpg".to_owned(),
        content_type: Some("image/jpeg".to_owned()),
        content: bytes.clone(),
    };
    let query = "mutation($input: UploadFileInput!) { uploadFile(input: $input) {
        file { name sizeInBytes } userErrors { code } } }";
    let variables = json!({ "input": { "file": null, "purpose": "REVIEW_PHOTO" } });
    let mut request =
        async_graphql::Request::new(query).variables(async_graphql::Variables::from_json(variables)).data(buyer());
    request.set_upload("variables.input.file", content);
    let response = services.answer("file", request).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let data = response.data.into_json().unwrap();
    let expected = json!({ "file": { "name": "graph.jpg", "sizeInBytes": bytes.len() }, "userErrors": [] });
    assert_eq!(data["uploadFile"], expected);
    services.stop().await;
}

/// A server that speaks S3 and checks signatures, on a folder.
async fn s3(folder: &std::path::Path) -> String {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    std::fs::create_dir_all(folder.join("files")).unwrap();
    let mut builder = s3s::service::S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    builder.set_auth(s3s::auth::SimpleAuth::from_single("access", "secret"));
    let service = builder.build().into_shared();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn with_s3_bytes_go_straight_to_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = s3(folder.path()).await;
    let key = "k".repeat(32);
    let values = [
        ("FILE_STORE", "s3://files/market"),
        ("FILE_S3_ENDPOINT", endpoint.as_str()),
        ("FILE_S3_ACCESS_KEY", "access"),
        ("FILE_S3_SECRET_KEY", "secret"),
        ("FILE_SIGNING_KEY", key.as_str()),
    ];
    let services = TestServices::start_with(&[&file::SERVICE], values).await;
    let buyer = buyer();
    let bytes = photo(300, 200, 5);
    let (id, url) = announce(&services, &buyer, bytes.len()).await;
    assert!(url.starts_with(&endpoint), "{url}");
    let client = platform::http_client::builder().build().unwrap();
    let forged = url.replace("market/incoming/", "market/content/");
    assert_ne!(forged, url);
    let forged = client.put(forged).body(bytes.clone()).send().await.unwrap();
    assert_eq!(forged.status(), 403);
    let brought = client.put(&url).body(bytes.clone()).send().await.unwrap();
    assert_eq!(brought.status(), 200);
    let done = complete(&services, &buyer, &id).await;
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(body(get(&services, &visitor(), &path(&done["file"]["url"])).await).await, bytes);
    let picture = get(&services, &visitor(), &format!("{}?width=160", path(&done["file"]["url"]))).await;
    assert_eq!(picture.status(), StatusCode::OK);
    let kept: Vec<String> = std::fs::read_dir(folder.path().join("files/market"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert!(kept.contains(&"content".to_owned()) && kept.contains(&"renditions".to_owned()), "{kept:?}");

    // What was never brought is not there; what is too long is refused.
    let (id, _) = announce(&services, &buyer, 10).await;
    assert_eq!(complete(&services, &buyer, &id).await["userErrors"][0]["code"], "UPLOAD_INCOMPLETE");
    let (id, url) = announce(&services, &buyer, 10).await;
    assert_eq!(client.put(&url).body(bytes).send().await.unwrap().status(), 200);
    assert_eq!(complete(&services, &buyer, &id).await["userErrors"][0]["code"], "INVALID_SIZE");
    services.stop().await;
}
