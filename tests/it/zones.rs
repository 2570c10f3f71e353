//! Files of zones and obstacles as users bring them: written again with nothing lost, told what is wrong with them, and
//! read in bounded memory.
//!
//! To accept new texts after reading them: `SKYGRID_ACCEPT=1 cargo test --release --test it zones`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::support::{root, skygrid};

fn inputs(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// What the program says about a file in a language, both streams; the code is that of the name of the file.
fn told(what: &str, file: &Path, lang: &str, out: &Path) -> String {
    let name = file.strip_prefix(root()).unwrap().to_str().unwrap();
    let code = if name.contains("-faults") { 2 } else { 0 };
    let out = out.to_str().unwrap();
    let near = ["--near", "41.54,120.48"];
    let mut command = skygrid(&root());
    let run = command.args(["--lang", lang, "import", what, name, "--out", out]).args(near).assert().code(code);
    let streams = [&run.get_output().stderr, &run.get_output().stdout];
    streams.map(|stream| String::from_utf8(stream.clone()).unwrap().replace(out, "OUT")).join("")
}

fn check_folder(what: &str, least: usize) {
    let files = inputs(&format!("tests/{what}"));
    assert!(files.len() >= least, "{} files", files.len());
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let out = folder.path().join("out.json");
        let text = ["en", "zh"].map(|lang| told(what, &file, lang, &out)).join("\n");
        let expected = file.with_extension("txt");
        if std::env::var_os("SKYGRID_ACCEPT").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", file.display());
        let is_fine = !file.to_str().unwrap().contains("-faults");
        assert_eq!(out.exists(), is_fine, "{}: what is not understood is not written", file.display());
        if is_fine && what == "zones" {
            same_json(&file, &out);
        }
        let _ = std::fs::remove_file(out);
    }
}

/// Everything a file says, but for blanks between: what stands in quotation marks is kept with its blanks.
fn tokens(path: &Path) -> String {
    let mut quoted = false;
    let mut last = ' ';
    let text = std::fs::read_to_string(path).unwrap();
    let kept = text.chars().filter(|letter| {
        quoted ^= *letter == '"' && last != '\\';
        last = *letter;
        quoted || !letter.is_whitespace()
    });
    kept.collect()
}

/// Letter for letter, so that neither the order nor the spelling of a number may change.
fn same_json(one: &Path, other: &Path) {
    assert_eq!(tokens(one), tokens(other), "{}", one.display());
}

#[test]
fn zones_are_told_and_written_again_letter_for_letter() {
    check_folder("zones", 10);
}

#[test]
fn obstacles_are_told() {
    check_folder("obstacles", 2);
}

/// Any format becomes plain GeoJSON, which read and written again is the same.
#[test]
fn plain_geojson_keeps_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let fine = inputs("tests/zones").into_iter().filter(|file| file.to_str().unwrap().contains("-oddities"));
    for file in fine {
        for (from, to) in [(file.to_str().unwrap().to_owned(), path("once")), (path("once"), path("twice"))] {
            skygrid(folder.path()).args(["import", "zones", &from, "--out", &to, "--to", "geojson"]).assert().success();
        }
        let [once, twice] = ["once", "twice"].map(|name| std::fs::read_to_string(path(name)).unwrap());
        assert_eq!(once, twice, "{}", file.display());
    }
    let mapped = root().join("tests/obstacles/mapped-oddities.json").to_str().unwrap().to_owned();
    for (from, to) in [(mapped, path("first")), (path("first"), path("second"))] {
        skygrid(folder.path()).args(["import", "obstacles", &from, "--out", &to]).assert().success();
    }
    same_json(&folder.path().join("first"), &folder.path().join("second"));
}

/// Two files become one; of two formats only as plain GeoJSON, and shifted coordinates are never passed on unsaid.
#[test]
fn files_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| root().join("tests/zones").join(name).to_str().unwrap().to_owned();
    let (old, new) = (file("ed269-oddities.json"), file("ed318-oddities.json"));
    let import = |files: &[&str], more: &[&str], code: i32| {
        let mut command = skygrid(folder.path());
        let run = command.args(["import", "zones", "--out", "out.json"]).args(files).args(more).assert().code(code);
        [&run.get_output().stdout, &run.get_output().stderr]
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .join("")
    };
    let says = |text: String, part: &str| assert!(text.contains(part), "{text}");
    says(import(&[&new, &new], &[], 0), "4 zones, 6 volumes");
    let joined = std::fs::read(folder.path().join("out.json")).unwrap();
    let joined: serde_json::Value = serde_json::from_slice(&joined).unwrap();
    assert_eq!(joined["features"].as_array().unwrap().len(), 4);
    assert!(joined["bbox"].is_null() && joined["metadata"].is_object());
    says(import(&[&old, &new], &[], 2), "ED-318 after a file of ED-269");
    says(import(&[&old, &new], &["--to", "geojson"], 0), "4 zones, 6 volumes");
    says(import(&[&new], &["--coordinates", "bd-09"], 2), "would not say that its coordinates are BD-09");
    says(import(&["no such file"], &[], 2), "cannot be read");
}

/// A file of many zones, of about `megabytes`.
fn large_file(path: &Path, megabytes: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let ring: Vec<String> = (0..2000_u32)
        .map(|index| {
            let angle = f64::from(index) / 2000.0 * std::f64::consts::TAU;
            format!("[{}, {}]", 120.48 + 0.01 * libm::cos(angle), 41.54 + 0.01 * libm::sin(angle))
        })
        .collect();
    let ring = format!("{}, {}", ring.join(", "), ring[0]);
    write!(file, "{{\"type\": \"FeatureCollection\", \"features\": [").unwrap();
    let count = megabytes * 1_000_000 / ring.len();
    for index in 0..count {
        let between = if index == 0 { "" } else { "," };
        write!(
            file,
            "{between}\n{{\"type\": \"Feature\", \"properties\": {{\"id\": \"z{index}\", \"restriction\": \"PROHIBITED\"}}, \
             \"geometry\": {{\"type\": \"Polygon\", \"coordinates\": [[{ring}]]}}}}"
        )
        .unwrap();
    }
    write!(file, "]}}").unwrap();
}

/// The memory is that of a feature, not that of the file: at its peak a file of 60 MB takes what one of 1 MB does.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the peak is read from /proc")]
fn large_files_are_read_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    large_file(&path("small.json"), 1);
    large_file(&path("large.json"), 60);
    let peak_kib = |name: &str| {
        let program = assert_cmd::cargo::cargo_bin("skygrid");
        let mut child = std::process::Command::new(program)
            .args(["import", "zones", name, "--out", "out.json"])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut peak_kib = 0;
        while child.try_wait().unwrap().is_none() {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let number = line.and_then(|line| line.trim().split(' ').next()).and_then(|text| text.parse::<u64>().ok());
            peak_kib = number.unwrap_or(0).max(peak_kib);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        assert!(child.wait().unwrap().success());
        peak_kib
    };
    let [small, large] = ["small.json", "large.json"].map(peak_kib);
    assert!(small > 0 && large < small + 8 * 1024, "{small} KiB for 1 MB, {large} KiB for 60 MB");
    assert_eq!(std::fs::metadata(path("out.json")).unwrap().len() / 1_000_000, 60);
    // A feature that would not fit is refused, whatever it is made of.
    for filling in ["[0],", " ", "[[[[[[[["] {
        let mut file = BufWriter::new(File::create(path("huge.json")).unwrap());
        write!(file, "{{\"features\": [{{\"geometry\": [").unwrap();
        for _ in 0..20_000_000 / filling.len() {
            file.write_all(filling.as_bytes()).unwrap();
        }
        drop(file);
        let import = ["import", "zones", "huge.json", "--out", "out2.json"];
        let told = skygrid(folder.path()).args(import).assert().code(2).get_output().stderr.clone();
        assert!(String::from_utf8_lossy(&told).contains("longer than 16 MB"), "{filling}");
    }
}
