//! What staff does with banners, and what pages tell of them.

use async_graphql::{Context, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::graph::RequestContext;
use platform::identity::{AnyScope, Scope, request_context};

use super::banner::Banner;
use super::inputs::{
    BannerIdInput, ClickBannerInput, CreateBannerInput, CreateBannerSlotInput, EditBannerInput, EditBannerSlotInput,
    OrderBannersInput, RecordBannerImpressionsInput,
};
use super::slot::Slot;
use crate::actions::{self, Banners};
use crate::error::{Failure, UserErrorCode};
use crate::model::{BannerId, Whole};
use crate::rules::BannerCommand;

/// The most impressions of one request.
const MOST_IMPRESSIONS: usize = 50;

/// The outcome of a command on a banner.
#[derive(SimpleObject)]
pub(crate) struct BannerPayload {
    /// The banner as it is now.
    banner: Option<Banner>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of a command on a slot.
#[derive(SimpleObject)]
pub(crate) struct BannerSlotPayload {
    /// The slot as it is now.
    slot: Option<Slot>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `orderBanners`.
#[derive(SimpleObject)]
pub(crate) struct OrderBannersPayload {
    /// The banners in their new order; empty when it was refused.
    banner_ids: Vec<BannerId>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `recordBannerImpressions`.
#[derive(SimpleObject)]
pub(crate) struct RecordBannerImpressionsPayload {
    /// How many were counted.
    counted: i32,
    /// Why nothing was; empty when it was.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `clickBanner`.
#[derive(SimpleObject)]
pub(crate) struct ClickBannerPayload {
    /// Where it leads: a path of the market or an https address.
    location: Option<String>,
    /// Why it leads nowhere; empty when it does.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// Runs an action on a banner to its end, for its payload.
async fn changed<F, Action>(ctx: &Context<'_>, action: Action) -> async_graphql::Result<BannerPayload>
where
    Action: FnOnce(Banners, RequestContext) -> F,
    F: Future<Output = Result<Whole, Failure>> + Send + 'static,
{
    let outcome = run_to_end(action(ctx.data::<Banners>()?.clone(), audit::command(ctx))).await;
    Ok(match outcome {
        Ok(whole) => BannerPayload { banner: Some(Banner { whole }), user_errors: Vec::new() },
        Err(failure) => BannerPayload { banner: None, user_errors: failure.into_refusals()? },
    })
}

async fn moved(ctx: &Context<'_>, id: BannerId, command: BannerCommand) -> async_graphql::Result<BannerPayload> {
    changed(ctx, |banners, context| async move { actions::change_state(&banners, id, command, &context).await }).await
}

/// Commands.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Makes a place on a page. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn create_banner_slot(
        &self,
        ctx: &Context<'_>,
        input: CreateBannerSlotInput,
    ) -> async_graphql::Result<BannerSlotPayload> {
        let (banners, context) = (ctx.data::<Banners>()?.clone(), audit::command(ctx));
        let (key, slot) = input.split();
        slot_payload(run_to_end(async move { actions::create_slot(&banners, key, slot, &context).await }).await)
    }

    /// Changes a place on a page. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn edit_banner_slot(
        &self,
        ctx: &Context<'_>,
        input: EditBannerSlotInput,
    ) -> async_graphql::Result<BannerSlotPayload> {
        let (banners, context) = (ctx.data::<Banners>()?.clone(), audit::command(ctx));
        let (id, slot) = input.split();
        slot_payload(run_to_end(async move { actions::edit_slot(&banners, id, slot, &context).await }).await)
    }

    /// Makes a draft of a banner, the last of its slot. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn create_banner(&self, ctx: &Context<'_>, input: CreateBannerInput) -> async_graphql::Result<BannerPayload> {
        let CreateBannerInput { slot_id, banner, variants } = input;
        let variants = variants.into_iter().map(Into::into).collect();
        changed(ctx, |banners, context| async move {
            actions::create_banner(&banners, slot_id, banner.into(), variants, &context).await
        })
        .await
    }

    /// Changes a banner in `DRAFT`, `SCHEDULED` or `PAUSED`. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn edit_banner(&self, ctx: &Context<'_>, input: EditBannerInput) -> async_graphql::Result<BannerPayload> {
        let EditBannerInput { banner_id, banner, variants } = input;
        let variants = variants.map(|variants| variants.into_iter().map(Into::into).collect());
        changed(ctx, |banners, context| async move {
            actions::edit_banner(&banners, banner_id, banner.into(), variants, &context).await
        })
        .await
    }

    /// Lets a draft be shown from its beginning on, at once when that has come. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn schedule_banner(&self, ctx: &Context<'_>, input: BannerIdInput) -> async_graphql::Result<BannerPayload> {
        moved(ctx, input.banner_id, BannerCommand::Schedule).await
    }

    /// Makes a draft again of what is not shown yet. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn unschedule_banner(&self, ctx: &Context<'_>, input: BannerIdInput) -> async_graphql::Result<BannerPayload> {
        moved(ctx, input.banner_id, BannerCommand::Unschedule).await
    }

    /// Takes a banner down for now. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn pause_banner(&self, ctx: &Context<'_>, input: BannerIdInput) -> async_graphql::Result<BannerPayload> {
        moved(ctx, input.banner_id, BannerCommand::Pause).await
    }

    /// Shows a paused banner again. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn resume_banner(&self, ctx: &Context<'_>, input: BannerIdInput) -> async_graphql::Result<BannerPayload> {
        moved(ctx, input.banner_id, BannerCommand::Resume).await
    }

    /// Ends a banner for good. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn end_banner(&self, ctx: &Context<'_>, input: BannerIdInput) -> async_graphql::Result<BannerPayload> {
        moved(ctx, input.banner_id, BannerCommand::End).await
    }

    /// Gives a slot's banners an order. For staff.
    #[graphql(requires_scopes = "staff:banners", guard = "AnyScope(&[Scope::StaffBanners])")]
    async fn order_banners(
        &self,
        ctx: &Context<'_>,
        input: OrderBannersInput,
    ) -> async_graphql::Result<OrderBannersPayload> {
        let (banners, context) = (ctx.data::<Banners>()?.clone(), audit::command(ctx));
        let OrderBannersInput { slot_id, banner_ids } = input;
        let action = async move { actions::order_banners(&banners, slot_id, &banner_ids, &context).await };
        Ok(match run_to_end(action).await {
            Ok(banner_ids) => OrderBannersPayload { banner_ids, user_errors: Vec::new() },
            Err(failure) => OrderBannersPayload { banner_ids: Vec::new(), user_errors: failure.into_refusals()? },
        })
    }

    /// Counts what a page has just shown. For everybody.
    async fn record_banner_impressions(
        &self,
        ctx: &Context<'_>,
        input: RecordBannerImpressionsInput,
    ) -> async_graphql::Result<RecordBannerImpressionsPayload> {
        let mut ids = input.variant_ids;
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > MOST_IMPRESSIONS {
            let refusal = UserErrorCode::InvalidNumber.at(&["variantIds"], request_context(ctx).language);
            return Ok(RecordBannerImpressionsPayload { counted: 0, user_errors: vec![refusal] });
        }
        let counts = &ctx.data::<Banners>()?.counts;
        ids.iter().for_each(|id| counts.seen(*id));
        let counted = i32::try_from(ids.len()).unwrap_or(i32::MAX);
        Ok(RecordBannerImpressionsPayload { counted, user_errors: Vec::new() })
    }

    /// Counts a click and tells where the banner leads. For everybody.
    async fn click_banner(
        &self,
        ctx: &Context<'_>,
        input: ClickBannerInput,
    ) -> async_graphql::Result<ClickBannerPayload> {
        let location = actions::follow(ctx.data::<Banners>()?, input.variant_id).await?;
        let not_found = || UserErrorCode::BannerNotFound.at(&["variantId"], request_context(ctx).language);
        let user_errors = if location.is_some() { Vec::new() } else { vec![not_found()] };
        Ok(ClickBannerPayload { location, user_errors })
    }
}

fn slot_payload(outcome: Result<crate::model::SlotRow, Failure>) -> async_graphql::Result<BannerSlotPayload> {
    Ok(match outcome {
        Ok(row) => BannerSlotPayload { slot: Some(Slot { row }), user_errors: Vec::new() },
        Err(failure) => BannerSlotPayload { slot: None, user_errors: failure.into_refusals()? },
    })
}
