//! The queries and the entities.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, current_principal, request_context};
use platform::money::Long;
use platform::paging::{Connection, PageRequest};

use super::results::SearchResultConnection;
use super::suggestion::{Suggestion, TrendingSearch};
use super::synonym::{SearchIndexStatus, Synonym};
use crate::actions::Search;
use crate::engine::{RankKey, Wanted};
use crate::model::{BrandId, CategoryId, SearchSort, SellerId, SynonymId};
use crate::rules::words::normalised;
use crate::{store, suggest};

/// The longest text to look for, in characters.
const LONGEST_TEXT: usize = 100;
/// How many brands or sellers one search is for.
const MOST_CHOICES: usize = 50;

/// Which results are wanted; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct SearchWhere {
    /// In this category or one below it.
    category_id: Option<CategoryId>,
    /// Of one of these brands, up to 50.
    brand_ids: Option<Vec<BrandId>>,
    /// Of one of these sellers, up to 50.
    seller_ids: Option<Vec<SellerId>>,
    /// At this price or above, in won.
    min_price: Option<Long>,
    /// At this price or below, in won.
    max_price: Option<Long>,
    /// With so many stars or more, 1–5.
    min_stars: Option<i32>,
    /// Only what is sent free of charge.
    free_shipping: Option<bool>,
    /// Only what is in stock.
    in_stock: Option<bool>,
}

impl SearchWhere {
    fn wanted(self, text: &str) -> Result<Wanted, GraphError> {
        let bad = |message: &str| GraphError::new(ErrorCode::BadUserInput, message);
        if text.chars().count() > LONGEST_TEXT {
            return Err(bad("A text to look for has up to 100 characters"));
        }
        let brands: Vec<_> = self.brand_ids.unwrap_or_default().into_iter().map(|id| id.0).collect();
        let sellers: Vec<_> = self.seller_ids.unwrap_or_default().into_iter().map(|id| id.0).collect();
        if brands.len() > MOST_CHOICES || sellers.len() > MOST_CHOICES {
            return Err(bad("Up to 50 brands and 50 sellers"));
        }
        let stars = self.min_stars.map(|stars| u32::try_from(stars).ok().filter(|stars| (1..=5).contains(stars)));
        if stars == Some(None) {
            return Err(bad("A rating has one to five stars"));
        }
        Ok(Wanted {
            text: normalised(text, LONGEST_TEXT),
            category: self.category_id.map(|id| id.0),
            brands,
            sellers,
            min_price: self.min_price.map(|price| price.0),
            max_price: self.max_price.map(|price| price.0),
            min_rating: stars.flatten().map(|stars| stars * 100),
            free_shipping: self.free_shipping.unwrap_or(false),
            in_stock: self.in_stock.unwrap_or(false),
            ..Wanted::default()
        })
    }
}

pub(crate) struct Query;

#[Object]
impl Query {
    /// What is on sale and has every word of the text in its title, brand or categories; without a text, all that is. Words
    /// are found by their beginning, by the beginning of their parts, by initial consonants (ㄱㄹㅅ), and by what means the
    /// same. What finds nothing is taken for typed in the keyboard's other mode (한/영) or for misspelled, unless `asTyped`.
    #[allow(clippy::too_many_arguments, reason = "a text, a filter, an order, and a connection's arguments")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(default)] text: String,
        #[graphql(name = "where")] filter: Option<SearchWhere>,
        #[graphql(default_with = "SearchSort::Relevance")] sort: SearchSort,
        #[graphql(default)] as_typed: bool,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<SearchResultConnection> {
        let page = PageRequest::<RankKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let search = ctx.data::<Search>()?;
        let wanted = Wanted {
            sort,
            as_typed,
            from: page.from,
            backward: page.backward,
            limit: page.limit,
            counted: ctx.look_ahead().field("facets").exists(),
            ..filter.unwrap_or_default().wanted(&text)?
        };
        let term = wanted.text.clone();
        let outcome = search.engine.search(wanted).await?;
        // A next page is not another search, and what our services ask is nobody's.
        let by_person = current_principal(ctx).service.is_none();
        if page.from.is_none() && !term.is_empty() && by_person && outcome.total > 0 {
            search.looking.add(&term, outcome.total, request_context(ctx));
        }
        Ok(SearchResultConnection { outcome })
    }

    /// What to look for, while somebody types: what people look for, words, brands, categories and products, by what was
    /// typed or by initial consonants; 1–20.
    async fn search_suggestions(
        &self,
        ctx: &Context<'_>,
        text: String,
        #[graphql(default = 10)] first: i32,
    ) -> async_graphql::Result<Vec<Suggestion>> {
        let bad = |message: &str| GraphError::new(ErrorCode::BadUserInput, message);
        let limit = usize::try_from(first).ok().filter(|limit| (1..=20).contains(limit));
        let limit = limit.ok_or_else(|| bad("Ask for 1 to 20 suggestions"))?;
        if text.chars().count() > LONGEST_TEXT {
            return Err(bad("A text to look for has up to 100 characters").into());
        }
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let found = suggest::suggestions(ctx.data::<Search>()?, &text, limit).await?;
        Ok(found.into_iter().map(Suggestion::from).collect())
    }

    /// What most people look for at the moment and find, the most first; a person counts once; 1–50.
    async fn trending_searches(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> async_graphql::Result<Vec<TrendingSearch>> {
        let limit = usize::try_from(first).ok().filter(|limit| (1..=50).contains(limit));
        let limit = limit.ok_or_else(|| GraphError::new(ErrorCode::BadUserInput, "Ask for 1 to 50 terms"))?;
        let rows = ctx.data::<Search>()?.trends.list().await?;
        Ok((1..).zip(rows.iter().take(limit)).map(|(rank, row)| TrendingSearch::new(rank, row)).collect())
    }

    /// Groups of words that mean the same, the newest first. For staff.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn synonyms(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<Synonym>> {
        let page = PageRequest::<(DateTime<Utc>, SynonymId)>::new(first, after.as_deref(), None, None)?;
        let database = ctx.data::<Search>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::synonyms_page(&mut connection, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.created_at, row.id),
            |row| Synonym { row },
            move || {
                let database = database.clone();
                Box::pin(async move { Ok(store::count_synonyms(&mut *database.connection().await?).await?) })
            },
        ))
    }

    /// How the index of the replica that answers stands. For staff.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn search_index(&self, ctx: &Context<'_>) -> async_graphql::Result<SearchIndexStatus> {
        let search = ctx.data::<Search>()?;
        let standing = search.engine.standing();
        let mut connection = search.database.connection().await.map_err(GraphError::from)?;
        let (last, ..) = store::index_order(&mut connection).await.map_err(GraphError::from)?;
        let (reconciled_at, reconciling) = store::reconciliation(&mut connection).await.map_err(GraphError::from)?;
        Ok(SearchIndexStatus {
            generation: Long(standing.generation),
            products: Long(i64::try_from(standing.documents).unwrap_or(i64::MAX)),
            change: Long(standing.change),
            last_change: Long(last.unwrap_or(0)),
            built_in_milliseconds: Long(standing.built_in_milliseconds()),
            products_to_read: Long(store::count_to_read(&mut connection).await.map_err(GraphError::from)?),
            reconciled_at,
            reconciling,
        })
    }

    // An id that is none of ours is an entity that does not exist; so is a group, for anybody but staff.
    #[graphql(entity)]
    async fn find_synonym(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Synonym>> {
        let (Ok(id), true) = (id.parse(), current_principal(ctx).has_scope(Scope::StaffProducts)) else {
            return Ok(None);
        };
        let database = &ctx.data::<Search>()?.database;
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        let row = store::synonym_by_id(&mut connection, id).await.map_err(GraphError::from)?;
        Ok(row.map(|row| Synonym { row }))
    }
}
