//! Random sets of subgraphs. The name of a field tells its type: `f3_l_E1` is the third field, a list of `E1`, so that
//! whoever answers or checks it needs no schema.

use std::fmt::Write;

use router::compose::SubgraphSdl;

use crate::choices::Choices;

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag"])
"#;

pub(crate) const LEAVES: &[&str] = &["Int", "Float", "String", "Boolean", "ID", "Kind"];

/// The types of a graph.
pub(crate) struct Graph {
    pub(crate) subgraphs: Vec<SubgraphSdl>,
    pub(crate) entities: usize,
}

impl Graph {
    /// The object types that a type may be.
    pub(crate) fn objects(&self, ty: &str) -> Vec<String> {
        match ty {
            "Thing" | "Either" => (0..self.entities).map(|entity| format!("E{entity}")).collect(),
            other => vec![other.to_owned()],
        }
    }
}

/// A field of an entity that one subgraph has.
struct Owned {
    subgraph: usize,
    entity: usize,
    name: String,
    /// Whether it is a leaf without arguments, so that others can require it.
    plain: bool,
}

struct Maker<'c, 'b> {
    choices: &'c mut Choices<'b>,
    entities: usize,
    values: usize,
    fields: usize,
}

impl Maker<'_, '_> {
    fn named(&mut self) -> String {
        match self.choices.below(10) {
            0..=4 => (*self.choices.pick(LEAVES)).to_owned(),
            5 | 6 => format!("E{}", self.choices.below(self.entities)),
            7 if self.values > 0 => format!("V{}", self.choices.below(self.values)),
            8 => "Thing".to_owned(),
            9 => "Either".to_owned(),
            _ => "Int".to_owned(),
        }
    }

    /// A new field: its name, its definition, and whether it is a leaf without arguments.
    fn field(&mut self) -> (String, String, bool) {
        let ty = self.named();
        let (wrap, whole) = match self.choices.below(6) {
            0..=2 => ('o', ty.clone()),
            3 => ('n', format!("{ty}!")),
            4 => ('l', format!("[{ty}]")),
            _ => ('m', format!("[{ty}!]!")),
        };
        self.fields += 1;
        let name = format!("f{}_{wrap}_{ty}", self.fields);
        let arguments = if self.choices.chance(20) { "(a: Int, b: [String!], c: Kind, d: Input)" } else { "" };
        let plain = LEAVES.contains(&ty.as_str()) && arguments.is_empty();
        (name.clone(), format!("{name}{arguments}: {whole}"), plain)
    }
}

/// The definition of a field by its name.
fn definition(name: &str) -> String {
    let (wrap, ty) = shape(name);
    match wrap {
        'n' => format!("{name}: {ty}!"),
        'l' => format!("{name}: [{ty}]"),
        'm' => format!("{name}: [{ty}!]!"),
        _ => format!("{name}: {ty}"),
    }
}

/// How a field wraps its type, and the type: by its name.
pub(crate) fn shape(name: &str) -> (char, &str) {
    let mut parts = name.splitn(3, '_').skip(1);
    match (parts.next().and_then(|wrap| wrap.chars().next()), parts.next()) {
        (Some(wrap), Some(ty)) => (wrap, ty),
        _ => match name {
            "id" | "code" => ('n', "ID"),
            "__typename" => ('n', "String"),
            _ => ('o', "String"),
        },
    }
}

/// Makes a set of subgraphs that mostly compose.
pub(crate) fn graph(choices: &mut Choices<'_>) -> Graph {
    let count = choices.below(3) + 1;
    let (entities, values) = (choices.below(4) + 1, choices.below(3));
    let by_code: Vec<bool> = (0..entities).map(|_| choices.chance(25)).collect();
    let mut maker = Maker { choices, entities, values, fields: 0 };
    let value_fields: Vec<String> = (0..values)
        .map(|value| {
            let fields: Vec<String> = (0..maker.choices.below(3) + 1).map(|_| maker.field().1).collect();
            format!("type V{value} @shareable {{ tag: String {} }}\n", fields.join(" "))
        })
        .collect();
    let mut bodies: Vec<Vec<String>> = vec![vec![String::new(); entities]; count];
    let mut owned: Vec<Owned> = Vec::new();
    for subgraph in 0..count {
        for entity in 0..entities {
            for _ in 0..maker.choices.below(4) {
                let (name, definition, plain) = maker.field();
                let second = if maker.choices.chance(15) { Some(maker.choices.below(count)) } else { None };
                match second.filter(|second| *second != subgraph) {
                    Some(second) => {
                        let _ = write!(bodies[subgraph][entity], "{definition} @shareable ");
                        let _ = write!(bodies[second][entity], "{definition} @shareable ");
                    }
                    None => {
                        let _ = write!(bodies[subgraph][entity], "{definition} ");
                        owned.push(Owned { subgraph, entity, name, plain });
                    }
                }
            }
        }
    }
    let mut roots = vec![String::new(); count];
    for subgraph in 0..count {
        for entity in 0..entities {
            let other =
                owned.iter().position(|field| field.plain && field.entity == entity && field.subgraph != subgraph);
            let Some(field) = other.map(|at| &owned[at]) else { continue };
            let external = format!("{} @external ", definition(&field.name));
            if maker.choices.chance(30) {
                let (_, own, _) = maker.field();
                let _ = write!(bodies[subgraph][entity], "{external}{own} @requires(fields: \"{}\") ", field.name);
            } else if maker.choices.chance(20) {
                maker.fields += 1;
                let _ = write!(bodies[subgraph][entity], "{external}");
                // What two subgraphs can resolve must be shareable where it is not external.
                let defined = definition(&field.name);
                let owner = &mut bodies[field.subgraph][entity];
                *owner = owner.replace(&format!("{defined} "), &format!("{defined} @shareable "));
                let (root, provided) = (maker.fields, &field.name);
                let _ = write!(roots[subgraph], "f{root}_o_E{entity}: E{entity} @provides(fields: \"{provided}\") ");
            }
        }
        for _ in 0..maker.choices.below(3) + usize::from(subgraph == 0) {
            let _ = write!(roots[subgraph], "{} ", maker.field().1);
        }
    }
    let mutation: String = (0..maker.choices.below(3)).map(|_| format!("{} ", maker.field().1)).collect();
    let all: Vec<String> = (0..entities).map(|entity| format!("E{entity}")).collect();
    let subgraphs = (0..count)
        .map(|subgraph| {
            let mut sdl = LINK.to_owned();
            if !roots[subgraph].is_empty() {
                let _ = writeln!(sdl, "type Query {{ {} }}", roots[subgraph]);
            }
            if subgraph == 0 && !mutation.is_empty() {
                let _ = writeln!(sdl, "type Mutation {{ {mutation} }}");
            }
            sdl.push_str("enum Kind { ONE TWO }\ninput Input { a: Int b: [Input!] c: Kind = ONE }\ninterface Thing { tag: String }\n");
            let _ = writeln!(sdl, "union Either = {}", all.join(" | "));
            value_fields.iter().for_each(|value| sdl.push_str(value));
            for entity in 0..entities {
                let keys = match (by_code[entity], subgraph) {
                    (false, _) => "@key(fields: \"id\") { id: ID!",
                    (true, 0) => "@key(fields: \"id\") @key(fields: \"code\") { id: ID! code: ID!",
                    (true, _) => "@key(fields: \"code\") { code: ID!",
                };
                let body = &bodies[subgraph][entity];
                let _ = writeln!(sdl, "type E{entity} implements Thing {keys} tag: String @shareable {body} }}");
            }
            SubgraphSdl { name: format!("s{subgraph}"), url: String::new(), sdl }
        })
        .collect();
    Graph { subgraphs, entities }
}
