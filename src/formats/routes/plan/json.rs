//! JSON read where it stands: values keep their place in the text, so that every finding has its line.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::formats::features::{Faults, texts};
use crate::formats::routes::place::Spot;
use crate::message::Text;

/// The text of a plan.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
}

/// An object in it.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    document: &'a Document<'a>,
    values: BTreeMap<String, &'a RawValue>,
    key: String,
    line: usize,
}

impl<'a> Document<'a> {
    /// The document of a text.
    pub fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The object that the text is.
    pub fn top(&'a self, faults: &mut Faults) -> Option<Members<'a>> {
        match serde_json::from_str::<&RawValue>(self.text) {
            Ok(raw) => self.members(raw, String::new(), faults),
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.split(" at line ").next().unwrap_or_default();
                let what = (format!("is not JSON: {reason}"), format!("不是 JSON：{reason}"));
                let cure = ("correct the file there", "请改正该处");
                faults.error_at(error.line(), "", texts(what, ("a JSON object", "JSON 对象"), cure));
                None
            }
        }
    }

    fn line(&self, raw: &RawValue) -> usize {
        let offset = raw.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.starts.partition_point(|start| *start <= offset)
    }

    fn members(&'a self, raw: &'a RawValue, key: String, faults: &mut Faults) -> Option<Members<'a>> {
        let line = self.line(raw);
        let values = serde_json::from_str(raw.get()).ok();
        if values.is_none() {
            faults.error_at(line, key.as_str(), wrong(raw, ("an object { … }", "对象 { … }")));
        }
        Some(Members { document: self, values: values?, key, line })
    }
}

impl<'a> Members<'a> {
    /// Where it stands.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its line.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Key and line.
    pub fn spot(&self) -> Spot<'_> {
        Spot { key: &self.key, line: self.line }
    }

    /// Where a member of it stands.
    pub fn key_of(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }

    /// The line of a member; its own if there is none.
    pub fn line_of(&self, name: &str) -> usize {
        self.get(name).map_or(self.line, |raw| self.document.line(raw))
    }

    /// Whether there is a member that is not null.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.values.get(name).copied().filter(|raw| raw.get() != "null")
    }

    /// A member read as `T`; one that is no such thing is told.
    fn read<T: serde::Deserialize<'a>>(&self, name: &str, what: (&str, &str), faults: &mut Faults) -> Option<T> {
        let raw = self.get(name)?;
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            faults.error_at(self.document.line(raw), self.key_of(name), wrong(raw, what));
        }
        read
    }

    /// A member that is a number.
    pub fn number(&self, name: &str, faults: &mut Faults) -> Option<f64> {
        self.read(name, ("a number", "数字"), faults)
    }

    /// A member that is a whole number, not negative; such as `16` or `16.0`.
    pub fn whole(&self, name: &str, faults: &mut Faults) -> Option<u32> {
        let number = self.number(name, faults)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked against what it came from"
        )]
        let whole = number as u32;
        if (f64::from(whole) - number).abs() > 0.0 {
            let key = self.key_of(name);
            let raw = self.get(name)?;
            faults.error_at(self.line_of(name), key, wrong(raw, ("a whole number", "整数")));
            return None;
        }
        Some(whole)
    }

    /// A member that is `true` or `false`.
    pub fn flag(&self, name: &str, faults: &mut Faults) -> Option<bool> {
        self.read(name, ("true or false", "true 或 false"), faults)
    }

    /// A member as text: a string, or the JSON of what else it is, if that is short.
    pub fn text(&self, name: &str) -> Option<String> {
        let raw = self.get(name)?.get();
        serde_json::from_str(raw).ok().or_else(|| (raw.len() < 100).then(|| raw.to_owned()))
    }

    /// A member that is a list of numbers or nulls, with its key and its line.
    pub fn numbers(&self, name: &str, faults: &mut Faults) -> Option<(String, usize, Vec<Option<f64>>)> {
        let numbers = self.read(name, ("a list of numbers", "数字列表"), faults)?;
        Some((self.key_of(name), self.line_of(name), numbers))
    }

    /// A member that is an object.
    pub fn object(&self, name: &str, faults: &mut Faults) -> Option<Self> {
        self.document.members(self.get(name)?, self.key_of(name), faults)
    }

    /// The objects of a member that is a list, in order, `None` for what is none; nothing if it is absent.
    pub fn objects(&self, name: &str, faults: &mut Faults) -> Vec<Option<Self>> {
        let key = self.key_of(name);
        let list: Vec<&'a RawValue> = self.read(name, ("a list [ … ]", "列表 [ … ]"), faults).unwrap_or_default();
        let numbered = list.into_iter().enumerate();
        numbered.map(|(index, raw)| self.document.members(raw, format!("{key}[{index}]"), faults)).collect()
    }

    /// The places of a member that is a list of lists of numbers, each with its key and line.
    pub fn places(&self, name: &str, faults: &mut Faults) -> Vec<(String, usize, Vec<Option<f64>>)> {
        let key = self.key_of(name);
        let list: Vec<&'a RawValue> = self.read(name, ("a list of places", "位置列表"), faults).unwrap_or_default();
        let mut places = Vec::with_capacity(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            let (key, line) = (format!("{key}[{index}]"), self.document.line(raw));
            match serde_json::from_str(raw.get()) {
                Ok(numbers) => places.push((key, line, numbers)),
                Err(_) => faults.error_at(line, key, wrong(raw, ("[latitude, longitude]", "[纬度, 经度]"))),
            }
        }
        places
    }

    /// Tells an error if a version is none of those that are known.
    pub fn check_version(&self, name: &str, known: &[u32], faults: &mut Faults) {
        let version = self.whole(name, faults);
        if version.is_some_and(|version| known.contains(&version)) {
            return;
        }
        let list = known.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let version = version.map_or_else(|| "–".to_owned(), |version| version.to_string());
        faults.error_at(
            self.line_of(name),
            self.key_of(name),
            texts(
                (format!("version {version} is not known"), format!("未知版本 {version}")),
                (list.as_str(), list.as_str()),
                ("open the plan in QGroundControl 4 and save it again", "请用 QGroundControl 4 打开并重新保存"),
            ),
        );
    }

    /// Warns of members that are not among `known`, once for a name: they are not kept.
    pub fn warn_unknown(&self, known: &[&str], faults: &mut Faults) {
        for name in self.values.keys().filter(|name| !known.contains(&name.as_str())) {
            faults.warn_once(
                name,
                self.key_of(name),
                texts(
                    (format!("`{name}` is not understood, and not kept"), format!("不认识 `{name}`，不予保留")),
                    (known.join(", "), known.join("、")),
                    ("nothing, if it does not matter", "若无关紧要可不处理"),
                ),
            );
        }
    }
}

fn wrong(raw: &RawValue, (en, zh): (&str, &str)) -> [Text; 3] {
    let shown: String = raw.get().chars().take(60).collect();
    texts(
        (format!("`{shown}` stands here"), format!("此处为 `{shown}`")),
        (en, zh),
        (format!("write {en} here"), format!("改为{zh}")),
    )
}
