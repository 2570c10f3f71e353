//! Files in and out, one module a format, and the one way in which a finished file comes into being.

mod features;
mod gpx;
pub mod grid_map;
pub mod intents;
mod kmz;
pub mod obstacles;
pub mod raster;
pub mod routes;
pub mod states;
pub mod table;
pub mod tracks;
pub mod weather;
pub mod zones;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a file aside, as `<path>.tmp`, and renames it to `path` when `write` has succeeded.
///
/// So a reader never meets half a file, and a kill leaves the previous version in place.
///
/// # Errors
/// What `write` reports, or that the file cannot be created, written or renamed; `path` is then as it was.
pub fn write_aside<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), E> {
    let aside = aside_path(path);
    let written = write_file(&aside, write).and_then(|()| Ok(fs::rename(&aside, path)?));
    if written.is_err() {
        // Only tidying up: the error that matters is the one being returned.
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write_file<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut file)?;
    Ok(file.flush()?)
}

/// Where `path` is written before it is renamed.
pub fn aside_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".tmp");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary.json");
        write_aside(&path, |file| file.write_all(b"old")).unwrap();
        let failed = write_aside(&path, |file| {
            file.write_all(b"half of the new")?;
            Err(io::Error::other("disk full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "disk full");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
