//! The embedded catalogue of aircraft types.

use std::sync::OnceLock;

use super::aircraft_type::AircraftType;
use super::type_file::read_type;

/// The files of `assets/aircraft`.
const FILES: [(&str, &str); 7] = [
    ("meituan-4", include_str!("../../assets/aircraft/meituan-4.toml")),
    ("m350", include_str!("../../assets/aircraft/m350.toml")),
    ("m30t", include_str!("../../assets/aircraft/m30t.toml")),
    ("m3td", include_str!("../../assets/aircraft/m3td.toml")),
    ("flycart-30", include_str!("../../assets/aircraft/flycart-30.toml")),
    ("cw-15", include_str!("../../assets/aircraft/cw-15.toml")),
    ("hexarotor", include_str!("../../assets/aircraft/hexarotor.toml")),
];

/// All types; the first flies what no fleet flies.
///
/// # Panics
/// Never: the files are embedded and a test reads them.
pub fn catalogue() -> &'static [AircraftType] {
    static TYPES: OnceLock<Vec<AircraftType>> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "embedded in the binary and read by the tests")]
    let read = || FILES.iter().map(|(_, text)| read_type(text).expect("the embedded catalogue is valid")).collect();
    TYPES.get_or_init(read)
}

/// The embedded file of a type, to copy from.
pub fn embedded_file(id: &str) -> Option<&'static str> {
    FILES.iter().find(|(other, _)| *other == id).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file reads, is named by its id, and every figure that a file may give says where it comes from.
    #[test]
    fn every_file_reads_and_names_its_sources() {
        for (id, text) in FILES {
            let aircraft = read_type(text).unwrap_or_else(|faults| panic!("{id}: {faults:?}"));
            assert_eq!(aircraft.id, id);
            assert!(!aircraft.name.zh.is_empty() && aircraft.figures.len() > 20);
            for figure in &aircraft.figures {
                assert!(!figure.source.is_empty() && figure.source != "user", "{id}: {figure:?}");
                assert!(figure.confidence.is_some(), "{id}: {figure:?}");
            }
        }
    }
}
