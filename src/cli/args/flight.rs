//! Arguments about one route: who flies it, when, and what is drawn of it.

use std::path::PathBuf;

use clap::Args;

use super::ScenarioArgs;
use super::energy::within;

/// Who flies a route and when.
#[derive(Debug, Args)]
pub struct FlightArgs {
    /// When it leaves the ground: HH:MM:SS of local time; the start of the run if absent.
    #[arg(long, value_name = "HH:MM:SS", requires = "route")]
    pub depart: Option<String>,
    /// Type that flies it; that of the fleet if absent.
    #[arg(long = "type", value_name = "TYPE", requires = "route")]
    pub aircraft: Option<String>,
    /// Fleet that flies it; that of the first mission on it if absent.
    #[arg(long, requires = "route")]
    pub fleet: Option<String>,
    /// Operator whose approvals count; that of the fleet if absent.
    #[arg(long = "as", value_name = "OPERATOR", requires = "route")]
    pub operator: Option<String>,
    /// What it carries, kg; the most of its mission if absent.
    #[arg(long, value_name = "KG", value_parser = within::<0, 10_000>, requires = "route")]
    pub payload: Option<f64>,
}

/// Arguments of `profile`.
#[derive(Debug, Args)]
pub struct Profile {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Route to show.
    #[arg(long)]
    pub route: String,
    #[command(flatten)]
    pub flight: FlightArgs,
    /// Picture to write; its ending says the format: .svg .png
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Every place of the profile as CSV on standard output.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// The way back in place of the way out.
    #[arg(long)]
    pub back: bool,
}
