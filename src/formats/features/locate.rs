//! Finding the line of a key in a piece of JSON: asked for findings alone, so that reading stays quick.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Lines from the beginning of `raw` to what stands at `path`, such as `.geometry[0].upperLimit`; as far as the path
/// can be followed.
pub fn line_in(raw: &str, path: &str) -> usize {
    let (mut offset, mut rest) = (0, path);
    while let Some((step, after)) = first_step(rest) {
        let Some(further) = offset_of(&raw[offset..], step) else { break };
        offset += further;
        rest = after;
    }
    raw[..offset].bytes().filter(|byte| *byte == b'\n').count()
}

/// The first step of a path and what follows: a name, after a point unless it is the first, or a number in brackets.
fn first_step(path: &str) -> Option<(&str, &str)> {
    if let Some(inner) = path.strip_prefix('[') {
        return inner.split_once(']');
    }
    let name = path.strip_prefix('.').unwrap_or(path);
    (!name.is_empty()).then_some(())?;
    Some(name.split_at(name.find(['.', '[']).unwrap_or(name.len())))
}

fn offset_of(raw: &str, step: &str) -> Option<usize> {
    let found: &RawValue = if raw.starts_with('[') {
        let list: Vec<&RawValue> = first_of(raw)?;
        list.get(step.parse::<usize>().ok()?)?
    } else {
        let members: BTreeMap<String, &RawValue> = first_of(raw)?;
        members.get(step)?
    };
    (found.get().as_ptr() as usize).checked_sub(raw.as_ptr() as usize)
}

/// The first value in a text.
fn first_of<'a, T: serde::Deserialize<'a>>(raw: &'a str) -> Option<T> {
    T::deserialize(&mut serde_json::Deserializer::from_str(raw)).ok()
}

#[cfg(test)]
mod tests {
    use super::line_in;

    #[test]
    fn paths_lead_to_their_lines() {
        let raw = "{\n \"a\": [1,\n  {\"b\": [\n   7, 8\n  ], \"c\":\n \"x\"}\n ]\n}";
        for (path, line) in [
            ("", 0),
            (".a", 1),
            (".a[1]", 2),
            (".a[1].b[1]", 3),
            (".a[1].c", 5),
            ("a[1].c", 5),
            (".a[1].no", 2),
            (".a[9]", 1),
        ] {
            assert_eq!(line_in(raw, path), line, "{path}");
        }
    }
}
