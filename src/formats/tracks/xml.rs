//! XML as tracks are written in it, element by element: no document types, no entities but the five of XML, limits on
//! depth and on the length of a piece.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::counted::Counted;
use crate::formats::features::texts;
use crate::message::Text;

/// Elements inside each other; tracks need a dozen.
const DEEPEST: usize = 64;

/// Why reading a file ends early, and where.
#[derive(Debug)]
pub(super) struct Broken {
    /// The line; 0 if it is not known.
    pub line: usize,
    /// What is wrong, what was expected, what to do.
    pub texts: Box<[Text; 3]>,
}

impl Broken {
    /// What is wrong, in a line; 0 if it is not known.
    pub fn at(line: usize, texts: [Text; 3]) -> Self {
        Self { line, texts: Box::new(texts) }
    }
}

/// The attributes of an element, by their names without prefix.
#[derive(Debug, Default)]
pub(super) struct Attributes(Vec<(String, String)>);

impl Attributes {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// What comes next in a file. Names are without their prefix.
pub(super) enum Node<'a> {
    /// An element begins.
    Start(&'a str, &'a Attributes),
    /// An element ends.
    End {
        /// Its name.
        name: &'a str,
        /// The element around it.
        parent: Option<&'a str>,
        /// The text in it, after the last element in it.
        text: &'a str,
    },
    /// The file ends.
    Over,
}

/// A file that is read element by element.
pub(super) struct Xml<R: BufRead> {
    reader: Reader<Counted<R>>,
    buffer: Vec<u8>,
    open: Vec<String>,
    ended: String,
    text: String,
    attributes: Attributes,
}

impl<R: BufRead> Xml<R> {
    pub fn new(input: R) -> Self {
        let mut reader = Reader::from_reader(Counted::new(input));
        reader.config_mut().expand_empty_elements = true;
        let (buffer, open, ended, text) = (Vec::new(), Vec::new(), String::new(), String::new());
        Self { reader, buffer, open, ended, text, attributes: Attributes::default() }
    }

    /// The line that was read last.
    pub fn line(&self) -> usize {
        self.reader.get_ref().line()
    }

    /// What comes next.
    pub fn next(&mut self) -> Result<Node<'_>, Broken> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().next_piece();
            let event = self.reader.read_event_into(&mut self.buffer);
            let line = self.reader.get_ref().line();
            let broken = |what: &dyn std::fmt::Display| Broken::at(line, no_xml(what));
            match event.map_err(|error| broken(&error))? {
                Event::Start(start) => {
                    if self.open.len() >= DEEPEST {
                        return Err(broken(&format_args!("elements stand {DEEPEST} deep in each other")));
                    }
                    self.open.push(local_name(start.local_name().as_ref()));
                    self.attributes = attributes(&start).map_err(|error| broken(&error))?;
                    self.text.clear();
                    break;
                }
                Event::End(_) => {
                    self.ended = self.open.pop().unwrap_or_default();
                    return Ok(Node::End {
                        name: &self.ended,
                        parent: self.open.last().map(String::as_str),
                        text: &self.text,
                    });
                }
                Event::Text(text) => self.text.push_str(&text.decode().map_err(|error| broken(&error))?),
                Event::CData(text) => self.text.push_str(&text.decode().map_err(|error| broken(&error))?),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| broken(&error))?;
                    let name = reference.decode().map_err(|error| broken(&error))?;
                    match character {
                        Some(character) => self.text.push(character),
                        None => match quick_xml::escape::resolve_predefined_entity(&name) {
                            Some(text) => self.text.push_str(text),
                            None => return Err(broken(&format_args!("the entity `{name}` is not one of XML's own"))),
                        },
                    }
                }
                Event::DocType(_) => return Err(broken(&"document types and their entities are not read")),
                Event::Eof if !self.open.is_empty() => {
                    return Err(broken(&format_args!("the file ends inside <{}>", self.open.join("><"))));
                }
                Event::Eof => return Ok(Node::Over),
                // Empty elements are given as a start and an end.
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
            }
            if self.text.len() > super::counted::LONGEST {
                return Err(broken(&"a text that is too long"));
            }
        }
        let name = self.open.last().map_or("", String::as_str);
        Ok(Node::Start(name, &self.attributes))
    }
}

fn local_name(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn attributes(start: &BytesStart<'_>) -> Result<Attributes, quick_xml::Error> {
    let mut found = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(quick_xml::Error::from)?;
        let value = attribute.decoded_and_normalized_value(quick_xml::XmlVersion::Implicit1_0, start.decoder())?;
        found.push((local_name(attribute.key.local_name().as_ref()), value.into_owned()));
    }
    Ok(Attributes(found))
}

fn no_xml(what: &dyn std::fmt::Display) -> [Text; 3] {
    texts(
        (format!("this is not XML that can be read: {what}"), format!("无法作为 XML 读取：{what}")),
        ("a whole XML file in UTF-8", "完整的 UTF-8 编码 XML 文件"),
        ("mend the file at this line, or export it again", "请在此行改正，或重新导出文件"),
    )
}
