//! A JSON object with its place in the file, and reading its members with findings.

use serde_json::{Map, Value};

use super::faults::{Faults, texts};

/// An object and the key it stands at.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    members: &'a Map<String, Value>,
    key: String,
}

/// The key of a member.
fn join(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

impl<'a> Object<'a> {
    /// The object at `key`; everything else there is an error.
    pub fn of(value: &'a Value, key: impl Into<String>, faults: &mut Faults) -> Option<Self> {
        let key = key.into();
        if let Some(members) = value.as_object() {
            return Some(Self { members, key });
        }
        faults.error(key, wrong_type(value, ("an object { … }", "对象 { … }")));
        None
    }

    /// Where it stands.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where a member of it stands.
    pub fn key_of(&self, name: &str) -> String {
        join(&self.key, name)
    }

    /// A member; one that is null counts as absent.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// The names of its members.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.members.keys().map(String::as_str)
    }

    /// Whether there is such a member, null or not.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A member that is an object.
    pub fn object(&self, name: &str, faults: &mut Faults) -> Option<Self> {
        Self::of(self.get(name)?, self.key_of(name), faults)
    }

    /// A member that is a list; nothing if it is absent.
    pub fn list(&self, name: &str, faults: &mut Faults) -> &'a [Value] {
        match self.get(name) {
            None => &[],
            Some(Value::Array(list)) => list,
            Some(other) => {
                faults.error(self.key_of(name), wrong_type(other, ("a list [ … ]", "列表 [ … ]")));
                &[]
            }
        }
    }

    /// A member that is a list of objects, or one object alone.
    pub fn objects(&self, name: &str, faults: &mut Faults) -> Vec<Self> {
        if let Some(Value::Object(_)) = self.get(name) {
            return self.object(name, faults).into_iter().collect();
        }
        let key = self.key_of(name);
        let list = self.list(name, faults).iter().enumerate();
        list.filter_map(|(index, value)| Self::of(value, format!("{key}[{index}]"), faults)).collect()
    }

    /// A member that is a number, or a number in quotation marks.
    pub fn number(&self, name: &str, faults: &mut Faults) -> Option<f64> {
        let value = self.get(name)?;
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        if number.is_none() {
            faults.error(self.key_of(name), wrong_type(value, ("a number", "数字")));
        }
        number
    }

    /// A member as text: a string, or a number as it is written.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Members as text, those of a list one by one.
    pub fn strings(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(text)) => vec![text.clone()],
            _ => Vec::new(),
        }
    }

    /// Warns of members that are not among `known`, once for a name.
    pub fn warn_unknown(&self, known: &[&str], faults: &mut Faults) {
        for name in self.members.keys().filter(|name| !known.contains(&name.as_str())) {
            faults.warn_once(
                name,
                self.key_of(name),
                texts(
                    (format!("`{name}` is not understood"), format!("不认识 `{name}`")),
                    (known.join(", "), known.join("、")),
                    (
                        "nothing, if it does not matter; it is kept where the file is written again in its format",
                        "若无关紧要可不处理；以原格式写回时保留",
                    ),
                ),
            );
        }
    }
}

/// The findings' texts for a value that is not what it should be.
fn wrong_type(value: &Value, (en, zh): (&str, &str)) -> [crate::message::Text; 3] {
    let (what_en, what_zh) = match value {
        Value::Null => ("null".to_owned(), "null".to_owned()),
        Value::Array(list) => (format!("a list of {}", list.len()), format!("{} 项的列表", list.len())),
        Value::Object(_) => ("an object".to_owned(), "对象".to_owned()),
        other => {
            let text: String = other.to_string().chars().take(60).collect();
            (format!("`{text}`"), format!("`{text}`"))
        }
    };
    texts(
        (format!("{what_en} stands here"), format!("此处为 {what_zh}")),
        (en, zh),
        (format!("write {en} here"), format!("改为{zh}")),
    )
}
