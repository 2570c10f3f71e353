//! What a mission asks for and is not flown here: listed by command, with the numbers of the items.

use std::collections::BTreeMap;

use super::command::name_of;
use super::items::Item;
use crate::formats::features::{Faults, texts};
use crate::formats::routes::place::Spot;
use crate::message::Text;

/// The most items whose numbers are listed.
const MOST_LISTED: usize = 20;

/// Why an item is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    /// It does nothing to the path.
    Aside,
    /// Its place is flown, and what it does there is not.
    PlaceOnly,
}

/// Items of one command.
#[derive(Debug)]
struct Listed {
    key: String,
    line: usize,
    count: usize,
    numbers: Vec<String>,
}

/// What is not flown of a mission.
#[derive(Debug, Default)]
pub struct Unflown {
    listed: BTreeMap<(Reason, u32), Listed>,
    /// What stands before the numbers of items, for those inside of another item.
    prefix: String,
}

impl Unflown {
    /// Items that follow are parts of item `number`; of none if absent.
    pub fn inside(&mut self, number: Option<usize>) {
        self.prefix = number.map_or_else(String::new, |number| format!("{number}."));
    }

    /// Notes an item that is not flown.
    pub fn note(&mut self, item: &Item) {
        self.add(Reason::Aside, item);
    }

    /// Notes an item whose place is flown, if it does more than that.
    pub fn note_change(&mut self, item: &Item) {
        if matches!(item.command, 17 | 18 | 31 | 82 | 94) {
            self.add(Reason::PlaceOnly, item);
        }
    }

    fn add(&mut self, reason: Reason, item: &Item) {
        let listed = self.listed.entry((reason, item.command)).or_insert_with(|| Listed {
            key: item.key.clone(),
            line: item.line,
            count: 0,
            numbers: Vec::new(),
        });
        listed.count += 1;
        if listed.numbers.len() < MOST_LISTED {
            listed.numbers.push(format!("{}{}", self.prefix, item.number));
        }
    }

    /// Tells all of it, in the order of the commands' numbers.
    pub fn tell(self, faults: &mut Faults) {
        for ((reason, command), listed) in self.listed {
            let Listed { key, line, count, numbers } = listed;
            let more = if count > numbers.len() { ", …" } else { "" };
            let numbers = format!("{}{more}", numbers.join(", "));
            Spot { key: &key, line }.warn(told(reason, command, count, &numbers), faults);
        }
    }
}

fn told(reason: Reason, command: u32, count: usize, numbers: &str) -> [Text; 3] {
    let name = name_of(command);
    let items = if count == 1 { "item" } else { "items" };
    let numbers_zh = numbers.replace(", ", "、");
    let [en, zh] = match reason {
        Reason::Aside => ["not flown here", "不执行"],
        Reason::PlaceOnly => instead(command),
    };
    let (what, zh) = (format!("{name}: {en}; {items} {numbers}"), format!("{name}：{zh}；第 {numbers_zh} 项"));
    let cure = match command {
        42600 | 94 => ("a winch is `winch_agl_m` of the pad", "绞车以起降点的 `winch_agl_m` 表示"),
        177 | 601 => ("write the repeated points out", "请逐一写出重复的航路点"),
        _ => ("nothing, if the path alone matters", "若只关心路径则无需处理"),
    };
    texts((what, zh), ("waypoints, take-offs, landings, stays, speeds", "航路点、起飞、降落、停留、速度"), cure)
}

/// What is flown instead of what an item does at its place.
const fn instead(command: u32) -> [&'static str; 2] {
    match command {
        17 => ["flown through: a stay without an end ends no flight", "按经过点飞行：无限期停留没有终点"],
        18 | 31 => ["the point is flown, hovering; circles are for wings", "按悬停点飞行；盘旋只用于固定翼"],
        82 => ["flown straight from point to point, not in a curve", "按直线逐点飞行，不走曲线"],
        _ => ["the point is flown, nothing is put down", "飞经该点，不放下载荷"],
    }
}
