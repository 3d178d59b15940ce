//! The demonstration's picture generator over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

async fn get(path: &str, tag: Option<&str>) -> (StatusCode, Option<String>, String) {
    let mut request = Request::get(path);
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let response = product::picture_routes().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let tag = headers.get(header::ETAG).map(|tag| tag.to_str().unwrap().to_owned());
    if status == StatusCode::OK {
        assert_eq!(headers[header::CONTENT_TYPE], "image/svg+xml");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    }
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, tag, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn pictures_are_kept_for_ever() {
    let (status, tag, body) = get("/images/demo/fashion-1.svg?width=400", None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.starts_with("<svg") && body.contains("width=\"400\"") && body.len() < 4_000, "{body}");
    let tag = tag.unwrap();
    let (status, again, body) = get("/images/demo/fashion-1.svg?width=400", Some(&tag)).await;
    assert_eq!((status, again.as_ref(), body.as_str()), (StatusCode::NOT_MODIFIED, Some(&tag), ""));
    assert_ne!(get("/images/demo/fashion-2.svg?width=400", Some(&tag)).await.1, Some(tag));
}

#[tokio::test]
async fn nonsense_is_refused() {
    assert_eq!(get("/images/demo/fashion-1.png", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get("/images/demo/%3Cx%3E.svg", None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get("/images/demo/a.svg?width=9999999", None).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get("/images/demo/a.svg?label=%3Cscript%3E", None).await.0, StatusCode::OK);
}
