//! Names of routes, no two of them the same.

use std::collections::BTreeMap;

/// The names that are taken, each with the number that was last put after it.
#[derive(Clone, Debug, Default)]
pub struct FreeNames(BTreeMap<String, usize>);

impl FreeNames {
    /// Takes a name, with a number after it where it is taken: of many equal names each is found at once.
    pub fn take(&mut self, wanted: &str) -> String {
        let mut number = self.0.get(wanted).copied().unwrap_or(1);
        let mut name = wanted.to_owned();
        while self.0.contains_key(&name) {
            number += 1;
            name = format!("{wanted}-{number}");
        }
        self.0.insert(wanted.to_owned(), number);
        self.0.entry(name.clone()).or_insert(1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 000 equal names are tried 20 000 times more, not 200 million times; names that look numbered stay whose they are.
    #[test]
    fn equal_names_are_numbered_in_order() {
        let mut names = FreeNames::default();
        assert_eq!(names.take("a-3"), "a-3");
        let taken: Vec<String> = (0..20_000).map(|_| names.take("a")).collect();
        assert_eq!(taken[..3], ["a", "a-2", "a-4"]);
        assert_eq!(taken[19_999], "a-20001");
        assert_eq!([names.take("a-3"), names.take("a-3"), names.take("b")], ["a-3-2", "a-3-3", "b"]);
    }
}
