//! The fixed words of the report and the viewer. A word without a translation does not compile.

use super::{Language, Text};

/// A fixed word or phrase in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    en: &'static str,
    zh: &'static str,
}

impl Word {
    /// The word in both languages.
    pub const fn new(en: &'static str, zh: &'static str) -> Self {
        Self { en, zh }
    }

    /// The word in `language`.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Chinese => self.zh,
        }
    }

    /// The word as a text.
    pub fn both(self) -> Text {
        Text::new(self.en, self.zh)
    }
}
