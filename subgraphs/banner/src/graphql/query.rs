//! The queries and the entities.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use super::banner::Banner;
use super::inputs::BannerWhere;
use super::placement::BannerPlacement;
use super::slot::Slot;
use crate::actions::Banners;
use crate::model::{BannerAudience, BannerDevice, BannerId, BannerViewer, SlotId, UserId};
use crate::schedule::{self, Claim};
use crate::store::{self, BannerFilter, ListKey};
use crate::{placements, rules};

/// The longest key of a viewer, in bytes.
const LONGEST_VIEWER_KEY: usize = 100;

pub(crate) struct Query;

#[Object]
impl Query {
    /// What a slot shows the one who asks, in its order; empty for a slot that is not there. May be a moment old.
    async fn banners(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The slot's key, as in `home-hero`.")] slot: String,
        #[graphql(desc = "What the page is looked at with.", default_with = "BannerDevice::Pc")] device: BannerDevice,
        #[graphql(
            desc = "An opaque name that the client gives a visitor, so that the same pictures are seen each time."
        )]
        visitor_key: Option<String>,
        #[graphql(desc = "What such a viewer would see; for staff, ignored for anybody else.")] as_viewer: Option<
            BannerViewer,
        >,
    ) -> async_graphql::Result<Vec<BannerPlacement>> {
        let banners = ctx.data::<Banners>()?;
        if !rules::is_key(&slot) {
            return Ok(Vec::new());
        }
        let candidates = banners.placements.of(&banners.database, &slot).await;
        let candidates = candidates.map_err(|error| GraphError::new(error.code, error.message.clone()))?;
        let Some(candidates) = candidates else { return Ok(Vec::new()) };
        let viewer = match as_viewer.filter(|_| current_principal(ctx).has_scope(Scope::StaffBanners)) {
            Some(viewer) => viewer,
            None => viewer(ctx, &candidates).await?,
        };
        let user_key = current_principal(ctx).user_id.map(|id| id.as_simple().to_string());
        let key = user_key.or(visitor_key.filter(|key| key.len() <= LONGEST_VIEWER_KEY));
        let language = request_context(ctx).language;
        let chosen = candidates.for_viewer(device, viewer, key.as_deref());
        Ok(chosen.into_iter().map(|(whole, variant)| BannerPlacement::of(whole, variant, language)).collect())
    }

    /// The places on pages.
    async fn banner_slots(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Slot>> {
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::slots(&mut connection).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(|row| Slot { row }).collect())
    }

    /// One banner; null when there is none. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn banner(&self, ctx: &Context<'_>, id: BannerId) -> async_graphql::Result<Option<Banner>> {
        one(ctx, id).await
    }

    /// All banners, the newest first. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn all_banners(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(name = "where")] filter: Option<BannerWhere>,
    ) -> async_graphql::Result<Connection<Banner>> {
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), None, None)?;
        let filter = BannerFilter::from(filter.unwrap_or_default());
        let database = ctx.data::<Banners>()?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::banners_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
        };
        let key = |whole: &crate::model::Whole| (whole.banner.created_at, whole.banner.id);
        let count = move || {
            let (database, filter) = (database.clone(), filter.clone());
            Box::pin(async move { Ok(store::banners_count(&mut *database.connection().await?, &filter).await?) }) as _
        };
        Ok(Connection::new(page.finish(rows), key, |whole| Banner { whole }, count))
    }

    /// When more banners compete for a slot than it has places, for each device and kind of viewer: of those that are not
    /// over, drafts included, and of one that is not made yet. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn banner_conflicts(
        &self,
        ctx: &Context<'_>,
        slot_id: SlotId,
        planned: Option<PlannedBannerInput>,
    ) -> async_graphql::Result<Vec<BannerConflict>> {
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let Some(slot) = store::slot_by_id(&mut connection, slot_id).await.map_err(GraphError::from)? else {
            return Ok(Vec::new());
        };
        let rows = store::unended(&mut connection, slot_id).await.map_err(GraphError::from)?;
        let mut claims: Vec<Claim> = rows.iter().map(Claim::from).collect();
        if let Some(planned) = planned {
            let position = planned.position.unwrap_or(i32::MAX);
            if planned.ends_at.is_some_and(|end| end <= planned.starts_at) {
                let language = request_context(ctx).language;
                let text = language.choose("게시 기간을 확인하세요", "It ends before it begins");
                return Err(GraphError::new(ErrorCode::BadUserInput, text).into());
            }
            claims.push(planned.claim(position));
        }
        let capacity = usize::try_from(slot.capacity).unwrap_or(0);
        Ok(schedule::conflicts(&claims, capacity).into_iter().map(Into::into).collect())
    }

    /// What a slot will show such a viewer at a time, in its order, however many places it has. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn banner_preview(
        &self,
        ctx: &Context<'_>,
        slot_id: SlotId,
        device: BannerDevice,
        viewer: BannerViewer,
        at: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Vec<PreviewedBanner>> {
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let Some(slot) = store::slot_by_id(&mut connection, slot_id).await.map_err(GraphError::from)? else {
            return Ok(Vec::new());
        };
        let rows = store::unended(&mut connection, slot_id).await.map_err(GraphError::from)?;
        let claims: Vec<Claim> = rows.iter().map(Claim::from).collect();
        let ids = schedule::ordered(&claims, device, viewer, at.unwrap_or_else(Utc::now));
        let mut found = store::banners_by_id(&mut connection, &ids).await.map_err(GraphError::from)?;
        found.sort_by_key(|whole| (whole.banner.position, whole.banner.id));
        let capacity = usize::try_from(slot.capacity).unwrap_or(0);
        let previewed = found.into_iter().enumerate();
        Ok(previewed
            .map(|(place, whole)| PreviewedBanner { shown: place < capacity, banner: Banner { whole } })
            .collect())
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_banner(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Banner>> {
        let principal = current_principal(ctx);
        let allowed = principal.has_scope(Scope::StaffBanners) || principal.has_scope(Scope::Service);
        match id.parse() {
            Ok(id) if allowed => one(ctx, id).await,
            _ => Ok(None),
        }
    }

    #[graphql(entity)]
    async fn find_slot(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Slot>> {
        let Ok(id) = id.parse::<SlotId>() else { return Ok(None) };
        let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
        let row = store::slot_by_id(&mut connection, id).await.map_err(GraphError::from)?;
        Ok(row.map(|row| Slot { row }))
    }
}

async fn one(ctx: &Context<'_>, id: BannerId) -> async_graphql::Result<Option<Banner>> {
    let mut connection = ctx.data::<Banners>()?.database.connection().await.map_err(GraphError::from)?;
    let found = store::banners_by_id(&mut connection, &[id]).await.map_err(GraphError::from)?;
    Ok(found.into_iter().next().map(|whole| Banner { whole }))
}

/// Who looks, by what the server knows of them. Whether a member is new is asked only where it matters.
async fn viewer(ctx: &Context<'_>, candidates: &placements::Candidates) -> Result<BannerViewer, GraphError> {
    let principal = current_principal(ctx);
    let Some(user) = principal.user_id else { return Ok(BannerViewer::Guest) };
    let seller = !principal.organisations.is_empty();
    if !candidates.is_for(BannerAudience::NewMember) {
        return Ok(rules::viewer(true, seller, false));
    }
    let Ok(banners) = ctx.data::<Banners>() else { return Err(GraphError::internal("no banners")) };
    let since = Utc::now() - TimeDelta::from_std(banners.settings.new_member_for).unwrap_or_default();
    let is_new = store::is_new_member(&mut *banners.database.connection().await?, UserId(user), since).await?;
    Ok(rules::viewer(true, seller, is_new))
}

/// A banner that is not made yet.
#[derive(InputObject)]
pub(crate) struct PlannedBannerInput {
    /// The devices that it would be shown on.
    devices: Vec<BannerDevice>,
    /// Whom it would be for.
    audience: BannerAudience,
    /// Since when it would be shown.
    starts_at: DateTime<Utc>,
    /// Until when.
    ends_at: Option<DateTime<Utc>>,
    /// Its place in the slot; the last when it is left out.
    position: Option<i32>,
}

impl PlannedBannerInput {
    fn claim(self, position: i32) -> Claim {
        Claim {
            // No banner has the largest id, so that it is the one that is planned.
            id: BannerId(platform::reexport::uuid::Uuid::max()),
            position,
            devices: self.devices,
            audience: self.audience,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        }
    }
}

/// A time in which more banners compete for a slot than it has places.
#[derive(SimpleObject)]
pub(crate) struct BannerConflict {
    /// Since when.
    from: DateTime<Utc>,
    /// Until when; null when it does not end.
    until: Option<DateTime<Utc>>,
    /// On which device.
    device: BannerDevice,
    /// For which viewers.
    viewer: BannerViewer,
    /// Those that are shown, in their order; `ban_ffff…` is the planned one.
    shown_ids: Vec<BannerId>,
    /// Those for which there is no room, in their order.
    left_out_ids: Vec<BannerId>,
}

impl From<schedule::Conflict> for BannerConflict {
    fn from(conflict: schedule::Conflict) -> Self {
        let schedule::Conflict { from, until, device, viewer, shown, left_out } = conflict;
        Self { from, until, device, viewer, shown_ids: shown, left_out_ids: left_out }
    }
}

/// A banner in a preview.
#[derive(SimpleObject)]
pub(crate) struct PreviewedBanner {
    /// Whether there is room for it.
    shown: bool,
    /// The banner.
    banner: Banner,
}
