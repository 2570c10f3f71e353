//! A table as Parquet, through the column writers: Arrow would triple the build for nothing that is needed here.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{Column, Table, Values, WriteFault};

/// Rows of a row group: a reader can skip whole groups, and a column of one fits easily in memory.
const GROUP_ROWS: usize = 1 << 20;

/// Writes `table`, whose columns have equal lengths, and the parts that follow it.
pub(super) fn write(
    table: &Table,
    rest: impl IntoIterator<Item = Table>,
    out: &mut (impl Write + Send),
) -> Result<(), WriteFault> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(parquet::basic::GzipLevel::default()))
        // Fixed: the library's own string holds its version, and files would differ after an update.
        .set_created_by("skygrid".to_owned())
        .build();
    let mut file = SerializedFileWriter::new(out, schema(table)?, Arc::new(properties))?;
    write_groups(table, &mut file)?;
    rest.into_iter().try_for_each(|part| write_groups(&part, &mut file))?;
    file.close()?;
    Ok(())
}

fn write_groups<W: Write + Send>(table: &Table, file: &mut SerializedFileWriter<W>) -> Result<(), WriteFault> {
    for start in (0..table.rows()).step_by(GROUP_ROWS) {
        let rows = start..table.rows().min(start + GROUP_ROWS);
        let mut group = file.next_row_group()?;
        for column in &table.columns {
            if let Some(writer) = group.next_column()? {
                write_column(writer, &column.values, rows.clone())?;
            }
        }
        group.close()?;
    }
    Ok(())
}

fn schema(table: &Table) -> Result<TypePtr, ParquetError> {
    let fields = table.columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let name = if table.name.is_empty() { "table" } else { &table.name };
    Ok(Arc::new(Type::group_type_builder(name).with_fields(fields).build()?))
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.values {
        Values::Int(_) => (Physical::INT64, None),
        Values::Real(_) => (Physical::DOUBLE, None),
        Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Values::Bool(_) => (Physical::BOOLEAN, None),
    };
    let field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(field))
}

fn write_column(
    mut writer: SerializedColumnWriter<'_>,
    values: &Values,
    rows: Range<usize>,
) -> Result<(), ParquetError> {
    match values {
        Values::Int(values) => write_present::<Int64Type, _>(&mut writer, &values[rows], |value| *value),
        Values::Real(values) => write_present::<DoubleType, _>(&mut writer, &values[rows], |value| *value),
        Values::Bool(values) => write_present::<BoolType, _>(&mut writer, &values[rows], |value| *value),
        Values::Text(values) => {
            write_present::<ByteArrayType, _>(&mut writer, &values[rows], |value| ByteArray::from(value.as_str()))
        }
    }?;
    writer.close()
}

/// Parquet wants the present values alone, and beside them which rows they belong to.
fn write_present<T: DataType, V>(
    writer: &mut SerializedColumnWriter<'_>,
    values: &[Option<V>],
    convert: impl Fn(&V) -> T::T,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let present: Vec<T::T> = values.iter().flatten().map(convert).collect();
    writer.typed::<T>().write_batch(&present, Some(&levels), None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;

    fn sample() -> Table {
        Table::new("orders")
            .int("order", [Some(1), None, Some(i64::MIN)])
            .real("payload_kg", [None, Some(0.1), Some(-2.5)])
            .text("place", [Some("凤凰山,北门".to_owned()), Some(String::new()), None])
            .bool("late", [Some(true), None, Some(false)])
    }

    #[test]
    fn reads_back_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("orders.parquet");
        sample().write_parquet(&path).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.metadata().file_metadata().created_by(), Some("skygrid"));
        let rows: Vec<Vec<Field>> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_column_iter().map(|(_, field)| field.clone()).collect())
            .collect();
        assert_eq!(
            rows,
            [
                vec![Field::Long(1), Field::Null, Field::Str("凤凰山,北门".to_owned()), Field::Bool(true)],
                vec![Field::Null, Field::Double(0.1), Field::Str(String::new()), Field::Null],
                vec![Field::Long(i64::MIN), Field::Double(-2.5), Field::Null, Field::Bool(false)],
            ]
        );
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.parquet", "b.parquet"].map(|name| folder.path().join(name));
        for path in &paths {
            sample().write_parquet(path).unwrap();
        }
        assert_eq!(fs::read(&paths[0]).unwrap(), fs::read(&paths[1]).unwrap());
    }

    #[test]
    fn an_empty_table_has_a_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.parquet");
        Table::new("flights").int("flight", Vec::<i64>::new()).write_parquet(&path).unwrap();
        let reader = SerializedFileReader::new(File::open(&path).unwrap()).unwrap();
        let metadata = reader.metadata().file_metadata();
        assert_eq!((metadata.num_rows(), metadata.schema_descr().num_columns()), (0, 1));
    }
}
