//! The schemas: printed from the services' code, composed, and written to `schema/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::Subcommand;
use router::compose::{self, SubgraphSdl};
use router::rest::RestDocument;

use crate::services;

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Print a service's subgraph.
    Print {
        /// The service's name.
        service: String,
    },
    /// Compose all services and print the supergraph.
    Compose,
    /// Write everything that is generated to the folder `schema`.
    Write {
        /// The folder.
        #[arg(default_value = "schema")]
        folder: PathBuf,
    },
}

/// The operations of the REST API, one document a service.
pub(crate) fn rest_documents() -> Vec<RestDocument> {
    macro_rules! documents {
        ($($name:literal),* $(,)?) => {
            [$(($name, include_str!(concat!("../schema/rest/v1/", $name, ".graphql")))),*]
        };
    }
    documents!["auth", "cart", "gateway", "inventory", "order", "payment", "product", "seller", "user"]
        .into_iter()
        .map(|(name, text)| RestDocument { name: name.to_owned(), text: text.to_owned() })
        .collect()
}

/// The market's supergraph.
pub(crate) fn compose() -> anyhow::Result<String> {
    let subgraphs: Vec<SubgraphSdl> = services::all()
        .map(|service| SubgraphSdl {
            name: service.name.to_owned(),
            url: format!("http://127.0.0.1:{}/graphql", service.port),
            sdl: (service.sdl)(),
        })
        .collect();
    let supergraph = compose::compose(&subgraphs).map_err(|errors| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("the services do not compose:{lines}")
    })?;
    Ok(supergraph.sdl)
}

/// The OpenAPI document of the REST API.
pub(crate) fn openapi() -> anyhow::Result<String> {
    let document = router::rest::openapi(&compose()?, &rest_documents()).map_err(|errors| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("REST routes do not fit the graph:{lines}")
    })?;
    Ok(String::from_utf8(document)?)
}

pub(crate) fn run(command: SchemaCommand) -> anyhow::Result<ExitCode> {
    match command {
        SchemaCommand::Print { service } => {
            let definition = services::find(&service).with_context(|| format!("there is no service {service}"))?;
            print!("{}", (definition.sdl)());
        }
        SchemaCommand::Compose => print!("{}", compose()?),
        SchemaCommand::Write { folder } => write(&folder)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder.join("subgraphs"))?;
    for service in services::all() {
        fs::write(folder.join("subgraphs").join(format!("{}.graphql", service.name)), (service.sdl)())?;
    }
    let supergraph = compose()?;
    let internal = compose::internal_schema(&supergraph)?;
    fs::write(folder.join("api.graphql"), compose::api_schema(&supergraph)?)?;
    fs::write(
        folder.join("internal.graphql"),
        format!(
            "# The whole graph with its internal fields. The operations that services send each other are checked \
             against it at compile time.\n\n{internal}"
        ),
    )?;
    fs::write(folder.join("supergraph.graphql"), supergraph)?;
    fs::write(folder.join("openapi.json"), openapi()?)?;
    Ok(())
}
