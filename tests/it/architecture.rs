//! The table of rooms in ARCHITECTURE.md, enforced: who may import whom, no cycles at any depth, Bevy in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;

use crate::support::root;

/// Room and the rooms it may import; the table of DESIGN.
fn permitted() -> BTreeMap<&'static str, Vec<&'static str>> {
    let chain = ["units", "message", "world", "aircraft", "traffic", "mission"];
    let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (index, room) in chain.iter().enumerate() {
        table.insert(room, chain[..index].to_vec());
    }
    table.insert("frame", chain.to_vec());
    table.insert("formats", vec!["units", "message", "world", "traffic", "frame"]);
    table.insert("scenario", [&chain[..], &["frame", "formats"]].concat());
    table.insert("sim", [&chain[..], &["frame", "scenario"]].concat());
    table.insert("record", vec!["units", "message", "world", "frame", "formats"]);
    table.insert("app", vec!["units", "message", "frame", "scenario", "sim", "record"]);
    table.insert("study", vec!["units", "message", "frame", "scenario", "record", "app"]);
    table.insert("report", vec!["units", "message", "world", "traffic", "frame", "record"]);
    table.insert("viewer", [&chain[..], &["frame", "formats", "scenario", "record", "app", "report"]].concat());
    let everything: Vec<&str> = table.keys().copied().collect();
    table.insert("cli", everything);
    table
}

/// A module: its path inside the crate and what it imports from the crate, as paths.
struct Module {
    path: Vec<String>,
    file: PathBuf,
    imports: BTreeSet<Vec<String>>,
    uses_bevy: bool,
}

/// Collects the first segments of every path and import.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        walk(&item.tree, &mut Vec::new(), &mut self.0);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    // A macro's arguments are tokens: its paths are read from their text.
    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.0.push(item.path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        let text = item.tokens.to_string().replace(['(', '[', '{', ')', ']', '}', ',', '&'], " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        for (index, _) in words.iter().enumerate().filter(|(_, word)| **word == "crate" || **word == "bevy") {
            let tail = words[index + 1..].chunks(2).take_while(|pair| pair.len() == 2 && pair[0] == "::");
            let path = std::iter::once(words[index]).chain(tail.map(|pair| pair[1]));
            self.0.push(path.map(str::to_owned).collect());
        }
    }

    // Tests may look wherever they like.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test")
        });
        if !is_test {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

fn walk(tree: &syn::UseTree, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match tree {
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            walk(&path.tree, prefix, found);
            prefix.pop();
        }
        syn::UseTree::Name(name) => found.push([prefix.clone(), vec![name.ident.to_string()]].concat()),
        syn::UseTree::Rename(name) => found.push([prefix.clone(), vec![name.ident.to_string()]].concat()),
        syn::UseTree::Glob(_) => found.push(prefix.clone()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|item| walk(item, prefix, found)),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn modules() -> Vec<Module> {
    let source = root().join("src");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    paths
        .into_iter()
        // `tests.rs` and `samples.rs` are compiled for tests alone.
        .filter(|path| !["main.rs", "lib.rs", "tests.rs", "samples.rs"].iter().any(|name| path.ends_with(name)))
        .map(|file| {
            let relative = file.strip_prefix(&source).unwrap().with_extension("");
            let path: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let syntax = syn::parse_file(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let mut paths = Paths::default();
            paths.visit_file(&syntax);
            let imports = paths.0.iter().filter_map(|import| absolute(import, &path)).collect();
            let uses_bevy = paths.0.iter().any(|import| import[0].starts_with("bevy"));
            Module { path, file, imports, uses_bevy }
        })
        .collect()
}

/// A path inside the crate, from its root; `None` for paths that lead elsewhere.
fn absolute(import: &[String], from: &[String]) -> Option<Vec<String>> {
    match import.first()?.as_str() {
        "crate" => Some(import[1..].to_vec()),
        "self" => Some([from, &import[1..]].concat()),
        "super" => {
            let ups = import.iter().take_while(|part| *part == "super").count();
            Some([&from[..from.len().checked_sub(ups)?], &import[ups..]].concat())
        }
        _ => None,
    }
}

/// The collector sees paths wherever they stand, and those inside macros.
#[test]
fn paths_are_found_wherever_they_stand() {
    let source = "use crate::a::{b, c::d}; fn f() { crate::e::f(); say!(\"{}\", g(crate::h::I, &[bevy::J])); }";
    let mut found = Paths::default();
    found.visit_file(&syn::parse_file(source).unwrap());
    let found: Vec<String> = found.0.iter().map(|path| path.join("::")).collect();
    for path in ["crate::a::b", "crate::a::c::d", "crate::e::f", "crate::h::I", "bevy::J"] {
        assert!(found.iter().any(|other| other == path), "{path}: {found:?}");
    }
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let table = permitted();
    let mut wrong = Vec::new();
    for module in modules() {
        let room = module.path[0].as_str();
        let allowed = table.get(room).unwrap_or_else(|| panic!("{room} is not in the table of rooms"));
        for import in module.imports.iter().filter(|import| !import.is_empty()) {
            let target = import[0].as_str();
            if target != room && table.contains_key(target) && !allowed.contains(&target) {
                wrong.push(format!("{}: {room} imports {}", module.file.display(), import.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bevy_stays_in_the_host_and_the_viewer() {
    let elsewhere: Vec<String> = modules()
        .into_iter()
        .filter(|module| module.uses_bevy && !["app", "viewer"].contains(&module.path[0].as_str()))
        .map(|module| module.file.display().to_string())
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

/// Siblings of every folder: no cycle among them. A folder and its head file are one node.
#[test]
fn no_cycles_at_any_depth() {
    let modules = modules();
    let mut parents: BTreeSet<Vec<String>> = BTreeSet::new();
    for module in &modules {
        for depth in 0..module.path.len() {
            parents.insert(module.path[..depth].to_vec());
        }
    }
    for parent in parents {
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let is_sibling = |path: &[String]| path.len() > parent.len() && path.starts_with(&parent);
        let siblings: BTreeSet<String> = modules
            .iter()
            .filter(|module| is_sibling(&module.path))
            .map(|module| module.path[parent.len()].clone())
            .collect();
        for module in modules.iter().filter(|module| is_sibling(&module.path)) {
            let own = &module.path[parent.len()];
            for import in module.imports.iter().filter(|import| is_sibling(import)) {
                let other = &import[parent.len()];
                if other != own && siblings.contains(other) {
                    edges.entry(own.clone()).or_default().insert(other.clone());
                }
            }
        }
        assert_acyclic(&parent.join("::"), &edges);
    }
}

fn assert_acyclic(place: &str, edges: &BTreeMap<String, BTreeSet<String>>) {
    let mut left = edges.clone();
    while !left.is_empty() {
        let leaf = left.iter().find(|(_, targets)| targets.iter().all(|target| !left.contains_key(target)));
        let Some(leaf) = leaf.map(|(name, _)| name.clone()) else {
            panic!("in `{place}` these import each other: {left:?}");
        };
        left.remove(&leaf);
    }
}
