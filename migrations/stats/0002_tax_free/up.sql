-- Whether a line is tax-free (면세); lines that are not told to be are taxed.
ALTER TABLE sales_line ADD COLUMN tax_free boolean NOT NULL DEFAULT false;

-- Everything that brought a seller money or took it away again. What the buyer owed the seller is `taxable` or `exempt`, as
-- the line is: the market's own discounts do not lessen it. Shipping is taxed.
CREATE OR REPLACE VIEW seller_movement AS
    SELECT seller_id, order_id, product_id, paid_at AS at, quantity::bigint AS units, total AS sold, 0::bigint AS refunded,
        CASE WHEN tax_free THEN 0 ELSE owed END AS taxable, CASE WHEN tax_free THEN owed ELSE 0 END AS exempt
    FROM sales_line, LATERAL (SELECT coalesce(items_total, total) - coalesce(seller_discount, 0) AS owed) AS due
    WHERE paid_at IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, NULL, paid_at, 0, shipping_total, 0, shipping_total, 0
    FROM sales_part WHERE paid_at IS NOT NULL AND shipping_total IS NOT NULL
    UNION ALL
    SELECT seller_id, order_id, product_id, cancelled_at, -quantity, 0, total,
        CASE WHEN tax_free THEN 0 ELSE -owed END, CASE WHEN tax_free THEN -owed ELSE 0 END
    FROM sales_line, LATERAL (SELECT coalesce(items_total, total) - coalesce(seller_discount, 0) AS owed) AS due
    WHERE paid_at IS NOT NULL AND cancelled_at IS NOT NULL
    UNION ALL
    SELECT line.seller_id, line.order_id, line.product_id, claim.refunded_at, -part.quantity, 0, part.total,
        CASE WHEN line.tax_free THEN 0 ELSE -owed END, CASE WHEN line.tax_free THEN -owed ELSE 0 END
    FROM counted_claim claim JOIN claim_line part USING (claim_id) JOIN sales_line line USING (line_id),
        LATERAL (SELECT (coalesce(line.items_total, line.total) - coalesce(line.seller_discount, 0)) * part.quantity
            / line.quantity AS owed) AS due
    UNION ALL
    -- What of a claim's refund is none of its lines': shipping that goes back, or a fee that was kept.
    SELECT seller_id, order_id, NULL, refunded_at, 0, 0,
        amount - coalesce((SELECT sum(total) FROM claim_line part WHERE part.claim_id = claim.claim_id), 0)::bigint, 0, 0
    FROM counted_claim claim;
