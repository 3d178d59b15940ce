//! Fault points: places where tests kill the process, to see that it recovers.
//!
//! A point does nothing unless `DOA_FAULT_POINT` names it; then the process ends there and then, as by `kill -9`.

use std::sync::LazyLock;

static ARMED: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("DOA_FAULT_POINT").ok());

/// Dies here when this point is armed.
pub fn point(name: &str) {
    if ARMED.as_deref() == Some(name) {
        tracing::warn!(name, "fault point reached: aborting");
        std::process::abort();
    }
}
