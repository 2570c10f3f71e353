//! Arguments about aircraft and what flying costs them.

use clap::Args;

use super::ScenarioArgs;

/// Arguments of `aircraft`.
#[derive(Debug, Args)]
pub struct Aircraft {
    /// A type of the catalogue, or the file of one; all types if absent.
    #[arg(value_name = "ID|FILE")]
    pub what: Option<String>,
    /// Print the file of the type, to start one's own from.
    #[arg(long, requires = "what")]
    pub file: bool,
}

/// Arguments of `energy`.
#[derive(Debug, Args)]
pub struct Energy {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Mission to look at; all if absent.
    #[arg(long)]
    pub mission: Option<String>,
    /// Speed of the wind, m/s, the same everywhere.
    #[arg(long, default_value_t = 8.0, value_name = "MPS", value_parser = within::<0, 60>)]
    pub wind: f64,
    /// Where the wind comes from, degrees from north over east; the worst of eight directions if absent.
    #[arg(long, value_name = "DEG", value_parser = within::<0, 360>)]
    pub from: Option<f64>,
    /// Payload, kg; the greatest of the mission if absent.
    #[arg(long, value_name = "KG", value_parser = within::<0, 10_000>)]
    pub payload: Option<f64>,
    /// Temperature of the air, °C.
    #[arg(long, default_value_t = 15.0, value_name = "C", value_parser = within::<-60, 60>, allow_hyphen_values = true)]
    pub temperature: f64,
}

/// A number between two whole ones.
pub(super) fn within<const LEAST: i32, const MOST: i32>(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().ok().filter(|value| (f64::from(LEAST)..=f64::from(MOST)).contains(value));
    value.ok_or_else(|| format!("expected a number from {LEAST} to {MOST}"))
}
