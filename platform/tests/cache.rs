//! The cache in a real Redis: values live and die, and Redis may go and come back.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::time::{Duration, Instant};

use platform::cache::{Cache, RedisCache};
use platform::testing::Proxy;

fn redis() -> String {
    std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL must name a Redis; `make test` starts one")
}

fn cache(url: &str) -> Cache {
    Cache::Redis(RedisCache::connect(url).unwrap())
}

/// A key that no other test uses.
fn key() -> String {
    format!("test:{}", uuid::Uuid::now_v7())
}

#[tokio::test]
async fn values_live_and_die() {
    let (one, other) = (cache(&redis()), cache(&redis()));
    let (short, long, absent) = (key(), key(), key());
    assert_eq!(one.get(&absent).await.unwrap(), None);
    one.set(&short, b"1".to_vec(), Duration::from_millis(150)).await.unwrap();
    one.set(&long, b"\xff\0".to_vec(), Duration::from_secs(60)).await.unwrap();
    assert_eq!(other.get(&short).await.unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(other.get(&long).await.unwrap().as_deref(), Some(&b"\xff\0"[..]));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(other.get(&short).await.unwrap(), None);
    assert!(other.get(&long).await.unwrap().is_some());
    other.remove(&long).await.unwrap();
    assert_eq!(one.get(&long).await.unwrap(), None);
}

#[tokio::test]
async fn counters_keep_the_time_of_their_first_step() {
    let (one, other) = (cache(&redis()), cache(&redis()));
    let key = key();
    assert_eq!(one.increment(&key, Duration::from_millis(300)).await.unwrap(), 1);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(other.add(&key, 4, Duration::from_millis(300)).await.unwrap(), 5);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(one.increment(&key, Duration::from_millis(300)).await.unwrap(), 1);
}

#[tokio::test]
async fn redis_goes_and_comes_back() {
    let proxy = Proxy::to(&redis()).await;
    let cache = cache(proxy.url());
    let key = key();
    cache.set(&key, b"1".to_vec(), Duration::from_secs(60)).await.unwrap();

    proxy.close();
    // Many at once, as requests come: each is told soon.
    let asked = Instant::now();
    let answers = futures::future::join_all((0..50).map(|_| cache.get(&key))).await;
    assert!(answers.iter().all(Result::is_err), "{answers:?}");
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert!(cache.check().await.is_err());

    proxy.open();
    let deadline = Instant::now() + Duration::from_secs(2);
    while let Err(error) = cache.get(&key).await {
        assert!(Instant::now() < deadline, "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answers = futures::future::join_all((0..50).map(|_| cache.get(&key))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(Some(value)) if value == b"1")), "{answers:?}");
}

#[tokio::test]
async fn a_redis_that_never_was_is_no_wait() {
    let proxy = Proxy::to(&redis()).await;
    proxy.close();
    let cache = cache(proxy.url());
    let asked = Instant::now();
    assert!(cache.increment(&key(), Duration::from_secs(1)).await.is_err());
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
}
