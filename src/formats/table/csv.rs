//! A table as CSV.

use std::io::{self, Write};

use super::{Table, Values};

/// Writes `table` with a line of names and a line per row. A missing value is an empty field, an empty text is `""`.
pub(super) fn write(table: &Table, out: &mut impl Write) -> io::Result<()> {
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    writeln!(out, "{}", names.join(","))?;
    write_rows(table, out)
}

/// Writes the rows alone.
pub(super) fn write_rows(table: &Table, out: &mut impl Write) -> io::Result<()> {
    for row in 0..table.rows() {
        for (index, column) in table.columns.iter().enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            write_value(&column.values, row, out)?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn write_value(values: &Values, row: usize, out: &mut impl Write) -> io::Result<()> {
    match values {
        Values::Int(values) => values[row].map_or(Ok(()), |value| write!(out, "{value}")),
        // The shortest text that reads back as the same number.
        Values::Real(values) => values[row].map_or(Ok(()), |value| write!(out, "{value}")),
        Values::Bool(values) => values[row].map_or(Ok(()), |value| write!(out, "{value}")),
        Values::Text(values) => values[row].as_ref().map_or(Ok(()), |value| write!(out, "{}", quoted(value))),
    }
}

fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.trim() == text && !text.contains([',', '"', '\n', '\r']);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_needs_quotes() {
        let table = Table::new("orders")
            .int("order", [Some(1), None, Some(-3), Some(4)])
            .real("payload, kg", [Some(0.1), Some(1e-7), None, Some(2.0)])
            .text("地点", ["凤凰山,北门", "他说“好”", "a \"b\"\nc", ""].map(|text| Some(text.to_owned())))
            .bool("late", [Some(true), Some(false), None, None]);
        let mut bytes = Vec::new();
        write(&table, &mut bytes).unwrap();
        let expected = "order,\"payload, kg\",地点,late\n\
                        1,0.1,\"凤凰山,北门\",true\n\
                        ,0.0000001,他说“好”,false\n\
                        -3,,\"a \"\"b\"\"\nc\",\n\
                        4,2,\"\",\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
