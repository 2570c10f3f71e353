//! Reading a file feature by feature: its list streams by, everything else at the top is the header.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::faults::{Faults, texts};
use crate::message::Text;

/// The most that one feature, or the header, may take: bounds the memory, and is 400 000 places.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The most memory that a feature may take once it is read: lists of nothing weigh fifty times what they are written as.
const MOST_WEIGHT: usize = 256 * 1024 * 1024;

/// What stands beside the list of features, as it was written.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// Members before the list.
    pub before: Vec<Member>,
    /// What the list is called; empty until it is met.
    pub list: String,
    /// Members after the list.
    pub after: Vec<Member>,
}

/// A member of the top level.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its value as it was written.
    pub value: Box<RawValue>,
}

impl Header {
    /// That of a `FeatureCollection` of GeoJSON.
    pub fn plain() -> Self {
        let value = serde_json::value::to_raw_value("FeatureCollection").unwrap_or_default();
        Self { before: vec![Member { name: "type".to_owned(), value }], list: "features".to_owned(), after: Vec::new() }
    }
}

impl Member {
    /// Its value; null if it is nested too deeply.
    pub fn parsed(&self) -> Value {
        serde_json::from_str(self.value.get()).unwrap_or_default()
    }
}

/// A feature.
#[derive(Debug)]
pub struct Entry {
    /// As it was written.
    pub raw: Box<RawValue>,
    /// What it says.
    pub value: Value,
    /// Where it stands, such as `features[3]`.
    pub key: String,
    /// Its number, from 0.
    pub index: usize,
}

/// What is done with each feature.
pub type Each<'a> = &'a mut dyn FnMut(&Header, &Entry, &mut Faults);

/// Reads the features of a file, `features` or `UASZoneList`, one at a time.
pub fn stream(path: &Path, faults: &mut Faults, each: Each<'_>) -> Header {
    let mut header = Header::default();
    let meter = Rc::new(Meter { line: Cell::new(1), spent: Cell::new(0) });
    let opened = File::open(path).and_then(|file| without_mark(BufReader::with_capacity(1 << 16, file)));
    let result = match opened {
        Err(error) => Err(serde_json::Error::io(error)),
        Ok(bytes) => {
            let metered = Metered { bytes, meter: Rc::clone(&meter) };
            let mut json = serde_json::Deserializer::from_reader(metered);
            let top = Top { header: &mut header, faults, each, meter: &meter };
            json.deserialize_any(top).and_then(|()| json.end())
        }
    };
    match result {
        Err(error) => faults.error_at(error.line(), "", broken(&error, &meter)),
        Ok(()) if header.list.is_empty() => faults.error("", no_list(&header)),
        Ok(()) => {}
    }
    header
}

/// Skips the byte order mark that some editors write.
fn without_mark(mut bytes: BufReader<File>) -> io::Result<BufReader<File>> {
    if bytes.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        bytes.consume(3);
    }
    Ok(bytes)
}

/// Counts lines, and bytes since the last feature began.
struct Meter {
    line: Cell<usize>,
    spent: Cell<u64>,
}

struct Metered {
    bytes: BufReader<File>,
    meter: Rc<Meter>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        let lines: usize = buffer[..count].iter().map(|byte| usize::from(*byte == b'\n')).sum();
        self.meter.line.set(self.meter.line.get() + lines);
        self.meter.spent.set(self.meter.spent.get() + count as u64);
        if self.meter.spent.get() > MOST_BYTES { Err(io::Error::other("too long")) } else { Ok(count) }
    }
}

/// The top level.
struct Top<'a, 'b> {
    header: &'a mut Header,
    faults: &'a mut Faults,
    each: Each<'b>,
    meter: &'a Meter,
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of features")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if !["features", "UASZoneList"].contains(&name.as_str()) {
                let member = Member { name, value: map.next_value()? };
                let met_list = !self.header.list.is_empty();
                if met_list { &mut self.header.after } else { &mut self.header.before }.push(member);
            } else if self.header.list.is_empty() {
                self.header.list = name;
                map.next_value_seed(List(&mut self))?;
                self.meter.spent.set(0);
            } else {
                map.next_value::<IgnoredAny>()?;
                self.faults.error(name.as_str(), second_list(&name, &self.header.list));
            }
        }
        Ok(())
    }
}

/// The list of features.
struct List<'a, 'b, 'c>(&'a mut Top<'b, 'c>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some((line, raw)) = list.next_element_seed(Numbered(self.0.meter))? {
            self.0.feature(index, line, raw);
            index += 1;
        }
        Ok(())
    }
}

/// A value as it is written, and the line it begins in.
struct Numbered<'a>(&'a Meter);

impl<'de> DeserializeSeed<'de> for Numbered<'_> {
    type Value = (usize, Box<RawValue>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.spent.set(0);
        Ok((self.0.line.get(), Box::deserialize(deserializer)?))
    }
}

impl Top<'_, '_> {
    fn feature(&mut self, index: usize, line: usize, raw: Box<RawValue>) {
        let key = format!("{}[{index}]", self.header.list);
        let mark = self.faults.kept();
        if weight(raw.get()) > MOST_WEIGHT {
            self.faults.error_at(line, key, too_many_values());
            return;
        }
        match serde_json::from_str(raw.get()) {
            Err(error) => self.faults.error_at(line + error.line().saturating_sub(1), key, unreadable(&error)),
            Ok(value) => {
                let entry = Entry { raw, value, key, index };
                (self.each)(self.header, &entry, self.faults);
                self.faults.locate(mark, line, &entry.key, entry.raw.get());
            }
        }
    }
}

/// Bytes that a feature takes once it is read, about: of lists and objects with their first few members, and of members.
fn weight(raw: &str) -> usize {
    let weights = raw.bytes().map(|byte| match byte {
        b'{' => 700,
        b'[' => 176,
        b',' => 32,
        _ => 0,
    });
    weights.sum()
}

fn too_many_values() -> [Text; 3] {
    texts(
        ("a feature of too many values to be read at once", "要素中的数值过多，无法一次读取"),
        ("at most about a million places", "不超过约一百万个位置"),
        ("split the feature, or simplify its outline", "拆分该要素，或简化其轮廓"),
    )
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

fn unreadable(error: &serde_json::Error) -> [Text; 3] {
    let reason = reason(error);
    texts(
        (format!("the feature cannot be read: {reason}"), format!("无法读取此要素：{reason}")),
        ("JSON with numbers that exist, nested less than 128 deep", "数值有效、嵌套少于 128 层的 JSON"),
        ("correct the feature or take it out", "改正或去掉此要素"),
    )
}

fn broken(error: &serde_json::Error, meter: &Meter) -> [Text; 3] {
    let reason = reason(error);
    if meter.spent.get() > MOST_BYTES {
        let megabytes = MOST_BYTES >> 20;
        return texts(
            (
                format!("a feature or the header is longer than {megabytes} MB"),
                format!("一个要素或文件头超过 {megabytes} MB"),
            ),
            (format!("at most {megabytes} MB each"), format!("每个不超过 {megabytes} MB")),
            ("split the feature, or simplify its outline", "拆分该要素，或简化其轮廓"),
        );
    }
    if error.is_io() {
        return texts(
            (format!("cannot be read: {reason}"), format!("无法读取：{reason}")),
            ("a readable JSON file", "可读的 JSON 文件"),
            ("check the path and its permissions", "检查路径与权限"),
        );
    }
    texts(
        (format!("is not JSON with features: {reason}"), format!("不是含要素的 JSON：{reason}")),
        (
            "a JSON object (UTF-8) with a list `features` or `UASZoneList`",
            "含列表 `features` 或 `UASZoneList` 的 JSON 对象（UTF-8）",
        ),
        ("correct the file there; what follows was not read", "改正该处；其后内容未读取"),
    )
}

fn no_list(header: &Header) -> [Text; 3] {
    let names: Vec<&str> = header.before.iter().map(|member| member.name.as_str()).take(10).collect();
    texts(
        (
            format!("no list of features; the top level has: {}", names.join(", ")),
            format!("没有要素列表；顶层有：{}", names.join("、")),
        ),
        ("a list `features` or `UASZoneList`", "列表 `features` 或 `UASZoneList`"),
        (
            "put a lone feature into { \"type\": \"FeatureCollection\", \"features\": [ … ] }",
            "将单个要素放入 { \"type\": \"FeatureCollection\", \"features\": [ … ] }",
        ),
    )
}

fn second_list(name: &str, first: &str) -> [Text; 3] {
    texts(
        (format!("a second list `{name}` after `{first}`"), format!("`{first}` 之后又有列表 `{name}`")),
        ("one list of features", "只有一个要素列表"),
        ("join the lists, or make two files of them", "合并列表，或拆成两个文件"),
    )
}
