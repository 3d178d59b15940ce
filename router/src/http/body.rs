//! Reads a request's body within its limit.

use axum::body::{Body, Bytes};
use futures::StreamExt;

/// How many times the limit a body may have for its client to get to read the refusal: as long as it sends, it does not
/// listen.
const PATIENCE: usize = 8;

/// The body; none where it is larger than `limit` bytes or breaks off.
pub(crate) async fn read_body(body: Body, limit: usize) -> Option<Bytes> {
    let mut chunks = body.into_data_stream();
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.ok()?;
        size += chunk.len();
        if size > limit {
            whole = Vec::new();
            if size > limit.saturating_mul(PATIENCE) {
                return None;
            }
        } else if first.is_empty() {
            first = chunk;
        } else {
            if whole.is_empty() {
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&chunk);
        }
    }
    (size <= limit).then(|| if whole.is_empty() { first } else { whole.into() })
}
