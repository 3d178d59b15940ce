//! The demo catalogue, written into the services' own books: reproducible, in bulk, and repeatable.

mod admin_office;
mod banners;
mod catalogue;
mod random;
mod reviews;
mod words;

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Instant;

use anyhow::anyhow;
use catalogue::{PRODUCTS, SELLERS, categories, owner_id, product as product_of, seller_id, shop};
use chrono::{DateTime, TimeDelta, Utc};
use coupon::{CouponDiscountKind, CouponDistribution, CouponLevel, CouponScope, SeedPolicy};
use inventory::SeedStock;
use platform::database::{Database, DatabaseSettings};
use platform::errors::GraphError;
use platform::identity::Scope;
use product::seed::{SeedBrand, SeedCategory, SeedProduct, SeedVariant};
use product::{Kc, Notice, NoticeKind, OptionKind, Picture, ProductOption};
use seller::{SeedSeller, TaxType};
use settlement::SeedRate;
use shipping::SeedPolicies;
use user::{SeedAddress, SeedUser};
use uuid::Uuid;

use crate::admin::administrator;
use crate::config::Config;
use crate::demo::{LOGINS, PASSWORD};

/// Products that are made and written at once.
const CHUNK: u64 = 2_000;
/// Names of the demo logins, in the order of [`LOGINS`].
const NAMES: [&str; 4] = ["김도아", "이한결", "박운영", "최승인"];

/// The databases that the demo catalogue goes to.
struct Books {
    auth: Database,
    user: Database,
    seller: Database,
    product: Database,
    inventory: Database,
    coupon: Database,
    review: Database,
    shipping: Database,
    banner: Database,
    settlement: Database,
    search: Database,
    admin: Database,
}

/// Whether the market has no demo catalogue yet, nor any other product.
pub(crate) async fn is_needed(settings: &DatabaseSettings, url: &str) -> anyhow::Result<bool> {
    let products = Database::connect(settings, url, product::SERVICE.name)?;
    product::seed::is_empty(&products).await.map_err(failed)
}

/// Writes the demo catalogue `scale` times over; what is there stays.
pub(crate) async fn fill(config: &Config, settings: &DatabaseSettings, url: &str, scale: u32) -> anyhow::Result<()> {
    let began = Instant::now();
    let connect = |name: &str| Database::connect(settings, url, name);
    let books = Books {
        auth: connect(auth::SERVICE.name)?,
        user: connect(user::SERVICE.name)?,
        seller: connect(seller::SERVICE.name)?,
        product: connect(product::SERVICE.name)?,
        inventory: connect(inventory::SERVICE.name)?,
        coupon: connect(coupon::SERVICE.name)?,
        review: connect(review::SERVICE.name)?,
        shipping: connect(shipping::SERVICE.name)?,
        banner: connect(banner::SERVICE.name)?,
        settlement: connect(settlement::SERVICE.name)?,
        search: connect(search::SERVICE.name)?,
        admin: connect(admin::SERVICE.name)?,
    };
    let opened = DateTime::from_timestamp(1_767_225_600, 0).ok_or_else(|| anyhow!("no such time"))?;
    let owner = people(config, &books, opened).await?;
    sellers(&books, opened, owner).await?;
    banner::seed(&books.banner, &banners::slots(), &banners::banners(opened)).await.map_err(failed)?;
    review::seed_authors(&books.review, &reviews::reviewers(opened)).await.map_err(failed)?;
    products(&books, opened, u64::from(scale.max(1)) * PRODUCTS).await?;
    coupons(&books, opened).await?;
    commission_rates(&books, opened).await?;
    search::read_all_soon(&books.search).await.map_err(failed)?;
    eprintln!("Demo catalogue ready in {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// The demo logins and the owners of the demo sellers. Returns the user who owns the first seller.
async fn people(config: &Config, books: &Books, opened: DateTime<Utc>) -> anyhow::Result<Uuid> {
    let settings = auth::AuthSettings::from_source(&config.source)?;
    let mut users = Vec::new();
    for ((role, email), name) in LOGINS.into_iter().zip(NAMES) {
        let scopes = if role.starts_with("Staff") { administrator() } else { vec![Scope::Buyer] };
        let id = auth::create_account(&books.auth, &settings, email, PASSWORD, name, &scopes).await?;
        users.push(profile(id, email.to_owned(), name.to_owned(), 0, opened));
    }
    let owner = users[1].id;
    for (staff, name) in users[2..].iter().zip(&NAMES[2..]) {
        admin::appoint_administrator(&books.admin, staff.id, name).await.map_err(failed)?;
    }
    let complaints = admin_office::complaints(users[0].id, opened);
    admin::seed(&books.admin, &admin_office::notices(opened), &complaints).await.map_err(failed)?;
    users.extend((1..SELLERS).map(|index| {
        let email = format!("owner{index}@doa.market");
        profile(owner_id(index), email, shop(index).owner_name, index, opened)
    }));
    let settings = user::UserSettings::from_source(&config.source)?;
    user::seed(&books.user, &settings, &users).await.map_err(failed)?;
    Ok(owner)
}

fn profile(id: Uuid, email: String, name: String, index: u64, opened: DateTime<Utc>) -> SeedUser {
    let shop = shop(index);
    let address = SeedAddress {
        zonecode: shop.zonecode.to_owned(),
        road_address: shop.road_address.to_owned(),
        detail: format!("{}층", index % 12 + 1),
    };
    SeedUser { id, email, name, phone: Some(shop.phone), address: Some(address), registered_at: opened }
}

async fn sellers(books: &Books, opened: DateTime<Utc>, owner: Uuid) -> anyhow::Result<()> {
    let sellers: Vec<SeedSeller> = (0..SELLERS)
        .map(|index| {
            let shop = shop(index);
            SeedSeller {
                id: seller_id(index),
                owner: if index == 0 { owner } else { owner_id(index) },
                introduction: Some(format!("{}입니다. 정성껏 준비해 보내 드립니다.", shop.name)),
                name: shop.name,
                representative_name: shop.owner_name,
                serial: 10_000 + u32::try_from(index).unwrap_or_default(),
                mail_order_number: shop.mail_order_number,
                address: shop.road_address.to_owned(),
                phone: shop.phone,
                email: format!("shop{index}@doa.market"),
                tax_type: TaxType::General,
                bank: "088".to_owned(),
                bank_account_number: format!("110{:09}", 123_000_000 + index),
                joined_at: opened,
            }
        })
        .collect();
    seller::seed(&books.seller, &sellers).await.map_err(failed)?;
    let policies: Vec<SeedPolicies> = (0..SELLERS)
        .map(|index| SeedPolicies {
            seller_id: seller_id(index),
            fee: if index % 3 == 0 { 2_500 } else { 3_000 },
            free_from: if index % 4 == 0 { 50_000 } else { 30_000 },
        })
        .collect();
    shipping::seed(&books.shipping, &policies).await.map_err(failed)?;
    Ok(())
}

async fn products(books: &Books, opened: DateTime<Utc>, count: u64) -> anyhow::Result<()> {
    let tree = categories();
    let parents: HashMap<Uuid, Option<Uuid>> = tree.iter().map(|category| (category.id, category.parent)).collect();
    let frame: Vec<SeedCategory> = tree
        .iter()
        .map(|category| SeedCategory {
            id: category.id,
            parent_id: category.parent,
            slug: category.slug.to_owned(),
            name: category.name.to_owned(),
            position: category.position,
        })
        .collect();
    let brands: Vec<SeedBrand> =
        catalogue::brands().map(|(id, name)| SeedBrand { id, name: name.to_owned() }).collect();
    product::seed::seed_frame(&books.product, &frame, &brands).await.map_err(failed)?;
    let mut done = 0;
    while done < count {
        let chunk: Vec<catalogue::Product> = (done..count.min(done + CHUNK)).map(product_of).collect();
        let stock: Vec<SeedStock> = chunk.iter().flat_map(|product| stock_of(product, opened)).collect();
        let reviews: Vec<review::SeedReview> =
            chunk.iter().zip(done..).flat_map(|(product, index)| reviews::reviews_of(index, product, opened)).collect();
        done += chunk.len() as u64;
        let products: Vec<SeedProduct> =
            chunk.into_iter().map(|product| seed_product(product, &parents, opened)).collect();
        product::seed::seed_products(&books.product, &products).await.map_err(failed)?;
        inventory::seed(&books.inventory, &stock).await.map_err(failed)?;
        review::seed(&books.review, &reviews).await.map_err(failed)?;
        eprint!("\rFilling the demo catalogue: {done} of {count} products");
        std::io::stderr().flush()?;
    }
    eprintln!();
    Ok(())
}

/// Coupons of the marketplace, and of the first sellers.
async fn coupons(books: &Books, opened: DateTime<Utc>) -> anyhow::Result<()> {
    let policy = |index: u64, name: &str, kind: CouponDiscountKind, value: i64, minimum: i64| SeedPolicy {
        id: catalogue::coupon_policy_id(index),
        seller_id: None,
        name: name.to_owned(),
        kind,
        value,
        minimum,
        cap: None,
        level: CouponLevel::Order,
        scope: CouponScope::All,
        scope_ids: Vec::new(),
        distribution: CouponDistribution::Download,
        code: None,
        total_limit: None,
        valid_days: Some(30),
        starts_at: opened,
    };
    let (percent, amount) = (CouponDiscountKind::Percent, CouponDiscountKind::Amount);
    let mut policies = vec![
        policy(0, "첫 구매 3,000원 할인", amount, 3_000, 20_000),
        SeedPolicy { cap: Some(10_000), ..policy(1, "전 상품 10% 할인", percent, 1_000, 30_000) },
        SeedPolicy { total_limit: Some(100), ..policy(2, "선착순 100명 5,000원 할인", amount, 5_000, 0) },
        SeedPolicy {
            distribution: CouponDistribution::Code,
            code: Some("DOA2026".to_owned()),
            ..policy(3, "도아마켓 코드 쿠폰", amount, 2_000, 10_000)
        },
    ];
    policies.extend((0..SELLERS.min(8)).map(|index| SeedPolicy {
        seller_id: Some(seller_id(index)),
        level: CouponLevel::Product,
        cap: Some(5_000),
        ..policy(10 + index, &format!("{} 5% 할인", shop(index).name), percent, 500, 0)
    }));
    coupon::seed(&books.coupon, &policies).await.map_err(failed)?;
    Ok(())
}

/// What the marketplace takes: 10 %, and of each department a little more or less.
async fn commission_rates(books: &Books, opened: DateTime<Utc>) -> anyhow::Result<()> {
    let rate = |index: u64, category_id: Option<Uuid>, rate: i32| SeedRate {
        id: catalogue::commission_rate_id(index),
        category_id,
        rate,
        effective_from: opened,
    };
    let mut rates = vec![rate(0, None, 1_000)];
    let departments = categories().into_iter().filter(|category| category.parent.is_none());
    rates.extend(departments.zip(1..).map(|(department, index)| {
        let spread = [800, 1_050, 1_200, 1_350];
        rate(index, Some(department.id), spread[usize::try_from(index).unwrap_or(0) % spread.len()])
    }));
    settlement::seed(&books.settlement, &rates).await.map_err(failed)
}

fn stock_of(product: &catalogue::Product, opened: DateTime<Utc>) -> Vec<SeedStock> {
    let variants = product.variants.iter().map(|variant| SeedStock {
        variant_id: variant.id,
        seller_id: seller_id(product.seller),
        on_hand: variant.stock,
        safety_stock: 0,
        created_at: opened + TimeDelta::minutes(product.published),
    });
    variants.collect()
}

fn seed_product(
    product: catalogue::Product,
    parents: &HashMap<Uuid, Option<Uuid>>,
    opened: DateTime<Utc>,
) -> SeedProduct {
    let mut path = vec![product.category];
    path.extend(parents.get(&product.category).copied().flatten());
    path.reverse();
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    SeedProduct {
        id: product.id,
        seller_id: seller_id(product.seller),
        category_path: path,
        brand_id: Some(product.brand),
        summary: Some(product.summary),
        description: product.description,
        option_kind: if product.options.len() > 1 { OptionKind::Combination } else { OptionKind::Single },
        options: product
            .options
            .iter()
            .map(|(name, values)| ProductOption { name: (*name).to_owned(), values: texts(values) })
            .collect(),
        images: product
            .pictures
            .iter()
            .map(|seed| Picture {
                url: format!("/images/demo/{seed}.svg"),
                alt: product.title.clone(),
                width: 800,
                height: 800,
            })
            .collect(),
        notices: product
            .notices
            .iter()
            .map(|(name, value)| Notice { name: (*name).to_owned(), value: (*value).to_owned() })
            .collect(),
        notice_kind: Some(product.notice_kind),
        kc: matches!(product.notice_kind, NoticeKind::Electronics | NoticeKind::ChildrenGoods)
            .then(|| Kc {
                exempt_reason: Some("실제로 판매하지 않는 데모 상품".to_owned()), ..Kc::default()
            }),
        title: product.title,
        origin: product.origin.to_owned(),
        tax_free: false,
        published_at: opened + TimeDelta::minutes(product.published),
        variants: product
            .variants
            .into_iter()
            .map(|variant| SeedVariant {
                id: variant.id,
                sku: variant.sku,
                option_values: variant.option_values.into_iter().map(str::to_owned).collect(),
                price: variant.price,
                list_price: variant.list_price,
            })
            .collect(),
    }
}

fn failed(error: GraphError) -> anyhow::Error {
    anyhow!("{}: {}", error.code.as_str(), error.message)
}
