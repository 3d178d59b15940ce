//! `Mutation`: each field gives one command to an action.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::{GraphError, UserError};
use platform::identity::{AnyScope, RecentProof, Scope, SignedIn, current_user, request_context};

use super::address::Address;
use super::adult::{ConfirmIdentityVerificationInput, IdentityVerification};
use super::export::DataExport;
use super::inputs::{
    AddAddressInput, AddToWishlistInput, ConsentInput, RecordConsentsInput, RegisterUserInput, RemoveAddressInput,
    RemoveFromWishlistInput, SetDefaultAddressInput, UpdateAddressInput, UpdateProfileInput, WithdrawInput,
};
use super::state;
use super::user::User;
use super::wishlist::WishlistItem;
use crate::actions::{self, Caller, Registration, State, to_the_end};
use crate::error::{ErrorCode, Refusal};
use crate::events::Consent;
use crate::model::{AddressId, AddressRow, ProductId, UserId};

macro_rules! payload {
    ($(#[$meta:meta])* $name:ident, $(#[$field_meta:meta])* $field:ident: $type:ty) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(crate) struct $name {
            $(#[$field_meta])*
            $field: Option<$type>,
            /// Why nothing changed; empty when it did.
            user_errors: Vec<UserError<ErrorCode>>,
        }

        impl $name {
            fn of(outcome: Result<Option<$type>, Refusal>) -> async_graphql::Result<Self> {
                match outcome {
                    Ok(value) => Ok(Self { $field: value, user_errors: Vec::new() }),
                    Err(Refusal::Expected(user_errors)) => Ok(Self { $field: None, user_errors }),
                    Err(Refusal::Fault(error)) => Err(error.into()),
                }
            }
        }
    };
}

payload!(
    /// The outcome of `updateProfile`.
    UpdateProfilePayload,
    /// The person with the new profile.
    user: User
);
payload!(
    /// The outcome of `addAddress`.
    AddAddressPayload,
    /// The new address.
    address: Address
);
payload!(
    /// The outcome of `updateAddress`.
    UpdateAddressPayload,
    /// The corrected address.
    address: Address
);
payload!(
    /// The outcome of `removeAddress`.
    RemoveAddressPayload,
    /// The address that is gone.
    removed_id: AddressId
);
payload!(
    /// The outcome of `setDefaultAddress`.
    SetDefaultAddressPayload,
    /// The address that is the default now.
    address: Address
);
payload!(
    /// The outcome of `recordConsents`.
    RecordConsentsPayload,
    /// The person with the new consents.
    user: User
);
payload!(
    /// The outcome of `addToWishlist`.
    AddToWishlistPayload,
    /// The element of the wishlist.
    item: WishlistItem
);
payload!(
    /// The outcome of `removeFromWishlist`.
    RemoveFromWishlistPayload,
    /// The product that is not in the wishlist any more.
    removed_product_id: ProductId
);
payload!(
    /// The outcome of `startIdentityVerification`.
    StartIdentityVerificationPayload,
    /// The verification to go through.
    verification: IdentityVerification
);
payload!(
    /// The outcome of `confirmIdentityVerification`.
    ConfirmIdentityVerificationPayload,
    /// The person, who is known to be an adult now.
    user: User
);
payload!(
    /// The outcome of `withdraw`.
    WithdrawPayload,
    /// When the account was closed.
    withdrawn_at: DateTime<Utc>
);
payload!(
    /// The outcome of `exportMyData`.
    ExportMyDataPayload,
    /// What was exported.
    export: DataExport
);
payload!(
    /// The outcome of `registerUser`.
    RegisterUserPayload,
    /// The person.
    user: User
);

fn caller(ctx: &Context<'_>) -> async_graphql::Result<(State, Caller)> {
    let user = UserId(current_user(ctx)?);
    Ok((state(ctx)?.clone(), Caller { user, context: request_context(ctx).clone() }))
}

fn wrapped(row: AddressRow) -> Option<Address> {
    Some(Address(Arc::new(row)))
}

/// The person after a change that did not return the profile.
async fn reread(state: &State, changed: Result<UserId, Refusal>) -> Result<Option<User>, Refusal> {
    let id = changed?;
    Ok(state.loaders.profiles.load(id).await?.map(User::new))
}

/// Commands.
pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Changes the signed-in person's name or phone number.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        input: UpdateProfileInput,
    ) -> async_graphql::Result<UpdateProfilePayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::update_profile(state, caller, input)).await;
        UpdateProfilePayload::of(outcome.map(|row| Some(User::new(Arc::new(row)))))
    }

    /// Adds a delivery address; at most 20. The first becomes the default.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn add_address(&self, ctx: &Context<'_>, input: AddAddressInput) -> async_graphql::Result<AddAddressPayload> {
        let (state, caller) = caller(ctx)?;
        AddAddressPayload::of(to_the_end(actions::add_address(state, caller, input)).await.map(wrapped))
    }

    /// Corrects a delivery address.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn update_address(
        &self,
        ctx: &Context<'_>,
        input: UpdateAddressInput,
    ) -> async_graphql::Result<UpdateAddressPayload> {
        let (state, caller) = caller(ctx)?;
        UpdateAddressPayload::of(to_the_end(actions::update_address(state, caller, input)).await.map(wrapped))
    }

    /// Removes a delivery address. When it was the default, the newest of the others takes its place.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn remove_address(
        &self,
        ctx: &Context<'_>,
        input: RemoveAddressInput,
    ) -> async_graphql::Result<RemoveAddressPayload> {
        let (state, caller) = caller(ctx)?;
        RemoveAddressPayload::of(to_the_end(actions::remove_address(state, caller, input.id)).await.map(Some))
    }

    /// Makes a delivery address the default.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn set_default_address(
        &self,
        ctx: &Context<'_>,
        input: SetDefaultAddressInput,
    ) -> async_graphql::Result<SetDefaultAddressPayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::set_default_address(state, caller, input.id)).await;
        SetDefaultAddressPayload::of(outcome.map(wrapped))
    }

    /// Records answers to questions for consent; earlier answers are kept.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn record_consents(
        &self,
        ctx: &Context<'_>,
        input: RecordConsentsInput,
    ) -> async_graphql::Result<RecordConsentsPayload> {
        let (state, caller) = caller(ctx)?;
        let changed = to_the_end(actions::record_consents(state.clone(), caller, input.consents)).await;
        RecordConsentsPayload::of(reread(&state, changed).await)
    }

    /// Adds a product to the wishlist.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn add_to_wishlist(
        &self,
        ctx: &Context<'_>,
        input: AddToWishlistInput,
    ) -> async_graphql::Result<AddToWishlistPayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::add_to_wishlist(state, caller, input.product_id)).await;
        AddToWishlistPayload::of(outcome.map(|row| Some(row.into())))
    }

    /// Takes a product out of the wishlist.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn remove_from_wishlist(
        &self,
        ctx: &Context<'_>,
        input: RemoveFromWishlistInput,
    ) -> async_graphql::Result<RemoveFromWishlistPayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::remove_from_wishlist(state, caller, input.product_id)).await;
        RemoveFromWishlistPayload::of(outcome.map(Some))
    }

    /// Starts a verification of who the signed-in person is (본인인증), by which adults show that they are.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn start_identity_verification(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<StartIdentityVerificationPayload> {
        let (state, caller) = caller(ctx)?;
        let started = to_the_end(actions::start_identity_verification(state.clone(), caller)).await;
        let desk = state.identity.as_deref();
        StartIdentityVerificationPayload::of(started.map(|row| desk.map(|desk| IdentityVerification::new(&row, desk))))
    }

    /// Takes a verification that the signed-in person has started and gone through: the provider is asked what became of it, and
    /// an adult may buy what is for adults only from then on. Each counts once.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn confirm_identity_verification(
        &self,
        ctx: &Context<'_>,
        input: ConfirmIdentityVerificationInput,
    ) -> async_graphql::Result<ConfirmIdentityVerificationPayload> {
        let (state, caller) = caller(ctx)?;
        let confirmed = to_the_end(actions::confirm_identity_verification(state.clone(), caller, input.id)).await;
        ConfirmIdentityVerificationPayload::of(reread(&state, confirmed).await)
    }

    /// Closes the signed-in person's account for good: everything personal is erased, here and in every copy, but for what
    /// the law asks to keep. Refused while orders are under way, to those who act for a seller, and to staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn withdraw(&self, ctx: &Context<'_>, input: WithdrawInput) -> async_graphql::Result<WithdrawPayload> {
        let (state, caller) = caller(ctx)?;
        let outcome = to_the_end(actions::withdraw(state, caller, input)).await;
        WithdrawPayload::of(outcome.map(|withdrawn| Some(withdrawn.at)))
    }

    /// Everything that the market holds about the signed-in person, as one document: also what other services hold, each of
    /// which decides what the person may see. Needs a proof of a moment ago who asks, from everybody (`STEP_UP_REQUIRED`:
    /// `stepUp`, or sign in anew). A service that is away leaves its section incomplete, and the document tells which. The
    /// person is notified, and only so many exports are made in 24 hours (`TOO_MANY_EXPORTS`).
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn.and(RecentProof)")]
    async fn export_my_data(&self, ctx: &Context<'_>) -> async_graphql::Result<ExportMyDataPayload> {
        let (state, caller) = caller(ctx)?;
        let exported = to_the_end(actions::export_data(state, caller)).await;
        ExportMyDataPayload::of(exported.and_then(|document| Ok(Some(DataExport::of(&document)?))))
    }

    /// Takes over a person who signed up, for the auth service. Repeating it changes nothing.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn register_user(
        &self,
        ctx: &Context<'_>,
        input: RegisterUserInput,
    ) -> async_graphql::Result<RegisterUserPayload> {
        let state = state(ctx)?.clone();
        let registration = registration(input);
        let changed = to_the_end(actions::register(state.clone(), registration)).await;
        let user = reread(&state, changed).await;
        if matches!(user, Ok(None)) {
            return Err(GraphError::internal("a registered person is not there").into());
        }
        RegisterUserPayload::of(user)
    }
}

fn registration(input: RegisterUserInput) -> Registration {
    let consent = |ConsentInput { purpose, version, granted }| Consent { purpose, version, granted };
    Registration {
        id: input.id,
        email: input.email,
        name: input.name,
        phone: input.phone,
        consents: input.consents.into_iter().map(consent).collect(),
        at: Utc::now(),
    }
}
