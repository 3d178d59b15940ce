//! What the demo shop front shows. The same every time.

use banner::{SeedBanner, SeedSlot};
use chrono::{DateTime, Utc};

use super::random::id;

const SLOT: u64 = 0xBA10;
const BANNER: u64 = 0xBA11;
const PICTURE: u64 = 0xBA12;

/// Key, name, size and places of a slot.
type Place = (&'static str, &'static str, (i32, i32), i32);

const SLOTS: &[Place] = &[
    ("home-hero", "첫 화면 큰 배너", (1_200, 400), 5),
    ("home-strip", "첫 화면 띠 배너", (1_200, 120), 1),
    ("category-top", "분류 위 배너", (960, 240), 2),
];

/// Slot, title, link, advertiser, whether for new members alone, and pictures' seeds.
type Line = (u64, &'static str, &'static str, Option<&'static str>, bool, &'static [&'static str]);

const BANNERS: &[Line] = &[
    (0, "봄맞이 집 꾸미기", "/products?sort=NEWEST", None, false, &["banner-spring-a", "banner-spring-b"]),
    (0, "첫 구매 회원 혜택", "/products", None, true, &["banner-welcome"]),
    (0, "바른 농원 산지 직송", "/products", Some("바른농원"), false, &["banner-farm"]),
    (1, "오늘 주문하면 내일 도착", "/products", None, false, &["banner-tomorrow"]),
    (2, "이번 주 인기 상품", "/products", None, false, &["banner-popular"]),
];

pub(super) fn slots() -> Vec<SeedSlot> {
    let slot = |((key, name, size, capacity), index): (&Place, u64)| SeedSlot {
        id: id(SLOT, index),
        key: (*key).to_owned(),
        name: (*name).to_owned(),
        size: *size,
        capacity: *capacity,
    };
    SLOTS.iter().zip(0..).map(slot).collect()
}

pub(super) fn banners(opened: DateTime<Utc>) -> Vec<SeedBanner> {
    let banner = |(line, index): (&Line, u64)| {
        let (slot, title, link, advertiser, for_new_members, pictures) = line;
        let picture = |(seed, place): (&&str, u64)| {
            (id(PICTURE, index * 4 + place), format!("/images/demo/{seed}.svg"), (*title).to_owned())
        };
        SeedBanner {
            id: id(BANNER, index),
            slot_id: id(SLOT, *slot),
            title: (*title).to_owned(),
            link: (*link).to_owned(),
            advertiser: advertiser.map(str::to_owned),
            for_new_members: *for_new_members,
            position: i32::try_from(index + 1).unwrap_or(1),
            starts_at: opened,
            pictures: pictures.iter().zip(0..).map(picture).collect(),
        }
    };
    BANNERS.iter().zip(0..).map(banner).collect()
}
