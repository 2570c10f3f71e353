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

impl fmt::Display for Level {
    /// The text that is the same for equal levels, whatever column they stood in: 14 and 14.0 are one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Real(number) => write!(f, "{number}"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
