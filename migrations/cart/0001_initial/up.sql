-- A member has one cart; a guest has one per token.
CREATE TABLE cart (
    id uuid PRIMARY KEY,
    user_id uuid CONSTRAINT cart_one_per_user UNIQUE,
    -- SHA-256 of the guest's token; whoever has the token has the cart.
    token_hash bytea CONSTRAINT cart_one_per_token UNIQUE,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cart_has_one_owner CHECK ((user_id IS NULL) <> (token_hash IS NULL))
);
CREATE INDEX cart_of_guests_by_age ON cart (updated_at) WHERE token_hash IS NOT NULL;

CREATE TABLE cart_line (
    id uuid PRIMARY KEY,
    cart_id uuid NOT NULL REFERENCES cart ON DELETE CASCADE,
    variant_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    selected boolean NOT NULL DEFAULT true,
    -- The price in won that the buyer has seen and accepted.
    price_seen bigint NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cart_line_one_per_variant UNIQUE (cart_id, variant_id)
);
