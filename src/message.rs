//! Text for people, in Chinese and English: findings about an input, and the words of the report and the viewer.

mod finding;
mod text;
pub mod words;

pub use finding::{Finding, Findings, Severity, Site};
pub use text::{Language, Text, markup};
