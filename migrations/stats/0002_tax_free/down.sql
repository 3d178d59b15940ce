DROP VIEW market_movement;
DROP VIEW seller_movement;
-- Everything that brought a seller money or took it away again. `taxable` is what the buyer owed the seller: the market's own
-- discounts do not lessen it.
CREATE VIEW seller_movement AS
    SELECT seller_id, order_id, product_id, paid_at AS at, quantity::bigint AS units, total AS sold, 0::bigint AS refunded,
        coalesce(items_total, total) - coalesce(seller_discount, 0) AS taxable
    FROM sales_line WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, NULL, paid_at, 0, shipping_total, 0, shipping_total
    FROM sales_part WHERE paid_at IS NOT NULL AND shipping_total IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, product_id, cancelled_at, -quantity, 0, total,
        -(coalesce(items_total, total) - coalesce(seller_discount, 0))
    FROM sales_line WHERE paid_at IS NOT NULL AND cancelled_at IS NOT NULL
    UNION ALL
    SELECT line.seller_id, line.order_id, line.product_id, claim.refunded_at, -part.quantity, 0, part.total,
        -((coalesce(line.items_total, line.total) - coalesce(line.seller_discount, 0)) * part.quantity / line.quantity)
    FROM counted_claim claim JOIN claim_line part USING (claim_id) JOIN sales_line line USING (line_id)
    UNION ALL
    -- What of a claim's refund is none of its lines': shipping that goes back, or a fee that was kept.
    SELECT seller_id, order_id, NULL, refunded_at, 0, 0,
        amount - coalesce((SELECT sum(total) FROM claim_line part WHERE part.claim_id = claim.claim_id), 0)::bigint, 0
    FROM counted_claim claim;

-- Everything that was paid to the market and given back by it, as the ledger has it, and the pieces that were sold.
CREATE VIEW market_movement AS
    SELECT order_id, paid_at AS at, 0::bigint AS units, total AS sold, 0::bigint AS refunded
    FROM sales_order WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT order_id, refunded_at, 0, 0, amount FROM refund
    UNION ALL
    SELECT order_id, at, units, 0, 0 FROM seller_movement;

ALTER TABLE sales_line DROP COLUMN tax_free;
