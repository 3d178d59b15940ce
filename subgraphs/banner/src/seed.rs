//! Slots and banners of the demonstration market.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{
    BannerAudience, BannerDevice, BannerId, BannerRow, BannerState, BannerVariantId, SlotId, SlotRow, VariantRow,
};
use crate::store;

/// A place on a page.
#[derive(Clone, Debug)]
pub struct SeedSlot {
    /// The slot's id, without its prefix.
    pub id: Uuid,
    /// How pages know it, as in `home-hero`.
    pub key: String,
    /// How staff knows it.
    pub name: String,
    /// In pixels.
    pub size: (i32, i32),
    /// How many banners it shows at most.
    pub capacity: i32,
}

/// A banner that is shown from the start.
#[derive(Clone, Debug)]
pub struct SeedBanner {
    /// The banner's id, without its prefix.
    pub id: Uuid,
    /// Its slot's id.
    pub slot_id: Uuid,
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub link: String,
    /// Who pays for it, when it is an advertisement.
    pub advertiser: Option<String>,
    /// Whether it is for new members alone.
    pub for_new_members: bool,
    /// Its place in the slot.
    pub position: i32,
    /// Since when.
    pub starts_at: DateTime<Utc>,
    /// Its pictures' ids, addresses and texts.
    pub pictures: Vec<(Uuid, String, String)>,
}

/// Inserts what is new. Repeating it changes nothing. Tells no events.
///
/// # Errors
/// When the database fails.
pub async fn seed(database: &Database, slots: &[SeedSlot], banners: &[SeedBanner]) -> Result<(), GraphError> {
    let slots: Vec<SlotRow> = slots.iter().map(slot_row).collect();
    let rows: Vec<BannerRow> = banners.iter().map(banner_row).collect();
    let variants: Vec<VariantRow> = banners.iter().flat_map(variant_rows).collect();
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            store::insert_slots(connection, &slots).await?;
            store::insert_banners(connection, &rows).await?;
            store::insert_variants(connection, &variants).await
        })
        .await?;
    Ok(())
}

fn slot_row(slot: &SeedSlot) -> SlotRow {
    SlotRow {
        id: SlotId(slot.id),
        key: slot.key.clone(),
        name: slot.name.clone(),
        width: slot.size.0,
        height: slot.size.1,
        capacity: slot.capacity,
    }
}

fn banner_row(banner: &SeedBanner) -> BannerRow {
    BannerRow {
        id: BannerId(banner.id),
        slot_id: SlotId(banner.slot_id),
        title: banner.title.clone(),
        link: banner.link.clone(),
        is_ad: banner.advertiser.is_some(),
        advertiser: banner.advertiser.clone(),
        devices: BannerDevice::ALL.to_vec(),
        audience: if banner.for_new_members { BannerAudience::NewMember } else { BannerAudience::All },
        position: banner.position,
        starts_at: banner.starts_at,
        ends_at: None,
        state: BannerState::Active,
        published_at: Some(banner.starts_at),
        confidence_percent: 95,
        minimum_sample: 1_000,
        created_at: banner.starts_at,
        updated_at: banner.starts_at,
    }
}

fn variant_rows(banner: &SeedBanner) -> impl Iterator<Item = VariantRow> {
    banner.pictures.iter().zip(0..).map(|((id, url, alt), position)| VariantRow {
        id: BannerVariantId(*id),
        banner_id: BannerId(banner.id),
        name: ["A", "B", "C", "D"].get(usize::try_from(position).unwrap_or(0)).map_or("", |name| name).to_owned(),
        image_url: url.clone(),
        image_alt: alt.clone(),
        weight: 1,
        position,
        impressions: 0,
        clicks: 0,
        stopped_at: None,
    })
}
