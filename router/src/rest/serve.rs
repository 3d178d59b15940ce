//! Serves the REST routes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use platform::graph::RequestContext;
use platform::trace::trace_id;

use super::answer::{Success, entity_tag, make, matches};
use super::document::{Body, Operation, marks};
use super::problem::of_errors;
use super::request::{check_headers, read};
use super::routes::Found;
use super::{DOCS, RestApi};
use crate::http::{Allowance, Denied, Edge, exceeded, read_body, read_context};
use platform::problem::Problem;

/// What the handlers need.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) api: Arc<RestApi>,
    pub(super) edge: Edge,
}

/// The reader runs its own script and style and reads from its own origin, nothing else.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers every request under `/api/v1`.
pub(super) async fn serve(State(served): State<Served>, request: Request<HttpBody>) -> Response<HttpBody> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let (context, denied) = read_context(&served.edge, &parts.headers, &parts.extensions).await;
    let (operation, mut response) = match served.answer(&parts, body, &context, denied).await {
        Ok(answered) => answered,
        Err(failed) => {
            let (operation, problem) = *failed;
            let mut response = problem.problem.into_response(context.trace_parent.as_deref().map_or("", trace_id));
            if let Some(allow) = problem.allow {
                response.headers_mut().insert(header::ALLOW, allow);
            }
            if let Some(allowance) = problem.allowance {
                allowance.write(response.headers_mut());
            }
            (operation, response)
        }
    };
    if let Some(number) = operation {
        served.api.requests[number].fetch_add(1, Ordering::Relaxed);
        add_life(&served.api.operations[number], response.headers_mut());
    }
    metrics::histogram!("rest_request_seconds").record(started.elapsed().as_secs_f64());
    response
}

/// A refusal, with what only some refusals have.
struct Refusal {
    problem: Problem,
    allow: Option<HeaderValue>,
    allowance: Option<Allowance>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, allow: None, allowance: None }
    }
}

type Answered = Result<(Option<usize>, Response<HttpBody>), Box<(Option<usize>, Refusal)>>;

impl Served {
    async fn answer(
        &self,
        parts: &Parts,
        body: HttpBody,
        context: &RequestContext,
        denied: Option<Denied>,
    ) -> Answered {
        let (number, values) = match self.api.table.find(&parts.method, parts.uri.path()) {
            Found::Operation(number, values) => (number, values),
            Found::OtherMethods(methods) => {
                let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
                let methods = methods.join(", ");
                let problem = Problem::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "METHOD_NOT_ALLOWED",
                    format!("This path is for {methods}."),
                );
                let allow = HeaderValue::from_str(&methods).ok();
                return Err(Box::new((None, Refusal { problem, allow, allowance: None })));
            }
            Found::Nothing => {
                let problem = Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such path.");
                return Err(Box::new((None, problem.into())));
            }
        };
        let fail = |problem: Problem| Box::new((Some(number), Refusal::from(problem)));
        if let Some(Denied { status, error }) = denied {
            return Err(fail(Problem::new(status, &error.code, error.message)));
        }
        let operation = &self.api.operations[number];
        let allowance = self.edge.spend(&operation.prepared, context).await;
        let answered = match exceeded(allowance, &operation.prepared) {
            Some(error) => Err(of_errors(&[error])),
            None => self.execute(operation, parts, &values, body, context).await,
        };
        match answered {
            Ok(mut response) => {
                if let Some(allowance) = allowance {
                    allowance.write(response.headers_mut());
                }
                Ok((Some(number), response))
            }
            Err(problem) => Err(Box::new((Some(number), Refusal { problem, allow: None, allowance }))),
        }
    }

    async fn execute(
        &self,
        operation: &Operation,
        parts: &Parts,
        values: &[&str],
        body: HttpBody,
        context: &RequestContext,
    ) -> Result<Response<HttpBody>, Problem> {
        let router = &self.api.router;
        let reads = operation.method == Method::GET;
        let body = if reads {
            None
        } else {
            let limit = router.settings.limits.body_bytes;
            let bytes = read_body(body, limit).await.ok_or_else(|| {
                let detail = format!("The body is larger than {limit} bytes.");
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail)
            })?;
            Some(bytes)
        };
        let has_body = body.as_ref().is_some_and(|bytes| !bytes.is_empty());
        check_headers(&parts.headers, has_body, operation.media.as_deref().unwrap_or("application/json"))?;
        let query = parts.uri.query().unwrap_or_default();
        let asked = read(&router.engine.public.schema, operation, values, query, body.as_deref())?;
        self.check_precondition(parts, context).await?;
        let written = router
            .run(&operation.prepared, asked.variables, context, marks::COUNT)
            .await
            .map_err(|errors| of_errors(&errors))?;
        let success = make(&self.api.refusals, operation, &written, asked.fields.as_deref())?;
        let mut response = if reads {
            read_response(operation, &parts.headers, success, parts)
        } else {
            write_response(operation, success)
        };
        if written.replayed {
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        Ok(response)
    }

    /// `If-Match`: the resource that the same path answers must still be the one that the client read.
    async fn check_precondition(&self, parts: &Parts, context: &RequestContext) -> Result<(), Problem> {
        let Some(wanted) = parts.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()) else {
            return Ok(());
        };
        if parts.method == Method::GET || parts.method == Method::HEAD {
            return Ok(());
        }
        let failed = || {
            Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "PRECONDITION_FAILED",
                "The resource has changed; read it again.",
            )
        };
        let Found::Operation(number, values) = self.api.table.find(&Method::GET, parts.uri.path()) else {
            return Err(failed());
        };
        let operation = &self.api.operations[number];
        let router = &self.api.router;
        let asked = read(&router.engine.public.schema, operation, &values, "", None)?;
        let written = router
            .run(&operation.prepared, asked.variables, context, marks::COUNT)
            .await
            .map_err(|errors| of_errors(&errors))?;
        let current = make(&self.api.refusals, operation, &written, None)?;
        if matches(wanted, &entity_tag(&current.body)) { Ok(()) } else { Err(failed()) }
    }
}

fn read_response(operation: &Operation, headers: &HeaderMap, success: Success, parts: &Parts) -> Response<HttpBody> {
    let tag = entity_tag(&success.body);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| matches(list, &tag));
    let mut response = if known {
        let mut response = Response::new(HttpBody::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        body_response(operation, success.body)
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, authorization, x-api-key"));
    if let Some(next) = success.next
        && let Ok(link) = HeaderValue::from_str(&next_link(parts, &next))
    {
        headers.insert(header::LINK, link);
    }
    response
}

/// The link to the next page: the same request with the next cursor.
fn next_link(parts: &Parts, next: &str) -> String {
    let kept = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
    pairs.push(format!("cursor={}", escape(next)));
    format!("<{}?{}>; rel=\"next\"", parts.uri.path(), pairs.join("&"))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn write_response(operation: &Operation, success: Success) -> Response<HttpBody> {
    let mut response = if operation.body == Body::Empty {
        let mut response = Response::new(HttpBody::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    } else {
        body_response(operation, success.body)
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn body_response(operation: &Operation, body: Vec<u8>) -> Response<HttpBody> {
    let media =
        operation.media.as_ref().and_then(|media| HeaderValue::from_str(&format!("{media}; charset=utf-8")).ok());
    let mut response = json_response(operation.status, body);
    if let Some(media) = media {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, media);
        // A text of somebody's making is a file to keep, and never a page of ours.
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    response
}

fn json_response(status: u16, body: Vec<u8>) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).
fn add_life(operation: &Operation, headers: &mut HeaderMap) {
    if let Some(date) = &operation.deprecated
        && let Ok(value) = HeaderValue::from_str(&format!("@{}", date.seconds))
    {
        headers.insert("deprecation", value);
    }
    if let Some(date) = &operation.sunset
        && let Ok(value) = HeaderValue::from_str(&http_date(date.seconds))
    {
        headers.insert("sunset", value);
    }
}

/// A time as HTTP writes it, at the start of a day.
fn http_date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = seconds.div_euclid(86_400);
    let weekday = usize::try_from(days.rem_euclid(7)).unwrap_or(0);
    // The inverse of the count of days in the Gregorian calendar, years beginning in March.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let month = usize::try_from(month - 1).unwrap_or(0);
    format!("{}, {day:02} {} {year} 00:00:00 GMT", DAYS[weekday % 7], MONTHS[month % 12])
}

/// Answers `/openapi.json`.
pub(super) async fn openapi(State(served): State<Served>, headers: HeaderMap) -> Response<HttpBody> {
    let tag = entity_tag(&served.api.openapi);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|list| matches(list, &tag)) {
        let mut response = Response::new(HttpBody::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        json_response(200, served.api.openapi.clone())
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Answers `/docs`.
pub(super) async fn docs() -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(DOCS));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY));
    response
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn dates_as_http_writes_them() {
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_798_675_200), "Thu, 31 Dec 2026 00:00:00 GMT");
        assert_eq!(http_date(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
    }
}
