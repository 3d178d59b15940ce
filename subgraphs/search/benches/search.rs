//! `make bench-search`: what searching many products takes, measured through the subgraph's GraphQL on real PostgreSQL.
//!
//! Products are written as if they had been read from their owners, the index is built of the tables, and a mix of searches
//! as people make them is asked by connections that send the next when they have the answer to the last. No search comes
//! twice, so that no kept answer is measured. Environment: `TEST_DATABASE_URL`, `BENCH_PRODUCTS` (100,000),
//! `BENCH_CONNECTIONS` (8), `BENCH_SECONDS` (20).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program that cannot go on must end")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use search::SeedProduct;
use serde_json::{Value, json};
use uuid::Uuid;

/// The process that serves has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BRANDS: [&str; 24] = [
    "삼성전자",
    "엘지전자",
    "애플",
    "나이키",
    "아디다스",
    "레노버",
    "필립스",
    "다이슨",
    "쿠쿠",
    "락앤락",
    "유니클로",
    "무인양품",
    "코멧",
    "한샘",
    "이케아",
    "아모레",
    "농심",
    "오뚜기",
    "풀무원",
    "서울우유",
    "네스프레소",
    "보쉬",
    "마키타",
    "로지텍",
];
const SERIES: [&str; 24] = [
    "갤럭시",
    "그램",
    "에어",
    "프로",
    "울트라",
    "클래식",
    "프리미엄",
    "베이직",
    "컴포트",
    "스마트",
    "미니",
    "맥스",
    "라이트",
    "플러스",
    "오리지널",
    "네오",
    "제로",
    "퓨어",
    "블랙",
    "화이트",
    "시그니처",
    "에코",
    "듀얼",
    "터보",
];
const THINGS: [(&str, &str, &str); 30] = [
    ("디지털", "휴대폰", "스마트폰"),
    ("디지털", "휴대폰", "휴대폰케이스"),
    ("디지털", "음향기기", "무선이어폰"),
    ("디지털", "음향기기", "블루투스 스피커"),
    ("디지털", "컴퓨터", "노트북"),
    ("디지털", "컴퓨터", "기계식 키보드"),
    ("디지털", "컴퓨터", "무선 마우스"),
    ("가전", "주방가전", "전기밥솥"),
    ("가전", "주방가전", "커피머신"),
    ("가전", "생활가전", "로봇청소기"),
    ("가전", "생활가전", "공기청정기"),
    ("가전", "계절가전", "선풍기"),
    ("패션", "신발", "운동화"),
    ("패션", "신발", "슬리퍼"),
    ("패션", "의류", "반팔티셔츠"),
    ("패션", "의류", "청바지"),
    ("패션", "잡화", "백팩"),
    ("생활", "주방", "머그컵"),
    ("생활", "주방", "프라이팬"),
    ("생활", "침구", "이불세트"),
    ("생활", "가구", "책상"),
    ("생활", "가구", "사무용의자"),
    ("식품", "음료", "원두커피"),
    ("식품", "음료", "생수"),
    ("식품", "간편식", "라면"),
    ("식품", "간편식", "만두"),
    ("뷰티", "스킨케어", "수분크림"),
    ("뷰티", "스킨케어", "선크림"),
    ("공구", "전동공구", "전동드릴"),
    ("취미", "캠핑", "캠핑의자"),
];

/// An id that is the same for a name every time.
fn id_of(name: &str) -> Uuid {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    Uuid::from_u64_pair(hash, hash.rotate_left(17))
}

fn pick<'a, T>(random: &mut StdRng, from: &'a [T]) -> &'a T {
    from.choose(random).unwrap()
}

fn product(random: &mut StdRng, number: usize) -> SeedProduct {
    let (top, middle, thing) = *pick(random, &THINGS);
    let (brand, series, second) = (*pick(random, &BRANDS), *pick(random, &SERIES), *pick(random, &SERIES));
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap());
    let title = format!("{brand} {series} {second} {thing} {letter}{}", number / 26);
    let seller = format!("{}상점 {}", pick(random, &SERIES), random.random_range(0..80));
    let category = |name: &str| (id_of(name), name.to_owned());
    // Few sell much.
    let sales = (1.0 / random.random_range(0.0005_f64..1.0)) as i64;
    SeedProduct {
        id: Uuid::now_v7(),
        title,
        seller: (id_of(&seller), seller),
        brand: Some((id_of(brand), brand.to_owned())),
        categories: vec![category(top), category(middle)],
        price: random.random_range(1..2_000) * 900,
        rating: (random.random_range(250..=500), random.random_range(0..400)),
        sales,
        in_stock: random.random_ratio(9, 10),
        free_shipping: random.random_ratio(1, 2),
        published_at: Utc::now() - TimeDelta::minutes(random.random_range(0..500_000)),
    }
}

/// The kinds of searches, with how many of a hundred are of each.
const MIX: [(&str, u32); 10] = [
    ("word and brand", 24),
    ("model number", 14),
    ("part of a word", 10),
    ("one common word", 10),
    ("initials", 8),
    ("other keyboard mode", 6),
    ("misspelled", 6),
    ("filters and facets", 10),
    ("category by price", 6),
    ("suggestions", 6),
];

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

/// A search of a kind: the variables, or the text to suggest for. The price makes it one that nobody made before.
fn variables(random: &mut StdRng, kind: &str, unique: u64, products: usize) -> Value {
    let (top, middle, thing) = *pick(random, &THINGS);
    let (brand, series) = (*pick(random, &BRANDS), *pick(random, &SERIES));
    let filter = json!({ "maxPrice": 2_000_000 + unique });
    let text = match kind {
        "word and brand" => format!("{brand} {thing}"),
        "model number" => {
            let number = random.random_range(0..products);
            format!("{}{}", char::from(b'a' + u8::try_from(number % 26).unwrap()), number / 26)
        }
        "part of a word" => format!("{series} {}", thing.chars().skip(1).collect::<String>()),
        "one common word" => series.to_owned(),
        "initials" => pick(random, &["ㅁㅅㅇㅇㅍ", "ㄱㄹㅅ", "ㄴㅌㅂ", "ㅇㄷㅎ", "ㅋㅍㅁㅅ", "ㅅㅍㅌㅍ"]).to_string(),
        "other keyboard mode" => {
            pick(random, &["shxmqnr", "roffjrtl", "antjsdldjvhs", "dnsehdghk", "fkaus"]).to_string()
        }
        "misspelled" => {
            pick(random, &["갤럭씨 스마트폰", "노트묵", "로봇청쇼기", "공기청졍기", "블루투쓰 스피커"]).to_string()
        }
        "filters and facets" => {
            let filter = json!({ "maxPrice": 2_000_000 + unique, "brandIds": [prefixed("brd", id_of(brand))],
                "minStars": 3, "freeShipping": true, "categoryId": prefixed("cat", id_of(top)) });
            return json!({ "text": thing, "where": filter });
        }
        "category by price" => {
            let filter = json!({ "minPrice": unique % 1_000, "categoryId": prefixed("cat", id_of(middle)) });
            return json!({ "where": filter, "sort": "PRICE_ASC" });
        }
        _ => return json!({ "text": format!("{brand} {}", series.chars().take(2).collect::<String>()) }),
    };
    json!({ "text": text, "where": filter })
}

const SEARCH: &str = "query($text: String! = \"\", $where: SearchWhere, $sort: SearchSort! = RELEVANCE) {
    search(text: $text, where: $where, sort: $sort, first: 24) {
        nodes { product { id } highlights { text matched } freeShipping inStock }
        pageInfo { hasNextPage endCursor } totalCount correctedText
        facets { categories { name count } brands { name count } sellers { name count } prices { count } ratings { count }
            freeShipping inStock } } }";
const SUGGEST: &str = "query($text: String!) { searchSuggestions(text: $text) { kind text } }";

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// Resident memory of this process, in MiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1_024
}

fn at(sorted: &[Duration], percent: usize) -> f64 {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1].as_secs_f64() * 1_000.0
}

async fn status(services: &TestServices) -> Value {
    let staff = user(Uuid::now_v7(), &[Scope::StaffProducts], &[]);
    let query = "{ searchIndex { generation products change lastChange builtInMilliseconds } }";
    services.data("search", query, json!({}), staff).await["searchIndex"].clone()
}

/// Has the index built of the tables, and returns how long that took, in milliseconds.
async fn rebuild(services: &TestServices, products: usize) -> i64 {
    let staff = user(Uuid::now_v7(), &[Scope::StaffProducts], &[]);
    let asked = services.data("search", "mutation { reindexSearch(input: {}) { generation } }", json!({}), staff).await;
    loop {
        let status = status(services).await;
        if status["generation"] == asked["reindexSearch"]["generation"] && status["products"] == products {
            return status["builtInMilliseconds"].as_i64().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

type Times = BTreeMap<&'static str, Vec<Duration>>;

async fn drive(services: &Arc<TestServices>, connections: usize, time: Duration, products: usize) -> Times {
    let unique = Arc::new(AtomicU64::new(1));
    let until = Instant::now() + time;
    let mut working = tokio::task::JoinSet::new();
    for connection in 0..connections {
        let (services, unique) = (Arc::clone(services), Arc::clone(&unique));
        working.spawn(async move {
            let mut random = StdRng::seed_from_u64(connection as u64);
            let mut times = Times::new();
            while Instant::now() < until {
                let mut roll = random.random_range(0..100);
                let (kind, _) = MIX
                    .iter()
                    .find(|(_, share)| {
                        roll < *share || {
                            roll -= share;
                            false
                        }
                    })
                    .unwrap();
                let unique = unique.fetch_add(1, Ordering::Relaxed);
                let variables = variables(&mut random, kind, unique, products);
                let query = if *kind == "suggestions" { SUGGEST } else { SEARCH };
                let began = Instant::now();
                services.data("search", query, variables, service("bench")).await;
                times.entry(*kind).or_default().push(began.elapsed());
            }
            times
        });
    }
    let mut times = Times::new();
    while let Some(some) = working.join_next().await {
        some.unwrap().into_iter().for_each(|(kind, more)| times.entry(kind).or_default().extend(more));
    }
    times
}

fn report(times: &Times, time: Duration) {
    let mut all: Vec<Duration> = times.values().flatten().copied().collect();
    all.sort_unstable();
    println!("{:24}{:>9}{:>10}{:>10}{:>10}", "", "searches", "p50 ms", "p95 ms", "p99 ms");
    let line = |name: &str, times: &[Duration]| {
        println!("{name:24}{:>9}{:>10.1}{:>10.1}{:>10.1}", times.len(), at(times, 50), at(times, 95), at(times, 99));
    };
    for (kind, times) in times {
        let mut times = times.clone();
        times.sort_unstable();
        line(kind, &times);
    }
    line("all", &all);
    println!("{:.0} searches a second", all.len() as f64 / time.as_secs_f64());
}

#[tokio::main]
async fn main() {
    let products = number("BENCH_PRODUCTS", 100_000);
    let (connections, time) = (number("BENCH_CONNECTIONS", 8), Duration::from_secs(number("BENCH_SECONDS", 20) as u64));
    let services = TestServices::start(&[&search::SERVICE]).await;
    let empty = resident();
    let database = services.database_of("search").await;
    let mut random = StdRng::seed_from_u64(7);
    let began = Instant::now();
    for chunk in (0..products).collect::<Vec<_>>().chunks(10_000) {
        let written: Vec<SeedProduct> = chunk.iter().map(|number| product(&mut random, *number)).collect();
        search::seed(&database, &written).await.unwrap();
    }
    let written = began.elapsed();
    let built = rebuild(&services, products).await;
    // The index that was followed while products were written is gone, and so is the writer's memory.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let rested = resident();
    let services = Arc::new(services);
    drive(&services, connections, Duration::from_secs(3), products).await;
    let times = drive(&services, connections, time, products).await;
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    println!("search, {build} build: {products} products, {connections} connections, {} s", time.as_secs());
    println!("written and followed in {:.1} s; index built of the tables in {built} ms", written.as_secs_f64());
    println!("memory: {empty} MiB before, {rested} MiB with the index, {} MiB after the searches", resident());
    report(&times, time);
    if let Ok(services) = Arc::try_unwrap(services) {
        services.stop().await;
    }
}
