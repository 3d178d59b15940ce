//! Statements over several rows at once that diesel's query builder cannot express. Each is prepared once a connection.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid};

use crate::model::{
    ClaimId, GroupRow, MovementId, OrderId, ReservationId, ReservationRow, SellerId, StockMovementKind, VariantId,
};

platform::statement! {
    /// Keeps stock for an order. The rows are locked and known to suffice.
    pub(crate) struct HoldStock {
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

platform::statement! {
    /// Reserves stock for an order that has no group yet, if afterwards there is still more of everything than its safety
    /// stock; else it changes nothing. So no level crosses a threshold that would have to be told. Locks the items in the
    /// order of their ids.
    ///
    /// The arrays are hidden from the planner, which would plan anew for every short one.
    pub(crate) struct HoldPlenty {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        quantities: Vec<i32> as Array<Integer>,
        ids: Vec<ReservationId> as Array<Uuid>,
        order_id: OrderId as Uuid,
        expires_at: DateTime<Utc> as Timestamptz,
    }
    "WITH wanted AS (
        SELECT * FROM unnest((SELECT ?), (SELECT ?), (SELECT ?)) AS w (variant_id, quantity, id)
    ), locked AS MATERIALIZED (
        SELECT variant_id, available, safety_stock FROM stock_item
        WHERE variant_id IN (SELECT variant_id FROM wanted) ORDER BY variant_id FOR NO KEY UPDATE
    ), plenty AS MATERIALIZED (
        SELECT FROM wanted w LEFT JOIN locked l USING (variant_id)
        HAVING bool_and(coalesce(l.available - w.quantity > l.safety_stock, false))
    ), grouped AS (
        INSERT INTO reservation_group (order_id, state, expires_at) SELECT ?, 'HELD', ? FROM plenty
        ON CONFLICT DO NOTHING RETURNING order_id
    ), held AS (
        UPDATE stock_item s SET reserved = s.reserved + w.quantity, updated_at = now()
        FROM grouped, wanted w WHERE s.variant_id = w.variant_id
        RETURNING w.id, s.variant_id, w.quantity
    )
    INSERT INTO reservation (order_id, id, variant_id, quantity)
    SELECT grouped.order_id, held.id, held.variant_id, held.quantity FROM grouped, held"
}

platform::statement! {
    /// Takes what an order holds out of the stock, with the movements, each under its reservation's number; nothing when
    /// the order's group is not HELD (any more). Locks the items in the order of their ids. Returns [`Committed`] for each
    /// part, in that order.
    pub(crate) struct CommitHeld {
        order_id: OrderId as Uuid,
    }
    "WITH committed AS (
        UPDATE reservation_group SET state = 'COMMITTED', reason = NULL, updated_at = now()
        WHERE order_id = ? AND state = 'HELD'
        RETURNING order_id, state, expires_at
    ), part AS MATERIALIZED (
        SELECT r.id, r.variant_id, r.quantity FROM reservation r JOIN committed USING (order_id)
    ), locked AS MATERIALIZED (
        SELECT s.variant_id FROM stock_item s WHERE s.variant_id IN (SELECT variant_id FROM part)
        ORDER BY s.variant_id FOR NO KEY UPDATE
    ), moved AS (
        UPDATE stock_item s
        SET on_hand = s.on_hand - part.quantity, reserved = s.reserved - part.quantity, updated_at = now()
        FROM locked JOIN part USING (variant_id) WHERE s.variant_id = locked.variant_id
        RETURNING part.id, s.variant_id, part.quantity, s.on_hand
    ), written AS (
        INSERT INTO stock_movement (id, variant_id, kind, delta, on_hand_after, order_id)
        SELECT moved.id, moved.variant_id, 'SALE', -moved.quantity, moved.on_hand, committed.order_id
        FROM moved, committed
    )
    SELECT moved.id, moved.variant_id, moved.quantity, committed.order_id, committed.state, committed.expires_at
    FROM moved, committed ORDER BY moved.variant_id"
}

/// A part that [`CommitHeld`] took out.
#[derive(Debug, QueryableByName)]
pub(crate) struct Committed {
    #[diesel(embed)]
    pub(crate) group: GroupRow,
    #[diesel(embed)]
    pub(crate) part: ReservationRow,
}

platform::statement! {
    /// Frees what an order holds. The rows are locked.
    pub(crate) struct FreeStock {
        order_id: OrderId as Uuid,
    }
    "UPDATE stock_item s SET reserved = s.reserved - r.quantity, updated_at = now()
    FROM reservation r WHERE r.order_id = ? AND r.variant_id = s.variant_id"
}

platform::statement! {
    /// Changes what is on hand and what is reserved, and writes the movements. The rows are locked.
    pub(crate) struct MoveStock {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        on_hand: Vec<i32> as Array<Integer>,
        reserved: Vec<i32> as Array<Integer>,
        movement_ids: Vec<MovementId> as Array<Uuid>,
        kind: StockMovementKind as Text,
        reason: Option<String> as Nullable<Text>,
        order_id: Option<OrderId> as Nullable<Uuid>,
        claim_id: Option<ClaimId> as Nullable<Uuid>,
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
    INSERT INTO stock_movement (id, variant_id, kind, delta, on_hand_after, reason, order_id, claim_id)
    SELECT movement_id, variant_id, ?, delta, on_hand_after, ?, ?, ? FROM moved"
}

platform::statement! {
    /// Creates the stock items that do not exist yet, each with its first movement.
    pub(crate) struct CreateStock {
        variant_ids: Vec<VariantId> as Array<Uuid>,
        seller_ids: Vec<SellerId> as Array<Uuid>,
        on_hand: Vec<i32> as Array<Integer>,
        safety_stock: Vec<i32> as Array<Integer>,
        created_at: Vec<DateTime<Utc>> as Array<Timestamptz>,
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
