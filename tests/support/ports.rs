//! Ports for processes that are started.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the ports that the system gives to outgoing connections, which could take one again before its process
/// listens, and whenever that process is started anew.
const FIRST: u32 = 12_000;
const COUNT: u32 = 20_000;

/// A port that nothing listens on, and none that was returned before.
pub(crate) fn free_port() -> u16 {
    static RETURNED: AtomicU32 = AtomicU32::new(0);
    // Programs that run at the same time begin in different places.
    let begin = std::process::id().wrapping_mul(512);
    loop {
        let next = begin.wrapping_add(RETURNED.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(FIRST + next % COUNT).unwrap_or_default();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
