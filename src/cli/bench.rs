//! `skygrid bench`: how fast this machine simulates, drones by drones.

use super::args::{Arguments, Bench};
use super::table::aligned;
use super::{Exit, Failure, Outcome};
use crate::message::Language;
use crate::message::words::Word;
use crate::sim::Algorithms;
use crate::study::{BenchError, Equipment, Load, Measured, Room, measure};

pub fn bench(bench: &Bench, arguments: &Arguments, algorithms: &Algorithms) -> Outcome {
    let language = arguments.language();
    let mut rows = Vec::new();
    for &drones in &bench.drones {
        if !arguments.quiet {
            remark!("{}", MEASURING.get(language).replace("{}", &drones.to_string()));
        }
        let load = Load {
            drones,
            equipment: if bench.full { Equipment::Full } else { Equipment::Bare },
            room: if bench.growing { Room::Growing } else { Room::Same },
            resolver: bench.resolver.clone(),
            threads: usize::from(bench.threads),
        };
        rows.push(measure(&load, algorithms).map_err(|error| failure_of(&error))?);
    }
    if arguments.json {
        say!("{}", serde_json::json!(rows));
    } else {
        print(&rows, language);
    }
    Ok(Exit::Done)
}

fn failure_of(error: &BenchError) -> Failure {
    match error {
        BenchError::Run(error) => super::run::failure_of(error),
        BenchError::Folder(_) | BenchError::Scene { .. } => Failure::new(Exit::InputOutput, error),
    }
}

const MEASURING: Word = Word::new("measuring {} drones, three runs …", "正在测量 {} 架无人机，三次运行……");
const UNITS: Word = Word::new(
    "speed: simulated seconds in one; then microseconds that a simulated second takes, by what for; pairs looked at exactly in a\n\
     detection tick; memory of the whole process so far. Of three runs with different seeds the one of median speed.",
    "速度：每秒可模拟的秒数；其后为模拟一秒各部分所需微秒数；每次检测精确判断的机对数；进程至此的内存峰值。三次运行取速度居中者。",
);
const HEAD: [Word; 11] = [
    Word::new("drones", "无人机"),
    Word::new("speed", "速度"),
    Word::new("decide", "决策"),
    Word::new("move", "运动"),
    Word::new("detect", "检测"),
    Word::new("resolve", "解脱"),
    Word::new("emit", "成帧"),
    Word::new("record", "记录"),
    Word::new("pairs", "机对"),
    Word::new("losses", "间隔丧失"),
    Word::new("MB", "MB"),
];

fn print(rows: &[Measured], language: Language) {
    let head = HEAD.map(|word| word.get(language).to_owned()).to_vec();
    let cells: Vec<Vec<String>> = std::iter::once(head).chain(rows.iter().map(row)).collect();
    for line in aligned(&cells, &(0..HEAD.len())) {
        say!("{line}");
    }
    say!("");
    say!("{}", UNITS.get(language));
}

fn row(measured: &Measured) -> Vec<String> {
    let times = &measured.times;
    let parts = [times.decide_s, times.move_s, times.detect_s, times.resolve_s, times.emit_s, times.record_s];
    let micros = parts.map(|part_s| format!("{:.0}", part_s / measured.simulated_s * 1e6));
    let megabytes = measured.peak_memory_bytes.map_or_else(String::new, |bytes| (bytes >> 20).to_string());
    let digits = if measured.speed < 10.0 { 2 } else { 0 };
    let mut cells = vec![measured.load.drones.to_string(), format!("{:.digits$}", measured.speed)];
    cells.extend(micros);
    cells.extend([format!("{:.0}", measured.candidates), measured.losses.to_string(), megabytes]);
    cells
}
