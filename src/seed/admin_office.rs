//! What the demo market's staff tell, and are told. The same every time.

use admin::{SeedComplaint, SeedNotice};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::random::id;

const NOTICE: u64 = 0xAD10;
const COMPLAINT: u64 = 0xAD11;

/// Titles and texts in Korean and English, whether for sellers alone, and whether above the others.
type Line = ([&'static str; 2], [&'static str; 2], bool, bool);

const NOTICES: &[Line] = &[
    (
        ["도아마켓을 열었습니다", "DOA Market is open"],
        ["여러 판매자의 상품을 한곳에서 만나 보세요.", "Meet the goods of many sellers in one place."],
        false,
        true,
    ),
    (
        ["설 연휴 배송 안내", "Deliveries over the Lunar New Year"],
        [
            "연휴에는 택배가 쉽니다. 연휴가 끝나면 차례로 보내 드립니다.",
            "Carriers rest over the holidays and deliver in turn afterwards.",
        ],
        false,
        false,
    ),
    (
        ["정산 일정 안내", "When sellers are paid"],
        [
            "구매 확정된 주문은 매주 정산하여 영업일 기준 3일 안에 지급합니다.",
            "Confirmed orders are settled every week.",
        ],
        true,
        false,
    ),
];

pub(super) fn notices(opened: DateTime<Utc>) -> Vec<SeedNotice> {
    let text = |text: &[&str; 2], language: usize| text[language].to_owned();
    let notice = |((titles, bodies, for_sellers, pinned), index): (&Line, u64)| SeedNotice {
        id: id(NOTICE, index),
        korean: (text(titles, 0), text(bodies, 0)),
        english: (text(titles, 1), text(bodies, 1)),
        for_sellers: *for_sellers,
        pinned: *pinned,
        starts_at: opened + TimeDelta::days(i64::try_from(index).unwrap_or(0)),
    };
    NOTICES.iter().zip(0..).map(notice).collect()
}

pub(super) fn complaints(buyer: Uuid, opened: DateTime<Utc>) -> Vec<SeedComplaint> {
    vec![SeedComplaint {
        id: id(COMPLAINT, 0),
        user_id: buyer,
        text: "배송이 예정일보다 사흘 늦어졌는데 안내를 받지 못했습니다.".to_owned(),
        created_at: opened + TimeDelta::days(10),
    }]
}
