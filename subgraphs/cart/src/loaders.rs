//! Batched reads for entity resolvers.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures::future::try_join_all;
use platform::database::{AmongKeys as _, Database};
use platform::errors::GraphError;
use platform::graph::{GraphClient, RequestContext};
use platform::loader::{Loader, grouped};

use crate::clients::{is_adult, offers, stocks};
use crate::model::{CartId, CartLineId, CartRow, LineRow, Offer, UserId, VariantId};
use crate::schema::{cart, cart_line};

/// One loader per kind of key.
pub(crate) struct Loaders {
    lines: Loader<CartLineId, (LineRow, Option<UserId>)>,
    lines_of_cart: Loader<CartId, Vec<LineRow>>,
    carts_of_users: Loader<UserId, CartRow>,
    offers: Loader<VariantId, Offer>,
    stocks: Loader<VariantId, i64>,
    adults: Loader<UserId, bool>,
}

impl Loaders {
    pub(crate) fn new(database: &Database, graph: &GraphClient) -> Self {
        let (one, two, three, graph) = (database.clone(), database.clone(), database.clone(), graph.clone());
        let [asker, adults] = [graph.clone(), graph.clone()];
        Self {
            lines: Loader::new(move |keys: Vec<CartLineId>| {
                let database = one.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let rows: Vec<(LineRow, Option<UserId>)> = cart_line::table
                        .inner_join(cart::table)
                        .filter(cart_line::id.among(keys))
                        .select((LineRow::as_select(), cart::user_id))
                        .load(&mut connection)
                        .await?;
                    Ok(rows.into_iter().map(|found| (found.0.id, found)).collect())
                }
            }),
            lines_of_cart: Loader::new(move |keys: Vec<CartId>| {
                let database = two.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let query = cart_line::table
                        .filter(cart_line::cart_id.among(keys))
                        .order((cart_line::added_at, cart_line::id))
                        .select(LineRow::as_select());
                    Ok(grouped(query.load(&mut connection).await?, |line: &LineRow| line.cart_id))
                }
            }),
            carts_of_users: Loader::new(move |keys: Vec<UserId>| {
                let database = three.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let query = cart::table.filter(cart::user_id.among(keys)).select(CartRow::as_select());
                    let rows: Vec<CartRow> = query.load(&mut connection).await?;
                    Ok(rows.into_iter().filter_map(|row| Some((row.user_id?, row))).collect())
                }
            }),
            offers: Loader::new(move |keys: Vec<VariantId>| {
                let graph = graph.clone();
                async move { Ok(offers(&graph, &keys, &RequestContext::default()).await?) }
            }),
            stocks: Loader::new(move |keys: Vec<VariantId>| {
                let graph = asker.clone();
                async move { Ok(stocks(&graph, &keys, &RequestContext::default()).await?) }
            }),
            adults: Loader::new(move |keys: Vec<UserId>| {
                let graph = adults.clone();
                async move {
                    let context = RequestContext::default();
                    let asked = keys
                        .into_iter()
                        .map(async |key| Ok::<_, GraphError>((key, is_adult(&graph, key, &context).await?)));
                    Ok(try_join_all(asked).await?.into_iter().collect())
                }
            }),
        }
    }

    /// A line, and the member whose cart it is in.
    pub(crate) async fn line(&self, id: CartLineId) -> Result<Option<(LineRow, Option<UserId>)>, GraphError> {
        Loader::load(&self.lines, id).await
    }

    /// The lines of a cart, oldest first.
    pub(crate) async fn lines_of(&self, id: CartId) -> Result<Vec<LineRow>, GraphError> {
        Ok(Loader::load(&self.lines_of_cart, id).await?.unwrap_or_default())
    }

    /// A member's cart.
    pub(crate) async fn cart_of(&self, user: UserId) -> Result<Option<CartRow>, GraphError> {
        Loader::load(&self.carts_of_users, user).await
    }

    /// The variant as it is sold now.
    pub(crate) async fn offer(&self, variant: VariantId) -> Result<Option<Offer>, GraphError> {
        Loader::load(&self.offers, variant).await
    }

    /// Whether a member has shown to be an adult.
    pub(crate) async fn is_adult(&self, member: UserId) -> Result<bool, GraphError> {
        Ok(Loader::load(&self.adults, member).await? == Some(true))
    }

    /// How many of the variant can be had; none without stock.
    pub(crate) async fn stock(&self, variant: VariantId) -> Result<Option<i64>, GraphError> {
        Loader::load(&self.stocks, variant).await
    }
}
