//! The cells of an experiment: which levels are run together.

use super::experiment::{Combination, Experiment};
use super::level::Level;
use crate::message::Text;
use crate::scenario::Override;

/// One combination of levels, run with every seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number, from 1.
    pub number: usize,
    /// For each factor the index of its level.
    choice: Vec<usize>,
}

impl Cell {
    /// All cells of an experiment, in order: in a grid the last factor changes fastest.
    pub fn all(experiment: &Experiment) -> Vec<Self> {
        let counts: Vec<usize> = experiment.factors.iter().map(|factor| factor.values.len()).collect();
        (0..experiment.cell_count())
            .map(|index| {
                let choice = match experiment.combination {
                    Combination::Grid => digits(index, &counts),
                    Combination::Cases => vec![index; counts.len()],
                };
                Self { number: index + 1, choice }
            })
            .collect()
    }

    /// The level of each factor.
    pub fn levels(&self, experiment: &Experiment) -> Vec<Level> {
        self.values(experiment).map(|(_, value)| Level::of(value)).collect()
    }

    /// What the cell changes in the scenario: what is fixed, then the levels.
    pub fn overrides(&self, experiment: &Experiment) -> Vec<Override> {
        let levels = self.values(experiment);
        let levels = levels.map(|(key, value)| Override { key: key.to_owned(), value: value.to_string() });
        experiment.fixed.iter().cloned().chain(levels).collect()
    }

    /// What people call it: its number and its levels.
    pub fn label(&self, experiment: &Experiment) -> Text {
        let number = self.number;
        let levels: Vec<String> =
            self.values(experiment).map(|(key, value)| format!("{key} = {}", Level::of(value))).collect();
        if levels.is_empty() {
            return Text::new(format!("cell {number}"), format!("第 {number} 组"));
        }
        let (en, zh) = (levels.join(", "), levels.join("，"));
        Text::new(format!("cell {number} ({en})"), format!("第 {number} 组（{zh}）"))
    }

    fn values<'a>(&'a self, experiment: &'a Experiment) -> impl Iterator<Item = (&'a str, &'a toml::Value)> {
        let factors = experiment.factors.iter().zip(&self.choice);
        factors.map(|(factor, index)| (factor.key.as_str(), &factor.values[*index]))
    }
}

/// `index` in a system of numbers whose digits run up to `counts`, the last digit fastest.
fn digits(mut index: usize, counts: &[usize]) -> Vec<usize> {
    let mut digits = vec![0; counts.len()];
    for (digit, count) in digits.iter_mut().zip(counts).rev() {
        *digit = index % count;
        index /= count;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Source;

    const FACTORS: &str = r#"
        format = 1
        name = "t"
        scenario = "s.toml"
        seeds = { first = 5, count = 2 }
        fixed = { time.duration_s = 60 }
        [[factor]]
        key = "delivery.a.orders_per_hour"
        values = [10, 20, 30]
        [[factor]]
        key = "x.y"
        from = 0.1
        to = 0.3
        steps = 3
    "#;

    fn cells_of(text: &str) -> Vec<Vec<String>> {
        let experiment = Experiment::read(&Source::new("e.toml", text), &[]).unwrap();
        let cells = Cell::all(&experiment);
        assert!(cells.iter().enumerate().all(|(index, cell)| cell.number == index + 1));
        cells.iter().map(|cell| cell.levels(&experiment).iter().map(Level::to_string).collect()).collect()
    }

    #[test]
    fn a_grid_has_every_combination_once() {
        let expected: Vec<Vec<String>> = ["10", "20", "30"]
            .iter()
            .flat_map(|first| ["0.1", "0.2", "0.3"].map(|second| vec![(*first).to_owned(), second.to_owned()]))
            .collect();
        assert_eq!(cells_of(FACTORS), expected);
    }

    #[test]
    fn cases_go_side_by_side() {
        let text = FACTORS.replace("format = 1", "format = 1\ncombine = \"cases\"");
        assert_eq!(cells_of(&text), [["10", "0.1"], ["20", "0.2"], ["30", "0.3"]]);
    }

    #[test]
    fn a_cell_changes_what_is_fixed_and_its_levels() {
        let experiment = Experiment::read(&Source::new("e.toml", FACTORS), &[]).unwrap();
        let cell = &Cell::all(&experiment)[4];
        let changes: Vec<String> =
            cell.overrides(&experiment).iter().map(|change| format!("{}={}", change.key, change.value)).collect();
        assert_eq!(changes, ["time.duration_s=60", "delivery.a.orders_per_hour=20", "x.y=0.2"]);
        assert_eq!(cell.label(&experiment).en, "cell 5 (delivery.a.orders_per_hour = 20, x.y = 0.2)");
        assert_eq!(experiment.seeds, [5, 6]);
    }

    #[test]
    fn without_factors_there_is_one_cell() {
        let text = "format = 1\nname = 't'\nscenario = 's.toml'\nseeds = [1]";
        assert_eq!(cells_of(text), [Vec::<String>::new()]);
    }
}
