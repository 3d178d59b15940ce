//! The demo catalogue as plain facts: who sells what, for how much. The same every time.

use product::NoticeKind;
use uuid::Uuid;

use super::random::{Random, id};
use super::words::{ADDRESSES, BRANDS, DEPARTMENTS, Department, FAMILY_NAMES, GIVEN_NAMES, PRAISES, SHOP_WORDS, Shelf};

/// Products of the demo catalogue at scale 1.
pub(super) const PRODUCTS: u64 = 2_400;
/// Sellers of the demo catalogue, at any scale.
pub(super) const SELLERS: u64 = 48;

const SELLER: u64 = 1;
const OWNER: u64 = 2;
const CATEGORY: u64 = 3;
const BRAND: u64 = 4;
const PRODUCT: u64 = 5;
const VARIANT: u64 = 6;
const COUPON_POLICY: u64 = 15;
const COMMISSION_RATE: u64 = 18;
/// Most variants of a product; the rest of its combinations is not made.
const MOST_VARIANTS: usize = 8;

pub(super) fn seller_id(index: u64) -> Uuid {
    id(SELLER, index)
}

pub(super) fn owner_id(index: u64) -> Uuid {
    id(OWNER, index)
}

pub(super) fn brand_id(index: u64) -> Uuid {
    id(BRAND, index)
}

pub(super) fn category_id(index: u64) -> Uuid {
    id(CATEGORY, index)
}

pub(super) fn coupon_policy_id(index: u64) -> Uuid {
    id(COUPON_POLICY, index)
}

pub(super) fn commission_rate_id(index: u64) -> Uuid {
    id(COMMISSION_RATE, index)
}

/// A category; the first level has no parent.
pub(super) struct Category {
    pub(super) id: Uuid,
    pub(super) parent: Option<Uuid>,
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) position: i32,
}

/// The category tree, parents before children.
pub(super) fn categories() -> Vec<Category> {
    let mut tree = Vec::new();
    for (department, position) in DEPARTMENTS.iter().zip(0..) {
        let parent = category_id(tree.len() as u64);
        let (slug, name) = (department.slug, department.name);
        tree.push(Category { id: parent, parent: None, slug, name, position });
        for (shelf, position) in department.shelves.iter().zip(0..) {
            let own = category_id(tree.len() as u64);
            tree.push(Category { id: own, parent: Some(parent), slug: shelf.slug, name: shelf.name, position });
        }
    }
    tree
}

/// The brands' names in the order of their ids.
pub(super) fn brands() -> impl Iterator<Item = (Uuid, &'static str)> {
    BRANDS.iter().zip(0..).map(|(name, index)| (brand_id(index), *name))
}

/// A seller and its owner.
pub(super) struct Shop {
    pub(super) name: String,
    pub(super) owner_name: String,
    pub(super) zonecode: &'static str,
    pub(super) road_address: &'static str,
    pub(super) mail_order_number: String,
    pub(super) phone: String,
}

pub(super) fn shop(index: u64) -> Shop {
    let mut random = Random::of(SELLER, index);
    let (first, second) = SHOP_WORDS;
    let (zonecode, road_address, office) = *random.one_of(&ADDRESSES.iter().collect::<Vec<_>>());
    Shop {
        // Every pair once, before a number is needed.
        name: {
            let (a, b) = (index as usize % first.len(), (index as usize / first.len()) % second.len());
            format!("{}{}", first[a], second[b])
        },
        owner_name: format!("{}{}", random.one_of(FAMILY_NAMES), random.one_of(GIVEN_NAMES)),
        zonecode,
        road_address,
        mail_order_number: format!("2026-{office}-{:05}", 1_000 + index),
        phone: format!("02-{:04}-{:04}", random.between(2_000, 9_999), random.between(0, 9_999)),
    }
}

/// A variant of a product.
pub(super) struct Variant {
    pub(super) id: Uuid,
    pub(super) sku: String,
    pub(super) option_values: Vec<&'static str>,
    pub(super) price: i64,
    pub(super) list_price: Option<i64>,
    pub(super) stock: i32,
}

/// A product on sale.
pub(super) struct Product {
    pub(super) id: Uuid,
    /// The seller's number.
    pub(super) seller: u64,
    pub(super) category: Uuid,
    pub(super) brand: Uuid,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) origin: &'static str,
    pub(super) options: &'static [(&'static str, &'static [&'static str])],
    pub(super) notices: &'static [(&'static str, &'static str)],
    pub(super) notice_kind: NoticeKind,
    /// What the pictures are drawn from, one seed a picture.
    pub(super) pictures: Vec<String>,
    pub(super) variants: Vec<Variant>,
    /// Minutes since the market opened.
    pub(super) published: i64,
}

/// Product number `index`.
pub(super) fn product(index: u64) -> Product {
    let mut random = Random::of(PRODUCT, index);
    let shelves: Vec<(&Department, &Shelf, Uuid)> = shelves();
    let (department, shelf, category) = shelves[usize::try_from(random.below(shelves.len() as u64)).unwrap_or(0)];
    let brand = random.below(BRANDS.len() as u64);
    let (adjective, noun) = (random.one_of(department.adjectives), random.one_of(shelf.nouns));
    let price = random.between(shelf.prices.0 / 100, shelf.prices.1 / 100) * 100;
    let discount = random.one_of(&[&0, &0, &10, &15, &20, &30, &40]);
    let pictures = 1 + random.below(4);
    Product {
        id: id(PRODUCT, index),
        seller: random.below(SELLERS),
        category,
        brand: brand_id(brand),
        title: format!("{} {adjective} {noun}", BRANDS[usize::try_from(brand).unwrap_or(0)]),
        summary: format!("{adjective} {noun}, {}", department.name),
        description: format!(
            "{adjective} {noun}입니다.\n\n{}\n\n{}\n\n{}",
            random.one_of(PRAISES),
            random.one_of(PRAISES),
            "배송은 결제 후 1~2일 안에 시작합니다."
        ),
        origin: if random.below(4) == 0 { "중국" } else { "대한민국" },
        options: shelf.options,
        notices: department.notices,
        notice_kind: department.notice_kind,
        pictures: (0..pictures).map(|picture| format!("{}-{index}-{picture}", department.slug)).collect(),
        variants: variants(&mut random, index, shelf, price, *discount),
        published: i64::try_from(index).unwrap_or(0) * 7,
    }
}

fn shelves() -> Vec<(&'static Department, &'static Shelf, Uuid)> {
    let mut found = Vec::new();
    let mut position = 0;
    for department in DEPARTMENTS {
        position += 1;
        for shelf in department.shelves {
            found.push((department, shelf, category_id(position)));
            position += 1;
        }
    }
    found
}

fn variants(random: &mut Random, product: u64, shelf: &Shelf, price: i64, discount: i64) -> Vec<Variant> {
    let mut combinations: Vec<Vec<&'static str>> = vec![Vec::new()];
    for (_, values) in shelf.options {
        combinations = combinations
            .iter()
            .flat_map(|before| values.iter().map(|value| [&before[..], &[*value]].concat()))
            .collect();
    }
    let list_price = (discount > 0).then(|| (price * 100 / (100 - discount) + 99) / 100 * 100);
    combinations
        .into_iter()
        .take(MOST_VARIANTS)
        .zip(0..)
        .map(|(option_values, position)| {
            // Larger sizes and weights cost more.
            let more = if shelf.options.len() == 1 { price * position / 4 / 100 * 100 } else { 0 };
            Variant {
                id: id(VARIANT, product * 16 + u64::try_from(position).unwrap_or(0)),
                sku: format!("DOA-{product:06}-{position:02}"),
                option_values,
                price: price + more,
                list_price: list_price.map(|list_price| list_price + more),
                stock: i32::try_from(random.between(0, 400)).unwrap_or(0),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn is_large_enough_and_sound() {
        let products: Vec<Product> = (0..PRODUCTS).map(product).collect();
        let variants: Vec<&Variant> = products.iter().flat_map(|product| &product.variants).collect();
        assert!(products.len() >= 2_000 && variants.len() >= 4_000, "{} variants", variants.len());
        let ids: HashSet<Uuid> = variants.iter().map(|variant| variant.id).collect();
        let skus: HashSet<&str> = variants.iter().map(|variant| variant.sku.as_str()).collect();
        assert_eq!((ids.len(), skus.len()), (variants.len(), variants.len()));
        assert!(variants.iter().all(|variant| variant.price > 0 && variant.price % 100 == 0));
        assert!(variants.iter().all(|variant| variant.list_price.is_none_or(|list| list >= variant.price)));
        let names: HashSet<String> = (0..SELLERS).map(|index| shop(index).name).collect();
        assert_eq!(names.len() as u64, SELLERS);
        let tree = categories();
        let known: HashSet<Uuid> = tree.iter().map(|category| category.id).collect();
        assert!(tree.iter().filter(|category| category.parent.is_none()).count() >= 8);
        assert!(products.iter().all(|product| known.contains(&product.category)));
        assert!(brands().count() >= 60);
    }
}
