//! Arguments of `plan`.

use std::path::PathBuf;

use clap::Args;

use super::ScenarioArgs;
use crate::traffic::route::Weights;

const AFTER: &str = "\
Examples:
  skygrid plan scenarios/fenghuang.toml --from kitchen --to summit
  skygrid plan scenarios/fenghuang.toml --from forest-station --to 41.5300,120.5050 --fleet patrol --alternatives 2
  skygrid plan my.toml --from hub --to roof --type m350 --payload 1.5 --depart 10:35:00
  skygrid plan my.toml --from hub --to roof --weights time=1,people=5,noise=2 --out routes.toml

Costs are seconds: of flying time, and of each weight for every second of flight: energy (that of a
second of level flight), people (1000 on a square kilometre below), noise (3 dB over the limit of a
quiet place), coverage (half of the packets lost), height (at the lowest or highest height, against
half way between).";

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Plan {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Where it takes off: a hub or pad, or LAT,LON.
    #[arg(long, value_name = "ID|LAT,LON", allow_hyphen_values = true)]
    pub from: String,
    /// Where it lands: a hub or pad, or LAT,LON.
    #[arg(long, value_name = "ID|LAT,LON", allow_hyphen_values = true)]
    pub to: String,
    #[command(flatten)]
    pub search: RouteSearch,
    /// TOML file for the routes, to be pasted into the scenario.
    #[arg(long, value_name = "TOML", value_parser = parse_toml_file)]
    pub out: Option<PathBuf>,
}

/// Who looks for a route, when, and what counts.
#[derive(Debug, Args)]
pub struct RouteSearch {
    /// Type that flies; that of the fleet if absent.
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "fleet")]
    pub aircraft: Option<String>,
    /// Fleet that flies; the first at the hub where it takes off, else lands, else of all, if absent.
    #[arg(long)]
    pub fleet: Option<String>,
    /// Operator, whose approvals count; that of the fleet if absent.
    #[arg(long = "as", value_name = "OPERATOR")]
    pub operator: Option<String>,
    /// When it takes off: HH:MM:SS of local time; the start of the scenario if absent.
    #[arg(long, value_name = "TIME")]
    pub depart: Option<String>,
    /// What counts how much, in part: time, energy, people, noise, coverage, height; see below.
    #[arg(long, value_name = "KEY=NUMBER,…", value_parser = parse_weights, default_value_t)]
    pub weights: Weights,
    /// Side of the cells of the search, m; coarser where the area is too large for it.
    #[arg(long, value_name = "M", default_value_t = 20.0, value_parser = parse_resolution)]
    pub resolution: f64,
    /// Most routes to give that differ.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub alternatives: u8,
    /// Payload on the way there, kg; the greatest of the fleet's missions if absent.
    #[arg(long, value_name = "KG", value_parser = parse_payload)]
    pub payload: Option<f64>,
    /// Planner: `grid` searches, `straight` tries the straight line at each height.
    #[arg(long, value_name = "NAME", default_value = "grid")]
    pub planner: String,
}

/// Routes to be found and shown beside what is looked at.
#[derive(Debug, Args)]
#[command(next_help_heading = "Routes to find and show, as `skygrid plan` does")]
#[command(mut_group("RouteSearch", |group| group.requires("from")))]
pub struct RoutesSought {
    /// Where they begin: a hub or pad, or LAT,LON.
    #[arg(long, value_name = "ID|LAT,LON", allow_hyphen_values = true, requires = "to")]
    pub from: Option<String>,
    /// Where they end: a hub or pad, or LAT,LON.
    #[arg(long, value_name = "ID|LAT,LON", allow_hyphen_values = true, requires = "from")]
    pub to: Option<String>,
    #[command(flatten)]
    pub search: RouteSearch,
}

/// Weights as KEY=NUMBER, those that are left out as they are by default.
fn parse_weights(text: &str) -> Result<Weights, String> {
    let mut weights = Weights::default();
    let mut given = Vec::new();
    for part in text.split(',') {
        let wrong = || format!("`{part}` is no weight; expected KEY=NUMBER from 0 to 1000, such as people=5");
        let (key, value) = part.split_once('=').ok_or_else(wrong)?;
        if given.contains(&key.trim()) {
            return Err(format!("weight `{}` is given twice; expected each once", key.trim()));
        }
        given.push(key.trim());
        let weight = match key.trim() {
            "time" => &mut weights.time,
            "energy" => &mut weights.energy,
            "people" => &mut weights.people,
            "noise" => &mut weights.noise,
            "coverage" => &mut weights.coverage,
            "height" => &mut weights.height,
            other => {
                return Err(format!(
                    "there is no weight `{other}`; expected time, energy, people, noise, coverage or height"
                ));
            }
        };
        *weight = value.trim().parse().ok().filter(|value| (0.0..=1000.0).contains(value)).ok_or_else(wrong)?;
    }
    Ok(weights)
}

/// A file for routes of a scenario.
fn parse_toml_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        return Ok(path);
    }
    Err("expected a name that ends in .toml; `skygrid import route` makes other formats of that".to_owned())
}

fn parse_resolution(text: &str) -> Result<f64, String> {
    let side_m = text.parse::<f64>().ok().filter(|side_m| (5.0..=500.0).contains(side_m));
    side_m.ok_or_else(|| "expected the side of a cell between 5 and 500 m".to_owned())
}

fn parse_payload(text: &str) -> Result<f64, String> {
    let payload_kg = text.parse::<f64>().ok().filter(|payload_kg| (0.0..=10_000.0).contains(payload_kg));
    payload_kg.ok_or_else(|| "expected a payload from 0 to 10000 kg".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `--weights` is by default is what weights are by default.
    #[test]
    fn weights_are_read_as_they_are_written() {
        let weights = Weights { people: 5.0, noise: 0.25, ..Weights::default() };
        assert_eq!(parse_weights(&weights.to_string()), Ok(weights));
        assert_eq!(parse_weights("people=5, noise=0.25"), Ok(weights));
        assert!(parse_weights("time=1,energy=1, time=2").is_err_and(|told| told.contains("`time` is given twice")));
    }

    /// How routes are to be found says nothing where none are asked for.
    #[cfg(feature = "viewer")]
    #[test]
    fn the_viewer_is_told_what_to_find_routes_between() {
        use super::super::Arguments;
        use clap::Parser as _;

        let parsed = |more: &str| {
            Arguments::try_parse_from(["skygrid", "view", "a.toml"].into_iter().chain(more.split_whitespace()))
        };
        assert!(parsed("").is_ok() && parsed("--from hub --to roof --weights people=5").is_ok());
        for alone in ["--weights people=5", "--alternatives 2", "--planner grid", "--from hub", "--to roof"] {
            let told = parsed(alone).unwrap_err().to_string();
            assert!(told.contains("required arguments") && told.contains("--"), "{alone}: {told}");
        }
    }
}
