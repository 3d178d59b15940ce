//! Batched reads for entity resolvers and nested fields.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::database::{AmongKeys as _, Database};
use platform::errors::GraphError;
use platform::loader::{Loader, each, grouped};

use crate::model::{
    ClaimId, ClaimLineRow, ClaimRow, ClaimStateChangeRow, LineClaim, LineId, LineRow, LineStateChangeRow, OrderId,
    OrderRow, SellerOrderId, SellerOrderRow,
};
use crate::schema::{claim, line, purchase, seller_order};
use crate::store;

macro_rules! loaders {
    ($($(#[$meta:meta])* $method:ident: $key:ty => $value:ty, |$keys:ident, $connection:ident| $read:expr, $spread:ident by $column:ident;)*) => {
        /// One loader per kind of key.
        pub(crate) struct Loaders {
            $($method: Loader<$key, $value>,)*
        }

        impl Loaders {
            pub(crate) fn new(database: &Database) -> Self {
                Self { $($method: {
                    let database = database.clone();
                    Loader::new(move |$keys: Vec<$key>| {
                        let database = database.clone();
                        async move {
                            let mut connection = database.connection().await?;
                            let $connection = &mut connection;
                            Ok($spread($read.await?, |row| row.$column))
                        }
                    })
                },)* }
            }

            $($(#[$meta])*
            pub(crate) async fn $method(&self, key: $key) -> Result<Option<$value>, GraphError> {
                Loader::load(&self.$method, key).await
            })*
        }
    };
}

loaders! {
    /// An order.
    order: OrderId => OrderRow, |keys, connection| {
        purchase::table.filter(purchase::id.among(keys)).select(OrderRow::as_select()).load(connection)
    }, each by id;
    /// A seller's order.
    seller_order: SellerOrderId => SellerOrderRow, |keys, connection| {
        seller_order::table.filter(seller_order::id.among(keys)).select(SellerOrderRow::as_select()).load(connection)
    }, each by id;
    /// A line.
    line: LineId => LineRow, |keys, connection| {
        line::table.filter(line::id.among(keys)).select(LineRow::as_select()).load(connection)
    }, each by id;
    /// The sellers' orders of an order.
    seller_orders_of: OrderId => Vec<SellerOrderRow>, |keys, connection| {
        seller_order::table
            .filter(seller_order::order_id.among(keys))
            .order(seller_order::number)
            .select(SellerOrderRow::as_select())
            .load(connection)
    }, grouped by order_id;
    /// The lines of an order.
    lines_of: OrderId => Vec<LineRow>, |keys, connection| {
        line::table.filter(line::order_id.among(keys)).order(line::id).select(LineRow::as_select()).load(connection)
    }, grouped by order_id;
    /// The lines of a seller's order.
    lines_of_seller_order: SellerOrderId => Vec<LineRow>, |keys, connection| {
        line::table
            .filter(line::seller_order_id.among(keys))
            .order(line::id)
            .select(LineRow::as_select())
            .load(connection)
    }, grouped by seller_order_id;
    /// The history of a line.
    history_of: LineId => Vec<LineStateChangeRow>, |keys, connection| {
        store::history_of_lines(connection, &keys)
    }, grouped by line_id;
    /// A claim.
    claim: ClaimId => ClaimRow, |keys, connection| {
        claim::table.filter(claim::id.among(keys)).select(ClaimRow::as_select()).load(connection)
    }, each by id;
    /// The claims of an order, oldest first.
    claims_of: OrderId => Vec<ClaimRow>, |keys, connection| {
        claim::table
            .filter(claim::order_id.among(keys))
            .order((claim::requested_at, claim::id))
            .select(ClaimRow::as_select())
            .load(connection)
    }, grouped by order_id;
    /// The claims of a line, oldest first.
    claims_of_line: LineId => Vec<LineClaim>, |keys, connection| {
        store::claims::claims_of_lines(connection, &keys)
    }, grouped by line_id;
    /// The lines of a claim.
    lines_of_claim: ClaimId => Vec<ClaimLineRow>, |keys, connection| {
        store::claims::lines_of_claims(connection, &keys)
    }, grouped by claim_id;
    /// The history of a claim.
    history_of_claim: ClaimId => Vec<ClaimStateChangeRow>, |keys, connection| {
        store::claims::history_of_claims(connection, &keys)
    }, grouped by claim_id;
}
