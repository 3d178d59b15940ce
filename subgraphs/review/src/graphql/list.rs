//! Lists of reviews.

use async_graphql::{Context, InputObject};
use platform::errors::GraphError;
use platform::paging::{Connection, PageRequest};

use super::review::Review;
use crate::actions::Reviews;
use crate::model::ReviewSort;
use crate::store::{self, ListKey, ReviewFilter};

/// Which reviews a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct ReviewWhere {
    /// Only those with one of these numbers of stars.
    stars: Option<Vec<i32>>,
    /// Only those with photos, or only those without.
    with_photos: Option<bool>,
    /// Only those that the seller has answered, or only those not.
    replied: Option<bool>,
}

impl ReviewWhere {
    /// Narrows a list down.
    pub(crate) fn narrow(self, filter: ReviewFilter) -> ReviewFilter {
        // What is no number of stars matches nothing.
        let stars = self.stars.map(|stars| stars.into_iter().filter_map(|stars| i16::try_from(stars).ok()).collect());
        ReviewFilter { stars, with_photos: self.with_photos, replied: self.replied, ..filter }
    }
}

/// The four arguments of a connection.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

/// A page of a list of reviews.
pub(crate) async fn reviews(
    ctx: &Context<'_>,
    filter: ReviewFilter,
    sort: ReviewSort,
    page: Page,
) -> async_graphql::Result<Connection<Review>> {
    let page = PageRequest::<ListKey>::new(page.first, page.after.as_deref(), page.last, page.before.as_deref())?;
    let database = ctx.data::<Reviews>()?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        if filter.reported {
            store::reported_page(&mut connection, &page).await.map_err(GraphError::from)?
        } else {
            store::reviews_page(&mut connection, &filter, sort, &page).await.map_err(GraphError::from)?
        }
    };
    let by_reports = filter.reported;
    let key = move |row: &crate::model::ReviewRow| {
        if by_reports { (row.open_reports.into(), row.id) } else { store::list_key(row, sort) }
    };
    let count = move || {
        let (database, filter) = (database.clone(), filter.clone());
        Box::pin(async move { Ok(store::reviews_count(&mut *database.connection().await?, &filter).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), key, |row| Review { row }, count))
}
