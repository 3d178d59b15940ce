//! The subgraph: one file a type.

mod brand;
mod catalogue_mutation;
mod category;
mod files;
mod inputs;
mod lists;
mod options_mutation;
mod product;
mod product_mutation;
mod query;
mod seller;
mod variant;

use async_graphql::{EmptySubscription, MergedObject, Schema};
use platform::graph::print_sdl;

use crate::actions::Catalogue;
use crate::loaders::Loaders;
use catalogue_mutation::CatalogueMutation;
use files::FileMutation;
use options_mutation::OptionsMutation;
use product_mutation::ProductMutation;
use query::Query;

/// What sellers change of their products, and staff of the catalogue's frame.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(ProductMutation, OptionsMutation, CatalogueMutation, FileMutation);

pub(crate) type ProductSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema(catalogue: Catalogue) -> ProductSchema {
    let loaders = Loaders::new(&catalogue.database, &catalogue.graph, catalogue.recent.clone());
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .enable_federation()
        .disable_introspection()
        .data(loaders)
        .data(catalogue)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    print_sdl(&Schema::build(Query, Mutation::default(), EmptySubscription).enable_federation().finish())
}
