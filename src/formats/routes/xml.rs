//! XML as KML and GPX use it: read whole, without entities of its own.

use roxmltree::{Document, Node, ParsingOptions};

use crate::formats::features::{Faults, texts};

/// The most elements, attributes not counted: bounds the memory.
const MOST_NODES: u32 = 4_000_000;

/// The document of a text; `None`, and a finding, if it is none.
pub fn document<'a>(text: &'a str, root: &str, faults: &mut Faults) -> Option<Document<'a>> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let expected = (format!("an XML document `<{root}>`"), format!("XML 文档 `<{root}>`"));
    match Document::parse_with_options(text, options) {
        Ok(document) if document.root_element().tag_name().name() == root => Some(document),
        Ok(document) => {
            let found = document.root_element().tag_name().name().chars().take(60).collect::<String>();
            let what = (format!("the document is `<{found}>`"), format!("文档为 `<{found}>`"));
            faults.error_at(1, "", texts(what, expected, ("choose the right file", "请选择正确的文件")));
            None
        }
        Err(error) => {
            let line = usize::try_from(error.pos().row).unwrap_or_default();
            let what = (format!("is not XML: {error}"), format!("不是 XML：{error}"));
            faults.error_at(line, "", texts(what, expected, ("correct the file there", "请改正该处")));
            None
        }
    }
}

/// The first child element of a name.
pub fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The text of the first child element of a name, without blanks around it; `None` if there is none.
pub fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

/// Lines of a text, found one after the other.
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The line of a node, from 1.
    pub fn of_node(&self, node: Node<'_, '_>) -> usize {
        self.at(node.range().start)
    }

    /// The line of a byte, from 1.
    pub fn at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}
