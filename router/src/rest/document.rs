//! Reads REST documents: operations with their routes, prepared and checked against the graph.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_graphql::Name;
use axum::http::Method;
use platform::identity::{Principal, Scope};

use super::{RestDocument, RestError};
use crate::operation::{self as ast, OperationKind};
use crate::plan::compiled::{Fields, OutField, OutKind, Plan};
use crate::plan::prepared::{Prepared, Source, prepare_document};
use crate::plan::variables::Values;
use crate::router::Router;
use crate::schema::TypeRef;

/// What the answer's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Nothing: 204.
    Empty,
    /// The value at `data`; null is "not found" for a query.
    Single,
    /// A list at `data`, whole.
    List,
    /// A page of a connection at `data`.
    Page,
}

/// The marks of an operation's projection.
pub(super) mod marks {
    /// The body, or the nodes of a page.
    pub(in crate::rest) const DATA: usize = 0;
    /// `pageInfo.endCursor`.
    pub(in crate::rest) const CURSOR: usize = 1;
    /// `pageInfo.hasNextPage`.
    pub(in crate::rest) const MORE: usize = 2;
    /// `userErrors` of a mutation.
    pub(in crate::rest) const USER_ERRORS: usize = 3;
    /// How many there are.
    pub(in crate::rest) const COUNT: usize = 4;
}

/// A parameter of the path, and where its value goes.
#[derive(Clone, Debug)]
pub(super) struct PathParameter {
    pub(super) name: Name,
    pub(super) ty: TypeRef,
    /// Whether it is a field of `$input` and not a variable.
    pub(super) in_input: bool,
}

/// A date of a route's life.
#[derive(Clone, Debug)]
pub(super) struct RouteDate {
    /// As written: `2026-01-31`.
    pub(super) text: String,
    /// Seconds since 1970, at the start of the day (UTC).
    pub(super) seconds: i64,
}

/// One way to sort.
#[derive(Clone, Debug)]
pub(super) struct SortChoice {
    pub(super) parameter: String,
    pub(super) value: Name,
}

/// A value of somebody else's body that becomes a variable.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) path: Vec<String>,
    pub(super) variable: Name,
}

/// A route with its operation.
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) status: u16,
    /// Where the body is in the data; empty where it is the whole of it, and where there is none.
    pub(super) data: Vec<Name>,
    pub(super) body: Body,
    pub(super) parameters: Vec<PathParameter>,
    pub(super) sort: Vec<SortChoice>,
    pub(super) take: Vec<Taken>,
    pub(super) tag: String,
    pub(super) summary: String,
    /// The media type of a body that is the text at `data` itself, and no JSON.
    pub(super) media: Option<String>,
    pub(super) idempotent: bool,
    pub(super) deprecated: Option<RouteDate>,
    pub(super) sunset: Option<RouteDate>,
    pub(super) prepared: Arc<Prepared>,
    /// The plan for one who may do everything; the documentation is made from it.
    pub(super) full_plan: Arc<Plan>,
    /// Whether nobody may use it without signing in.
    pub(super) protected: bool,
}

/// Reads a document; what does not fit is reported.
pub(super) fn read(router: &Router, document: &RestDocument, errors: &mut Vec<RestError>) -> Vec<Operation> {
    let parsed = match ast::parse(&document.text, usize::MAX) {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = error.into_graph_error(&document.text);
            let problem = match error.locations.first() {
                Some((line, column)) => format!("{} (line {line}, column {column})", error.message),
                None => error.message,
            };
            errors.push(RestError { document: document.name.clone(), problem });
            return Vec::new();
        }
    };
    let mut operations = Vec::new();
    for operation in &parsed.operations {
        match read_operation(router, operation, &parsed, &document.text) {
            Ok(read) => operations.push(read),
            Err(problem) => {
                let name = operation.name.as_ref().map_or("an operation", |name| name.as_str());
                errors.push(RestError { document: format!("{} ({name})", document.name), problem });
            }
        }
    }
    operations
}

/// The arguments of `@rest`.
struct Arguments<'a>(&'a [ast::Argument]);

impl Arguments<'_> {
    fn get(&self, name: &str) -> Option<&ast::Value> {
        ast::argument(self.0, name)
    }

    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(ast::Value::String(text)) => Ok(Some(text)),
            Some(ast::Value::Enum(name)) => Ok(Some(name)),
            Some(_) => Err(format!("@rest({name}:) is no text")),
        }
    }

    fn check_names(&self) -> Result<(), String> {
        const KNOWN: &[&str] = &[
            "method",
            "path",
            "status",
            "data",
            "sort",
            "tag",
            "summary",
            "idempotent",
            "deprecated",
            "sunset",
            "take",
            "media",
        ];
        match self.0.iter().find(|argument| !KNOWN.contains(&argument.name.as_str())) {
            Some(argument) => Err(format!("@rest has no argument \"{}\"", argument.name)),
            None => Ok(()),
        }
    }
}

fn read_operation(
    router: &Router,
    operation: &ast::Operation,
    document: &ast::Document,
    text: &str,
) -> Result<Operation, String> {
    let name = operation.name.as_ref().filter(|_| operation.kind != OperationKind::Subscription);
    let name = name.ok_or("an operation must be a named query or mutation")?;
    let directive = operation.directives.iter().find(|directive| directive.name == "rest").ok_or("@rest is missing")?;
    let arguments = Arguments(&directive.arguments);
    arguments.check_names()?;
    let method = arguments.text("method")?.ok_or("@rest(method:) is missing")?;
    let method = match method {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        other => return Err(format!("@rest(method:) is {other}")),
    };
    let path = arguments.text("path")?.ok_or("@rest(path:) is missing")?.to_owned();
    if !path.starts_with("/api/v1/") {
        return Err(format!("the path {path} is not under /api/v1/"));
    }
    let status = match arguments.get("status") {
        None => 200,
        Some(ast::Value::Int(number)) => number
            .parse()
            .ok()
            .filter(|status| matches!(status, 200 | 201 | 202 | 204))
            .ok_or("@rest(status:) is none of 200, 201, 202, 204")?,
        Some(_) => return Err("@rest(status:) is no number".to_owned()),
    };
    let data: Vec<Name> = match arguments.text("data")? {
        Some("*") if operation.kind == OperationKind::Query && status != 204 => Vec::new(),
        Some(path) => path.split('.').map(Name::new).collect(),
        None if status == 204 => Vec::new(),
        None => return Err("@rest(data:) is missing".to_owned()),
    };
    let (prepared, marks) = prepare_operation(router, operation, document, text, &data)?;
    let full_plan = prepared
        .plan(&router.engine, &Values::new(), &everybody(), &HashSet::new(), |_| false)
        .map_err(|error| format!("it cannot be planned: {}", error.message))?
        .plan;
    let body = body_kind(&full_plan.projection.root, &data, status, &marks)?;
    let has_input = prepared.variables.iter().any(|variable| variable.name == *"input");
    let fits = match prepared.kind {
        OperationKind::Query => method == Method::GET || (method == Method::POST && has_input),
        _ => method != Method::GET,
    };
    if !fits {
        return Err("queries are for GET, or for POST with an $input; mutations for the other methods".to_owned());
    }
    let media = arguments.text("media")?.map(str::to_owned);
    if media.is_some() && !(body == Body::Single && is_text(&full_plan.projection.root, &data)) {
        return Err("@rest(media:) is for a text at @rest(data:)".to_owned());
    }
    let parameters = path_parameters(router, &prepared, &path)?;
    Ok(Operation {
        media,
        name: name.to_string(),
        status,
        body,
        parameters,
        sort: sort_choices(arguments.text("sort")?)?,
        take: taken(arguments.text("take")?, &prepared)?,
        tag: arguments.text("tag")?.ok_or("@rest(tag:) is missing")?.to_owned(),
        summary: arguments.text("summary")?.ok_or("@rest(summary:) is missing")?.to_owned(),
        idempotent: matches!(arguments.get("idempotent"), Some(ast::Value::Boolean(true))),
        deprecated: arguments.text("deprecated")?.map(read_date).transpose()?,
        sunset: arguments.text("sunset")?.map(read_date).transpose()?,
        protected: is_protected(router, operation),
        prepared,
        full_plan,
        method,
        path,
        data,
    })
}

/// One who may do everything that is public.
fn everybody() -> Principal {
    Principal {
        service: Some("rest".to_owned()),
        scopes: Scope::ALL.iter().copied().filter(|scope| *scope != Scope::Service).collect(),
        ..Principal::default()
    }
}

fn prepare_operation(
    router: &Router,
    operation: &ast::Operation,
    document: &ast::Document,
    text: &str,
    data: &[Name],
) -> Result<(Arc<Prepared>, Vec<Vec<Name>>), String> {
    let mut needed = BTreeSet::new();
    gather_fragments(&operation.selections, document, &mut needed);
    let alone = ast::Document {
        operations: vec![ast::Operation { directives: Vec::new(), ..operation.clone() }],
        fragments: document.fragments.iter().filter(|one| needed.contains(one.name.as_str())).cloned().collect(),
    };
    let marks = marks_of(&operation.selections, data);
    let source = Source { text, operation_name: None, internal: false, marks: marks.clone(), cache_key: None };
    let prepared =
        prepare_document(&router.engine, &router.settings.limits, true, alone, source).map_err(|errors| {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            messages.join("; ")
        })?;
    Ok((Arc::new(prepared), marks))
}

fn gather_fragments<'a>(selections: &[ast::Selection], document: &'a ast::Document, needed: &mut BTreeSet<&'a str>) {
    for selection in selections {
        match selection {
            ast::Selection::Field(field) => gather_fragments(&field.selections, document, needed),
            ast::Selection::Inline(fragment) => gather_fragments(&fragment.selections, document, needed),
            ast::Selection::Spread(spread) => {
                if let Some(fragment) = document.fragments.iter().find(|fragment| fragment.name == spread.name)
                    && needed.insert(&fragment.name)
                {
                    gather_fragments(&fragment.selections, document, needed);
                }
            }
        }
    }
}

/// The marked places, in the order of [`marks`]; an empty path marks nothing.
fn marks_of(selections: &[ast::Selection], data: &[Name]) -> Vec<Vec<Name>> {
    let below = |steps: &[&str]| -> Vec<Name> { data.iter().cloned().chain(steps.iter().map(Name::new)).collect() };
    let page = selects(selections, &below(&["nodes"])) && selects(selections, &below(&["pageInfo"]));
    let root = selections.iter().find_map(|item| match item {
        ast::Selection::Field(field) => Some(field.key().clone()),
        _ => None,
    });
    let errors: Vec<Name> = root.into_iter().chain([Name::new("userErrors")]).collect();
    let mut marks = vec![Vec::new(); marks::COUNT];
    marks[marks::DATA] = if page { below(&["nodes"]) } else { data.to_vec() };
    if page {
        marks[marks::CURSOR] = below(&["pageInfo", "endCursor"]);
        marks[marks::MORE] = below(&["pageInfo", "hasNextPage"]);
    }
    if selects(selections, &errors) {
        marks[marks::USER_ERRORS] = errors;
    }
    marks
}

fn selects(selections: &[ast::Selection], path: &[Name]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    selections.iter().any(|item| match item {
        ast::Selection::Field(field) => field.key() == first && selects(&field.selections, rest),
        _ => false,
    })
}

/// The field at a path of response keys.
pub(super) fn field_at<'a>(fields: &'a Fields, path: &[Name]) -> Option<&'a OutField> {
    let (first, rest) = path.split_first()?;
    let field = fields.fields.iter().find(|field| field.key == *first)?;
    if rest.is_empty() {
        return Some(field);
    }
    match &field.ty.kind {
        OutKind::Object(inner) => field_at(inner, rest),
        _ => None,
    }
}

fn body_kind(root: &Fields, data: &[Name], status: u16, marks: &[Vec<Name>]) -> Result<Body, String> {
    for path in marks.iter().filter(|path| !path.is_empty()) {
        if field_at(root, path).is_none() {
            let path: Vec<&str> = path.iter().map(Name::as_str).collect();
            return Err(format!("the operation does not select {}", path.join(".")));
        }
    }
    if status == 204 {
        return Ok(Body::Empty);
    }
    if !marks[marks::CURSOR].is_empty() {
        return Ok(Body::Page);
    }
    if data.is_empty() {
        return Ok(Body::Single);
    }
    let field = field_at(root, data).ok_or("@rest(data:) is not in the operation's data")?;
    Ok(if matches!(field.ty.kind, OutKind::List(_)) { Body::List } else { Body::Single })
}

/// Whether the field is a text.
fn is_text(root: &Fields, data: &[Name]) -> bool {
    field_at(root, data).is_some_and(|field| !matches!(field.ty.kind, OutKind::List(_) | OutKind::Object(_)))
}

fn path_parameters(router: &Router, prepared: &Prepared, path: &str) -> Result<Vec<PathParameter>, String> {
    let schema = &router.engine.public.schema;
    let input = prepared.variables.iter().find(|variable| variable.name == *"input");
    let mut parameters = Vec::new();
    for segment in path.split('/') {
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { continue };
        let name = Name::new(name);
        if let Some(variable) = prepared.variables.iter().find(|variable| variable.name == name) {
            parameters.push(PathParameter { name, ty: variable.ty.clone(), in_input: false });
            continue;
        }
        let field = input.and_then(|input| schema.get(input.ty.name())).and_then(|ty| ty.inputs.get(&name));
        match field {
            Some(field) => parameters.push(PathParameter { name, ty: field.ty.clone(), in_input: true }),
            None => return Err(format!("{{{name}}} in the path is neither a variable nor a field of $input")),
        }
    }
    Ok(parameters)
}

fn sort_choices(text: Option<&str>) -> Result<Vec<SortChoice>, String> {
    text.unwrap_or_default()
        .split_whitespace()
        .map(|choice| match choice.split_once('=') {
            Some((parameter, value)) => Ok(SortChoice { parameter: parameter.to_owned(), value: Name::new(value) }),
            None => Err(format!("@rest(sort:) has \"{choice}\" without a value")),
        })
        .collect()
}

fn taken(text: Option<&str>, prepared: &Prepared) -> Result<Vec<Taken>, String> {
    text.unwrap_or_default()
        .split_whitespace()
        .map(|one| {
            let (path, variable) = one.split_once('=').unwrap_or((one, one));
            if !prepared.variables.iter().any(|spec| spec.name == *variable) {
                return Err(format!("@rest(take:) names ${variable}, which is no variable"));
            }
            Ok(Taken { path: path.split('.').map(str::to_owned).collect(), variable: Name::new(variable) })
        })
        .collect()
}

/// Reads `YYYY-MM-DD`.
fn read_date(text: &str) -> Result<RouteDate, String> {
    let wrong = || format!("\"{text}\" is no date like 2026-01-31");
    let mut numbers = text.split('-').map(|part| part.parse::<i64>().ok());
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return Err(wrong());
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(wrong());
    }
    // Days since 1970 in the Gregorian calendar, counting years from March so that leap days come last.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = shifted_year / 400;
    let year_of_era = shifted_year % 400;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Ok(RouteDate { text: text.to_owned(), seconds: (era * 146_097 + day_of_era - 719_468) * 86_400 })
}

fn is_protected(router: &Router, operation: &ast::Operation) -> bool {
    let schema = &router.engine.public.schema;
    let root = match operation.kind {
        OperationKind::Mutation => schema.mutation.as_deref(),
        _ => Some(schema.query.as_str()),
    };
    operation.selections.iter().any(|item| match (item, root) {
        (ast::Selection::Field(field), Some(root)) => !router.engine.rules.of_field(root, &field.name).is_empty(),
        _ => false,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::read_date;

    #[test]
    fn dates_are_days_since_1970() {
        for (text, seconds) in [("1970-01-01", 0), ("2000-02-29", 951_782_400), ("2026-12-31", 1_798_675_200)] {
            assert_eq!(read_date(text).unwrap().seconds, seconds, "{text}");
        }
        for text in ["2026", "2026-13-01", "x-01-01", "2026-01-01-01"] {
            assert!(read_date(text).is_err(), "{text}");
        }
    }
}
