//! Tables on a terminal: Chinese letters are two columns wide.

use std::ops::Range;

/// The columns that a text takes.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if ('\u{2E80}'..='\u{FFEF}').contains(&letter) { 2 } else { 1 }).sum()
}

/// Rows with aligned columns: those of `numbers` to the right, the others to the left; no blanks at the end of a line.
pub fn aligned(rows: &[Vec<String>], numbers: &Range<usize>) -> Vec<String> {
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..most).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let room = " ".repeat(widths[column].saturating_sub(columns(cell)));
            if numbers.contains(&column) { format!("{room}{cell}") } else { format!("{cell}{room}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_they_take() {
        let rows = [["航程", "1.5"], ["way", "12"], ["", "3"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows, &(1..2)), ["航程  1.5", "way    12", "        3"]);
    }
}
