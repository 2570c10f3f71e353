//! Arguments of `coverage`.

use std::path::PathBuf;

use clap::Args;

use super::ScenarioArgs;

/// Arguments of `coverage`.
#[derive(Debug, Args)]
pub struct Coverage {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Height shown, m above ground.
    #[arg(long, default_value = "60", value_name = "METRES", value_parser = parse_height)]
    pub height: f64,
    /// File to write as well; its ending says the format: .png .svg (at the height), .csv (all heights)
    #[arg(long)]
    pub out: Option<PathBuf>,
}

fn parse_height(text: &str) -> Result<f64, String> {
    let height = text.parse::<f64>().ok().filter(|height| (0.0..=1000.0).contains(height));
    height.ok_or_else(|| "expected a height between 0 and 1000 m above ground, such as 60".to_owned())
}
