//! Identifiers, states and rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::schema::{banner, banner_state_change, banner_variant, slot, variant_day};

platform::define_id!(
    /// A banner.
    pub struct BannerId, "ban"
);
platform::define_id!(
    /// A picture of a banner.
    pub struct BannerVariantId, "bnv"
);
platform::define_id!(
    /// A place on a page.
    pub struct SlotId, "slt"
);
platform::define_id!(
    /// A person, owned by the user service.
    pub struct UserId, "usr"
);

platform::text_enum! {
    /// Where a banner stands.
    pub enum BannerState {
        /// Being made; nobody sees it.
        Draft = "DRAFT",
        /// Shown from its beginning on.
        Scheduled = "SCHEDULED",
        /// Shown.
        Active = "ACTIVE",
        /// Taken down for now.
        Paused = "PAUSED",
        /// Over.
        Ended = "ENDED",
    }
}

platform::text_enum! {
    /// What a page is looked at with.
    pub enum BannerDevice {
        /// A computer.
        Pc = "PC",
        /// A browser of a phone.
        Mobile = "MOBILE",
        /// The market's app.
        App = "APP",
    }
}

platform::text_enum! {
    /// Whom a banner is for.
    pub enum BannerAudience {
        /// Everybody.
        All = "ALL",
        /// Who is not signed in.
        Guest = "GUEST",
        /// Who is signed in.
        Member = "MEMBER",
        /// Who signed up lately.
        NewMember = "NEW_MEMBER",
        /// Who acts for a seller.
        Seller = "SELLER",
    }
}

platform::text_enum! {
    /// Who looks, as far as banners tell people apart.
    pub enum BannerViewer {
        /// Not signed in.
        Guest = "GUEST",
        /// Signed in.
        Member = "MEMBER",
        /// Signed in, and signed up lately.
        NewMember = "NEW_MEMBER",
        /// Signed in, and acting for a seller.
        Seller = "SELLER",
        /// A seller who signed up lately.
        NewSeller = "NEW_SELLER",
    }
}

/// A place on a page.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = slot)]
pub(crate) struct SlotRow {
    pub(crate) id: SlotId,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) capacity: i32,
}

/// A banner.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = banner)]
pub(crate) struct BannerRow {
    pub(crate) id: BannerId,
    pub(crate) slot_id: SlotId,
    pub(crate) title: String,
    pub(crate) link: String,
    pub(crate) is_ad: bool,
    pub(crate) advertiser: Option<String>,
    pub(crate) devices: Vec<BannerDevice>,
    pub(crate) audience: BannerAudience,
    pub(crate) position: i32,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    pub(crate) state: BannerState,
    pub(crate) published_at: Option<DateTime<Utc>>,
    pub(crate) confidence_percent: i32,
    pub(crate) minimum_sample: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A picture of a banner.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = banner_variant)]
pub(crate) struct VariantRow {
    pub(crate) id: BannerVariantId,
    pub(crate) banner_id: BannerId,
    pub(crate) name: String,
    pub(crate) image_url: String,
    pub(crate) image_alt: String,
    pub(crate) weight: i32,
    pub(crate) position: i32,
    pub(crate) impressions: i64,
    pub(crate) clicks: i64,
    pub(crate) stopped_at: Option<DateTime<Utc>>,
}

/// What was counted of a variant on a day.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = variant_day)]
pub(crate) struct DayRow {
    pub(crate) variant_id: BannerVariantId,
    pub(crate) day: NaiveDate,
    pub(crate) impressions: i64,
    pub(crate) clicks: i64,
}

/// A change of a banner's state.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = banner_state_change)]
pub(crate) struct StateChangeRow {
    pub(crate) from_state: Option<BannerState>,
    pub(crate) to_state: BannerState,
    pub(crate) changed_by: Option<UserId>,
    pub(crate) changed_at: DateTime<Utc>,
}

/// A banner with its variants, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    pub(crate) banner: BannerRow,
    pub(crate) variants: Vec<VariantRow>,
}
