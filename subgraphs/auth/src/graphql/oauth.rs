//! Signing in by other people's services, and the links to them.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::UserError;
use platform::identity::{SignedIn, current_user, request_context};

use super::inputs::{
    BeginOauthInput, CompleteOauthInput, ConfirmOauthLinkInput, SignUpWithOauthInput, UnlinkOauthInput,
};
use super::payloads::{SignInChallenge, caller, outcome, signed_in_payload};
use super::session::Session;
use super::state;
use super::user::User;
use crate::actions::{self, Challenge, OauthOutcome, OauthTicket, SignInOutcome, Tokens, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::model::{OauthLinkId, OauthLinkRow, UserId};
use crate::providers::OauthProvider;

/// An account at somebody else's service by which a person signs in.
pub(crate) struct OauthLink(pub(crate) OauthLinkRow);

/// An account at somebody else's service by which a person signs in.
#[Object]
impl OauthLink {
    /// The link's identifier, `oal_…`.
    async fn id(&self) -> OauthLinkId {
        self.0.id
    }

    /// By whose service.
    async fn provider(&self) -> OauthProvider {
        self.0.provider
    }

    /// The e-mail address that the account there had when it was linked.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// When it was linked.
    async fn linked_at(&self) -> DateTime<Utc> {
        self.0.linked_at
    }

    /// When the person signed in by it last.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }
}

/// What the one has to do next whom a provider has named and who is linked to no account.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum OauthStep {
    /// There is an account with the e-mail address: sign in to it, then `confirmOauthLink`.
    SignInToLink,
    /// There is none: `signUpWithOauth`.
    SignUp,
}

/// Somebody whom a provider has named and who is linked to no account yet.
#[derive(SimpleObject)]
#[graphql(name = "OauthTicket")]
pub(crate) struct TicketView {
    /// For `confirmOauthLink` or `signUpWithOauth`.
    token: String,
    /// What to do next.
    step: OauthStep,
    /// By whose service.
    provider: OauthProvider,
    /// The e-mail address there.
    email: Option<String>,
    /// Whether the provider has verified it.
    email_verified: bool,
    /// The person's name there.
    name: Option<String>,
    /// Until when the ticket is good.
    expires_at: DateTime<Utc>,
}

impl From<OauthTicket> for TicketView {
    fn from(OauthTicket { token, row }: OauthTicket) -> Self {
        Self {
            token,
            step: if row.user_id.is_some() { OauthStep::SignInToLink } else { OauthStep::SignUp },
            provider: row.provider,
            email: row.email,
            email_verified: row.email_verified,
            name: row.name,
            expires_at: row.expires_at,
        }
    }
}

signed_in_payload!(
    /// The outcome of `signUpWithOauth`.
    SignUpWithOauthPayload
);

/// The outcome of `beginOauth`.
#[derive(Default, SimpleObject)]
pub(crate) struct BeginOauthPayload {
    /// Where to send the browser.
    url: Option<String>,
    /// What the provider brings back as `state`: compare it.
    state: Option<String>,
    /// Keep it in the browser for `completeOauth`: it shows that the sign-in is its own.
    flow: Option<String>,
    /// Why there is none; empty when there is.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// The outcome of `completeOauth`.
#[derive(Default, SimpleObject)]
pub(crate) struct CompleteOauthPayload {
    /// Who is signed in.
    user: Option<User>,
    /// The device's session.
    session: Option<Session>,
    /// What the client proves with who it is.
    tokens: Option<Tokens>,
    /// What the second factor is to be shown for, when the account has one.
    challenge: Option<SignInChallenge>,
    /// The link that the signed-in person has made.
    link: Option<OauthLink>,
    /// How to go on when the account there is linked to none here.
    ticket: Option<TicketView>,
    /// Why nothing came of it; empty when something did.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl CompleteOauthPayload {
    fn of(completed: Result<OauthOutcome, Refusal>) -> async_graphql::Result<Self> {
        let filled = |completed| match completed {
            OauthOutcome::Entered(SignInOutcome::SignedIn(signed_in)) => Self {
                user: Some(User { id: signed_in.session.user_id }),
                session: Some(Session(Arc::new(signed_in.session))),
                tokens: Some(signed_in.tokens),
                ..Self::default()
            },
            OauthOutcome::Entered(SignInOutcome::Challenged(Challenge { token, expires_at })) => {
                Self { challenge: Some(SignInChallenge { token, expires_at }), ..Self::default() }
            }
            OauthOutcome::Linked(row) => Self { link: Some(OauthLink(row)), ..Self::default() },
            OauthOutcome::Unlinked(ticket) => Self { ticket: Some(ticket.into()), ..Self::default() },
        };
        outcome(completed, filled, |user_errors| Self { user_errors, ..Self::default() })
    }
}

/// The outcome of a change of linked accounts.
#[derive(Default, SimpleObject)]
pub(crate) struct OauthLinkPayload {
    /// The link.
    link: Option<OauthLink>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<ErrorCode>>,
}

impl OauthLinkPayload {
    fn of(changed: Result<OauthLinkRow, Refusal>) -> async_graphql::Result<Self> {
        outcome(
            changed,
            |row| Self { link: Some(OauthLink(row)), user_errors: Vec::new() },
            |user_errors| Self { link: None, user_errors },
        )
    }
}

/// Commands about other people's services.
#[derive(Default)]
pub(crate) struct OauthMutation;

#[Object]
impl OauthMutation {
    /// Begins to sign in by somebody else's service: send the browser to `url`. Who is signed in begins to link the account
    /// there.
    async fn begin_oauth(&self, ctx: &Context<'_>, input: BeginOauthInput) -> async_graphql::Result<BeginOauthPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        let link_to = if input.link { Some(UserId(current_user(ctx)?)) } else { None };
        outcome(
            to_the_end(actions::begin_oauth(state, context, input.provider, link_to)).await,
            |flow| BeginOauthPayload {
                url: Some(flow.url),
                state: Some(flow.state),
                flow: Some(flow.secret),
                user_errors: Vec::new(),
            },
            |user_errors| BeginOauthPayload { user_errors, ..BeginOauthPayload::default() },
        )
    }

    /// Takes what the browser came back with. Whoever is linked is signed in, or asked for the second factor; anybody else
    /// gets a ticket.
    async fn complete_oauth(
        &self,
        ctx: &Context<'_>,
        input: CompleteOauthInput,
    ) -> async_graphql::Result<CompleteOauthPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        let CompleteOauthInput { flow, state: returned, code } = input;
        CompleteOauthPayload::of(to_the_end(actions::complete_oauth(state, context, flow, returned, code)).await)
    }

    /// Makes an account for the one whom a ticket is about, and signs its owner in. It has no password.
    async fn sign_up_with_oauth(
        &self,
        ctx: &Context<'_>,
        input: SignUpWithOauthInput,
    ) -> async_graphql::Result<SignUpWithOauthPayload> {
        let (state, context) = (state(ctx)?.clone(), request_context(ctx).clone());
        SignUpWithOauthPayload::of(to_the_end(actions::sign_up_with_oauth(state, context, input)).await)
    }

    /// Links the account that a ticket is about to the signed-in person's, which has its verified e-mail address. Needs a
    /// recent proof of who the person is.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn confirm_oauth_link(
        &self,
        ctx: &Context<'_>,
        input: ConfirmOauthLinkInput,
    ) -> async_graphql::Result<OauthLinkPayload> {
        let (state, caller) = caller(ctx)?;
        OauthLinkPayload::of(to_the_end(actions::confirm_oauth_link(state, caller, input.token)).await)
    }

    /// Unlinks an account at somebody else's service, unless nothing would be left to sign in with. Needs a recent proof
    /// of who the person is.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn unlink_oauth(
        &self,
        ctx: &Context<'_>,
        input: UnlinkOauthInput,
    ) -> async_graphql::Result<OauthLinkPayload> {
        let (state, caller) = caller(ctx)?;
        OauthLinkPayload::of(to_the_end(actions::unlink_oauth(state, caller, input.link_id)).await)
    }
}
