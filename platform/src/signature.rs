//! Signatures of webhooks: HMAC-SHA-256 over `timestamp.payload`.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// How old, or how far ahead, a signature may be.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

fn mac(secret: &str, timestamp: &str, payload: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(payload);
    Some(mac)
}

/// The signature in hexadecimal digits.
pub fn sign(secret: &str, timestamp: &str, payload: &[u8]) -> String {
    mac(secret, timestamp, payload).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// Whether the signature is that of the secret's holder. Takes the same time however wrong it is.
pub fn verify(secret: &str, timestamp: &str, payload: &[u8], signature: &str) -> bool {
    let (Some(mac), Ok(signature)) = (mac(secret, timestamp, payload), hex::decode(signature)) else { return false };
    mac.verify_slice(&signature).is_ok()
}

/// Whether what was signed at this time, in seconds since 1970, may still be told.
pub fn is_recent(timestamp: &str, now: DateTime<Utc>) -> bool {
    let signed = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    signed.is_some_and(|signed| (now - signed).abs() <= WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_time_and_payload_verify() {
        let signature = sign("비밀", "1764115200", b"{}");
        assert!(verify("비밀", "1764115200", b"{}", &signature));
        assert!(!verify("다른 비밀", "1764115200", b"{}", &signature));
        assert!(!verify("비밀", "1764115201", b"{}", &signature));
        assert!(!verify("비밀", "1764115200", b"{ }", &signature));
        assert!(!verify("비밀", "1764115200", b"{}", &signature[2..]));
        assert!(!verify("비밀", "1764115200", b"{}", "no hex"));
    }

    #[test]
    fn signatures_age() {
        let now = DateTime::from_timestamp(1_764_115_200, 0).unwrap();
        for (timestamp, recent) in [
            ("1764115200", true),
            ("1764114900", true),
            ("1764114899", false),
            ("1764115501", false),
            ("", false),
            ("now", false),
        ] {
            assert_eq!(is_recent(timestamp, now), recent, "{timestamp}");
        }
    }
}
