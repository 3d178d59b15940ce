//! How people are reached: e-mail addresses, Korean phone numbers and postal codes, in one normal form each.

/// The longest e-mail address that mail servers accept.
const LONGEST_EMAIL: usize = 254;

/// The normal form of an e-mail address: trimmed and in lower case, so that one mailbox has one account. `None` when
/// the text is no address.
pub fn normalize_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let local_is_valid = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|character| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character));
    let label_is_valid = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_is_valid = labels.len() >= 2 && labels.iter().all(|label| label_is_valid(label));
    (text.len() <= LONGEST_EMAIL && local_is_valid && domain_is_valid).then_some(text)
}

/// The normal form of a Korean phone number, with hyphens as Koreans write it: `010-1234-5678`, `02-345-6789`,
/// `1588-1234`. Spaces, hyphens, dots, parentheses and the country code +82 are understood. `None` when the text is no
/// Korean phone number.
pub fn normalize_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let (international, rest) = match text.strip_prefix("+82") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.chars().all(|character| character.is_ascii_digit() || " -.()".contains(character)) {
        return None;
    }
    let mut digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    if international && !digits.starts_with('0') {
        digits.insert(0, '0');
    }
    let prefix_length = match digits.as_bytes() {
        // Nationwide numbers of companies have eight digits and no area code.
        [b'1', b'5' | b'6' | b'8', ..] if digits.len() == 8 => {
            return Some(format!("{}-{}", &digits[..4], &digits[4..]));
        }
        [b'0', b'2', ..] if matches!(digits.len(), 9 | 10) => 2,
        // Personal numbers (050x) have a prefix of four digits.
        [b'0', b'5', b'0', ..] if matches!(digits.len(), 11 | 12) => 4,
        [b'0', b'1', b'0', ..] if digits.len() == 11 => 3,
        [b'0', b'1', b'1' | b'6' | b'7' | b'8' | b'9', ..] if matches!(digits.len(), 10 | 11) => 3,
        [b'0', b'3'..=b'6', b'1'..=b'5', ..] if matches!(digits.len(), 10 | 11) => 3,
        [b'0', b'7', b'0', ..] if digits.len() == 11 => 3,
        [b'0', b'8', b'0', ..] if matches!(digits.len(), 10 | 11) => 3,
        _ => return None,
    };
    let (prefix, number) = digits.split_at(prefix_length);
    let (middle, last) = number.split_at(number.len() - 4);
    Some(format!("{prefix}-{middle}-{last}"))
}

/// Whether the text is a Korean postal code (우편번호): five digits, 01000 to 63644.
pub fn is_zonecode(text: &str) -> bool {
    text.len() == 5
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse().is_ok_and(|number: u32| (1_000..=63_999).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_have_one_form() {
        assert_eq!(normalize_email(" Kim.Doa+shop@Example.CO.KR ").as_deref(), Some("kim.doa+shop@example.co.kr"));
        assert_eq!(normalize_email("도아@도아마켓.한국").as_deref(), Some("도아@도아마켓.한국"));
        for wrong in
            ["", "a", "a@", "@b.kr", "a@b", "a b@c.kr", ".a@b.kr", "a..b@c.kr", "a@-b.kr", "a@b..kr", "a@b@c kr"]
        {
            assert_eq!(normalize_email(wrong), None, "{wrong}");
        }
        assert_eq!(normalize_email(&format!("a@{}.kr", "b.".repeat(130))), None);
    }

    #[test]
    fn phones_have_one_form() {
        for (text, normal) in [
            ("01012345678", "010-1234-5678"),
            ("+82 10-1234-5678", "010-1234-5678"),
            ("+82 (0)10.1234.5678", "010-1234-5678"),
            ("011-123-4567", "011-123-4567"),
            ("02-345-6789", "02-345-6789"),
            ("0212345678", "02-1234-5678"),
            ("031 123 4567", "031-123-4567"),
            ("064-7123-4567", "064-7123-4567"),
            ("070-1234-5678", "070-1234-5678"),
            ("080-123-4567", "080-123-4567"),
            ("0507-1234-5678", "0507-1234-5678"),
            ("1588-1234", "1588-1234"),
        ] {
            assert_eq!(normalize_phone(text).as_deref(), Some(normal), "{text}");
        }
        for wrong in ["", "010-1234-567", "010-12345-6789", "12345", "+1 212 555 0100", "010-abcd-5678", "099-123-4567"]
        {
            assert_eq!(normalize_phone(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn zonecodes_have_five_digits_in_range() {
        assert!(is_zonecode("06236") && is_zonecode("63644") && is_zonecode("01000"));
        assert!(!is_zonecode("0623") && !is_zonecode("00000") && !is_zonecode("99999") && !is_zonecode("0623a"));
    }
}
