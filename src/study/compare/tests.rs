//! Paired differences against published and hand-made examples.

use super::*;
use crate::study::figures::Figure;

fn row(levels: &[&str], seed: i64, value: f64) -> Row {
    Row {
        cell: 1,
        levels: levels.iter().map(|level| Some(Level::Text((*level).to_owned()))).collect(),
        seed,
        digest: Some(format!("{seed} {value}")),
        status: "done".to_owned(),
        figures: [("x".to_owned(), Figure::Real(value)), ("same".to_owned(), Figure::Int(4))].into(),
    }
}

fn results(factors: &[&str], rows: Vec<Row>) -> Results {
    Results { factors: factors.iter().map(|factor| (*factor).to_owned()).collect(), rows }
}

fn compared(a: &Results, b: &Results) -> Result<Comparison, NothingShared> {
    Comparison::of_sweeps(Side { name: "A", results: a }, Side { name: "B", results: b })
}

/// Hours of sleep gained by ten patients with two drugs (Student, The probable error of a mean, 1908; R's data set
/// `sleep`). R 4 gives means 0.75 and 2.33, and with `t.test(paired = TRUE)` the interval 0.7001142 to 2.4598858.
#[test]
fn paired_differences_are_those_of_the_sleep_data() {
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let of =
        |values: &[f64]| results(&[], values.iter().zip(1..).map(|(value, seed)| row(&[], seed, *value)).collect());
    let comparison = compared(&of(&first), &of(&second)).unwrap().without_equal();
    assert_eq!((comparison.pairs, comparison.seeds, comparison.differences.len()), (10, 10, 1));
    let one = &comparison.differences[0];
    assert!((one.mean_a - 0.75).abs() < 1e-12 && (one.mean_b - 2.33).abs() < 1e-12);
    let half_width = one.difference.half_width.unwrap();
    assert!((one.difference.mean - half_width - 0.700_114_2).abs() < 1e-7);
    assert!((one.difference.mean + half_width - 2.459_885_8).abs() < 1e-7);
    assert!((one.relative.unwrap() - 1.58 / 0.75).abs() < 1e-12);
}

/// Two cells with the same two seeds are two independent values, not four: differences 1 and 3 with seed 1, 5 and 7 with
/// seed 2 are means 2 and 6, so 4 ± t(1) · 2 with t(1) = 12.706.
#[test]
fn cells_of_one_seed_count_once() {
    let rows = |shift: [f64; 4]| {
        let runs = [("p", 1), ("q", 1), ("p", 2), ("q", 2)];
        runs.iter().zip(shift).map(|((level, seed), value)| row(&[level], *seed, 10.0 + value)).collect::<Vec<_>>()
    };
    let (a, b) = (results(&["f"], rows([0.0; 4])), results(&["f"], rows([1.0, 3.0, 5.0, 7.0])));
    let one = compared(&a, &b).unwrap().without_equal().differences.remove(0);
    assert_eq!((one.pairs, one.difference.count, one.difference.mean), (4, 2, 4.0));
    assert!((one.difference.half_width.unwrap() - 2.0 * 12.706_205).abs() < 1e-5);
}

#[test]
fn pairs_have_the_same_seed_and_levels_and_others_are_named() {
    let a = results(&["f"], vec![row(&["1"], 1, 1.0), row(&["1"], 2, 9.0), row(&["2"], 1, 2.0)]);
    let mut b = results(&["f"], vec![row(&["2"], 1, 5.0), row(&["1"], 1, 3.0), row(&["3"], 1, 7.0)]);
    // The same level as another column writes it.
    b.rows[1].levels = vec![Some(Level::Real(1.0))];
    let comparison = compared(&a, &b).unwrap();
    let x = comparison.differences.iter().find(|one| one.figure == "x").unwrap();
    assert_eq!((x.mean_a, x.mean_b, x.pairs, x.difference.half_width), (1.5, 4.0, 2, None));
    let unpaired: Vec<(&str, &str)> = comparison.unpaired.iter().map(|one| (one.side, one.run.as_str())).collect();
    assert_eq!(unpaired, [("a", "f = 1, seed 2"), ("b", "f = 3, seed 1")]);
    assert!(comparison.notes.iter().any(|note| note.en.starts_with("a single seed")));
}

#[test]
fn levels_of_one_sweep_are_compared_within_the_other_factors() {
    let rows = [("1", "p", 1.0), ("1", "q", 2.0), ("2", "p", 4.0), ("2", "q", 6.0)];
    let sweep = results(&["a.count", "b.kind"], rows.map(|(f, g, value)| row(&[f, g], 1, value)).to_vec());
    let comparison = Comparison::of_levels(&sweep, "count", ["1.0", "2"]).unwrap();
    assert_eq!((comparison.pairs, &comparison.paired_by[..]), (2, &["b.kind".to_owned()][..]));
    let x = comparison.differences.iter().find(|one| one.figure == "x").unwrap();
    assert_eq!((x.mean_a, x.mean_b), (1.5, 5.0));
    let unknown = Comparison::of_levels(&sweep, "height", ["1", "2"]).unwrap_err().0;
    assert!(unknown.en.contains("expected: one of: a.count, b.kind"), "{unknown}");
    let absent = Comparison::of_levels(&sweep, "count", ["1", "7"]).unwrap_err().0;
    assert!(absent.en.contains("no run has a.count = 7\n  expected: two of: 1, 2"), "{absent}");
}

#[test]
fn what_shares_nothing_is_refused() {
    let a = results(&["f"], vec![row(&["1"], 1, 1.0)]);
    for (b, text) in [
        (results(&["f"], vec![row(&["1"], 2, 1.0)]), "share no pair of runs"),
        (results(&["f"], vec![row(&["2"], 1, 1.0)]), "share no pair of runs"),
        (results(&["g"], vec![row(&["1"], 1, 1.0), row(&["2"], 1, 1.0)]), "B: varies g, which the other side does not"),
        (results(&[], Vec::new()), "share no pair of runs"),
    ] {
        let told = compared(&a, &b).unwrap_err().0;
        assert!(told.en.contains(text) && told.en.contains("cure: "), "{told}");
    }
}

#[test]
fn two_runs_are_set_side_by_side_without_an_interval() {
    let (a, b) = (row(&[], 1, 2.0), row(&[], 7, 3.0));
    let comparison = Comparison::of_runs(("a", &a), ("b", &b)).without_equal();
    assert_eq!(comparison.differences.len(), 1);
    assert_eq!(comparison.differences[0].difference, Estimate { count: 1, mean: 1.0, half_width: None });
    let notes: Vec<&str> = comparison.notes.iter().map(|note| &note.en[..20]).collect();
    assert_eq!(notes, ["one pair of runs car", "the seeds differ (1 "]);
}

#[test]
fn failed_runs_count_for_nothing_and_are_told() {
    let a = results(&[], vec![row(&[], 1, 1.0), row(&[], 2, 1.0)]);
    let mut b = results(&[], vec![row(&[], 1, 3.0), row(&[], 2, 3.0)]);
    (b.rows[1].digest, b.rows[1].figures) = (None, BTreeMap::default());
    let comparison = compared(&a, &b).unwrap();
    let x = comparison.differences.iter().find(|one| one.figure == "x").unwrap();
    assert_eq!((x.pairs, x.difference.mean), (1, 2.0));
    assert!(comparison.notes[0].en.starts_with("pairs with a run that failed"));
}

/// Of cases every factor changes from cell to cell: two cells are compared by their seeds, and what else changes is told.
#[test]
fn cases_are_compared_cell_by_cell() {
    let cell = |number: i64, levels: &[&str], values: [f64; 2]| {
        let rows = [1, 2].into_iter().zip(values);
        rows.map(|(seed, value)| Row { cell: number, ..row(levels, seed, value) }).collect::<Vec<_>>()
    };
    let rows =
        [cell(1, &["10", "low"], [1.0, 2.0]), cell(2, &["20", "high"], [4.0, 7.0]), cell(3, &["30", "high"], [0.0; 2])];
    let sweep = results(&["count", "kind"], rows.concat());
    let comparison = Comparison::of_levels(&sweep, "count", ["10", "20.0"]).unwrap();
    assert_eq!((comparison.pairs, comparison.seeds, comparison.paired_by.len()), (2, 2, 0));
    let x = comparison.differences.iter().find(|one| one.figure == "x").unwrap();
    assert_eq!((x.mean_a, x.mean_b, x.difference.mean), (1.5, 5.5, 4.0));
    assert!(
        comparison.notes.iter().any(|note| note.en == "these change along with it: kind low → high"),
        "{comparison:?}"
    );
    // Two cells are of the kind `high`, and their counts are no longer those of the one that is `low`.
    let several = Comparison::of_levels(&sweep, "kind", ["low", "high"]).unwrap_err().0;
    assert!(several.en.contains("several cells have kind = low or high") && several.en.contains("cure: "), "{several}");
}

/// Levels that are one number are one level, however each side writes it; what is told is what was written.
#[test]
fn levels_that_are_numbers_are_compared_as_numbers() {
    let text = |level: &str, seed, value| row(&[level], seed, value);
    let a = results(&["f"], vec![text("14.0", 1, 1.0), text("auto", 1, 2.0), text("2.50", 2, 0.0)]);
    let mut b = results(&["f"], vec![text("", 1, 4.0), text("auto", 1, 5.0)]);
    b.rows[0].levels = vec![Some(Level::Int(14))];
    let comparison = compared(&a, &b).unwrap();
    assert_eq!((comparison.pairs, comparison.unpaired.len()), (2, 1));
    assert_eq!(comparison.unpaired[0].run, "f = 2.50, seed 2");
    // As it is written where it is written so, else as the number: 007 is no number, 7.0 is 7.
    let rows = [("007", 1.0), ("7", 2.0), ("8", 3.0)];
    let sweep = results(&["id"], rows.map(|(level, value)| row(&[level], 1, value)).to_vec());
    let means = |levels: [&str; 2]| {
        let comparison = Comparison::of_levels(&sweep, "id", levels).unwrap();
        let x = comparison.differences.into_iter().find(|one| one.figure == "x").unwrap();
        [x.mean_a, x.mean_b]
    };
    assert_eq!((means(["007", "7"]), means(["7.0", "8e0"])), ([1.0, 2.0], [2.0, 3.0]));
}
