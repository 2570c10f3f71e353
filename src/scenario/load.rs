//! From text to model: syntax, then shape and range of every value by the schema, all faults at once.

use std::sync::OnceLock;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use super::model::Scenario;
use super::source::{Source, Step, dotted, json_of, steps_of_pointer};
use crate::message::{Finding, Findings, Severity, Site, Text};

/// The JSON Schema of scenario files.
pub fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
        generator.into_root_schema_for::<Scenario>().to_value()
    })
}

/// What it is asked with, made once: that takes longer than to read a scenario.
fn validator() -> &'static jsonschema::Validator {
    static VALIDATOR: OnceLock<jsonschema::Validator> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "the schema comes from our own structs; a test builds it")]
    VALIDATOR.get_or_init(|| jsonschema::validator_for(schema()).expect("the derived schema is valid"))
}

/// One `--set key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Dotted key; an entry of a list is named by its index or its `id`.
    pub key: String,
    /// The value as TOML; text that is no TOML value is taken as a string.
    pub value: String,
}

/// A scenario whose every value has the right shape and range.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The model, defaults filled in, overrides applied.
    pub scenario: Scenario,
    /// Where it was read from.
    pub source: Source,
    /// The file's own values, to tell them from defaults.
    pub written: Value,
    /// Keys set by overrides.
    pub overridden: Vec<String>,
}

/// Reads the model out of a file's text.
///
/// # Errors
/// Every fault of syntax, shape and range.
pub fn load(source: Source, overrides: &[Override]) -> Result<Loaded, Findings> {
    let table: toml::Table = toml::from_str(&source.text).map_err(|error| Findings(vec![syntax(&source, &error)]))?;
    let mut findings = Vec::new();
    non_finite(&toml::Value::Table(table.clone()), &mut Vec::new(), &source, &mut findings);
    let written = json_of(&toml::Value::Table(table));
    let mut value = written.clone();
    let mut overridden = Vec::new();
    for change in overrides {
        match apply(&mut value, change) {
            Ok(key) => overridden.push(key),
            Err(finding) => findings.push(*finding),
        }
    }
    findings.extend(shape_findings(&value, &source, &findings));
    if !findings.is_empty() {
        findings.sort_by_key(|finding| finding.site.line);
        return Err(Findings(findings));
    }
    let scenario = serde_json::from_value(value).map_err(|error| Findings(vec![unexplained(&source, &error)]))?;
    Ok(Loaded { scenario, source, written, overridden })
}

fn fatal(source: &Source, steps: &[Step], what: Text, expected: Text, cure: Text) -> Finding {
    let site = Site { file: source.name(), line: source.line_of(steps), key: dotted(steps) };
    Finding { severity: Severity::Fatal, site, what, expected, cure }
}

fn syntax(source: &Source, error: &toml::de::Error) -> Finding {
    let line = error.span().map(|span| source.line_at(span.start));
    Finding {
        severity: Severity::Fatal,
        site: Site { file: source.name(), line, key: String::new() },
        what: Text::new(format!("not TOML: {}", error.message()), format!("不是 TOML:{}", error.message())),
        expected: Text::new("a TOML file", "TOML 文件"),
        cure: Text::new(
            "mend this line; `skygrid new` writes a valid file to compare with",
            "请改正此行；可用 `skygrid new` 生成正确的文件作对照",
        ),
    }
}

/// The schema let it through, serde did not: the two are derived from the same structs, so this tells of a bug of ours.
fn unexplained(source: &Source, error: &serde_json::Error) -> Finding {
    let text = format!("cannot be read: {error}");
    fatal(
        source,
        &[],
        Text::new(&text, &text),
        Text::new("a scenario", "情景文件"),
        Text::new("report this as a fault of skygrid", "请作为程序缺陷上报"),
    )
}

/// NaN and infinities, which TOML allows and no key of ours does.
fn non_finite(value: &toml::Value, steps: &mut Vec<Step>, source: &Source, findings: &mut Vec<Finding>) {
    match value {
        toml::Value::Float(number) if !number.is_finite() => findings.push(fatal(
            source,
            steps,
            Text::new(format!("{number} is not a number one can fly with"), format!("{number} 不是有效数值")),
            Text::new("a finite number", "有限数值"),
            Text::new("write the number that is meant", "请填写实际数值"),
        )),
        toml::Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                steps.push(Step::Index(index));
                non_finite(value, steps, source, findings);
                steps.pop();
            }
        }
        toml::Value::Table(table) => {
            for (key, value) in table {
                steps.push(Step::Key(key.clone()));
                non_finite(value, steps, source, findings);
                steps.pop();
            }
        }
        _ => {}
    }
}

/// Whether there is no NaN and no infinity in a value.
fn is_finite(value: &toml::Value) -> bool {
    match value {
        toml::Value::Float(number) => number.is_finite(),
        toml::Value::Array(values) => values.iter().all(is_finite),
        toml::Value::Table(table) => table.values().all(is_finite),
        _ => true,
    }
}

/// Applies one override and says which key it set, with indices in place of ids.
fn apply(root: &mut Value, change: &Override) -> Result<String, Box<Finding>> {
    let refuse = |what: String, zh: String| {
        Box::new(Finding {
            severity: Severity::Fatal,
            site: Site { file: "--set".into(), line: None, key: change.key.clone() },
            what: Text::new(what, zh),
            expected: Text::new(
                "key=value with a key of the scenario, such as delivery.scenic.orders_per_hour=20",
                "键=值，键须是情景文件中的键，如 delivery.scenic.orders_per_hour=20",
            ),
            cure: Text::new(
                "see the keys with `skygrid schema` or `skygrid run --print-config`",
                "用 `skygrid schema` 或 `skygrid run --print-config` 查看可用的键",
            ),
        })
    };
    let mut here = root;
    let mut steps = Vec::new();
    let names: Vec<&str> = change.key.split('.').collect();
    for (depth, name) in names.iter().enumerate() {
        let last = depth + 1 == names.len();
        here = match here {
            Value::Array(entries) => {
                let position = entries.iter().position(|entry| entry.get("id").and_then(Value::as_str) == Some(name));
                let index = position.or_else(|| name.parse().ok()).filter(|&index| index < entries.len());
                let Some(index) = index else {
                    return Err(refuse(format!("no entry `{name}`"), format!("没有条目 `{name}`")));
                };
                steps.push(Step::Index(index));
                &mut entries[index]
            }
            Value::Object(table) => {
                steps.push(Step::Key((*name).to_owned()));
                table
                    .entry(*name)
                    .or_insert_with(|| if last { Value::Null } else { Value::Object(serde_json::Map::new()) })
            }
            _ => return Err(refuse(format!("`{name}` is inside a plain value"), format!("`{name}` 位于普通值之内"))),
        };
    }
    let parsed = toml::from_str::<toml::Table>(&format!("value = {}", change.value))
        .ok()
        .and_then(|mut table| table.remove("value"));
    if !parsed.as_ref().is_none_or(is_finite) {
        let value = &change.value;
        return Err(refuse(format!("{value} is not a number one can fly with"), format!("{value} 不是有效数值")));
    }
    *here = parsed.map_or_else(|| Value::String(change.value.clone()), |value| json_of(&value));
    Ok(dotted(&steps))
}

/// What the schema has against the value, leaving out what `known` findings already tell.
fn shape_findings(value: &Value, source: &Source, known: &[Finding]) -> Vec<Finding> {
    let mut found = Vec::new();
    for error in validator().iter_errors(value) {
        let steps = steps_of_pointer(error.instance_path().as_str(), value);
        if !known.iter().any(|finding| finding.site.key == dotted(&steps)) {
            told(&error, value, source, &mut found);
        }
    }
    // What is wrong inside a value of several shapes has a key of its own.
    found.retain(|finding| !known.iter().any(|other| other.site.key == finding.site.key));
    found
}

/// Adds what the schema has against a part of `whole`; of several shapes what is wrong with the one that was meant.
fn told(error: &ValidationError<'_>, whole: &Value, source: &Source, found: &mut Vec<Finding>) {
    let steps = steps_of_pointer(error.instance_path().as_str(), whole);
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        return meant(context, steps.len()).for_each(|inner| told(inner, whole, source, found));
    }
    explain(error.kind(), error.instance(), &steps, source, found);
}

/// Of the shapes that a value `depth` steps in may have, what speaks against those of its type; if it has none of their
/// types, against all but null.
fn meant<'a, 'b>(
    shapes: &'a [Vec<ValidationError<'b>>],
    depth: usize,
) -> impl Iterator<Item = &'a ValidationError<'b>> {
    let is_here = move |error: &ValidationError<'_>| error.instance_path().as_str().matches('/').count() == depth;
    let is_of_type = move |errors: &&Vec<ValidationError<'_>>| !errors.iter().any(|one| is_here(one) && is_type(one));
    let none_is = !shapes.iter().any(|errors| is_of_type(&errors));
    let counts = move |errors: &&Vec<ValidationError<'_>>| none_is || is_of_type(errors);
    shapes.iter().filter(counts).flatten().filter(|error| !is_null_wanted(error.kind()))
}

/// Whether a value is of another type than is wanted: a closed list is one of words.
fn is_type(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        ValidationErrorKind::Type { .. } => true,
        ValidationErrorKind::Enum { .. } | ValidationErrorKind::OneOfNotValid { .. } => !error.instance().is_string(),
        _ => false,
    }
}

fn explain(kind: &ValidationErrorKind, instance: &Value, steps: &[Step], source: &Source, found: &mut Vec<Finding>) {
    let mut tell = |steps: &[Step], what: Text, expected: Text, cure: Text| {
        found.push(fatal(source, steps, what, expected, cure));
    };
    let value_text = instance.to_string();
    let range =
        |sign: &str, limit: &Value| Text::new(format!("a value {sign} {limit}"), format!("数值 {sign} {limit}"));
    let out_of_range = || Text::new(format!("{value_text} is out of range"), format!("{value_text} 超出范围"));
    let correct = || {
        Text::new(
            "correct the value; `skygrid schema` has the range of every key",
            "请改正数值；`skygrid schema` 列有各键范围",
        )
    };
    match kind {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let mut inner = steps.to_vec();
                inner.push(Step::Key(key.clone()));
                let (expected, cure) = unknown_key_advice(key, steps);
                tell(&inner, Text::new(format!("unknown key `{key}`"), format!("未知的键 `{key}`")), expected, cure);
            }
        }
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default().to_owned();
            let mut inner = steps.to_vec();
            inner.push(Step::Key(key.clone()));
            tell(
                &inner,
                Text::new(format!("`{key}` is missing"), format!("缺少 `{key}`")),
                Text::new(format!("the key `{key}`"), format!("键 `{key}`")),
                Text::new("add it; `skygrid new` writes an example", "请补上；`skygrid new` 可生成示例"),
            );
        }
        ValidationErrorKind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(several) => several
                    .iter()
                    .map(|one| one.to_string())
                    .filter(|one| one != "null")
                    .collect::<Vec<_>>()
                    .join(" or "),
            };
            tell(
                steps,
                Text::new(format!("{value_text} has the wrong type"), format!("{value_text} 类型不对")),
                Text::new(format!("a value of type {wanted}"), format!("类型为 {wanted} 的值")),
                Text::new("write a value of that type", "请填写该类型的值"),
            );
        }
        ValidationErrorKind::Minimum { limit } => tell(steps, out_of_range(), range("≥", limit), correct()),
        ValidationErrorKind::Maximum { limit } => tell(steps, out_of_range(), range("≤", limit), correct()),
        ValidationErrorKind::ExclusiveMinimum { limit } => tell(steps, out_of_range(), range(">", limit), correct()),
        ValidationErrorKind::ExclusiveMaximum { limit } => tell(steps, out_of_range(), range("<", limit), correct()),
        other => {
            let reason = format!("{other:?}");
            let reason = reason.split([' ', '{']).next().unwrap_or_default().to_owned();
            let allowed = allowed_values(steps);
            tell(
                steps,
                Text::new(format!("{value_text} is not allowed here"), format!("此处不允许 {value_text}")),
                allowed.map_or_else(
                    || {
                        Text::new(
                            format!("a value that meets the schema ({reason})"),
                            format!("符合模式的值（{reason}）"),
                        )
                    },
                    |list| Text::new(format!("one of {list}"), format!("{list} 之一")),
                ),
                correct(),
            );
        }
    }
}

fn is_null_wanted(kind: &ValidationErrorKind) -> bool {
    matches!(kind, ValidationErrorKind::Type { kind: TypeKind::Single(one) } if one.to_string() == "null")
}

/// The values that the closed list at `steps` allows.
fn allowed_values(steps: &[Step]) -> Option<String> {
    let part = schema_at(steps);
    let named = part.get("enum").and_then(Value::as_array).map(|values| values.iter().collect::<Vec<_>>());
    let described = || {
        let choices = part.get("oneOf")?.as_array()?.iter();
        choices.map(|choice| choice.get("const").or_else(|| choice.get("enum")?.get(0))).collect::<Option<Vec<_>>>()
    };
    let values = named.or_else(described)?;
    Some(values.into_iter().map(Value::to_string).collect::<Vec<_>>().join(", "))
}

/// The known keys beside an unknown one and, if one is close, that one.
fn unknown_key_advice(key: &str, steps: &[Step]) -> (Text, Text) {
    let known = known_keys(steps);
    let closest = known.iter().max_by(|a, b| strsim::jaro_winkler(a, key).total_cmp(&strsim::jaro_winkler(b, key)));
    let list = known.join(", ");
    let expected = Text::new(format!("one of {list}"), format!("下列之一：{list}"));
    let cure = match closest {
        Some(name) if strsim::jaro_winkler(name, key) > 0.8 => {
            Text::new(format!("did you mean `{name}`? otherwise remove it"), format!("是否应为 `{name}`?否则请删除"))
        }
        _ => Text::new("remove it", "请删除"),
    };
    (expected, cure)
}

/// The keys the schema knows in the table at `steps`.
fn known_keys(steps: &[Step]) -> Vec<String> {
    let properties = schema_at(steps).get("properties").and_then(Value::as_object);
    let mut keys: Vec<String> = properties.map(|table| table.keys().cloned().collect()).unwrap_or_default();
    keys.sort();
    keys
}

/// The part of the schema about the value at `steps`, its references followed.
fn schema_at(steps: &[Step]) -> &'static Value {
    steps.iter().fold(schema(), |here, step| {
        let next = match step {
            Step::Key(key) => here.get("properties").and_then(|properties| properties.get(key)),
            Step::Index(_) => here.get("items"),
        };
        next.map_or(&Value::Null, followed)
    })
}

/// What a part of the schema stands for: a reference for its target, "this or null" for this.
fn followed(mut part: &'static Value) -> &'static Value {
    loop {
        let target = part.get("$ref").and_then(Value::as_str).map(|target| target.trim_start_matches('#'));
        let referred = target.and_then(|pointer| schema().pointer(pointer));
        let Some(next) = referred.or_else(|| part.get("anyOf")?.get(0)) else { return part };
        part = next;
    }
}
