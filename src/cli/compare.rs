//! `skygrid compare`: what differs between two results, figure by figure.

use std::path::{Path, PathBuf};

use super::args::{Arguments, Compare};
use super::sweep::failure_of;
use super::table::aligned;
use super::{Exit, Failure, Outcome};
use crate::message::words::Word;
use crate::message::{Language, Text};
use crate::record::RunFolder;
use crate::study::{Comparison, Difference, NothingShared, Results, Row, Side, StudyError, SweepFolder, run_row};

/// Most runs without a counterpart that are told one by one.
const MOST_UNPAIRED: usize = 10;

pub fn compare(compare: &Compare, arguments: &Arguments) -> Outcome {
    let language = arguments.language();
    let failed = |error: StudyError| failure_of(&error, language);
    let a = Found::read(&compare.a).map_err(failed)?;
    let comparison = match (&compare.b, &compare.by) {
        (Some(path), _) => {
            let b = Found::read(path).map_err(failed)?;
            compared(&a, &b, [&compare.a, path], language)?
        }
        (None, Some(by)) => {
            let Found::Sweep(results) = &a else {
                return Err(failed(not_a_sweep(&compare.a)));
            };
            let levels = by.levels.each_ref().map(String::as_str);
            Comparison::of_levels(results, &by.factor, levels).map_err(|fault| nothing(&fault, language))?
        }
        (None, None) => {
            let text = Text::new("expected a second result, or --by FACTOR=A,B", "应给出第二个结果，或 --by 因素=A,B");
            return Err(Failure::new(Exit::NotUnderstood, text.get(language)));
        }
    };
    let comparison = if compare.all { comparison } else { comparison.without_equal() };
    if arguments.json {
        say!("{}", serde_json::json!(comparison));
    } else if compare.csv {
        let text = comparison.table().to_csv().map_err(|error| Failure::new(Exit::InputOutput, error))?;
        say!("{}", text.trim_end());
        remarks(&comparison, language);
    } else {
        print(&comparison, language);
        remarks(&comparison, language);
    }
    Ok(Exit::Done)
}

fn nothing(fault: &NothingShared, language: Language) -> Failure {
    Failure::new(Exit::NotUnderstood, fault.0.get(language))
}

fn not_a_sweep(path: &Path) -> StudyError {
    not_comparable(
        path,
        [
            Text::new("is a single run and has no factors", "是单次运行，没有因素"),
            Text::new("the folder of a sweep, since --by is given", "给出 --by 时应为批量运行的目录"),
            Text::new("name a sweep, or two runs without --by", "请指定批量运行，或不用 --by 比较两次运行"),
        ],
    )
}

fn not_comparable(path: &Path, texts: [Text; 3]) -> StudyError {
    StudyError::NotComparable { path: path.to_path_buf(), texts: Box::new(texts) }
}

fn compared(a: &Found, b: &Found, paths: [&PathBuf; 2], language: Language) -> Result<Comparison, Failure> {
    let names = paths.map(|path| path.display().to_string());
    match (a, b) {
        (Found::Run(a), Found::Run(b)) => Ok(Comparison::of_runs((&names[0], a), (&names[1], b))),
        (Found::Sweep(a), Found::Sweep(b)) => {
            let (a, b) = (Side { name: &names[0], results: a }, Side { name: &names[1], results: b });
            Comparison::of_sweeps(a, b).map_err(|fault| nothing(&fault, language))
        }
        _ => {
            let texts = [
                Text::new(
                    format!("is not the same kind of result as {}", names[0]),
                    format!("与 {} 不是同类结果", names[0]),
                ),
                Text::new("two sweeps, or two runs", "两个批量运行，或两次运行"),
                Text::new("compare runs with runs and sweeps with sweeps", "请以运行与运行、批量运行与批量运行相比"),
            ];
            Err(failure_of(&not_comparable(paths[1], texts), language))
        }
    }
}

/// What a path turns out to hold.
enum Found {
    Sweep(Results),
    Run(Box<Row>),
}

impl Found {
    fn read(path: &Path) -> Result<Self, StudyError> {
        let sweep = SweepFolder::at(path);
        if path.is_dir() && sweep.results().is_file() {
            return Ok(Self::Sweep(Results::read(&sweep.results())?));
        }
        if path.is_file() && path.extension().is_some_and(|extension| extension == "parquet") {
            return Ok(Self::Sweep(Results::read(path)?));
        }
        if path.is_dir() && sweep.manifest().is_file() {
            let texts = [
                Text::new("is a sweep without results yet", "批量运行尚无结果"),
                Text::new(
                    "a results.parquet, which is written when a sweep ends or is interrupted",
                    "results.parquet，于批量运行结束或中断时写出",
                ),
                Text::new("run `skygrid sweep` again to its end", "请再次执行 `skygrid sweep` 直至结束"),
            ];
            return Err(not_comparable(path, texts));
        }
        Self::read_run(path)
    }

    fn read_run(path: &Path) -> Result<Self, StudyError> {
        let refused = |what: Text| {
            let expected = Text::new(
                "the folder of a sweep or its results.parquet, or the folder of a run or its summary.json",
                "批量运行的目录或其 results.parquet，或运行的目录或其 summary.json",
            );
            not_comparable(path, [what, expected, Text::new("check the path", "请检查路径")])
        };
        let no_summary = || Text::new("is no summary of a run", "不是运行的摘要");
        let folder = RunFolder::open(path).ok().filter(|_| path.is_dir()).map(|folder| folder.summary());
        let summary = folder.or_else(|| path.is_file().then(|| path.to_path_buf()));
        let summary = summary.ok_or_else(|| refused(Text::new("holds no results", "没有结果")))?;
        let unread = |error| Text::new(format!("cannot be read: {error}"), format!("无法读取：{error}"));
        let text = std::fs::read(&summary).map_err(|error| refused(unread(error)))?;
        let no_json = |error| {
            let Text { en, zh } = no_summary();
            Text::new(format!("{en}: {error}"), format!("{zh}：{error}"))
        };
        let value = serde_json::from_slice(&text).map_err(|error| refused(no_json(error)))?;
        let row = run_row(&value).ok_or_else(|| refused(no_summary()))?;
        Ok(Self::Run(Box::new(row)))
    }
}

fn print(comparison: &Comparison, language: Language) {
    let Comparison { a, b, pairs, seeds, .. } = comparison;
    let by = comparison.paired_by.join(", ");
    match language {
        Language::English => {
            let by = if by.is_empty() { "seed".to_owned() } else { format!("seed and {by}") };
            let seeds = if *seeds == 1 { "one seed".to_owned() } else { format!("{seeds} seeds") };
            let paired =
                if *pairs == 1 { "one pair of runs".to_owned() } else { format!("{pairs} pairs by {by}, {seeds}") };
            say!("A  {a}\nB  {b}\n{paired}\n");
        }
        Language::Chinese => {
            let by = if by.is_empty() { "种子".to_owned() } else { format!("种子与 {by} ") };
            let paired = if *pairs == 1 {
                "一对运行".to_owned()
            } else {
                format!("按{by}配对，共 {pairs} 对，{seeds} 个种子")
            };
            say!("A  {a}\nB  {b}\n{paired}\n");
        }
    }
    if comparison.differences.is_empty() {
        return match language {
            Language::English => say!("no figure differs"),
            Language::Chinese => say!("各指标均无差异"),
        };
    }
    let header = [
        Word::new("figure", "指标"),
        Word::new("A", "A"),
        Word::new("B", "B"),
        Word::new("B − A", "B − A"),
        Word::new("± 95 %", "± 95%"),
        Word::new("change", "变化"),
        Word::new("pairs", "对数"),
    ];
    let mut rows = vec![header.map(|word| word.get(language).to_owned()).to_vec()];
    rows.extend(comparison.differences.iter().map(row));
    for line in aligned(&rows, &(1..7)) {
        say!("{line}");
    }
}

fn row(one: &Difference) -> Vec<String> {
    let half_width = one.difference.half_width.map_or_else(|| "–".to_owned(), short);
    let change = one.relative.map_or_else(|| "–".to_owned(), |share| signed(100.0 * share, 1) + " %");
    let sign = if one.difference.mean > 0.0 { "+" } else { "" };
    let difference = format!("{sign}{}", short(one.difference.mean));
    vec![
        one.figure.clone(),
        short(one.mean_a),
        short(one.mean_b),
        difference,
        half_width,
        change,
        one.pairs.to_string(),
    ]
}

/// A number with its sign; what rounds to zero has none.
fn signed(number: f64, decimals: usize) -> String {
    let text = format!("{number:+.decimals$}");
    let is_zero = text.chars().all(|letter| matches!(letter, '+' | '-' | '0' | '.'));
    if is_zero { text[1..].to_owned() } else { text }
}

/// A number with three decimals below a hundred, one below a hundred thousand, none above; without idle zeros.
fn short(number: f64) -> String {
    let decimals = match number.abs() {
        size if size < 100.0 => 3,
        size if size < 100_000.0 => 1,
        _ => 0,
    };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What stands beside the figures.
fn remarks(comparison: &Comparison, language: Language) {
    for note in &comparison.notes {
        remark!("{}", note.get(language));
    }
    let unpaired = &comparison.unpaired;
    for one in unpaired.iter().take(MOST_UNPAIRED) {
        let side = one.side.to_uppercase();
        match language {
            Language::English => remark!("only in {side}: {}", one.run),
            Language::Chinese => remark!("仅见于 {side}：{}", one.run),
        }
    }
    if let Some(more) = unpaired.len().checked_sub(MOST_UNPAIRED).filter(|more| *more > 0) {
        match language {
            Language::English => remark!("{more} more runs have no counterpart"),
            Language::Chinese => remark!("另有 {more} 次运行没有对照"),
        }
    }
}
