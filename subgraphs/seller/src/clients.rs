//! What the seller service asks of other services; checked against the graph when this crate is compiled.

use futures::future::try_join_all;
use graphql_client::GraphQLQuery;
use platform::errors::GraphError;
use platform::graph::{GraphClient, RequestContext};

use crate::model::{FileId, SellerId, UserId};

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../../schema/internal.graphql",
    query_path = "src/operations/document_file.graphql",
    response_derives = "Debug, Clone"
)]
struct DocumentFile;

/// Whether each of these files is a seller's document that the person has uploaded, for nobody else than this seller.
pub(crate) async fn are_own_documents(
    graph: &GraphClient,
    owner: UserId,
    seller: SellerId,
    files: &[FileId],
    context: &RequestContext,
) -> Result<Vec<bool>, GraphError> {
    let (owner, seller) = (owner.to_string(), seller.to_string());
    let one = async |id: &FileId| {
        let variables = document_file::Variables { id: id.to_string() };
        let file = graph.ask::<DocumentFile>("file", variables, context).await?.file;
        Ok::<_, GraphError>(file.is_some_and(|file| {
            matches!(file.purpose, document_file::FilePurpose::SELLER_DOCUMENT)
                && file.owner_id.as_ref() == Some(&owner)
                && file.seller_id.as_ref().is_none_or(|named| *named == seller)
        }))
    };
    try_join_all(files.iter().map(one)).await
}
