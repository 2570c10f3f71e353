//! The one writer of tables: Parquet for `DuckDB`, pandas and polars, CSV for everything else.
//!
//! The same table gives the same bytes on every machine: no time, no path, no program version is written, columns
//! and rows keep their order, and the compressor is pure Rust.

mod csv;
mod parquet_file;
mod parquet_reader;

use std::io;
use std::path::{Path, PathBuf};

use super::write_aside;

/// The values of a column, row by row; `None` is a missing value.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Integers.
    Int(Vec<Option<i64>>),
    /// Real numbers.
    Real(Vec<Option<f64>>),
    /// Text.
    Text(Vec<Option<String>>),
    /// Yes or no.
    Bool(Vec<Option<bool>>),
}

impl Values {
    /// Number of rows.
    pub const fn len(&self) -> usize {
        match self {
            Self::Int(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Bool(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A named column. The name carries the unit, as in `distance_m`.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// A table: columns of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Its name; becomes the name of the Parquet schema.
    pub name: String,
    /// Its columns, in the order of the file.
    pub columns: Vec<Column>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), columns: Vec::new() }
    }

    /// The table with one more column.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, values: Values) -> Self {
        self.columns.push(Column { name: name.into(), values });
        self
    }

    /// The table with one more column of integers.
    #[must_use]
    pub fn int<V: Into<Option<i64>>>(self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Values::Int(values.into_iter().map(Into::into).collect()))
    }

    /// The table with one more column of real numbers.
    #[must_use]
    pub fn real<V: Into<Option<f64>>>(self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Values::Real(values.into_iter().map(Into::into).collect()))
    }

    /// The table with one more column of text.
    #[must_use]
    pub fn text<V: Into<Option<String>>>(self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Values::Text(values.into_iter().map(Into::into).collect()))
    }

    /// The table with one more column of yes or no.
    #[must_use]
    pub fn bool<V: Into<Option<bool>>>(self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Values::Bool(values.into_iter().map(Into::into).collect()))
    }

    /// Number of rows, that of the first column.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// Writes the table as Parquet, aside and renamed.
    ///
    /// # Errors
    /// If the columns do not make a table, or the file cannot be written.
    pub fn write_parquet(&self, path: &Path) -> Result<(), TableError> {
        self.check()?;
        write_aside(path, |file| parquet_file::write(self, [], file)).map_err(|fault: WriteFault| fault.at(path))
    }

    /// Writes the table and the parts that follow it, which have the same columns, as one Parquet file, aside and
    /// renamed; only one part at a time is in memory.
    ///
    /// # Errors
    /// If the columns of the first part do not make a table, or the file cannot be written.
    pub fn write_parquet_with(&self, rest: impl IntoIterator<Item = Self>, path: &Path) -> Result<(), TableError> {
        self.check()?;
        write_aside(path, |file| parquet_file::write(self, rest, file)).map_err(|fault: WriteFault| fault.at(path))
    }

    /// The same as one CSV file.
    ///
    /// # Errors
    /// If the columns of the first part do not make a table, or the file cannot be written.
    pub fn write_csv_with(&self, rest: impl IntoIterator<Item = Self>, path: &Path) -> Result<(), TableError> {
        self.check()?;
        let write = |file: &mut _| -> Result<(), WriteFault> {
            csv::write(self, file)?;
            rest.into_iter().try_for_each(|part| Ok(csv::write_rows(&part, file)?))
        };
        write_aside(path, write).map_err(|fault: WriteFault| fault.at(path))
    }

    /// The same to where text goes.
    ///
    /// # Errors
    /// What `out` reports.
    pub fn write_csv_to(&self, rest: impl IntoIterator<Item = Self>, out: &mut impl io::Write) -> io::Result<()> {
        csv::write(self, out)?;
        rest.into_iter().try_for_each(|part| csv::write_rows(&part, out))
    }

    /// Writes the table as CSV (RFC 4180 quoting, UTF-8, `\n`), aside and renamed.
    ///
    /// # Errors
    /// If the columns do not make a table, or the file cannot be written.
    pub fn write_csv(&self, path: &Path) -> Result<(), TableError> {
        self.check()?;
        write_aside(path, |file| Ok(csv::write(self, file)?)).map_err(|fault: WriteFault| fault.at(path))
    }

    /// The table as the text of a CSV file.
    ///
    /// # Errors
    /// If the columns do not make a table.
    pub fn to_csv(&self) -> Result<String, TableError> {
        self.check()?;
        let mut bytes = Vec::new();
        // Memory takes whatever is written, and everything written is text.
        let _ = csv::write(self, &mut bytes);
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }

    /// Reads a Parquet file of plain columns: integers, real numbers, text, yes or no.
    ///
    /// # Errors
    /// If the file cannot be read, is no Parquet file, is too large, or has columns of other kinds.
    pub fn read_parquet(path: &Path) -> Result<Self, TableError> {
        parquet_reader::read(path)
    }

    fn check(&self) -> Result<(), TableError> {
        for (index, column) in self.columns.iter().enumerate() {
            if column.values.len() != self.rows() {
                return Err(TableError::UnequalLengths {
                    table: self.name.clone(),
                    column: column.name.clone(),
                    rows: column.values.len(),
                    expected_rows: self.rows(),
                });
            }
            if self.columns[..index].iter().any(|other| other.name == column.name) {
                return Err(TableError::RepeatedName { table: self.name.clone(), column: column.name.clone() });
            }
        }
        Ok(())
    }
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A column is longer or shorter than the first.
    #[error(
        "table {table}: column {column} has {rows} rows; expected {expected_rows} like the first column; fill missing values with `None`"
    )]
    UnequalLengths {
        /// The table.
        table: String,
        /// The column that differs.
        column: String,
        /// Its rows.
        rows: usize,
        /// Rows of the first column.
        expected_rows: usize,
    },
    /// Two columns have the same name.
    #[error("table {table}: there are two columns {column}; expected different names; rename one")]
    RepeatedName {
        /// The table.
        table: String,
        /// The name.
        column: String,
    },
    /// The file system refused.
    #[error("{}: cannot be written: {source}; expected a writable folder with free space; choose another output folder", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not a table that can be read.
    #[error("{}: cannot be read as a table: {reason}; expected a Parquet file of plain columns, such as skygrid writes; check the path", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The Parquet library refused.
    #[error("{}: cannot be written as Parquet: {source}; write the table as CSV instead", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the library said.
        source: parquet::errors::ParquetError,
    },
}

/// A failure whose file is not known yet.
#[derive(Debug)]
enum WriteFault {
    Io(io::Error),
    Parquet(parquet::errors::ParquetError),
}

impl From<io::Error> for WriteFault {
    fn from(source: io::Error) -> Self {
        Self::Io(source)
    }
}

impl From<parquet::errors::ParquetError> for WriteFault {
    fn from(source: parquet::errors::ParquetError) -> Self {
        Self::Parquet(source)
    }
}

impl WriteFault {
    fn at(self, path: &Path) -> TableError {
        let path = path.to_path_buf();
        match self {
            Self::Io(source) => TableError::Io { path, source },
            Self::Parquet(source) => TableError::Parquet { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_must_make_a_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let unequal = Table::new("flights").int("a", [1, 2]).int("b", [1]);
        let text = unequal.write_csv(&path).unwrap_err().to_string();
        assert_eq!(
            text,
            "table flights: column b has 1 rows; expected 2 like the first column; fill missing values with `None`"
        );
        let repeated = Table::new("flights").int("a", [1]).real("a", [1.0]);
        assert!(matches!(repeated.write_parquet(&path), Err(TableError::RepeatedName { .. })));
        assert!(!path.exists());
    }
}
