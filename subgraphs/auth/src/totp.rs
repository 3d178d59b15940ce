//! Codes by time (RFC 6238) as authenticator apps make them: HMAC-SHA-1, six digits, thirty seconds. Pure.

use ring::hmac;

/// The length of a secret, in bytes: that of the hash, as RFC 4226 recommends.
pub(crate) const SECRET_LENGTH: usize = 20;
/// How long a code is shown, in seconds.
const PERIOD: i64 = 30;
/// By how many steps the clocks of server and app may differ.
const DRIFT: i64 = 1;

/// The time step of a second since 1970.
pub(crate) fn step_at(second: i64) -> i64 {
    second.div_euclid(PERIOD)
}

/// The code of a secret at a time step.
pub(crate) fn code_at(secret: &[u8], step: i64) -> u32 {
    // Apps know nothing but SHA-1, which is no weaker here: HMAC does not need a hash without collisions.
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let bytes = tag.iter().skip(offset).take(4);
    let number = bytes.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    (number & 0x7fff_ffff) % 1_000_000
}

/// The time step whose code this is, within what clocks may differ by, and after the last step that was used.
pub(crate) fn step_of(secret: &[u8], code: &str, now: i64, last: Option<i64>) -> Option<i64> {
    let code = number(code)?;
    let step = step_at(now);
    // The newest first, so that all older codes are used up with it.
    (step - DRIFT..=step + DRIFT)
        .rev()
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| code_at(secret, *step) == code)
}

/// A code of six digits; people put spaces in between.
fn number(code: &str) -> Option<u32> {
    let digits: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| digits.parse().ok()).flatten()
}

/// Bytes in Base32 (RFC 4648) without padding, as apps take secrets.
pub(crate) fn base32(bytes: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(bytes)
}

/// The URI that authenticator apps read from a QR code.
pub(crate) fn uri(issuer: &str, account: &str, secret: &[u8]) -> String {
    let mut url = format!("otpauth://totp/{}:{}", encoded(issuer), encoded(account));
    url.push_str(&format!("?secret={}&issuer={}", base32(secret), encoded(issuer)));
    url.push_str(&format!("&algorithm=SHA1&digits=6&period={PERIOD}"));
    url
}

/// Percent-encoded: everything but unreserved characters (RFC 3986).
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, of which an app shows the last six digits.
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code_at(SECRET, step_at(second)), code, "{second}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_step_and_no_step_is_good_twice() {
        let now = 1_111_111_111;
        let step = step_at(now);
        let code = |step: i64| format!("{:06}", code_at(SECRET, step));
        for drift in -1..=1 {
            assert_eq!(step_of(SECRET, &code(step + drift), now, None), Some(step + drift));
        }
        assert_eq!(step_of(SECRET, &code(step - 2), now, None), None);
        assert_eq!(step_of(SECRET, &code(step + 2), now, None), None);
        assert_eq!(step_of(SECRET, &code(step), now, Some(step)), None, "used");
        assert_eq!(step_of(SECRET, &code(step - 1), now, Some(step)), None, "older than the one used");
        assert_eq!(step_of(SECRET, &code(step + 1), now, Some(step)), Some(step + 1));
    }

    #[test]
    fn a_code_has_six_digits() {
        let now = 1_111_111_111;
        assert_eq!(step_of(SECRET, " 050 471 ", now, None), Some(step_at(now)));
        for none in ["", "50471", "0504710", "05047a", "+50471", "٠٥٠٤٧١"] {
            assert_eq!(step_of(SECRET, none, now, None), None, "{none}");
        }
    }

    #[test]
    fn apps_read_the_secret_from_a_uri() {
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(
            uri("DOA Market", "kim@example.com", b"foobar"),
            "otpauth://totp/DOA%20Market:kim%40example.com?secret=MZXW6YTBOI&issuer=DOA%20Market&algorithm=SHA1&digits=6&period=30"
        );
    }
}
