//! Relay connections by keyset: a page begins after a key, never at an offset.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors::{ErrorCode, GraphError};

/// The size of a page that did not ask for one.
pub const DEFAULT_PAGE: i32 = 20;
/// The largest page.
pub const LARGEST_PAGE: i32 = 100;

/// Which page is wanted, checked. `K` is the key that rows are ordered by, for example `(DateTime<Utc>, Uuid)`.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRequest<K> {
    /// How many rows at most.
    pub limit: usize,
    /// Whether the page reads towards the beginning (`last`/`before`).
    pub backward: bool,
    /// The row that the page begins beside; that row itself is not in it.
    pub from: Option<K>,
}

impl<K: DeserializeOwned> PageRequest<K> {
    /// Checks a connection's four arguments.
    ///
    /// # Errors
    /// `INVALID_PAGE` when both directions are asked for, a size is outside 0–100, or a cursor is none of ours.
    pub fn new(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self, GraphError> {
        let invalid = |message: &str| GraphError::new(ErrorCode::InvalidPage, message);
        let backward = last.is_some() || before.is_some();
        if backward && (first.is_some() || after.is_some()) {
            return Err(invalid("Use first/after or last/before, not both"));
        }
        let limit = first.or(last).unwrap_or(DEFAULT_PAGE);
        let limit = usize::try_from(limit)
            .ok()
            .filter(|_| limit <= LARGEST_PAGE)
            .ok_or_else(|| invalid("A page has 0 to 100 elements"))?;
        let from = after
            .or(before)
            .map(|cursor| decode_cursor(cursor).ok_or_else(|| invalid("This cursor is not one of ours")))
            .transpose()?;
        Ok(Self { limit, backward, from })
    }

    /// How many rows to read: one more than the page, to know whether another page follows.
    pub fn rows_to_read(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX - 1) + 1
    }

    /// Makes the page of the rows that were read (in reading order, at most [`Self::rows_to_read`]).
    pub fn finish<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        if self.backward {
            rows.reverse();
        }
        let (has_next, has_previous) =
            if self.backward { (self.from.is_some(), more) } else { (more, self.from.is_some()) };
        Page { rows, has_next, has_previous }
    }
}

/// Orders a boxed query by a key and the id, and keeps what comes after the key that a page begins beside: downward where
/// `$downward` is true, else upward. For a list with the newest first that is `!page.backward`.
///
/// The first condition is where the index begins; the second leaves out the rows of the same key that come before.
///
/// ```
/// # use diesel::prelude::*;
/// # use diesel::pg::Pg;
/// diesel::table! { note (id) { id -> BigInt, written -> BigInt } }
///
/// let page = platform::paging::PageRequest { limit: 20, backward: false, from: Some((1_700, 42)) };
/// let query = note::table.into_boxed::<Pg>();
/// let query = platform::keyset!(query, note::written, note::id, page.from, !page.backward);
/// let query = query.limit(page.rows_to_read());
/// let text = diesel::debug_query::<Pg, _>(&query).to_string();
/// assert!(text.contains(r#"("note"."written" <= $1) AND (("note"."written" < $2) OR ("note"."id" < $3))"#), "{text}");
/// assert!(text.contains(r#"ORDER BY "note"."written" DESC, "note"."id" DESC"#), "{text}");
/// ```
#[macro_export]
macro_rules! keyset {
    ($query:expr, $key:expr, $id:expr, $from:expr, $downward:expr) => {{
        use $crate::reexport::diesel::prelude::*;
        let (key, id, downward) = ($key, $id, $downward);
        let query = match ($from, downward) {
            (Some((at, from)), true) => $query.filter(key.le(at.clone())).filter(key.lt(at).or(id.lt(from))),
            (Some((at, from)), false) => $query.filter(key.ge(at.clone())).filter(key.gt(at).or(id.gt(from))),
            (None, _) => $query,
        };
        if downward { query.order((key.desc(), id.desc())) } else { query.order((key.asc(), id.asc())) }
    }};
}

/// The text of a cursor for a key.
pub fn encode_cursor<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

fn decode_cursor<K: DeserializeOwned>(cursor: &str) -> Option<K> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// Rows of one page, in the connection's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows precede.
    pub has_previous: bool,
}

/// Where a page stands in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject)]
#[graphql(shareable)]
pub struct PageInfo {
    /// Whether elements follow this page.
    pub has_next_page: bool,
    /// Whether elements precede this page.
    pub has_previous_page: bool,
    /// The cursor of the first element; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last element; null on an empty page.
    pub end_cursor: Option<String>,
}

type Count = Arc<dyn Fn() -> BoxFuture<'static, Result<i64, GraphError>> + Send + Sync>;

/// A page of `N` as a Relay connection. `totalCount` runs its query only when it is selected.
pub struct Connection<N> {
    edges: Vec<Edge<N>>,
    has_next: bool,
    has_previous: bool,
    count: Count,
}

/// One element of a connection.
pub struct Edge<N> {
    cursor: String,
    node: N,
}

impl<N> Connection<N> {
    /// Wraps a page: `key` gives each row's position, `node` its GraphQL value, `count` the length of the whole list.
    pub fn new<T, K, F>(page: Page<T>, key: impl Fn(&T) -> K, node: impl Fn(T) -> N, count: F) -> Self
    where
        K: Serialize,
        F: Fn() -> BoxFuture<'static, Result<i64, GraphError>> + Send + Sync + 'static,
    {
        let edges =
            page.rows.into_iter().map(|row| Edge { cursor: encode_cursor(&key(&row)), node: node(row) }).collect();
        Self { edges, has_next: page.has_next, has_previous: page.has_previous, count: Arc::new(count) }
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N> Connection<N>
where
    N: OutputType,
{
    /// The elements with their cursors.
    async fn edges(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// The elements alone.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page stands.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many elements the whole list has. Counted only when selected.
    async fn total_count(&self) -> async_graphql::Result<i32> {
        let count = (self.count)().await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// An element of a list, with its position.
#[Object(name_type)]
impl<N> Edge<N>
where
    N: OutputType,
{
    /// The element.
    async fn node(&self) -> &N {
        &self.node
    }

    /// Its position, for `after` and `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_checked() {
        let request = |first, after, last, before| PageRequest::<i64>::new(first, after, last, before).is_ok();
        let (seven, text) = (encode_cursor(&7_i64), encode_cursor(&"text"));
        assert!(request(None, None, None, None));
        assert!(request(Some(0), None, None, None));
        assert!(request(Some(100), Some(&seven), None, None));
        assert!(!request(Some(101), None, None, None));
        assert!(!request(Some(-1), None, None, None));
        assert!(!request(Some(1), None, Some(1), None));
        assert!(!request(None, Some("%%%"), None, None));
        assert!(!request(None, Some(&text), None, None));
    }

    #[test]
    fn pages_know_their_neighbours() {
        let forward = PageRequest { limit: 2, backward: false, from: Some(1_i64) };
        assert_eq!(forward.finish(vec![2, 3, 4]), Page { rows: vec![2, 3], has_next: true, has_previous: true });
        let backward = PageRequest { limit: 2, backward: true, from: Some(9_i64) };
        assert_eq!(backward.finish(vec![8, 7]), Page { rows: vec![7, 8], has_next: true, has_previous: false });
    }
}
