-- The order in which rows changed; the index of each replica follows it. Whoever draws a number holds the lock of
-- `store::lock_changes`, so that a later number is never seen before an earlier one.
CREATE SEQUENCE product_change;

-- What is searched of a product, as its owners last told it.
CREATE TABLE product (
    product_id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    seller_name text NOT NULL,
    title text NOT NULL,
    brand_id uuid,
    brand_name text,
    -- From the top of the tree to the product's own category.
    category_ids uuid[] NOT NULL,
    category_names text[] NOT NULL,
    price bigint NOT NULL,
    -- In hundredths of a star; 0 without reviews.
    rating integer NOT NULL,
    reviews integer NOT NULL,
    -- Pieces whose purchase was confirmed.
    sales bigint NOT NULL DEFAULT 0,
    in_stock boolean NOT NULL,
    free_shipping boolean NOT NULL,
    -- Whether it is on sale and its seller can sell: what the index has.
    listed boolean NOT NULL,
    published_at timestamptz NOT NULL,
    change bigint NOT NULL,
    -- When its owners last told it; of use for finding those that they tell no more.
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_categories_named CHECK (cardinality(category_ids) = cardinality(category_names))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX product_changed ON product (change);
CREATE INDEX product_of_seller ON product (seller_id);

-- Whose stock an event about a variant is.
CREATE TABLE variant (
    variant_id uuid PRIMARY KEY,
    product_id uuid NOT NULL
);

-- Pieces whose purchase was confirmed; may be heard of before the product.
CREATE TABLE sale (
    product_id uuid PRIMARY KEY,
    pieces bigint NOT NULL
);

-- Products that something was heard of and that are to be read from their owners.
CREATE TABLE product_to_read (
    product_id uuid PRIMARY KEY,
    -- Drawn anew whenever something is heard, so that what is heard while it is read is not lost.
    asked uuid NOT NULL DEFAULT gen_random_uuid(),
    noted_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX product_to_read_due ON product_to_read (due_at);

-- The reading of everything that is on sale, page by page.
CREATE TABLE reconciliation (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    due_at timestamptz NOT NULL DEFAULT now(),
    -- Drawn anew whenever somebody asks for it, so that who is at it begins again.
    asked uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Where the next page begins; null for the first.
    cursor text,
    started_at timestamptz,
    finished_at timestamptz
);
INSERT INTO reconciliation DEFAULT VALUES;

-- What the replicas' indexes are to be like.
CREATE TABLE index_order (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    -- Raised to have every replica build its index anew.
    generation bigint NOT NULL DEFAULT 1,
    -- Raised whenever synonyms change.
    synonyms bigint NOT NULL DEFAULT 1
);
INSERT INTO index_order DEFAULT VALUES;

-- Words that mean the same.
CREATE TABLE synonym (
    id uuid PRIMARY KEY,
    terms text[] NOT NULL CONSTRAINT synonym_has_terms CHECK (cardinality(terms) BETWEEN 2 AND 20),
    changed_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX synonym_newest ON synonym (created_at, id);

-- Who looked for what in which hour; a person is kept once. Persons are hashes that change every day for visitors.
CREATE TABLE looked_for (
    hour timestamptz NOT NULL,
    term text NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (hour, term, person)
);
