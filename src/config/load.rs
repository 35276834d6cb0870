//! Layers: defaults, below the file, below the environment. Every value is tried by itself, so that one look finds all
//! mistakes; serde's shapes stay the only description of what is allowed.

use config::{FileFormat, Source};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::{Mistake, Mistakes};

/// A configuration's shape: default values for every key, serialised completely.
pub trait Shape: Default + Serialize + DeserializeOwned {
    /// What the names of environment variables start with, before the two underscores.
    const ENV_PREFIX: &'static str;
    /// Keys whose values are never shown.
    const SECRETS: &'static [&'static str];
}

/// A configuration file's name and text.
#[derive(Clone, Copy, Debug)]
pub struct FileText<'a> {
    /// For messages.
    pub name: &'a str,
    /// TOML.
    pub text: &'a str,
}

/// The file over the defaults, the environment over both. `env` may hold anything; foreign names are passed over.
///
/// What could not be taken – unknown keys, values of the wrong type, the place where the file is no TOML – is among the
/// mistakes, and its default stands instead, so that the rest can still be checked.
pub fn layered<T: Shape>(file: Option<FileText<'_>>, env: impl IntoIterator<Item = (String, String)>) -> (T, Mistakes) {
    let mut layers = Layers::<T>::new();
    if let Some(FileText { name, text }) = file {
        match parse_toml(text) {
            Ok(tree) => layers.take_table(&[], tree, name),
            Err(reason) => layers.mistakes.0.push(Mistake { key: name.to_owned(), value: None, reason, origin: None }),
        }
    }
    for (name, path, text) in environment::<T>(env) {
        layers.take_env(&path, &text, &name);
    }
    layers.finish()
}

fn parse_toml(text: &str) -> Result<Map<String, Value>, String> {
    config::File::from_str(text, FileFormat::Toml)
        .collect()
        .and_then(|table| config::Value::from(table).try_deserialize::<Map<String, Value>>())
        .map_err(|e| format!("no TOML: {}", e.to_string().trim_end().replace('\n', "\n  ")))
}

/// Variables of ours as (name, path, text), sorted by name.
fn environment<T: Shape>(env: impl IntoIterator<Item = (String, String)>) -> Vec<(String, Vec<String>, String)> {
    let prefix = format!("{}__", T::ENV_PREFIX);
    let mut ours: Vec<_> = env
        .into_iter()
        .filter_map(|(name, text)| {
            let path = name.strip_prefix(&prefix)?.split("__").map(str::to_lowercase).collect();
            Some((name, path, text))
        })
        .collect();
    ours.sort();
    ours
}

struct Layers<T> {
    defaults: Map<String, Value>,
    merged: Map<String, Value>,
    mistakes: Mistakes,
    shape: std::marker::PhantomData<T>,
}

impl<T: Shape> Layers<T> {
    fn new() -> Self {
        let defaults = match serde_json::to_value(T::default()) {
            Ok(Value::Object(defaults)) => defaults,
            _ => Map::new(),
        };
        Self { defaults, merged: Map::new(), mistakes: Mistakes::default(), shape: std::marker::PhantomData }
    }

    fn take_table(&mut self, path: &[String], table: Map<String, Value>, origin: &str) {
        for (key, value) in table {
            let path = extended(path, key);
            match (self.default_of(&path), value) {
                (Some(Value::Object(_)), Value::Object(table)) => self.take_table(&path, table, origin),
                (Some(Value::Object(_)), value) => self.wrong(&path, Some(&value), "expected a section".to_owned(), origin),
                (Some(_), value) => self.take_leaf(&path, value, origin),
                (None, value) => self.unknown(&path, &value, origin),
            }
        }
    }

    /// A list is tried item by item, then as a whole.
    fn take_leaf(&mut self, path: &[String], value: Value, origin: &str) {
        let before = self.mistakes.0.len();
        if let Value::Array(items) = &value {
            for (i, item) in items.iter().enumerate() {
                if let Err((at, reason)) = attempt::<T>(path, Value::Array(vec![item.clone()])) {
                    let at = at.replacen("[0]", &format!("[{i}]"), 1);
                    self.wrong_at(at, Some(item), reason, origin);
                }
            }
        }
        if self.mistakes.0.len() == before {
            match attempt::<T>(path, value.clone()) {
                Ok(()) => insert(&mut self.merged, path, value),
                Err((at, reason)) => self.wrong_at(at, Some(&value), reason, origin),
            }
        }
    }

    /// A variable's text is taken as text where the key wants one, else as a TOML value; an empty one takes a key back to
    /// "absent" where the key may be absent.
    fn take_env(&mut self, path: &[String], text: &str, name: &str) {
        match self.default_of(path) {
            None => return self.unknown(path, &Value::from(text), name),
            Some(Value::Object(_)) => return self.wrong(path, Some(&Value::from(text)), "expected a section".to_owned(), name),
            Some(_) => {}
        }
        let as_toml = parse_toml(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
        let readings = [Some(Value::from(text)), as_toml.clone(), text.is_empty().then_some(Value::Null)];
        match readings.into_iter().flatten().find(|reading| attempt::<T>(path, reading.clone()).is_ok()) {
            Some(value) => insert(&mut self.merged, path, value),
            None => self.take_leaf(path, as_toml.unwrap_or_else(|| Value::from(text)), name),
        }
    }

    fn default_of(&self, path: &[String]) -> Option<&Value> {
        let (last, sections) = path.split_last()?;
        let mut table = &self.defaults;
        for section in sections {
            table = table.get(section)?.as_object()?;
        }
        table.get(last)
    }

    fn unknown(&mut self, path: &[String], value: &Value, origin: &str) {
        let key = path.join(".");
        let mut known = Vec::new();
        key_names(&self.defaults, &mut String::new(), &mut known);
        let reason = match nearest(&key, &known) {
            Some(near) => format!("unknown key; did you mean {near}?"),
            None => "unknown key".to_owned(),
        };
        // Its value may be a misspelt password.
        let value = (!value.is_string()).then_some(value).filter(|value| !value.is_object());
        self.wrong_at(key, value, reason, origin);
    }

    fn wrong(&mut self, path: &[String], value: Option<&Value>, reason: String, origin: &str) {
        self.wrong_at(path.join("."), value, reason, origin);
    }

    fn wrong_at(&mut self, key: String, value: Option<&Value>, reason: String, origin: &str) {
        let value = value.filter(|_| !T::SECRETS.contains(&key.as_str())).map(Value::to_string);
        self.mistakes.0.push(Mistake { key, value, reason, origin: Some(origin.to_owned()) });
    }

    fn finish(mut self) -> (T, Mistakes) {
        let shape = serde_json::from_value(Value::Object(self.merged)).unwrap_or_else(|e| {
            // Each value was taken by itself before, so this cannot happen while the shapes are plain.
            self.mistakes.0.push(Mistake { key: "?".to_owned(), value: None, reason: e.to_string(), origin: None });
            T::default()
        });
        (shape, self.mistakes)
    }
}

fn extended(path: &[String], key: String) -> Vec<String> {
    path.iter().cloned().chain([key]).collect()
}

/// Deserialises a configuration that holds nothing but this value; on failure the place within and the reason.
fn attempt<T: Shape>(path: &[String], value: Value) -> Result<(), (String, String)> {
    let tree = path.iter().rev().fold(value, |inner, key| Value::Object(Map::from_iter([(key.clone(), inner)])));
    serde_path_to_error::deserialize::<_, T>(tree).map(|_| ()).map_err(|e| (e.path().to_string(), plain(&e.inner().to_string())))
}

fn insert(tree: &mut Map<String, Value>, path: &[String], value: Value) {
    if let [key, rest @ ..] = path {
        if rest.is_empty() {
            tree.insert(key.clone(), value);
        } else if let Value::Object(inner) = tree.entry(key.clone()).or_insert_with(|| Value::Object(Map::new())) {
            insert(inner, rest, value);
        }
    }
}

/// serde's words without its types.
fn plain(reason: &str) -> String {
    const TYPES: [(&str, &str); 9] = [
        ("expected u8", "expected a whole number from 0 to 255"),
        ("expected u16", "expected a whole number from 0 to 65535"),
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected u64", "expected a whole number that is not negative"),
        ("expected usize", "expected a whole number that is not negative"),
        ("expected i64", "expected a whole number"),
        ("expected a boolean", "expected true or false"),
        ("expected a string", "expected a text"),
        ("expected a sequence", "expected a list"),
    ];
    TYPES
        .iter()
        .find_map(|(theirs, ours)| reason.strip_suffix(theirs).map(|start| format!("{start}{ours}")))
        .unwrap_or_else(|| reason.to_owned())
}

fn key_names(table: &Map<String, Value>, path: &mut String, names: &mut Vec<String>) {
    for (key, value) in table {
        let length = path.len();
        if length > 0 {
            path.push('.');
        }
        path.push_str(key);
        names.push(path.clone());
        if let Value::Object(inner) = value {
            key_names(inner, path, names);
        }
        path.truncate(length);
    }
}

/// The known key that was most likely meant: the same name in another section, else one that is a few letters away.
pub(super) fn nearest<'a>(key: &str, known: &'a [String]) -> Option<&'a str> {
    let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
    if let Some(elsewhere) = known.iter().find(|name| last(name) == last(key)) {
        return Some(elsewhere);
    }
    let (distance, name) = known.iter().map(|name| (distance(key, name), name)).min()?;
    (distance <= 2 + key.len() / 8).then_some(name)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, &above) in b.iter().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != *y));
            diagonal = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_between_words_counts_changed_letters() {
        assert_eq!(distance("side_a", "side_a"), 0);
        assert_eq!(distance("sidea", "side_a"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
