//! Settings: every option by its environment variable, typed, documented, with a default.
//!
//! A value is taken from the environment first, then from the TOML file that `DOA_CONFIG` names (keys are the
//! variables' names in lower case), then from the default. A wrong value stops the program at start with the name of
//! the variable; so does a key of the file that no option has.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The value does not have the option's type.
    #[error("{name}: {value:?} is not {expected}")]
    Invalid {
        /// The environment variable.
        name: String,
        /// The value as it was given, or a placeholder for a secret.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A file that cannot be read.
    #[error("DOA_CONFIG: cannot read {path}: {cause}")]
    File {
        /// The file's path.
        path: String,
        /// Why.
        cause: String,
    },
    /// A key of the file that is no option.
    #[error("DOA_CONFIG: {key} in {path} is no option; `doa-market config` lists them")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The file's path.
        path: String,
    },
}

/// One option as the documentation shows it.
pub struct SettingDoc {
    /// The environment variable.
    pub name: &'static str,
    /// The default as one would write it; empty when there is none.
    pub default: &'static str,
    /// What it does, with units.
    pub help: &'static str,
}

/// A type that a setting can have.
pub trait SettingValue: Sized {
    /// What a wrong value is told it should have been.
    const EXPECTED: &'static str;
    /// Reads the text of a value.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! setting_value_from_str {
    ($($type:ty => $expected:literal),* $(,)?) => {$(
        impl SettingValue for $type {
            const EXPECTED: &'static str = $expected;
            fn parse(text: &str) -> Option<Self> {
                <$type>::from_str(text).ok()
            }
        }
    )*};
}

setting_value_from_str! {
    String => "text",
    bool => "true or false",
    u16 => "a number from 0 to 65535",
    u32 => "a whole number",
    u64 => "a whole number",
    usize => "a whole number",
    f64 => "a number",
    std::net::IpAddr => "an IP address",
}

impl SettingValue for Duration {
    const EXPECTED: &'static str = "a duration such as 250ms, 10s, 15m, 24h or 30d";

    fn parse(text: &str) -> Option<Self> {
        let split = text.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = text.split_at(split);
        let number: u64 = number.parse().ok()?;
        match unit {
            "ms" => Some(Self::from_millis(number)),
            "s" => Some(Self::from_secs(number)),
            "m" => number.checked_mul(60).map(Self::from_secs),
            "h" => number.checked_mul(3_600).map(Self::from_secs),
            "d" => number.checked_mul(86_400).map(Self::from_secs),
            _ => None,
        }
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }
}

/// Where values come from: the environment over a file.
pub struct SettingSource {
    environment: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
}

impl SettingSource {
    /// The process's environment, and the file that `DOA_CONFIG` names.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or has a key outside `known`.
    pub fn load(known: &[SettingDoc]) -> Result<Self, SettingsError> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let file = match environment.get("DOA_CONFIG") {
            Some(path) => read_file(path, known)?,
            None => BTreeMap::new(),
        };
        Ok(Self { environment, file })
    }

    /// Values given in code, for tests.
    pub fn from_values(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { environment: values.into_iter().collect(), file: BTreeMap::new() }
    }

    /// The value of one option.
    ///
    /// # Errors
    /// When the value does not have the type.
    pub fn get<T: SettingValue>(&self, name: &str, default: &str) -> Result<T, SettingsError> {
        let text = self
            .environment
            .get(name)
            .or_else(|| self.file.get(&name.to_ascii_lowercase()))
            .map_or(default, String::as_str);
        T::parse(text).ok_or_else(|| SettingsError::Invalid {
            name: name.to_owned(),
            value: if is_secret(name) { "(secret)".to_owned() } else { text.to_owned() },
            expected: T::EXPECTED,
        })
    }

    /// The value of an option whose name is made at run time; absent when it is not set.
    pub fn find(&self, name: &str) -> Option<String> {
        self.environment.get(name).or_else(|| self.file.get(&name.to_ascii_lowercase())).cloned()
    }
}

fn is_secret(name: &str) -> bool {
    ["KEY", "PASSWORD", "SECRET", "URL"].iter().any(|part| name.contains(part))
}

fn read_file(path: &str, known: &[SettingDoc]) -> Result<BTreeMap<String, String>, SettingsError> {
    let unreadable = |cause: String| SettingsError::File { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| unreadable(error.message().to_owned()))?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !known.iter().any(|doc| doc.name.eq_ignore_ascii_case(&key)) {
            return Err(SettingsError::UnknownKey { key, path: path.to_owned() });
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(value) => value.to_string(),
            _ => return Err(unreadable(format!("{key} is neither text, a whole number nor true or false"))),
        };
        values.insert(key.to_ascii_lowercase(), text);
    }
    Ok(values)
}

/// Declares a settings struct: fields with their variable, default and documentation.
///
/// ```
/// platform::settings! {
///     /// Limits of the example.
///     pub struct Limits {
///         /// Largest body, in bytes.
///         max_bytes: usize = "MAX_BYTES", "65536";
///     }
/// }
/// let source = platform::settings::SettingSource::from_values([("MAX_BYTES".to_owned(), "10".to_owned())]);
/// assert_eq!(Limits::from_source(&source).unwrap().max_bytes, 10);
/// ```
#[macro_export]
macro_rules! settings {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[doc = $help:literal])+ $field:ident: $type:ty = $variable:literal, $default:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name { $($(#[doc = $help])+ pub $field: $type,)* }

        impl $name {
            /// Every option of this struct, for the documentation.
            pub const DOCS: &'static [$crate::settings::SettingDoc] = &[
                $($crate::settings::SettingDoc { name: $variable, default: $default, help: concat!($($help),+) },)*
            ];

            /// Reads the options.
            ///
            /// # Errors
            /// When a value does not have its option's type; the error names the variable.
            pub fn from_source(
                source: &$crate::settings::SettingSource,
            ) -> Result<Self, $crate::settings::SettingsError> {
                Ok(Self { $($field: source.get($variable, $default)?,)* })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(Duration::parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(Duration::parse("15m"), Some(Duration::from_secs(900)));
        assert_eq!(Duration::parse("15"), None);
        assert_eq!(Duration::parse("m"), None);
        assert_eq!(Duration::parse("99999999999999999999h"), None);
    }

    #[test]
    fn a_wrong_value_names_its_variable_and_hides_secrets() {
        let source = SettingSource::from_values([
            ("PORT".to_owned(), "many".to_owned()),
            ("SIGNING_KEY_COUNT".to_owned(), "hunter2".to_owned()),
        ]);
        let error = source.get::<u16>("PORT", "3000").map_err(|error| error.to_string());
        assert_eq!(error, Err("PORT: \"many\" is not a number from 0 to 65535".to_owned()));
        let error = source.get::<u16>("SIGNING_KEY_COUNT", "1").map_err(|error| error.to_string());
        assert_eq!(error, Err("SIGNING_KEY_COUNT: \"(secret)\" is not a number from 0 to 65535".to_owned()));
    }
}
