//! Both ways to ask the market, so that one story is told in GraphQL and in REST.

use serde_json::{Map, Value, json};

use crate::support::{Market, Session, new_key};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    GraphQl,
    Rest,
}

/// What can be done: the mutation, its input type, what is asked of its payload, and the route that does the same.
pub(crate) struct Command {
    pub(crate) mutation: &'static str,
    pub(crate) input: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) route: &'static str,
}

/// What can be read: the operation, where in its data the answer is, and the route that answers the same.
pub(crate) struct Reading {
    pub(crate) query: &'static str,
    pub(crate) at: &'static str,
    pub(crate) route: &'static str,
}

/// `/a/{id}` with the value of `id`, which is taken out of the values; lists are separated by commas.
fn path_of(template: &str, values: &mut Map<String, Value>) -> String {
    let mut path = String::new();
    for segment in template.split('/').skip(1) {
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let text = match name.map(|name| values.remove(name).unwrap_or_else(|| panic!("no {name} for {template}"))) {
            None => segment.to_owned(),
            Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            Some(value) => value.as_str().unwrap_or_else(|| panic!("{value} is no segment")).to_owned(),
        };
        path.push('/');
        path.push_str(&text);
    }
    path
}

/// The element, the list, or the object that an answer of a route is about.
fn unwrapped(body: Value) -> Value {
    if body["data"].is_array() { body["data"].clone() } else { body }
}

impl Market {
    /// Does it, which must succeed; what changed.
    pub(crate) async fn act(&self, api: Api, command: &Command, input: Value, who: Option<&Session>) -> Value {
        let key = new_key();
        let Command { mutation, input: kind, answer, route } = command;
        if api == Api::Rest {
            let (method, template) = route.split_once(' ').unwrap();
            let mut body = input.as_object().unwrap().clone();
            let path = path_of(template, &mut body);
            let (status, answer) = self.rest(method, &path, Some(body.into()), who, Some(&key)).await;
            assert!((200..300).contains(&status), "{method} {path}: {status} {answer}\n{}", self.logs());
            return unwrapped(answer);
        }
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {answer} userErrors {{ code field message }} }} }}"
        );
        let data = self.data_with_key(&query, json!({ "input": input }), who, Some(&key)).await;
        let mut payload = data[mutation].clone();
        assert_eq!(payload["userErrors"], json!([]), "{mutation}: {payload}\n{}", self.logs());
        let fields = payload.as_object_mut().unwrap();
        fields.remove("userErrors");
        if fields.len() == 1 { fields.values().next().unwrap().clone() } else { payload }
    }

    /// Reads it, which must be possible.
    pub(crate) async fn read(&self, api: Api, reading: &Reading, values: Value, who: Option<&Session>) -> Value {
        if api == Api::Rest {
            let mut rest = values.as_object().unwrap().clone();
            let path = path_of(reading.route, &mut rest);
            let mut url = reqwest::Url::parse("http://market").unwrap().join(&path).unwrap();
            for (name, value) in rest {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                url.query_pairs_mut().append_pair(&name, &text);
            }
            let path = url.as_str().trim_start_matches("http://market").to_owned();
            let (status, body) = self.rest("GET", &path, None, who, None).await;
            assert_eq!(status, 200, "{path}: {body}\n{}", self.logs());
            return unwrapped(body);
        }
        let data = self.data(reading.query, values, who).await;
        data.pointer(reading.at).unwrap_or_else(|| panic!("nothing at {} in {data}", reading.at)).clone()
    }
}
