//! Staff makes a banner, or changes one that is not being shown.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::{Banners, locked, reread, staff};
use crate::error::{Failure, Refusal, UserErrorCode};
use crate::model::{
    BannerAudience, BannerDevice, BannerId, BannerRow, BannerState, BannerVariantId, SlotId, VariantRow, Whole,
};
use crate::rules::{self, BannerCommand, MOST_VARIANTS, after, may_lead_to};
use crate::store;

/// A picture as staff gives it.
pub(crate) struct VariantText {
    pub(crate) name: String,
    pub(crate) image_url: String,
    pub(crate) image_alt: String,
    pub(crate) weight: i32,
}

/// What staff says of a banner.
pub(crate) struct BannerText {
    pub(crate) title: String,
    pub(crate) link: String,
    pub(crate) is_ad: bool,
    pub(crate) advertiser: Option<String>,
    pub(crate) devices: Vec<BannerDevice>,
    pub(crate) audience: BannerAudience,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    pub(crate) confidence_percent: i32,
    pub(crate) minimum_sample: i32,
}

/// Makes a draft, the last of its slot.
pub(crate) async fn create_banner(
    banners: &Banners,
    slot_id: SlotId,
    text: BannerText,
    variants: Vec<VariantText>,
    context: &RequestContext,
) -> Result<Whole, Failure> {
    let mut refusals = Vec::new();
    check(&text, banners, context, &mut refusals);
    let id = BannerId::new();
    let variants = variant_rows(id, &variants, context, &mut refusals);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let mut connection = banners.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::lock_slot(connection, slot_id).await?.is_none() {
                return Err(UserErrorCode::SlotNotFound.at(&["slotId"], context.language).into());
            }
            let position = store::next_position(connection, slot_id).await?;
            let row = new_row(id, slot_id, position, text);
            store::insert_banners(connection, std::slice::from_ref(&row)).await?;
            store::insert_variants(connection, &variants).await?;
            store::insert_state_change(connection, id, None, row.state, staff(context)).await?;
            let entry = Entry::on("banner", id).after(json!({ "slotId": slot_id, "title": row.title }));
            audit::of_staff(connection, context, entry).await?;
            reread(connection, id).await
        })
        .await
}

/// Changes a banner that is not being shown. Its pictures can change until it was shown for the first time: what was counted
/// of them would mean nothing afterwards.
pub(crate) async fn edit_banner(
    banners: &Banners,
    id: BannerId,
    text: BannerText,
    variants: Option<Vec<VariantText>>,
    context: &RequestContext,
) -> Result<Whole, Failure> {
    let mut refusals = Vec::new();
    check(&text, banners, context, &mut refusals);
    let variants = variants.map(|variants| variant_rows(id, &variants, context, &mut refusals));
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let mut connection = banners.database.connection().await?;
    let whole = connection
        .transaction(async |connection| {
            let row = locked(connection, id, context).await?.banner;
            after(row.state, BannerCommand::Edit).map_err(|code| refusal(code, "bannerId"))?;
            if let Some(variants) = &variants {
                if row.published_at.is_some() {
                    return Err(refusal(UserErrorCode::InvalidVariants, "variants"));
                }
                store::delete_variants(connection, id).await?;
                store::insert_variants(connection, variants).await?;
            }
            let changed = BannerRow {
                state: row.state,
                published_at: row.published_at,
                created_at: row.created_at,
                ..new_row(id, row.slot_id, row.position, text)
            };
            store::update_banner(connection, &changed).await?;
            let facts = |row: &BannerRow| {
                json!({ "title": row.title, "link": row.link, "startsAt": row.starts_at, "endsAt": row.ends_at })
            };
            let entry = Entry::on("banner", id).before(facts(&row)).after(facts(&changed));
            audit::of_staff(connection, context, entry).await?;
            reread(connection, id).await
        })
        .await?;
    banners.placements.forget();
    Ok(whole)
}

fn new_row(id: BannerId, slot_id: SlotId, position: i32, text: BannerText) -> BannerRow {
    let now = Utc::now();
    BannerRow {
        id,
        slot_id,
        title: text.title.trim().to_owned(),
        link: text.link,
        is_ad: text.is_ad,
        advertiser: text.advertiser.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        devices: text.devices,
        audience: text.audience,
        position,
        starts_at: text.starts_at,
        ends_at: text.ends_at,
        state: BannerState::Draft,
        published_at: None,
        confidence_percent: text.confidence_percent,
        minimum_sample: text.minimum_sample,
        created_at: now,
        updated_at: now,
    }
}

fn check(text: &BannerText, banners: &Banners, context: &RequestContext, refusals: &mut Vec<Refusal>) {
    let mut devices = text.devices.clone();
    devices.sort_unstable();
    devices.dedup();
    let advertiser = text.advertiser.as_deref().unwrap_or_default();
    let wrong = [
        (rules::text(&text.title).is_none(), UserErrorCode::InvalidText, "title"),
        (advertiser.chars().count() > rules::LONGEST_TEXT, UserErrorCode::InvalidText, "advertiser"),
        (!may_lead_to(&text.link, &banners.hosts), UserErrorCode::InvalidLink, "link"),
        (devices.is_empty() || devices.len() != text.devices.len(), UserErrorCode::InvalidDevices, "devices"),
        (text.ends_at.is_some_and(|end| end <= text.starts_at), UserErrorCode::InvalidPeriod, "endsAt"),
        (!(80..=99).contains(&text.confidence_percent), UserErrorCode::InvalidNumber, "confidencePercent"),
        (!(100..=100_000_000).contains(&text.minimum_sample), UserErrorCode::InvalidNumber, "minimumSample"),
    ];
    let wrong = wrong.into_iter().filter(|(wrong, ..)| *wrong);
    refusals.extend(wrong.map(|(_, code, field)| code.at(&[field], context.language)));
}

fn variant_rows(
    banner_id: BannerId,
    variants: &[VariantText],
    context: &RequestContext,
    refusals: &mut Vec<Refusal>,
) -> Vec<VariantRow> {
    if variants.is_empty() || variants.len() > MOST_VARIANTS {
        refusals.push(UserErrorCode::InvalidVariants.at(&["variants"], context.language));
    }
    let mut rows = Vec::new();
    for (index, (variant, position)) in variants.iter().zip(0..).enumerate() {
        let index = index.to_string();
        let mut refuse = |code: UserErrorCode, field: &str| {
            refusals.push(code.at(&["variants", &index, field], context.language));
        };
        let (name, image_alt) = (rules::text(&variant.name), rules::text(&variant.image_alt));
        if name.is_none() {
            refuse(UserErrorCode::InvalidText, "name");
        }
        if image_alt.is_none() {
            refuse(UserErrorCode::InvalidText, "imageAlt");
        }
        // Pictures may come from everywhere, over https or from the market itself.
        if !may_lead_to(&variant.image_url, &[]) {
            refuse(UserErrorCode::InvalidLink, "imageUrl");
        }
        if !(1..=1_000).contains(&variant.weight) {
            refuse(UserErrorCode::InvalidNumber, "weight");
        }
        rows.push(VariantRow {
            id: BannerVariantId::new(),
            banner_id,
            name: name.unwrap_or_default(),
            image_url: variant.image_url.clone(),
            image_alt: image_alt.unwrap_or_default(),
            weight: variant.weight,
            position,
            impressions: 0,
            clicks: 0,
            stopped_at: None,
        });
    }
    rows
}
