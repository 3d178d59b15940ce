CREATE TABLE category (
    id uuid PRIMARY KEY,
    parent_id uuid REFERENCES category,
    slug text NOT NULL CONSTRAINT category_slug_taken UNIQUE,
    name text NOT NULL,
    position integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE brand (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX brand_name_taken ON brand (lower(name));
CREATE INDEX brand_by_name ON brand (name, id);

-- What was last heard of each seller. Its row is locked while a product is put up, so that none misses a change.
CREATE TABLE known_seller (
    id uuid PRIMARY KEY,
    can_sell boolean NOT NULL,
    heard_at timestamptz NOT NULL
);

-- What a list needs of a product, in one row: the price is that of the cheapest variant.
CREATE TABLE product (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES known_seller,
    category_id uuid NOT NULL REFERENCES category,
    -- The category's ancestors and itself, one for each level of the tree.
    category_level_1 uuid NOT NULL,
    category_level_2 uuid,
    category_level_3 uuid,
    brand_id uuid REFERENCES brand,
    title text NOT NULL,
    summary text,
    option_kind text NOT NULL,
    state text NOT NULL,
    rejection_reason text,
    suspended_by_staff boolean NOT NULL DEFAULT false,
    seller_can_sell boolean NOT NULL,
    lowest_price bigint NOT NULL CONSTRAINT product_price_positive CHECK (lowest_price > 0),
    list_price bigint,
    thumbnail_url text,
    thumbnail_alt text,
    thumbnail_width integer,
    thumbnail_height integer,
    origin text NOT NULL,
    tax_free boolean NOT NULL,
    adult_only boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    submitted_at timestamptz,
    published_at timestamptz,
    listed_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(published_at, created_at)) STORED,
    listed boolean NOT NULL GENERATED ALWAYS AS (state = 'ON_SALE' AND seller_can_sell) STORED,
    CONSTRAINT product_list_price_not_below_price CHECK (list_price >= lowest_price)
);
-- A pair of indexes for each way to browse: the newest first, and by price.
CREATE INDEX product_newest ON product (listed_at, id) WHERE listed;
CREATE INDEX product_cheapest ON product (lowest_price, id) WHERE listed;
CREATE INDEX product_newest_in_level_1 ON product (category_level_1, listed_at, id) WHERE listed;
CREATE INDEX product_cheapest_in_level_1 ON product (category_level_1, lowest_price, id) WHERE listed;
CREATE INDEX product_newest_in_level_2 ON product (category_level_2, listed_at, id) WHERE listed;
CREATE INDEX product_cheapest_in_level_2 ON product (category_level_2, lowest_price, id) WHERE listed;
CREATE INDEX product_newest_in_level_3 ON product (category_level_3, listed_at, id) WHERE listed;
CREATE INDEX product_cheapest_in_level_3 ON product (category_level_3, lowest_price, id) WHERE listed;
CREATE INDEX product_newest_of_brand ON product (brand_id, listed_at, id) WHERE listed;
CREATE INDEX product_cheapest_of_brand ON product (brand_id, lowest_price, id) WHERE listed;
-- A seller's own list has every state.
CREATE INDEX product_newest_of_seller ON product (seller_id, listed_at, id);
CREATE INDEX product_cheapest_of_seller ON product (seller_id, lowest_price, id);
CREATE INDEX product_to_review ON product (submitted_at, id) WHERE state = 'IN_REVIEW';

-- What only a product's own page needs.
CREATE TABLE product_detail (
    product_id uuid PRIMARY KEY REFERENCES product,
    description text NOT NULL,
    images jsonb NOT NULL,
    options jsonb NOT NULL,
    notices jsonb NOT NULL
);

CREATE TABLE variant (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product,
    seller_id uuid NOT NULL,
    position integer NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    option_values text[] NOT NULL,
    price bigint NOT NULL CONSTRAINT variant_price_positive CHECK (price > 0),
    list_price bigint,
    sellable boolean NOT NULL DEFAULT true,
    CONSTRAINT variant_list_price_not_below_price CHECK (list_price >= price),
    CONSTRAINT variant_sku_taken UNIQUE (seller_id, sku),
    CONSTRAINT variant_combination_once UNIQUE (product_id, option_values)
);
CREATE INDEX variant_of_product ON variant (product_id, position);

-- Every price that a variant has had.
CREATE TABLE price_change (
    variant_id uuid NOT NULL REFERENCES variant,
    changed_at timestamptz NOT NULL,
    product_id uuid NOT NULL,
    price bigint NOT NULL,
    PRIMARY KEY (variant_id, changed_at)
);
CREATE INDEX price_change_of_product ON price_change (product_id, changed_at);

-- Words in titles are found by their trigrams where the server has them for us; where it does not, titles are read in
-- the order of the list until a page is full.
DO $$
DECLARE
    home text;
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        NULL;
    END;
    SELECT n.nspname INTO home FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
    IF home IS NOT NULL AND has_schema_privilege(home, 'USAGE') THEN
        EXECUTE format('CREATE INDEX product_title_words ON product USING gin (title %I.gin_trgm_ops) WHERE listed', home);
    END IF;
END $$;
