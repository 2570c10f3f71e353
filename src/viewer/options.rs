//! What a caller may ask of a picture or a window.

use std::path::PathBuf;
use std::str::FromStr;

use crate::frame::SimTime;
use crate::message::Language;

use super::alternatives::Alternatives;
use super::layers;
use super::preset::CameraPreset;
use super::rules::CellView;

/// What a still picture shows and how.
#[derive(Clone, Debug)]
pub struct RenderOptions {
    /// PNG file to write.
    pub out: PathBuf,
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// Instant to show.
    pub at: SimTime,
    /// Where to look from.
    pub camera: CameraPreset,
    /// Layers to draw; `None` draws the usual ones.
    pub layers: Option<LayerChoice>,
    /// What the cells of the grid map show.
    pub cells: CellView,
    /// Language of names and words.
    pub language: Language,
    /// Master seed of the run, for the caption.
    pub seed: Option<u64>,
    /// Routes between two places to show and compare.
    pub alternatives: Option<Alternatives>,
    /// How many times heights are stretched; 1 is the truth.
    pub vertical_exaggeration: f32,
    /// Whether caption and legend are drawn.
    pub caption: bool,
}

impl RenderOptions {
    /// A picture of 1600 × 900 pixels of the whole area at `at`.
    pub fn new(out: impl Into<PathBuf>, at: SimTime) -> Self {
        Self {
            out: out.into(),
            size: (1600, 900),
            at,
            camera: CameraPreset::Overview,
            layers: None,
            cells: CellView::default(),
            language: Language::default(),
            seed: None,
            alternatives: None,
            vertical_exaggeration: 1.0,
            caption: true,
        }
    }
}

/// How a window starts.
#[derive(Clone, Debug)]
pub struct ViewOptions {
    /// Instant to start at; the start of the recording if absent.
    pub at: Option<SimTime>,
    /// Where to look from.
    pub camera: CameraPreset,
    /// Layers to draw; `None` draws the usual ones.
    pub layers: Option<LayerChoice>,
    /// What the cells of the grid map show.
    pub cells: CellView,
    /// Language of names and words.
    pub language: Language,
    /// Master seed of the run, for the caption.
    pub seed: Option<u64>,
    /// Routes between two places to show and compare.
    pub alternatives: Option<Alternatives>,
    /// How many times heights are stretched; 1 is the truth.
    pub vertical_exaggeration: f32,
    /// Whether the replay starts by itself.
    pub playing: bool,
    /// Whether the recording still grows: play follows its end.
    pub live: bool,
    /// Folder for pictures taken with F12.
    pub pictures: PathBuf,
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self {
            at: None,
            camera: CameraPreset::Overview,
            layers: None,
            cells: CellView::default(),
            language: Language::default(),
            seed: None,
            alternatives: None,
            vertical_exaggeration: 1.0,
            playing: true,
            live: false,
            pictures: PathBuf::from("."),
        }
    }
}

/// Which layers are drawn, by key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerChoice(pub(super) Vec<&'static str>);

/// A layer that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no layer `{unknown}`: the layers are {known}")]
pub struct BadLayer {
    unknown: String,
    known: String,
}

impl FromStr for LayerChoice {
    type Err = BadLayer;

    /// `terrain,routes` draws these only; `+ceiling` and `-labels` change the usual ones; `all` draws everything.
    fn from_str(text: &str) -> Result<Self, BadLayer> {
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let changes = parts.iter().all(|part| part.starts_with(['+', '-']));
        let mut keys = if changes { layers::usual() } else { Vec::new() };
        for part in parts {
            if part == "all" {
                keys = layers::LAYERS.iter().map(|layer| layer.key).collect();
                continue;
            }
            let key = known_layer(part.trim_start_matches(['+', '-']))?;
            keys.retain(|&other| other != key);
            if !part.starts_with('-') {
                keys.push(key);
            }
        }
        Ok(Self(keys))
    }
}

fn known_layer(name: &str) -> Result<&'static str, BadLayer> {
    let keys = || layers::LAYERS.iter().map(|layer| layer.key);
    keys()
        .find(|&key| key == name)
        .ok_or_else(|| BadLayer { unknown: name.to_owned(), known: keys().collect::<Vec<_>>().join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_chosen_or_changed() {
        assert_eq!("terrain,routes".parse(), Ok(LayerChoice(vec!["terrain", "routes"])));
        let changed: LayerChoice = "-labels".parse().unwrap();
        assert!(!changed.0.contains(&"labels") && changed.0.contains(&"terrain"));
        assert!("terain".parse::<LayerChoice>().is_err());
    }
}
