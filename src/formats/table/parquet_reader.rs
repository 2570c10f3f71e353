//! A table out of a Parquet file of plain columns, such as our own.

use std::fs::File;
use std::path::Path;

use parquet::basic::{LogicalType, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::{Column, Table, TableError, Values};

/// Most values that are read: bounds what a file can ask for.
const MOST_VALUES: i64 = 1 << 26;

/// Reads the table in `path`.
pub(super) fn read(path: &Path) -> Result<Table, TableError> {
    let unreadable = |reason: String| TableError::Unreadable { path: path.to_path_buf(), reason };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let reader = SerializedFileReader::new(file).map_err(|error| unreadable(error.to_string()))?;
    let metadata = reader.metadata().file_metadata();
    let fields = metadata.schema().get_fields();
    let columns = i64::try_from(fields.len()).unwrap_or(i64::MAX).max(1);
    if metadata.num_rows() > MOST_VALUES / columns {
        return Err(unreadable(format!("it has more than {MOST_VALUES} values")));
    }
    let empty = |field: &std::sync::Arc<Type>| {
        let values = values_of(field).ok_or_else(|| unreadable(format!("column {} is not plain", field.name())))?;
        Ok(Column { name: field.name().to_owned(), values })
    };
    let columns = fields.iter().map(empty).collect::<Result<Vec<Column>, TableError>>()?;
    let mut table = Table { name: metadata.schema().name().to_owned(), columns };
    fill(&mut table, &reader).map_err(|error| unreadable(error.to_string()))?;
    Ok(table)
}

/// No values yet of the kind of a column.
fn values_of(field: &Type) -> Option<Values> {
    if !field.is_primitive() {
        return None;
    }
    match field.get_physical_type() {
        Physical::INT32 | Physical::INT64 => Some(Values::Int(Vec::new())),
        Physical::FLOAT | Physical::DOUBLE => Some(Values::Real(Vec::new())),
        Physical::BOOLEAN => Some(Values::Bool(Vec::new())),
        Physical::BYTE_ARRAY if is_text(field) => Some(Values::Text(Vec::new())),
        _ => None,
    }
}

fn is_text(field: &Type) -> bool {
    field.get_basic_info().logical_type_ref() == Some(&LogicalType::String)
}

fn fill(table: &mut Table, reader: &SerializedFileReader<File>) -> Result<(), ParquetError> {
    for row in reader.get_row_iter(None)? {
        let row = row?;
        for (column, (_, field)) in table.columns.iter_mut().zip(row.get_column_iter()) {
            push(&mut column.values, field);
        }
    }
    Ok(())
}

fn push(values: &mut Values, field: &Field) {
    match values {
        Values::Int(values) => values.push(match field {
            Field::Long(value) => Some(*value),
            Field::Int(value) => Some(i64::from(*value)),
            Field::Short(value) => Some(i64::from(*value)),
            Field::Byte(value) => Some(i64::from(*value)),
            Field::UInt(value) => Some(i64::from(*value)),
            Field::ULong(value) => i64::try_from(*value).ok(),
            _ => None,
        }),
        Values::Real(values) => values.push(match field {
            Field::Double(value) => Some(*value),
            Field::Float(value) => Some(f64::from(*value)),
            _ => None,
        }),
        Values::Bool(values) => values.push(if let Field::Bool(value) = field { Some(*value) } else { None }),
        Values::Text(values) => values.push(if let Field::Str(value) = field { Some(value.clone()) } else { None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_the_table_that_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.parquet");
        let table = Table::new("results")
            .int("seed", [Some(1), None, Some(i64::MIN)])
            .real("hours", [None, Some(0.1), Some(-2.5)])
            .text("地点", [Some("凤凰山,北门".to_owned()), Some(String::new()), None])
            .bool("late", [Some(true), None, Some(false)]);
        table.write_parquet(&path).unwrap();
        assert_eq!(Table::read_parquet(&path).unwrap(), table);
    }

    #[test]
    fn says_what_is_no_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        assert!(matches!(Table::read_parquet(&path), Err(TableError::Unreadable { .. })));
        for bytes in [&b"PAR1 and so on PAR1"[..], b"", b"a web page"] {
            std::fs::write(&path, bytes).unwrap();
            assert!(matches!(Table::read_parquet(&path), Err(TableError::Unreadable { .. })), "{bytes:?}");
        }
        Table::new("t").int("a", 0..1000).write_parquet(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        // Wherever a byte is wrong, there is an error or a table, and no panic.
        for at in (0..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&path, damaged).unwrap();
            let _ = Table::read_parquet(&path);
        }
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(matches!(Table::read_parquet(&path), Err(TableError::Unreadable { .. })));
    }
}
