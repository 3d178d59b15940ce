//! The schemas: printed from the services' code or read from files, composed, compared, and written to `schema/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use platform::events::catalogue;
use platform::service::ServiceDefinition;
use router::compose::{self, ChangeRules, CompositionError, Severity, SubgraphSdl, Supergraph};
use router::rest::{Beside, RestDocument};
use serde::Deserialize;

use crate::services;

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Print a service's subgraph.
    Print {
        /// The service's name.
        service: String,
    },
    /// Compose subgraphs and print the supergraph, hints to standard error; the market's services unless others are given.
    Compose {
        #[command(flatten)]
        subgraphs: Subgraphs,
    },
    /// Compare what clients see with a base and name what changes for them; fails if something breaks.
    Check {
        /// The base: a supergraph or an API schema.
        #[arg(long, value_name = "FILE")]
        base: PathBuf,
        /// Let go what was deprecated in the base.
        #[arg(long)]
        allow_deprecated: bool,
        #[command(flatten)]
        subgraphs: Subgraphs,
    },
    /// Compare what services tell with a base, a folder like `schema/events`; fails if something would break consumers.
    CheckEvents {
        /// The base.
        #[arg(long, value_name = "FOLDER")]
        base: PathBuf,
    },
    /// Write everything that is generated to the folder `schema`.
    Write {
        /// The folder.
        #[arg(default_value = "schema")]
        folder: PathBuf,
    },
}

/// The subgraphs that a command is about.
#[derive(Args)]
pub(crate) struct Subgraphs {
    /// A TOML file with a table [subgraphs.NAME] for each, which has its `schema` (a file, from that file's folder) and its `url`.
    #[arg(value_name = "CONFIG")]
    config: Option<PathBuf>,
    /// A subgraph and the file with its schema; may be repeated.
    #[arg(long = "subgraph", value_name = "NAME=FILE")]
    subgraphs: Vec<String>,
}

/// The file of [`Subgraphs`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComposeFile {
    subgraphs: BTreeMap<String, ComposeSubgraph>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComposeSubgraph {
    schema: PathBuf,
    #[serde(default)]
    url: String,
}

impl Subgraphs {
    fn read(&self) -> anyhow::Result<Vec<SubgraphSdl>> {
        let mut found = Vec::new();
        if let Some(config) = &self.config {
            let file: ComposeFile =
                toml::from_str(&read(config)?).with_context(|| format!("{} is not as expected", config.display()))?;
            let folder = config.parent().unwrap_or(Path::new(""));
            for (name, subgraph) in file.subgraphs {
                let sdl = read(&folder.join(&subgraph.schema))?;
                found.push(SubgraphSdl { name, url: subgraph.url, sdl });
            }
        }
        for subgraph in &self.subgraphs {
            let Some((name, file)) = subgraph.split_once('=') else { bail!("\"{subgraph}\" is not NAME=FILE") };
            found.push(SubgraphSdl { name: name.to_owned(), url: String::new(), sdl: read(Path::new(file))? });
        }
        Ok(if self.config.is_none() && found.is_empty() { market() } else { found })
    }

    /// The supergraph; none if the subgraphs do not compose, which is told on standard error.
    fn compose(&self) -> anyhow::Result<Option<Supergraph>> {
        match compose::compose(&self.read()?) {
            Ok(supergraph) => Ok(Some(supergraph)),
            Err(errors) => {
                errors.iter().for_each(|error| eprintln!("{error}"));
                eprintln!("{} error(s): the subgraphs do not compose", errors.len());
                Ok(None)
            }
        }
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// The operations of the REST API, one document a service.
pub(crate) fn rest_documents() -> Vec<RestDocument> {
    macro_rules! documents {
        ($($name:literal),* $(,)?) => {
            [$(($name, include_str!(concat!("../schema/rest/v1/", $name, ".graphql")))),*]
        };
    }
    documents![
        "admin",
        "auth",
        "banner",
        "cart",
        "coupon",
        "file",
        "gateway",
        "inventory",
        "notification",
        "order",
        "payment",
        "product",
        "review",
        "search",
        "seller",
        "settlement",
        "shipping",
        "stats",
        "user",
    ]
    .into_iter()
    .map(|(name, text)| RestDocument { name: name.to_owned(), text: text.to_owned() })
    .collect()
}

/// What services serve beside the graph, as they describe it.
pub(crate) fn beside_rest() -> Beside {
    let paths = services::all().flat_map(|service| service.client_paths);
    paths.filter_map(|served| Some((served.path.to_owned(), (served.describe?)()))).collect()
}

/// The market's subgraphs.
fn market() -> Vec<SubgraphSdl> {
    services::all()
        .map(|service| SubgraphSdl {
            name: service.name.to_owned(),
            url: format!("http://127.0.0.1:{}/graphql", service.port),
            sdl: (service.sdl)(),
        })
        .collect()
}

/// The market's supergraph.
pub(crate) fn compose() -> anyhow::Result<String> {
    let supergraph = compose::compose(&market()).map_err(|errors: Vec<CompositionError>| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("the services do not compose:{lines}")
    })?;
    Ok(supergraph.sdl)
}

/// The OpenAPI document of the REST API.
pub(crate) fn openapi() -> anyhow::Result<String> {
    let document = router::rest::openapi(&compose()?, &rest_documents(), &beside_rest()).map_err(|errors| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("REST routes do not fit the graph:{lines}")
    })?;
    Ok(String::from_utf8(document)?)
}

/// What each service tells and hears, as AsyncAPI documents; services that do neither have none.
fn event_documents() -> anyhow::Result<Vec<(&'static str, String)>> {
    let mut documents = Vec::new();
    for service in services::all().filter(|service| !(service.tells.is_empty() && service.hears.is_empty())) {
        let teller = |kind: &&'static str| {
            let tells = |other: &&ServiceDefinition| other.tells.iter().any(|fact| fact.kind == *kind);
            let teller = services::all()
                .find(tells)
                .with_context(|| format!("{} hears {kind}, which nobody tells", service.name))?;
            Ok((*kind, teller.name))
        };
        let hears: Vec<(&str, &str)> = service.hears.iter().map(teller).collect::<anyhow::Result<_>>()?;
        let document = catalogue::asyncapi(service.name, service.tells, &hears);
        documents.push((service.name, format!("{}\n", serde_json::to_string_pretty(&document)?)));
    }
    Ok(documents)
}

/// What consumers read and would find no more or otherwise, against the documents of the folder `base`.
fn check_events(base: &Path) -> anyhow::Result<ExitCode> {
    let mut found = Vec::new();
    for (service, document) in event_documents()? {
        let Ok(known) = fs::read_to_string(base.join(format!("{service}.json"))) else { continue };
        let (before, after) = (serde_json::from_str(&known)?, serde_json::from_str(&document)?);
        found.extend(catalogue::breaches(&before, &after));
    }
    found.iter().for_each(|breach| println!("{breach}"));
    println!("{} breaking", found.len());
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn run(command: SchemaCommand) -> anyhow::Result<ExitCode> {
    match command {
        SchemaCommand::Print { service } => {
            let definition = services::find(&service).with_context(|| format!("there is no service {service}"))?;
            print!("{}", (definition.sdl)());
        }
        SchemaCommand::Compose { subgraphs } => {
            let Some(supergraph) = subgraphs.compose()? else { return Ok(ExitCode::FAILURE) };
            supergraph.hints.iter().for_each(|hint| eprintln!("{hint}"));
            print!("{}", supergraph.sdl);
        }
        SchemaCommand::Check { base, allow_deprecated, subgraphs } => {
            let Some(supergraph) = subgraphs.compose()? else { return Ok(ExitCode::FAILURE) };
            return check(&read(&base)?, &supergraph.sdl, allow_deprecated);
        }
        SchemaCommand::CheckEvents { base } => return check_events(&base),
        SchemaCommand::Write { folder } => write(&folder)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check(base: &str, current: &str, allow_deprecated: bool) -> anyhow::Result<ExitCode> {
    let rules = ChangeRules { allow_deprecated_removals: allow_deprecated };
    let changes = compose::changes(base, current, rules)?;
    changes.iter().for_each(|change| println!("{change}"));
    let count = |severity| changes.iter().filter(|change| change.severity == severity).count();
    let breaking = count(Severity::Breaking);
    println!("{breaking} breaking, {} dangerous, {} safe", count(Severity::Dangerous), count(Severity::Safe));
    Ok(if breaking == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    fs::create_dir_all(folder.join("events"))?;
    for (service, document) in event_documents()? {
        fs::write(folder.join("events").join(format!("{service}.json")), document)?;
    }
    Ok(())
}
