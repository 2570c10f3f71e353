//! What the README shows is what the program prints: every `$ skygrid` line in it is run and its output compared.

use std::fmt::Write as _;

use crate::support::{root, skygrid};

/// The README with the output of every command in it as it is now.
fn as_it_is_now(text: &str) -> String {
    let mut written = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(written, "{line}");
        let Some(command) = line.strip_prefix("$ skygrid ") else { continue };
        while lines.peek().is_some_and(|next| !next.starts_with("```") && !next.starts_with("$ ")) {
            lines.next();
        }
        let assert = skygrid(&root()).args(command.split_whitespace()).assert();
        let output = assert.get_output();
        let shown = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
        written.push_str(&shown);
        if lines.peek().is_some_and(|next| next.starts_with("$ ")) {
            written.push('\n');
        }
    }
    written
}

/// Run with `SKYGRID_ACCEPT=1` to write the outputs anew; read them before you commit them.
#[test]
fn the_readme_shows_what_the_program_prints() {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let now = as_it_is_now(&text);
    assert!(text.matches("\n$ skygrid ").count() >= 12, "commands are shown with their output");
    if std::env::var_os("SKYGRID_ACCEPT").is_some() {
        std::fs::write(&path, now).unwrap();
    } else {
        assert_eq!(text, now, "run with SKYGRID_ACCEPT=1 and read what changes");
    }
}
