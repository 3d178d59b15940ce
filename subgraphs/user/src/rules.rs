//! What a name, an address and a consent have to be, who is an adult, who may leave, and what is kept then. Pure.

use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use platform::business_days::day_in_seoul;
use platform::contact::{is_zonecode, normalize_phone};

use crate::error::ErrorCode;
use crate::graphql::AddressFields;
use crate::model::{AddressText, ConsentPurpose, RetentionBasis};

/// The most addresses that a person keeps.
pub(crate) const MOST_ADDRESSES: i64 = 20;
/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 50;
/// The longest line of an address, in characters.
const LONGEST_LINE: usize = 200;
/// The longest version of a consent text, in characters.
const LONGEST_VERSION: usize = 40;

/// The name without surrounding space, when it has 1–50 characters and no control characters.
pub(crate) fn person_name(text: &str) -> Option<String> {
    line(text, LONGEST_NAME)
}

fn line(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let length_is_right = (1..=longest).contains(&text.chars().count());
    (length_is_right && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The address in its normal form, or what is wrong with it: code and field.
pub(crate) fn address(fields: AddressFields) -> Result<AddressText, Vec<(ErrorCode, &'static str)>> {
    let mut wrong = Vec::new();
    let mut needed = |value: Option<String>, code: ErrorCode, field: &'static str| {
        value.unwrap_or_else(|| {
            wrong.push((code, field));
            String::new()
        })
    };
    let zonecode = fields.zonecode.trim().to_owned();
    let recipient = needed(line(&fields.recipient, LONGEST_NAME), ErrorCode::InvalidName, "recipient");
    let phone = needed(normalize_phone(&fields.phone), ErrorCode::InvalidPhone, "phone");
    let zonecode = needed(is_zonecode(&zonecode).then_some(zonecode), ErrorCode::InvalidZonecode, "zonecode");
    let road_address = needed(line(&fields.road_address, LONGEST_LINE), ErrorCode::InvalidAddress, "roadAddress");
    // A house in the country may have nothing below its street number.
    let detail = fields.detail.trim().to_owned();
    let detail = if detail.is_empty() {
        detail
    } else {
        needed(line(&detail, LONGEST_LINE), ErrorCode::InvalidAddress, "detail")
    };
    let mut optional = |value: Option<String>, field: &'static str| {
        let value = value.filter(|text| !text.trim().is_empty())?;
        let normal = line(&value, LONGEST_LINE);
        if normal.is_none() {
            wrong.push((ErrorCode::InvalidAddress, field));
        }
        normal
    };
    let label = optional(fields.label, "label");
    let jibun_address = optional(fields.jibun_address, "jibunAddress");
    let building_name = optional(fields.building_name, "buildingName");
    let bcode = optional(fields.bcode, "bcode");
    let entrance_note = optional(fields.entrance_note, "entranceNote");
    if bcode.as_ref().is_some_and(|bcode| bcode.len() != 10 || !bcode.bytes().all(|byte| byte.is_ascii_digit())) {
        wrong.push((ErrorCode::InvalidAddress, "bcode"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(AddressText {
        label,
        recipient,
        phone,
        zonecode,
        road_address,
        jibun_address,
        building_name,
        bcode,
        detail,
        entrance_note,
    })
}

/// Whether an answer can be taken: nobody withdraws what the account stands on, and every answer names its text.
pub(crate) fn consent_is_acceptable(purpose: ConsentPurpose, version: &str, granted: bool) -> bool {
    let required = matches!(purpose, ConsentPurpose::Terms | ConsentPurpose::Privacy | ConsentPurpose::AgeOver14);
    let has_version = (1..=LONGEST_VERSION).contains(&version.trim().chars().count());
    has_version && (granted || !required)
}

/// The age that an adult reaches within the calendar year.
const ADULT_AGE: i32 = 19;

/// Whether somebody is an adult to the 청소년 보호법 (article 2): from the first day, in Korea, of the year in which the person
/// turns 19 (연 나이).
pub(crate) fn is_adult(birth_date: NaiveDate, at: DateTime<Utc>) -> bool {
    day_in_seoul(at).year() >= birth_date.year().saturating_add(ADULT_AGE)
}

/// Why a verification cannot be confirmed, whatever the provider says of it.
pub(crate) fn not_confirmable(
    confirmed_at: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<ErrorCode> {
    if confirmed_at.is_some() {
        Some(ErrorCode::IdentityVerificationUsed)
    } else if expires_at <= now {
        Some(ErrorCode::IdentityVerificationExpired)
    } else {
        None
    }
}

/// Why a person cannot leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Staff are let go by the marketplace.
    Staff,
    /// The person acts for a seller.
    Seller,
    /// Orders are under way.
    OpenOrders,
}

/// What stands in the way of leaving, the first of several.
pub(crate) fn obstacle(is_staff: bool, acts_for_seller: bool, open_orders: &[String]) -> Option<Obstacle> {
    if is_staff {
        Some(Obstacle::Staff)
    } else if acts_for_seller {
        Some(Obstacle::Seller)
    } else if open_orders.is_empty() {
        None
    } else {
        Some(Obstacle::OpenOrders)
    }
}

/// Until when a record of a person who left is kept.
pub(crate) fn retained_until(basis: RetentionBasis, withdrawn_at: DateTime<Utc>) -> DateTime<Utc> {
    let years = match basis {
        RetentionBasis::Contracts => 5,
        RetentionBasis::Disputes => 3,
    };
    withdrawn_at.checked_add_months(Months::new(12 * years)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> AddressFields {
        AddressFields {
            label: Some(" 집 ".to_owned()),
            recipient: "김도아".to_owned(),
            phone: "01012345678".to_owned(),
            zonecode: "06236".to_owned(),
            road_address: "서울특별시 강남구 테헤란로 152".to_owned(),
            jibun_address: Some(String::new()),
            building_name: None,
            bcode: Some("1168010100".to_owned()),
            detail: "101동 1001호".to_owned(),
            entrance_note: None,
        }
    }

    #[test]
    fn addresses_have_one_form() {
        let text = address(fields()).unwrap();
        assert_eq!((text.phone.as_str(), text.label.as_deref()), ("010-1234-5678", Some("집")));
        assert_eq!(text.jibun_address, None);
        assert_eq!(address(AddressFields { detail: " ".to_owned(), ..fields() }).unwrap().detail, "");
    }

    #[test]
    fn everything_wrong_with_an_address_is_found() {
        let broken = AddressFields {
            recipient: " ".to_owned(),
            phone: "1".to_owned(),
            zonecode: "135-080".to_owned(),
            road_address: String::new(),
            bcode: Some("11".to_owned()),
            entrance_note: Some("x".repeat(201)),
            ..fields()
        };
        let wrong: Vec<&str> = address(broken).unwrap_err().into_iter().map(|(_, field)| field).collect();
        assert_eq!(wrong, ["recipient", "phone", "zonecode", "roadAddress", "entranceNote", "bcode"]);
    }

    #[test]
    fn adults_are_so_from_the_year_in_which_they_turn_19_in_korea() {
        for (born, at, adult) in [
            // New Year in Seoul is three in the afternoon of the day before in UTC.
            ("2007-01-01", "2025-12-31T14:59:59.999Z", false),
            ("2007-12-31", "2025-12-31T14:59:59.999Z", false),
            ("2007-01-01", "2025-12-31T15:00:00Z", true),
            ("2007-12-31", "2025-12-31T15:00:00Z", true),
            ("2008-01-01", "2025-12-31T15:00:00Z", false),
            ("2008-01-01", "2026-12-31T14:59:59Z", false),
            ("2008-01-01", "2026-12-31T15:00:00Z", true),
            ("2008-02-29", "2027-01-01T00:00:00Z", true),
            ("1926-06-15", "2026-06-15T00:00:00Z", true),
            ("2030-01-01", "2026-06-15T00:00:00Z", false),
        ] {
            assert_eq!(is_adult(born.parse().unwrap(), at.parse().unwrap()), adult, "{born} at {at}");
        }
    }

    #[test]
    fn a_verification_is_confirmed_once_and_in_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (now, end) = (at("2026-03-01T00:00:00Z"), at("2026-03-01T00:30:00Z"));
        for (confirmed, now, expected) in [
            (None, now, None),
            (None, at("2026-03-01T00:29:59.999Z"), None),
            (None, end, Some(ErrorCode::IdentityVerificationExpired)),
            (Some(now), now, Some(ErrorCode::IdentityVerificationUsed)),
            (Some(now), end, Some(ErrorCode::IdentityVerificationUsed)),
        ] {
            assert_eq!(not_confirmable(confirmed, end, now), expected, "{confirmed:?} {now}");
        }
    }

    #[test]
    fn only_those_leave_whom_nothing_holds() {
        let open = ["20260301-00000001".to_owned()];
        for (staff, seller, orders, expected) in [
            (false, false, &[][..], None),
            (false, false, &open[..], Some(Obstacle::OpenOrders)),
            (false, true, &[][..], Some(Obstacle::Seller)),
            (false, true, &open[..], Some(Obstacle::Seller)),
            (true, false, &[][..], Some(Obstacle::Staff)),
            (true, false, &open[..], Some(Obstacle::Staff)),
            (true, true, &[][..], Some(Obstacle::Staff)),
            (true, true, &open[..], Some(Obstacle::Staff)),
        ] {
            assert_eq!(obstacle(staff, seller, orders), expected);
        }
    }

    #[test]
    fn every_record_has_its_time() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let left = at("2024-02-29T12:00:00Z");
        let until: Vec<_> = RetentionBasis::ALL.iter().map(|basis| retained_until(*basis, left)).collect();
        assert_eq!(until, [at("2029-02-28T12:00:00Z"), at("2027-02-28T12:00:00Z")]);
    }

    #[test]
    fn required_consents_stay() {
        for &purpose in ConsentPurpose::ALL {
            let optional = matches!(purpose, ConsentPurpose::MarketingEmail | ConsentPurpose::MarketingSms);
            assert!(consent_is_acceptable(purpose, "1", true));
            assert_eq!(consent_is_acceptable(purpose, "1", false), optional);
            assert!(!consent_is_acceptable(purpose, " ", true));
        }
    }
}
