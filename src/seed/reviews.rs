//! What demo buyers say of the demo catalogue. The same every time.

use chrono::{DateTime, TimeDelta, Utc};
use review::{SeedAuthor, SeedReview};

use super::catalogue::{Product, seller_id};
use super::random::{Random, id};
use super::words::{FAMILY_NAMES, GIVEN_NAMES};

const REVIEW: u64 = 0x0E70;
const REVIEWER: u64 = 0x0E71;
const REVIEWED_LINE: u64 = 0x0E72;
/// People who write; they have no account.
const REVIEWERS: u64 = 240;
/// The most reviews of a product.
const MOST: u64 = 16;

const DELIGHTED: &[&str] = &[
    "기대 이상입니다. 주변에도 추천하고 있어요.",
    "배송이 정말 빨랐고 포장도 꼼꼼했습니다.",
    "사진과 똑같고 마감이 아주 깔끔해요.",
    "가격 대비 품질이 훌륭합니다. 재구매 의사 있어요.",
    "선물했는데 받는 분이 무척 좋아하셨어요.",
    "두 번째 구매입니다. 역시 믿고 삽니다.",
];
const CONTENT: &[&str] = &[
    "전체적으로 만족하지만 색상이 화면과 조금 달라요.",
    "품질은 좋은데 배송이 하루 늦었습니다.",
    "쓸 만합니다. 다음에는 다른 옵션도 사 보려고요.",
    "설명서가 조금 더 자세하면 좋겠어요.",
];
const DISAPPOINTED: &[&str] = &[
    "기대했던 것보다 마감이 아쉽습니다.",
    "포장이 찌그러진 채로 도착했어요.",
    "생각보다 작습니다. 치수를 꼭 확인하세요.",
];
const REPLIES: &[&str] = &[
    "소중한 후기 감사합니다. 더 좋은 상품으로 보답하겠습니다.",
    "불편을 드려 죄송합니다. 고객센터로 연락 주시면 바로 도와드리겠습니다.",
    "남겨 주신 의견을 꼭 반영하겠습니다. 감사합니다!",
];

/// How the people who write are called.
pub(super) fn reviewers(opened: DateTime<Utc>) -> Vec<SeedAuthor> {
    let reviewer = |index| {
        let mut random = Random::of(REVIEWER, index);
        let name = format!("{}{}", random.one_of(FAMILY_NAMES), random.one_of(GIVEN_NAMES));
        SeedAuthor { id: id(REVIEWER, index), name, registered_at: opened }
    };
    (0..REVIEWERS).map(reviewer).collect()
}

/// The reviews of product number `index`; two of three products have some.
pub(super) fn reviews_of(index: u64, product: &Product, opened: DateTime<Utc>) -> Vec<SeedReview> {
    let mut random = Random::of(REVIEW, index);
    let count = if index % 3 == 2 { 0 } else { 1 + random.below(MOST) };
    // Some products are better than others.
    let quality = random.below(4);
    (0..count).map(|number| review(&mut random, index * MOST + number, quality, product, opened)).collect()
}

fn review(random: &mut Random, number: u64, quality: u64, product: &Product, opened: DateTime<Utc>) -> SeedReview {
    // Each of a product's reviews is of somebody else.
    let writer = number % REVIEWERS;
    let (stars, texts) = match random.below(10) + quality {
        0..=1 => (random.between(1, 2), DISAPPOINTED),
        2 => (3, DISAPPOINTED),
        3..=5 => (4, CONTENT),
        _ => (5, DELIGHTED),
    };
    let variants: Vec<_> = product.variants.iter().collect();
    let variant = random.one_of(&variants);
    let confirmed_at = opened + TimeDelta::minutes(product.published) + TimeDelta::hours(random.between(72, 4_000));
    let photo = product.pictures.first().filter(|_| random.below(4) == 0);
    let voters = random.below(6);
    SeedReview {
        id: id(REVIEW, number),
        line_id: id(REVIEWED_LINE, number),
        author_id: id(REVIEWER, writer),
        seller_id: seller_id(product.seller),
        product_id: product.id,
        variant_id: variant.id,
        variant_name: variant.option_values.join(" / "),
        stars: i16::try_from(stars).unwrap_or(5),
        body: {
            let (first, second) = (random.one_of(texts), random.one_of(texts));
            if first == second { first.to_owned() } else { format!("{first} {second}") }
        },
        photos: photo.map(|seed| format!("/images/demo/{seed}.svg")).into_iter().collect(),
        confirmed_at,
        created_at: confirmed_at + TimeDelta::minutes(random.between(10, 20_000)),
        reply: (random.below(3) == 0).then(|| random.one_of(REPLIES).to_owned()),
        helpful_to: (1..=voters).map(|offset| id(REVIEWER, (writer + offset) % REVIEWERS)).collect(),
    }
}
