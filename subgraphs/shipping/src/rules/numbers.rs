//! Carriers by the names that people write, and the form of their tracking numbers.
//!
//! Only the number of digits is checked. The carriers publish no check digits, and to refuse a parcel's true number would
//! be worse than to let a mistyped one through, which the carrier then does not know.

use crate::model::Carrier;

/// How many digits a carrier's tracking numbers (운송장번호) have.
fn lengths(carrier: Carrier) -> &'static [usize] {
    match carrier {
        Carrier::Cj => &[10, 12],
        Carrier::Hanjin => &[10, 12, 14],
        Carrier::Lotte => &[10, 12, 13],
        Carrier::Epost => &[13],
    }
}

/// The digits of a carrier's tracking number; hyphens and spaces are left out. `None` when the carrier has no such numbers.
pub(crate) fn tracking_number(carrier: Carrier, text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|character| !matches!(character, '-' | ' ')).collect();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.bytes().all(|byte| byte == b'0');
    (is_number && lengths(carrier).contains(&digits.len())).then_some(digits)
}

/// The carrier of that name, in the API or in people's files.
pub(crate) fn carrier_named(name: &str) -> Option<Carrier> {
    let name: String = name.chars().filter(|character| !character.is_whitespace()).collect();
    match name.to_ascii_uppercase().as_str() {
        "CJ" | "CJ대한통운" | "대한통운" | "CJ택배" => Some(Carrier::Cj),
        "HANJIN" | "한진" | "한진택배" => Some(Carrier::Hanjin),
        "LOTTE" | "롯데" | "롯데택배" | "롯데글로벌로지스" => Some(Carrier::Lotte),
        "EPOST" | "우체국" | "우체국택배" => Some(Carrier::Epost),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_carriers_length() {
        for (carrier, text, number) in [
            (Carrier::Cj, "6601-2345-6789", Some("660123456789")),
            (Carrier::Cj, "1234567890", Some("1234567890")),
            (Carrier::Cj, "1234567890123", None),
            (Carrier::Hanjin, "420112345678", Some("420112345678")),
            (Carrier::Hanjin, "4201123456", Some("4201123456")),
            (Carrier::Hanjin, "42011234567", None),
            (Carrier::Lotte, "2331 2345 6789", Some("233123456789")),
            (Carrier::Lotte, "23312345678", None),
            (Carrier::Epost, "6864012345678", Some("6864012345678")),
            (Carrier::Epost, "686401234567", None),
            (Carrier::Cj, "66012345678A", None),
            (Carrier::Cj, "000000000000", None),
            (Carrier::Cj, "", None),
            (Carrier::Cj, "６６０１２３４５６７８９", None),
        ] {
            assert_eq!(tracking_number(carrier, text).as_deref(), number, "{carrier:?} {text}");
        }
    }

    #[test]
    fn carriers_are_known_by_their_names() {
        for carrier in Carrier::ALL {
            assert_eq!(carrier_named(carrier.as_str()), Some(*carrier));
        }
        assert_eq!(carrier_named(" CJ 대한통운 "), Some(Carrier::Cj));
        assert_eq!(carrier_named("우체국"), Some(Carrier::Epost));
        assert_eq!(carrier_named("번개"), None);
    }
}
