//! The tables, as diesel knows them.

diesel::table! {
    confirmed_line (line_id) {
        line_id -> Uuid,
        buyer_id -> Uuid,
        seller_id -> Uuid,
        product_id -> Uuid,
        variant_id -> Uuid,
        title -> Text,
        variant_name -> Text,
        quantity -> Integer,
        confirmed_at -> Timestamptz,
    }
}

diesel::table! {
    line_refund (line_id, claim_id) {
        line_id -> Uuid,
        claim_id -> Text,
        quantity -> Integer,
        refunded_at -> Timestamptz,
    }
}

diesel::table! {
    author (user_id) {
        user_id -> Uuid,
        display_name -> Text,
        withdrawn -> Bool,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    review (id) {
        id -> Uuid,
        line_id -> Uuid,
        author_id -> Uuid,
        seller_id -> Uuid,
        product_id -> Uuid,
        variant_id -> Uuid,
        variant_name -> Text,
        state -> Text,
        stars -> SmallInt,
        body -> Text,
        photos -> Array<Text>,
        has_photos -> Bool,
        confirmed_at -> Timestamptz,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        follow_up -> Nullable<Text>,
        follow_up_at -> Nullable<Timestamptz>,
        reply -> Nullable<Text>,
        replied_by -> Nullable<Uuid>,
        replied_at -> Nullable<Timestamptz>,
        reply_edited_at -> Nullable<Timestamptz>,
        blinded_reason -> Nullable<Text>,
        helpful_count -> Integer,
        open_reports -> Integer,
    }
}

diesel::table! {
    review_edit (review_id, sequence) {
        review_id -> Uuid,
        sequence -> BigInt,
        stars -> SmallInt,
        body -> Text,
        photos -> Array<Text>,
        replaced_at -> Timestamptz,
    }
}

diesel::table! {
    product_rating (product_id) {
        product_id -> Uuid,
        one -> Integer,
        two -> Integer,
        three -> Integer,
        four -> Integer,
        five -> Integer,
    }
}

diesel::table! {
    helpful_vote (review_id, user_id) {
        review_id -> Uuid,
        user_id -> Uuid,
    }
}

diesel::table! {
    review_report (review_id, user_id) {
        review_id -> Uuid,
        user_id -> Uuid,
        reason -> Text,
        detail -> Nullable<Text>,
        reported_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    review_moderation (review_id, sequence) {
        review_id -> Uuid,
        sequence -> BigInt,
        action -> Text,
        reason -> Text,
        moderated_by -> Nullable<Uuid>,
        moderated_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(confirmed_line, line_refund, review);
