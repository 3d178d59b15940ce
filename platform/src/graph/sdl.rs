//! Printing a subgraph's SDL.

use async_graphql::{ObjectType, SDLExportOptions, Schema, SubscriptionType};

/// The subgraph's federated SDL, in a stable order, ready for composition.
pub fn print_sdl<Q, M, S>(schema: &Schema<Q, M, S>) -> String
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let options = SDLExportOptions::new().federation().use_space_ident().indent_width(2);
    // async-graphql knows `@requiresScopes` of the federation specification but not `@authenticated` beside it.
    schema.sdl_with_options(options).replace("\"@requiresScopes\"]", "\"@requiresScopes\", \"@authenticated\"]")
}
