//! What can be done with banners; one use case a file.

mod change_state;
mod order_banners;
mod save_banner;
mod save_slot;
mod stop_losers;

pub(crate) use change_state::{change_state, move_due};
pub(crate) use order_banners::order_banners;
pub(crate) use save_banner::{BannerText, VariantText, create_banner, edit_banner};
pub(crate) use save_slot::{SlotText, create_slot, edit_slot};
pub(crate) use stop_losers::stop_losers;

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::RequestContext;

use crate::counts::Counts;
use crate::error::{Failure, UserErrorCode};
use crate::model::{BannerId, BannerState, BannerVariantId, UserId, Whole};
use crate::placements::Placements;
use crate::rules::may_lead_to;
use crate::settings::BannerSettings;
use crate::store;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Banners {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) placements: Placements,
    pub(crate) counts: Counts,
    /// Hosts that banners may lead to; empty for every one.
    pub(crate) hosts: Arc<[String]>,
    pub(crate) settings: BannerSettings,
}

/// Counts a click and returns where it leads; `None` for what was never shown, or leads where it may not any more.
pub(crate) async fn follow(banners: &Banners, id: BannerVariantId) -> Result<Option<String>, GraphError> {
    let found = store::link_of(&mut *banners.database.connection().await?, id).await?;
    // A page that was open when the banner ended still leads somewhere; its click counts only while it is shown.
    let found = found.filter(|(link, state)| *state != BannerState::Draft && may_lead_to(link, &banners.hosts));
    Ok(found.map(|(link, state)| {
        if state != BannerState::Ended {
            banners.counts.followed(id);
        }
        link
    }))
}

/// Locks a banner.
async fn locked(connection: &mut AsyncPgConnection, id: BannerId, context: &RequestContext) -> Result<Whole, Failure> {
    let banner = store::lock_banner(connection, id).await?;
    banner.ok_or_else(|| UserErrorCode::BannerNotFound.at(&["bannerId"], context.language).into())
}

/// The banner as it is now.
async fn reread(connection: &mut AsyncPgConnection, id: BannerId) -> Result<Whole, Failure> {
    let found = store::banners_by_id(connection, &[id]).await?.into_iter().next();
    found.ok_or_else(|| GraphError::internal("a banner is gone").into())
}

fn staff(context: &RequestContext) -> Option<UserId> {
    context.principal.user_id.map(UserId)
}
