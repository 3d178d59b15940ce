//! What the tests of the file service do by its routes and in its database.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use bytes::Bytes;
use diesel_async::RunQueryDsl as _;
use http_body_util::BodyExt as _;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use platform::graph::RequestContext;
use platform::testing::TestServices;
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) fn photo(width: u32, height: u32, seed: u8) -> Bytes {
    let colour = |x: u32, y: u32| Rgb([(x % 256) as u8, (y % 256) as u8, seed]);
    let mut bytes = Vec::new();
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour));
    image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
    bytes.into()
}

/// Asks the service's own routes.
pub(crate) async fn ask(services: &TestServices, context: &RequestContext, request: Request<Body>) -> Response<Body> {
    let mut request = request;
    request.extensions_mut().insert(context.clone());
    services.routes_of("file").oneshot(request).await.unwrap()
}

pub(crate) async fn body(response: Response<Body>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

pub(crate) async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&body(response).await).unwrap()
}

pub(crate) fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Request<Body> {
    let mut text = Vec::new();
    for (name, value) in fields {
        let part = format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        text.extend_from_slice(part.as_bytes());
    }
    if let Some((name, bytes)) = file {
        let head = format!("--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        text.extend_from_slice(head.as_bytes());
        text.extend_from_slice(bytes);
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"--limit--\r\n");
    Request::post("/api/v1/uploads")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=limit")
        .body(Body::from(text))
        .unwrap()
}

pub(crate) async fn upload(
    services: &TestServices,
    context: &RequestContext,
    purpose: &str,
    file: (&str, &[u8]),
) -> Value {
    let response = ask(services, context, form(&[("purpose", purpose)], Some(file))).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    json_of(response).await
}

/// The path and query of an address.
pub(crate) fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://localhost:3000").unwrap().to_owned()
}

pub(crate) async fn get(services: &TestServices, context: &RequestContext, path: &str) -> Response<Body> {
    ask(services, context, Request::get(path).body(Body::empty()).unwrap()).await
}

pub(crate) async fn statement(services: &TestServices, text: &str) {
    let database = services.database_of("file").await;
    let mut connection = database.connection().await.unwrap();
    diesel::sql_query(text).execute(&mut connection).await.unwrap();
}

pub(crate) async fn number(services: &TestServices, text: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let database = services.database_of("file").await;
    let mut connection = database.connection().await.unwrap();
    let rows: Vec<Number> = diesel::sql_query(text).load(&mut connection).await.unwrap();
    rows[0].n
}
