//! The metadata GDAL keeps in a TIFF: a small XML text of named items.

use std::fmt::Write as _;

use crate::formats::raster::Description;

/// One item of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is called.
    pub(super) name: String,
    /// What GDAL uses it for: "scale", "offset", "unittype"; empty for a plain item.
    pub(super) role: String,
    /// Its value.
    pub(super) text: String,
}

/// Reads the items; what is not understood is passed over, since other programs write into this text too.
pub(super) fn items(xml: &str) -> Vec<Item> {
    xml.split("<Item ").skip(1).filter_map(item).collect()
}

fn item(xml: &str) -> Option<Item> {
    let (attributes, rest) = xml.split_once('>')?;
    let (text, _) = rest.split_once("</Item>")?;
    let attribute = |name| attribute(attributes, name).unwrap_or_default();
    Some(Item { name: attribute("name"), role: attribute("role"), text: unescaped(text) })
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescaped(value))
}

/// What the items say about a raster.
pub(super) fn description(items: &[Item]) -> Description {
    let text = |name: &str| {
        let found = items.iter().find(|item| item.role.is_empty() && item.name.eq_ignore_ascii_case(name));
        found.map(|item| item.text.trim().to_owned()).unwrap_or_default()
    };
    let schematic = matches!(text("SCHEMATIC").to_ascii_lowercase().as_str(), "yes" | "true" | "1");
    Description { source: text("SOURCE"), schematic, accuracy: text("ACCURACY") }
}

/// The text for a raster whose heights are metres.
pub(super) fn xml(description: &Description) -> String {
    let schematic = if description.schematic { "YES" } else { "NO" };
    let mut xml = String::from("<GDALMetadata>\n");
    for (name, text) in
        [("SOURCE", &*description.source), ("SCHEMATIC", schematic), ("ACCURACY", &*description.accuracy)]
    {
        let _ = writeln!(xml, "  <Item name=\"{name}\">{}</Item>", escaped(text));
    }
    xml.push_str("  <Item name=\"UNITTYPE\" sample=\"0\" role=\"unittype\">metre</Item>\n</GDALMetadata>\n");
    xml
}

/// XML text in ASCII, which is all that a TIFF string may hold.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '"' | '\'' => _ = write!(escaped, "&#{};", u32::from(character)),
            ' '..='~' => escaped.push(character),
            control if control.is_control() => escaped.push(' '),
            other => _ = write!(escaped, "&#{};", u32::from(other)),
        }
    }
    escaped
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part.split_once(';').and_then(|(entity, rest)| Some((character(entity)?, rest)));
        if let Some((character, rest)) = known {
            plain.push(character);
            plain.push_str(rest);
        } else {
            plain.push('&');
            plain.push_str(part);
        }
    }
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_the_escaping() {
        let said =
            Description { source: "A & B <示意> \"q\" 'x'".into(), schematic: true, accuracy: "±10 m".into() };
        let xml = xml(&said);
        assert!(xml.is_ascii(), "{xml}");
        assert_eq!(description(&items(&xml)), said);
    }

    #[test]
    fn damaged_text_is_passed_over() {
        for xml in [
            "",
            "<Item ",
            "<Item name=\"SOURCE\">",
            "<Item name=\"SOURCE>x</Item>",
            "&#xffffffff;",
            "<Item >&#;&</Item>",
        ] {
            assert_eq!(description(&items(xml)), Description::default(), "{xml}");
        }
    }
}
