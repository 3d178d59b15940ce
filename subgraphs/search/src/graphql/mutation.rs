//! What staff changes of search.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::money::Long;

use super::synonym::Synonym;
use crate::actions::{self, Search};
use crate::error::{Failure, UserErrorCode};
use crate::model::{SynonymId, SynonymRow};

/// Words that mean the same.
#[derive(InputObject)]
pub(crate) struct CreateSynonymInput {
    /// 2–20 words, or groups of words, of up to 40 characters each; in no other group.
    terms: Vec<String>,
}

/// Other words for a group.
#[derive(InputObject)]
pub(crate) struct UpdateSynonymInput {
    /// Which group.
    synonym_id: SynonymId,
    /// 2–20 words, or groups of words, of up to 40 characters each; in no other group.
    terms: Vec<String>,
}

/// Which group.
#[derive(InputObject)]
pub(crate) struct SynonymIdInput {
    /// Which.
    synonym_id: SynonymId,
}

/// How to build the indexes anew.
#[derive(InputObject)]
pub(crate) struct ReindexSearchInput {
    /// Whether all that is on sale is read from its owners as well.
    #[graphql(default)]
    read_anew: bool,
}

/// The outcome of a change of synonyms.
#[derive(SimpleObject)]
pub(crate) struct SynonymPayload {
    /// The group as it is now; null when it was refused or removed.
    synonym: Option<Synonym>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

/// The outcome of `reindexSearch`.
#[derive(SimpleObject)]
pub(crate) struct ReindexSearchPayload {
    /// Which index every replica is going to have.
    generation: Option<Long>,
    /// Why nothing changed; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

fn payload(outcome: Result<Option<SynonymRow>, Failure>) -> async_graphql::Result<SynonymPayload> {
    match outcome {
        Ok(row) => Ok(SynonymPayload { synonym: row.map(|row| Synonym { row }), user_errors: Vec::new() }),
        Err(failure) => Ok(SynonymPayload { synonym: None, user_errors: failure.into_refusals()? }),
    }
}

pub(crate) struct Mutation;

#[Object]
impl Mutation {
    /// Says which words mean the same. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn create_synonym(
        &self,
        ctx: &Context<'_>,
        input: CreateSynonymInput,
    ) -> async_graphql::Result<SynonymPayload> {
        let (search, context) = (ctx.data::<Search>()?.clone(), audit::command(ctx));
        let created = run_to_end(async move { actions::create_synonym(&search, &input.terms, &context).await }).await;
        payload(created.map(Some))
    }

    /// Gives a group other words. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn update_synonym(
        &self,
        ctx: &Context<'_>,
        input: UpdateSynonymInput,
    ) -> async_graphql::Result<SynonymPayload> {
        let (search, context) = (ctx.data::<Search>()?.clone(), audit::command(ctx));
        let UpdateSynonymInput { synonym_id, terms } = input;
        let updated =
            run_to_end(async move { actions::update_synonym(&search, synonym_id, &terms, &context).await }).await;
        payload(updated.map(Some))
    }

    /// Removes a group. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn delete_synonym(&self, ctx: &Context<'_>, input: SynonymIdInput) -> async_graphql::Result<SynonymPayload> {
        let (search, context) = (ctx.data::<Search>()?.clone(), audit::command(ctx));
        let id = input.synonym_id;
        payload(run_to_end(async move { actions::delete_synonym(&search, id, &context).await }).await.map(|()| None))
    }

    /// Has every replica build its index anew; searches go on with the old ones meanwhile. Staff only.
    #[graphql(requires_scopes = "staff:products", guard = "AnyScope(&[Scope::StaffProducts])")]
    async fn reindex_search(
        &self,
        ctx: &Context<'_>,
        input: ReindexSearchInput,
    ) -> async_graphql::Result<ReindexSearchPayload> {
        let (search, context) = (ctx.data::<Search>()?.clone(), audit::command(ctx));
        let asked = run_to_end(async move { actions::reindex(&search, input.read_anew, &context).await }).await;
        match asked {
            Ok(generation) => Ok(ReindexSearchPayload { generation: Some(Long(generation)), user_errors: Vec::new() }),
            Err(failure) => Ok(ReindexSearchPayload { generation: None, user_errors: failure.into_refusals()? }),
        }
    }
}
