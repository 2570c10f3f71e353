//! KMZ: a KML document in a zip archive.

use std::borrow::Cow;
use std::io::{self, BufWriter, Read, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Writes a document as the one file of an archive. A fixed time: the same document gives the same bytes at any time. Not
/// ZIP64, which readers of KMZ do not know: beyond 4 GB the writer refuses.
///
/// # Errors
/// What `document` or `out` reports.
pub(super) fn write(
    out: &mut (impl Write + Seek),
    document: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = ZipWriter::new(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    archive.start_file("doc.kml", options).map_err(io::Error::other)?;
    let mut buffered = BufWriter::new(&mut archive);
    document(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    archive.finish().map(|_| ()).map_err(io::Error::other)
}

/// The name of the document of an archive: the first `.kml` at its root, as Google Earth reads it, else the first of all.
///
/// # Errors
/// If there is none.
pub(super) fn document_of<R: Read + Seek>(archive: &ZipArchive<R>) -> io::Result<String> {
    // Names that are no text are no names of ours.
    let named = archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned));
    let documents = named.filter(|name| name.to_ascii_lowercase().ends_with(".kml"));
    let first = documents.min_by_key(|name| (name.contains('/'), name != "doc.kml", name.clone()));
    first.ok_or_else(|| io::Error::other("no .kml in the archive"))
}
