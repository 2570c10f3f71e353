//! Tells the program which commit is checked out where it is built, for the manifest of its runs. Changes on top of the
//! commit are not told, and outside a checkout nothing is.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Some(commit) = git_folder().and_then(|git| head_of(&git)) {
        println!("cargo::rustc-env=SKYGRID_COMMIT={commit}");
    }
}

/// The folder of git; in a worktree a file names it.
fn git_folder() -> Option<PathBuf> {
    let git = Path::new(".git");
    if git.is_dir() {
        return Some(git.to_path_buf());
    }
    read(git)?.strip_prefix("gitdir: ").map(PathBuf::from)
}

/// The commit that is checked out; follows one reference, loose or packed. Every commit and checkout touches the log.
fn head_of(git: &Path) -> Option<String> {
    read(&git.join("logs/HEAD"));
    let head = read(&git.join("HEAD"))?;
    let Some(reference) = head.strip_prefix("ref: ") else { return Some(head) };
    let common = read(&git.join("commondir")).map_or_else(|| git.to_path_buf(), |common| git.join(common));
    read(&common.join(reference)).or_else(|| {
        let packed = read(&common.join("packed-refs"))?;
        packed.lines().find_map(|line| line.strip_suffix(reference)?.split_whitespace().next().map(str::to_owned))
    })
}

/// The text of a file, which is watched from now on.
fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo::rerun-if-changed={}", path.display());
    Some(text.trim().to_owned())
}
