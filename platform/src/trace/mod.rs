//! The trace of a request: W3C `traceparent`, taken over from the client or made new, and the spans that are sent to a
//! collector when there is one.

mod export;
mod span;

use std::sync::Arc;

pub use export::{TraceError, TraceExport, TraceSettings};
pub use span::{Span, SpanKind, follow_fetches};
pub(crate) use span::{follow_events, follow_requests};

/// A `traceparent` to go on with: the given one when it is well formed, else a new one.
pub fn continue_or_start(header: Option<&str>) -> Arc<str> {
    match header {
        Some(header) if is_well_formed(header) => header.into(),
        _ => {
            let span: u64 = rand::random();
            format!("00-{}-{span:016x}-01", uuid::Uuid::new_v4().as_simple()).into()
        }
    }
}

/// The 32 hexadecimal digits that error answers carry as `traceId`.
pub fn trace_id(trace_parent: &str) -> &str {
    trace_parent.get(3..35).unwrap_or_default()
}

fn is_well_formed(header: &str) -> bool {
    let parts: Vec<&str> = header.split('-').collect();
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    matches!(parts.as_slice(), [version, trace, span, flags]
        if hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2)
            && trace.bytes().any(|byte| byte != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_good_headers_and_replaces_bad_ones() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(&*continue_or_start(Some(good)), good);
        assert_eq!(trace_id(good), "4bf92f3577b34da6a3ce929d0e0e4736");
        for bad in ["", "00-zz-00-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"] {
            let made = continue_or_start(Some(bad));
            assert_ne!(&*made, bad);
            assert!(is_well_formed(&made), "{made}");
        }
    }
}
