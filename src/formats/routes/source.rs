//! The content of a file, as far as it is read.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::format::RouteFormat;
use crate::formats::features::{Faults, texts};

/// The largest file that is read, and the largest that is in a KMZ, bytes: a plan of 100 000 items takes some 45 MB.
const LARGEST: u64 = 96 << 20;

/// The text of a file; for a KMZ that of the KML in it. `None`, and a finding, if it is too large or no text.
pub fn text_of(path: &Path, format: RouteFormat, faults: &mut Faults) -> Option<String> {
    let read = File::open(path).and_then(|file| match format {
        RouteFormat::Kmz => unzipped(file),
        _ => limited(file),
    });
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            let what = (format!("cannot be read: {error}"), format!("无法读取：{error}"));
            let expected = ("a file that can be read; a KMZ with a .kml in it", "可读取的文件；KMZ 中须有 .kml");
            faults.error("", texts(what, expected, ("check the path and the file", "请检查路径与文件")));
            return None;
        }
    };
    if bytes.len() as u64 > LARGEST {
        let megabytes = LARGEST >> 20;
        let what = (format!("the file has more than {megabytes} MB"), format!("文件超过 {megabytes} MB"));
        let most = (format!("at most {megabytes} MB"), format!("不超过 {megabytes} MB"));
        faults.error("", texts(what, most, ("split it into several files", "请拆分为多个文件")));
        return None;
    }
    let bad = match std::str::from_utf8(&bytes) {
        Ok(text) => text.find('\0'),
        Err(error) => Some(error.valid_up_to()),
    };
    if let Some(at) = bad {
        let line = bytes[..at].split(|&byte| byte == b'\n').count();
        let what = ("this is no text", "不是文本");
        let cure = ("save the file as UTF-8", "请将文件另存为 UTF-8 编码");
        faults.error_at(line, "", texts(what, ("UTF-8 text", "UTF-8 编码的文本"), cure));
        return None;
    }
    let mut text = String::from_utf8(bytes).ok()?;
    // The byte order mark that some editors write.
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Some(text)
}

fn limited(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The KML of a KMZ: the first at its root, as Google Earth reads it, else the first of all.
fn unzipped(file: File) -> io::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(io::Error::other)?;
    // Names that are no text are no names of ours.
    let named = archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned));
    let mut names: Vec<String> = named.filter(|name| name.to_ascii_lowercase().ends_with(".kml")).collect();
    names.sort_by_key(|name| (name.contains('/'), name != "doc.kml", name.clone()));
    let name = names.into_iter().next();
    let name = name.ok_or_else(|| io::Error::other("no .kml in the archive"))?;
    let member = archive.by_name(&name).map_err(io::Error::other)?;
    limited(member)
}
