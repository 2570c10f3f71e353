//! A value that a factor takes, as results carry it.

use std::fmt;

/// A value that a factor takes: a number, a text or yes or no; lists and tables are their TOML text.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Level {
    /// A whole number.
    Int(i64),
    /// Any number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// Everything else.
    Text(String),
}

impl Level {
    /// The level that an experiment writes as `value`.
    pub fn of(value: &toml::Value) -> Self {
        match value {
            toml::Value::Integer(number) => Self::Int(*number),
            toml::Value::Float(number) => Self::Real(*number),
            toml::Value::Boolean(flag) => Self::Bool(*flag),
            toml::Value::String(text) => Self::Text(text.clone()),
            other => Self::Text(other.to_string()),
        }
    }

    /// The number it is, if it is one.
    #[expect(clippy::cast_precision_loss, reason = "a value of a scenario")]
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            Self::Bool(_) | Self::Text(_) => None,
        }
    }
}

impl Level {
    /// The text that is the same for equal levels, whatever they are written as: of 14, 14.0, "14" and "1.4e1" it is `14`.
    /// A text that no number is written as, such as `007`, is itself.
    pub fn key(&self) -> String {
        match self {
            Self::Text(text) => match number_in(text) {
                Some(number) => number.to_string(),
                None => text.clone(),
            },
            other => other.to_string(),
        }
    }
}

/// The number that a text writes, without idle zeros before it or a sign that says nothing.
fn number_in(text: &str) -> Option<Level> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut letters = digits.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_digit());
    let is_padded = digits.starts_with('0') && letters.next().is_some_and(|second| second.is_ascii_digit());
    if !begins || is_padded {
        return None;
    }
    let whole = text.parse().ok().map(Level::Int);
    whole.or_else(|| text.parse().ok().filter(|number: &f64| number.is_finite()).map(Level::Real))
}

impl fmt::Display for Level {
    /// As it is written; 14.0 as 14, whatever column it stood in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Real(number) => write!(f, "{number}"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels that are one number have one key, however they are written and read back; others stay apart.
    #[test]
    fn numbers_have_one_key() {
        let text = |text: &str| Level::Text(text.to_owned());
        for level in [Level::Int(14), Level::Real(14.0), text("14"), text("14.0"), text("1.4e1"), text("140e-1")] {
            assert_eq!(level.key(), "14", "{level:?}");
        }
        for (level, key) in [
            (text("007"), "007"),
            (text("+7"), "+7"),
            (text("-0.5"), "-0.5"),
            (Level::Real(-0.5), "-0.5"),
            (text("1e999"), "1e999"),
            (text("nan"), "nan"),
            (text("14 m"), "14 m"),
            (text(""), ""),
            (Level::Int(9_007_199_254_740_993), "9007199254740993"),
            (text("9007199254740993"), "9007199254740993"),
            (Level::Bool(true), "true"),
        ] {
            assert_eq!(level.key(), key, "{level:?}");
        }
        assert_eq!(text("14.0").to_string(), "14.0", "what is written stays");
    }
}
