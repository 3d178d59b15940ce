//! Statements over several rows at once that diesel's query builder cannot express. Each is prepared once a connection.

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid};

use crate::model::{MovementId, OrderId, ReservationId, SellerId, StockMovementKind, VariantId};

/// Declares a statement: its parameters with their SQL types, and its text with `?` for each of them in that order.
macro_rules! statement {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty as $sql_type:ty,)+ } $text:literal) => {
        $(#[$meta])*
        #[derive(Debug, QueryId)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)+
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                let mut parts = $text.split('?');
                out.push_sql(parts.next().unwrap_or_default());
                $(
                    out.push_bind_param::<$sql_type, _>(&self.$field)?;
                    out.push_sql(parts.next().unwrap_or_default());
                )+
                Ok(())
            }
        }
    };
}

statement! {
    /// Keeps stock for an order. The rows are locked and known to suffice.
    HoldStock {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        quantities: Vec<i32> as Array<Integer>,
        ids: Vec<ReservationId> as Array<Uuid>,
        order_id: OrderId as Uuid,
    }
    "WITH wanted AS (
        SELECT * FROM unnest(?::uuid[], ?::integer[], ?::uuid[]) AS w (variant_id, quantity, id)
    ), held AS (
        UPDATE stock_item s SET reserved = s.reserved + w.quantity, updated_at = now()
        FROM wanted w WHERE s.variant_id = w.variant_id AND s.on_hand - s.reserved >= w.quantity
        RETURNING s.variant_id, w.quantity, w.id
    )
    INSERT INTO reservation (id, order_id, variant_id, quantity)
    SELECT id, ?, variant_id, quantity FROM held"
}

statement! {
    /// Frees what an order holds. The rows are locked.
    FreeStock {
        order_id: OrderId as Uuid,
    }
    "UPDATE stock_item s SET reserved = s.reserved - r.quantity, updated_at = now()
    FROM reservation r WHERE r.order_id = ? AND r.variant_id = s.variant_id"
}

statement! {
    /// Changes what is on hand and what is reserved, and writes the movements. The rows are locked.
    MoveStock {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        on_hand: Vec<i32> as Array<Integer>,
        reserved: Vec<i32> as Array<Integer>,
        movement_ids: Vec<MovementId> as Array<Uuid>,
        kind: StockMovementKind as Text,
        reason: Option<String> as Nullable<Text>,
        order_id: Option<OrderId> as Nullable<Uuid>,
    }
    "WITH wanted AS (
        SELECT * FROM unnest(?::uuid[], ?::integer[], ?::integer[], ?::uuid[])
            AS w (variant_id, on_hand, reserved, movement_id)
    ), moved AS (
        UPDATE stock_item s
        SET on_hand = s.on_hand + w.on_hand, reserved = s.reserved + w.reserved, updated_at = now()
        FROM wanted w WHERE s.variant_id = w.variant_id
        RETURNING s.variant_id, s.on_hand AS on_hand_after, w.on_hand AS delta, w.movement_id
    )
    INSERT INTO stock_movement (id, variant_id, kind, delta, on_hand_after, reason, order_id)
    SELECT movement_id, variant_id, ?, delta, on_hand_after, ?, ? FROM moved"
}

statement! {
    /// Creates the stock items that do not exist yet, each with its first movement.
    CreateStock {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        seller_ids: Vec<SellerId> as Array<Uuid>,
        on_hand: Vec<i32> as Array<Integer>,
        safety_stock: Vec<i32> as Array<Integer>,
        created_at: Vec<chrono::DateTime<chrono::Utc>> as Array<Timestamptz>,
        movement_ids: Vec<MovementId> as Array<Uuid>,
    }
    "WITH wanted AS (
        SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::integer[], ?::integer[], ?::timestamptz[], ?::uuid[])
            AS w (variant_id, seller_id, on_hand, safety_stock, created_at, movement_id)
    ), created AS (
        INSERT INTO stock_item (variant_id, seller_id, on_hand, safety_stock, updated_at)
        SELECT variant_id, seller_id, on_hand, safety_stock, created_at FROM wanted
        ON CONFLICT DO NOTHING
        RETURNING variant_id
    )
    INSERT INTO stock_movement (id, variant_id, kind, delta, on_hand_after, created_at)
    SELECT w.movement_id, w.variant_id, 'INITIAL', w.on_hand, w.on_hand, w.created_at
    FROM wanted w JOIN created USING (variant_id)"
}
