//! What a seller may do and when, and what the numbers that the law asks for look like. Pure.

use chrono::NaiveDate;

use crate::model::{SellerDocumentKind, SellerRole, SellerState};

/// The longest shop name, in characters.
pub(crate) const LONGEST_NAME: usize = 60;
/// The longest introduction, in characters.
pub(crate) const LONGEST_INTRODUCTION: usize = 2_000;
/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 500;
/// The longest address, in characters.
pub(crate) const LONGEST_ADDRESS: usize = 200;

/// What can be done to a seller's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    RequestDocuments,
    SubmitDocuments,
    StartReview,
    Approve,
    Reject,
    Activate,
    StartHoliday,
    EndHoliday,
    Restrict,
    Suspend,
    Reinstate,
    Terminate,
}

/// The state machine: where `command` leads from `state`, `None` when it is refused there.
pub(crate) fn transition(state: SellerState, command: Command) -> Option<SellerState> {
    use Command as C;
    use SellerState as S;
    match (command, state) {
        (C::RequestDocuments, S::Applied | S::UnderReview) => Some(S::DocsRequired),
        (C::SubmitDocuments, S::Applied | S::DocsRequired) | (C::StartReview, S::Applied) => Some(S::UnderReview),
        (C::Approve, S::UnderReview) => Some(S::Approved),
        (C::Reject, S::Applied | S::DocsRequired | S::UnderReview) => Some(S::Rejected),
        (C::Activate, S::Approved) => Some(S::Active),
        (C::StartHoliday, S::Active) => Some(S::OnHoliday),
        (C::EndHoliday, S::OnHoliday) => Some(S::Active),
        (C::Restrict, S::Active | S::OnHoliday) => Some(S::Restricted),
        (C::Suspend, S::Active | S::OnHoliday | S::Restricted) => Some(S::Suspended),
        (C::Reinstate, S::Restricted | S::Suspended) => Some(S::Active),
        (C::Terminate, S::Approved | S::Active | S::OnHoliday | S::Restricted | S::Suspended) => Some(S::Terminated),
        _ => None,
    }
}

/// The states in which a seller keeps its documents valid: from approval on, while there is a way back to selling.
pub(crate) const KEEPING_DOCUMENTS: [SellerState; 5] = [
    SellerState::Approved,
    SellerState::Active,
    SellerState::OnHoliday,
    SellerState::Restricted,
    SellerState::Suspended,
];

/// Why a seller is restricted whose documents have ended; the seller reads it.
pub(crate) fn ended_reason(documents: impl Iterator<Item = (SellerDocumentKind, Option<NaiveDate>)>) -> String {
    let name = |kind| match kind {
        SellerDocumentKind::BusinessRegistration => "사업자등록증",
        SellerDocumentKind::MailOrderReport => "통신판매업 신고증",
        SellerDocumentKind::BankBook => "통장 사본",
        SellerDocumentKind::Identity => "신분증",
    };
    let named = documents.filter_map(|(kind, day)| Some(format!("{} ({})", name(kind), day?)));
    format!("서류 유효 기간 만료: {}", named.collect::<Vec<_>>().join(", "))
}

/// Whether the goods that a seller has on sale can be ordered. A restricted seller's can; it only may not put new ones
/// on sale, which needs `ACTIVE`.
pub(crate) fn can_sell(state: SellerState) -> bool {
    matches!(state, SellerState::Active | SellerState::Restricted)
}

/// The members who may give a command; `None` for a command that belongs to the marketplace's staff.
pub(crate) fn members_who_may(command: Command) -> Option<&'static [SellerRole]> {
    match command {
        Command::Activate => Some(&[SellerRole::Owner]),
        Command::SubmitDocuments | Command::StartHoliday | Command::EndHoliday => Some(MANAGING),
        Command::RequestDocuments
        | Command::StartReview
        | Command::Approve
        | Command::Reject
        | Command::Restrict
        | Command::Suspend
        | Command::Reinstate
        | Command::Terminate => None,
    }
}

/// The members who run the shop.
pub(crate) const MANAGING: &[SellerRole] = &[SellerRole::Owner, SellerRole::Manager];

/// The ten digits of a business registration number (사업자등록번호), when its check digit is right. Hyphens and spaces
/// are ignored.
pub(crate) fn business_number(text: &str) -> Option<String> {
    if !text.chars().all(|character| character.is_ascii_digit() || character == '-' || character == ' ') {
        return None;
    }
    let digits: Vec<u32> = text.chars().filter_map(|character| character.to_digit(10)).collect();
    let (first_nine, last) = digits.split_first_chunk::<9>()?;
    (first_nine[0] != 0 && last == [check_digit(*first_nine)]).then(|| digits.iter().map(u32::to_string).collect())
}

/// The last digit of the business registration number that begins with these nine.
pub(crate) fn check_digit(first_nine: [u32; 9]) -> u32 {
    const WEIGHTS: [u32; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = first_nine.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let carried = first_nine[8] * 5 / 10;
    (10 - (sum + carried) % 10) % 10
}

/// A business registration number as it is written: `123-45-67890`.
pub(crate) fn written_business_number(digits: &str) -> String {
    match (digits.get(..3), digits.get(3..5), digits.get(5..)) {
        (Some(office), Some(kind), Some(serial)) => format!("{office}-{kind}-{serial}"),
        _ => digits.to_owned(),
    }
}

/// The normal form of a mail-order business report number (통신판매업 신고번호): `2024-서울강남-01234`. The year may be
/// preceded by 제 and the number followed by 호.
pub(crate) fn mail_order_number(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let text = text.strip_prefix('제').unwrap_or(&text);
    let text = text.strip_suffix('호').unwrap_or(text);
    let [year, office, serial] = text.split('-').collect::<Vec<_>>().try_into().ok()?;
    let year_is_valid = year.len() == 4 && year.parse().is_ok_and(|year: u32| (2002..2100).contains(&year));
    let is_hangul = |character: char| ('가'..='힣').contains(&character);
    let office_is_valid = (2..=12).contains(&office.chars().count()) && office.chars().all(is_hangul);
    let serial_is_valid = (1..=6).contains(&serial.len()) && serial.bytes().all(|byte| byte.is_ascii_digit());
    (year_is_valid && office_is_valid && serial_is_valid).then(|| text.to_owned())
}

/// The digits and hyphens of a bank account number, when there are eight to sixteen digits.
pub(crate) fn bank_account_number(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only_digits_and_hyphens = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (only_digits_and_hyphens && (8..=16).contains(&digits)).then(|| text.to_owned())
}

/// An account number of which the last four digits can be read, as `***-***-**6789`.
pub(crate) fn masked(number: &str) -> String {
    let mut hidden = number.chars().filter(char::is_ascii_digit).count().saturating_sub(4);
    let mask = |character: char| {
        if !character.is_ascii_digit() || hidden == 0 {
            return character;
        }
        hidden -= 1;
        '*'
    };
    number.chars().map(mask).collect()
}

/// The text without surrounding space, when it has one to `longest` characters and no control characters but line ends.
pub(crate) fn line(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let length = text.chars().count();
    let has_control = text.chars().any(|character| character.is_control() && character != '\n');
    ((1..=longest).contains(&length) && !has_control).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Command as C;
    use SellerState as S;

    const COMMANDS: [Command; 12] = [
        C::RequestDocuments,
        C::SubmitDocuments,
        C::StartReview,
        C::Approve,
        C::Reject,
        C::Activate,
        C::StartHoliday,
        C::EndHoliday,
        C::Restrict,
        C::Suspend,
        C::Reinstate,
        C::Terminate,
    ];

    /// Every move there is; all other pairs are refused.
    const MOVES: [(S, C, S); 24] = [
        (S::Applied, C::RequestDocuments, S::DocsRequired),
        (S::Applied, C::SubmitDocuments, S::UnderReview),
        (S::Applied, C::StartReview, S::UnderReview),
        (S::Applied, C::Reject, S::Rejected),
        (S::DocsRequired, C::SubmitDocuments, S::UnderReview),
        (S::DocsRequired, C::Reject, S::Rejected),
        (S::UnderReview, C::RequestDocuments, S::DocsRequired),
        (S::UnderReview, C::Approve, S::Approved),
        (S::UnderReview, C::Reject, S::Rejected),
        (S::Approved, C::Activate, S::Active),
        (S::Approved, C::Terminate, S::Terminated),
        (S::Active, C::StartHoliday, S::OnHoliday),
        (S::Active, C::Restrict, S::Restricted),
        (S::Active, C::Suspend, S::Suspended),
        (S::Active, C::Terminate, S::Terminated),
        (S::OnHoliday, C::EndHoliday, S::Active),
        (S::OnHoliday, C::Restrict, S::Restricted),
        (S::OnHoliday, C::Suspend, S::Suspended),
        (S::OnHoliday, C::Terminate, S::Terminated),
        (S::Restricted, C::Suspend, S::Suspended),
        (S::Restricted, C::Reinstate, S::Active),
        (S::Restricted, C::Terminate, S::Terminated),
        (S::Suspended, C::Reinstate, S::Active),
        (S::Suspended, C::Terminate, S::Terminated),
    ];

    #[test]
    fn every_pair_moves_as_the_table_says_or_is_refused() {
        for &state in S::ALL {
            for command in COMMANDS {
                let expected =
                    MOVES.iter().find(|(from, with, _)| *from == state && *with == command).map(|(_, _, to)| *to);
                assert_eq!(transition(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn account_numbers_are_masked() {
        for (number, expected) in
            [("110-123-456789", "***-***-**6789"), ("12345678", "****5678"), ("123", "123"), ("", "")]
        {
            assert_eq!(masked(number), expected);
        }
    }

    #[test]
    fn an_end_is_an_end() {
        for state in [S::Terminated, S::Rejected] {
            assert!(COMMANDS.iter().all(|command| transition(state, *command).is_none()));
        }
    }

    #[test]
    fn sellers_read_which_documents_have_ended() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31);
        let ended = [(SellerDocumentKind::MailOrderReport, day), (SellerDocumentKind::Identity, day)];
        let reason = "서류 유효 기간 만료: 통신판매업 신고증 (2026-01-31), 신분증 (2026-01-31)";
        assert_eq!(ended_reason(ended.into_iter()), reason);
        assert!(KEEPING_DOCUMENTS.iter().all(|state| transition(*state, C::Terminate).is_some()));
    }

    #[test]
    fn only_open_shops_sell() {
        let selling: Vec<S> = S::ALL.iter().copied().filter(|state| can_sell(*state)).collect();
        assert_eq!(selling, [S::Active, S::Restricted]);
    }

    #[test]
    fn business_numbers_are_checked() {
        // Published numbers of well-known companies.
        for (text, digits) in
            [("124-81-00998", "1248100998"), ("220 81 62517", "2208162517"), ("1208147521", "1208147521")]
        {
            assert_eq!(business_number(text).as_deref(), Some(digits), "{text}");
        }
        for wrong in ["124-81-00997", "12481009", "12481009980", "124-81-0099a", "", "0000000000"] {
            assert_eq!(business_number(wrong), None, "{wrong}");
        }
        assert_eq!(written_business_number("1248100998"), "124-81-00998");
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        let digits: Vec<char> = "1248100998".chars().collect();
        for position in [0, 1, 2, 3, 4, 5, 6, 7, 9] {
            for digit in '0'..='9' {
                let mut changed = digits.clone();
                changed[position] = digit;
                let text: String = changed.iter().collect();
                assert_eq!(business_number(&text).is_some(), digit == digits[position], "{text}");
            }
        }
    }

    #[test]
    fn mail_order_numbers_have_year_office_and_serial() {
        for (text, normal) in [
            ("2024-서울강남-01234", "2024-서울강남-01234"),
            ("제2013-경기성남-0123호", "2013-경기성남-0123"),
            ("제 2019 - 서울송파 - 2345 호", "2019-서울송파-2345"),
        ] {
            assert_eq!(mail_order_number(text).as_deref(), Some(normal));
        }
        for wrong in [
            "",
            "서울강남-01234",
            "1999-서울강남-01234",
            "2024-Seoul-01234",
            "2024-서울강남-",
            "2024-서울강남-1234567",
            "2024-서울-강남-1",
        ] {
            assert_eq!(mail_order_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn account_numbers_are_digits_and_hyphens() {
        assert!(bank_account_number("110-123-456789").is_some());
        assert!(bank_account_number("1234567").is_none() && bank_account_number("110 123 456789").is_none());
    }
}
