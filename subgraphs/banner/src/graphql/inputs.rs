//! What mutations and lists are given.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use crate::actions::{BannerText, SlotText, VariantText};
use crate::model::{BannerAudience, BannerDevice, BannerId, BannerState, BannerVariantId, SlotId};
use crate::store::BannerFilter;

/// Which banners a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct BannerWhere {
    /// Only those of this slot.
    slot_id: Option<SlotId>,
    /// Only those in one of these states.
    states: Option<Vec<BannerState>>,
}

impl From<BannerWhere> for BannerFilter {
    fn from(input: BannerWhere) -> Self {
        Self { slot_id: input.slot_id, states: input.states }
    }
}

/// A new place on a page.
#[derive(InputObject)]
pub(crate) struct CreateBannerSlotInput {
    /// How pages know it: small letters, digits and hyphens, as in `home-hero`.
    pub(crate) key: String,
    /// How staff knows it, 1–120 characters.
    name: String,
    /// The pictures' width in pixels, up to 10,000.
    width: i32,
    /// The pictures' height in pixels, up to 10,000.
    height: i32,
    /// How many banners it shows at most, up to 50.
    capacity: i32,
}

impl CreateBannerSlotInput {
    pub(crate) fn split(self) -> (String, SlotText) {
        let Self { key, name, width, height, capacity } = self;
        (key, SlotText { name, width, height, capacity })
    }
}

/// A changed place on a page; its key stays.
#[derive(InputObject)]
pub(crate) struct EditBannerSlotInput {
    /// Which.
    slot_id: SlotId,
    /// How staff knows it, 1–120 characters.
    name: String,
    /// The pictures' width in pixels, up to 10,000.
    width: i32,
    /// The pictures' height in pixels, up to 10,000.
    height: i32,
    /// How many banners it shows at most, up to 50.
    capacity: i32,
}

impl EditBannerSlotInput {
    pub(crate) fn split(self) -> (SlotId, SlotText) {
        let Self { slot_id, name, width, height, capacity } = self;
        (slot_id, SlotText { name, width, height, capacity })
    }
}

/// A picture of a banner.
#[derive(InputObject)]
pub(crate) struct BannerVariantInput {
    /// How staff knows it, 1–120 characters.
    name: String,
    /// The address of the picture: a path of the market, or https.
    image_url: String,
    /// What the picture shows, for those who cannot see it, 1–120 characters.
    image_alt: String,
    /// How much of the viewers it is shown to, beside the other variants' weights, 1–1,000.
    #[graphql(default = 1)]
    weight: i32,
}

impl From<BannerVariantInput> for VariantText {
    fn from(input: BannerVariantInput) -> Self {
        let BannerVariantInput { name, image_url, image_alt, weight } = input;
        Self { name, image_url, image_alt, weight }
    }
}

/// What staff says of a banner.
#[derive(InputObject)]
pub(crate) struct BannerFields {
    /// How staff knows it, 1–120 characters.
    title: String,
    /// Where it leads: a path of the market, or an https address of an allowed host.
    link: String,
    /// Whether it is an advertisement, which carries the label 광고.
    #[graphql(default = false)]
    is_ad: bool,
    /// Who pays for it.
    advertiser: Option<String>,
    /// The devices that it is shown on.
    devices: Vec<BannerDevice>,
    /// Whom it is for.
    audience: BannerAudience,
    /// Since when it is shown.
    starts_at: DateTime<Utc>,
    /// Until when; for as long as nobody ends it when it is left out.
    ends_at: Option<DateTime<Utc>>,
    /// How sure it must be that a variant is worse before it is stopped, in percent, 80–99.
    #[graphql(default = 95)]
    confidence_percent: i32,
    /// How often variants must have been seen before they are compared, from 100 on.
    #[graphql(default = 1000)]
    minimum_sample: i32,
}

impl From<BannerFields> for BannerText {
    fn from(input: BannerFields) -> Self {
        Self {
            title: input.title,
            link: input.link,
            is_ad: input.is_ad,
            advertiser: input.advertiser,
            devices: input.devices,
            audience: input.audience,
            starts_at: input.starts_at,
            ends_at: input.ends_at,
            confidence_percent: input.confidence_percent,
            minimum_sample: input.minimum_sample,
        }
    }
}

/// A new banner.
#[derive(InputObject)]
pub(crate) struct CreateBannerInput {
    /// Where it is shown.
    pub(crate) slot_id: SlotId,
    /// What it is.
    pub(crate) banner: BannerFields,
    /// One to four pictures; with several, each is shown to a part of the viewers.
    pub(crate) variants: Vec<BannerVariantInput>,
}

/// A changed banner.
#[derive(InputObject)]
pub(crate) struct EditBannerInput {
    /// Which.
    pub(crate) banner_id: BannerId,
    /// The whole banner; what is left out is removed.
    pub(crate) banner: BannerFields,
    /// Its new pictures, until it was shown for the first time; they stay when they are left out.
    pub(crate) variants: Option<Vec<BannerVariantInput>>,
}

/// Which banner.
#[derive(InputObject)]
pub(crate) struct BannerIdInput {
    /// Which.
    pub(crate) banner_id: BannerId,
}

/// In which order a slot shows its banners.
#[derive(InputObject)]
pub(crate) struct OrderBannersInput {
    /// The slot.
    pub(crate) slot_id: SlotId,
    /// Each of its banners that is not over, once.
    pub(crate) banner_ids: Vec<BannerId>,
}

/// What was seen.
#[derive(InputObject)]
pub(crate) struct RecordBannerImpressionsInput {
    /// Up to 50 pictures that a page has just shown, each once.
    pub(crate) variant_ids: Vec<BannerVariantId>,
}

/// What was followed.
#[derive(InputObject)]
pub(crate) struct ClickBannerInput {
    /// The picture.
    pub(crate) variant_id: BannerVariantId,
}
