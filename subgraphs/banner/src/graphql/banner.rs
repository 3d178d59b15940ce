//! A banner, as staff sees it.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::date::Date;
use platform::errors::GraphError;
use platform::money::Long;

use super::slot::Slot;
use crate::actions::Banners;
use crate::experiment::{Sample, p_value, z_score};
use crate::model::{
    BannerAudience, BannerDevice, BannerId, BannerState, BannerVariantId, StateChangeRow, UserId, VariantRow, Whole,
};
use crate::store;

/// A banner, as staff sees it.
pub(crate) struct Banner {
    pub(crate) whole: Whole,
}

/// A banner, as staff sees it.
#[Object]
impl Banner {
    /// The banner's id, `ban_…`.
    async fn id(&self) -> BannerId {
        self.whole.banner.id
    }

    /// Where it is shown.
    async fn slot(&self, ctx: &Context<'_>) -> async_graphql::Result<Slot> {
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let slot = store::slot_by_id(&mut connection, self.whole.banner.slot_id).await.map_err(GraphError::from)?;
        Ok(slot.map(|row| Slot { row }).ok_or_else(|| GraphError::internal("a banner's slot is gone"))?)
    }

    /// How staff knows it.
    async fn title(&self) -> &str {
        &self.whole.banner.title
    }

    /// Where it leads.
    async fn link(&self) -> &str {
        &self.whole.banner.link
    }

    /// Whether it is an advertisement, which carries the label 광고.
    async fn is_ad(&self) -> bool {
        self.whole.banner.is_ad
    }

    /// Who pays for it.
    async fn advertiser(&self) -> Option<&str> {
        self.whole.banner.advertiser.as_deref()
    }

    /// The devices that it is shown on.
    async fn devices(&self) -> &[BannerDevice] {
        &self.whole.banner.devices
    }

    /// Whom it is for.
    async fn audience(&self) -> BannerAudience {
        self.whole.banner.audience
    }

    /// Its place in the slot; the smallest is first.
    async fn position(&self) -> i32 {
        self.whole.banner.position
    }

    /// Since when it is shown.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.whole.banner.starts_at
    }

    /// Until when; null for as long as nobody ends it.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.whole.banner.ends_at
    }

    /// Where it stands.
    async fn state(&self) -> BannerState {
        self.whole.banner.state
    }

    /// When it was shown for the first time.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.whole.banner.published_at
    }

    /// How sure it must be that a variant is worse before it is stopped, in percent.
    async fn confidence_percent(&self) -> i32 {
        self.whole.banner.confidence_percent
    }

    /// How often variants must have been seen before they are compared.
    async fn minimum_sample(&self) -> i32 {
        self.whole.banner.minimum_sample
    }

    /// Its pictures. With several, each viewer sees one of those that run.
    async fn variants(&self) -> Vec<BannerVariant> {
        let best = best(&self.whole.variants);
        self.whole.variants.iter().map(|row| BannerVariant { row: row.clone(), best }).collect()
    }

    /// What was counted day by day, the newest first; 90 days at most.
    async fn days(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<BannerDay>> {
        let ids: Vec<BannerVariantId> = self.whole.variants.iter().map(|row| row.id).collect();
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::days(&mut connection, &ids).await.map_err(GraphError::from)?;
        let day = |row: crate::model::DayRow| BannerDay {
            day: Date(row.day),
            variant_id: row.variant_id,
            impressions: Long(row.impressions),
            clicks: Long(row.clicks),
        };
        Ok(rows.into_iter().map(day).collect())
    }

    /// Its states, the oldest first; at most 200.
    async fn state_history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<BannerStateChange>> {
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::state_changes(&mut connection, self.whole.banner.id).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.whole.banner.created_at
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.whole.banner.updated_at
    }
}

fn sample(row: &VariantRow) -> Sample {
    Sample { impressions: row.impressions, clicks: row.clicks }
}

/// The variant that is followed most often of those that were seen.
fn best(variants: &[VariantRow]) -> Option<(BannerVariantId, Sample)> {
    let seen = variants.iter().filter(|row| row.impressions > 0);
    // a/b > c/d without a division.
    let best = seen.max_by(|first, second| {
        let left = i128::from(first.clicks) * i128::from(second.impressions);
        left.cmp(&(i128::from(second.clicks) * i128::from(first.impressions)))
    });
    best.map(|row| (row.id, sample(row)))
}

/// A picture of a banner.
pub(crate) struct BannerVariant {
    row: VariantRow,
    best: Option<(BannerVariantId, Sample)>,
}

/// A picture of a banner and how it does.
#[Object]
impl BannerVariant {
    /// The variant's id, `bnv_…`.
    async fn id(&self) -> BannerVariantId {
        self.row.id
    }

    /// How staff knows it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The address of the picture.
    async fn image_url(&self) -> &str {
        &self.row.image_url
    }

    /// What the picture shows, for those who cannot see it.
    async fn image_alt(&self) -> &str {
        &self.row.image_alt
    }

    /// How much of the viewers it is shown to, beside the other variants' weights.
    async fn weight(&self) -> i32 {
        self.row.weight
    }

    /// How often it was seen.
    async fn impressions(&self) -> Long {
        Long(self.row.impressions)
    }

    /// How often it was followed.
    async fn clicks(&self) -> Long {
        Long(self.row.clicks)
    }

    /// Clicks for 10,000 impressions; null when it was not seen.
    async fn clicks_per_ten_thousand(&self) -> Option<i32> {
        let rate = i128::from(self.row.clicks).checked_mul(10_000)?.checked_div(i128::from(self.row.impressions))?;
        i32::try_from(rate).ok()
    }

    /// How likely it is, in percent with two decimals, that it only seems worse than the best one by chance; null for the
    /// best, and where nothing can be said.
    async fn chance_percent(&self) -> Option<String> {
        let (_, better) = self.best.filter(|(best, _)| *best != self.row.id)?;
        z_score(better, sample(&self.row)).map(|z| format!("{:.2}", p_value(z) * 100.0))
    }

    /// When it was stopped because another one does better.
    async fn stopped_at(&self) -> Option<DateTime<Utc>> {
        self.row.stopped_at
    }
}

/// What was counted of a variant on a day of Korea.
#[derive(SimpleObject)]
pub(crate) struct BannerDay {
    /// The day.
    day: Date,
    /// The variant.
    variant_id: BannerVariantId,
    /// How often it was seen.
    impressions: Long,
    /// How often it was followed.
    clicks: Long,
}

/// A change of a banner's state.
#[derive(SimpleObject)]
pub(crate) struct BannerStateChange {
    /// The state before; null when it was made.
    from: Option<BannerState>,
    /// The state after.
    to: BannerState,
    /// Who changed it; null when its time had come.
    changed_by: Option<User>,
    /// When.
    changed_at: DateTime<Utc>,
}

/// A person with an account.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct User {
    /// The person's identifier, `usr_…`.
    id: UserId,
}

impl From<StateChangeRow> for BannerStateChange {
    fn from(row: StateChangeRow) -> Self {
        let changed_by = row.changed_by.map(|id| User { id });
        Self { from: row.from_state, to: row.to_state, changed_by, changed_at: row.changed_at }
    }
}
