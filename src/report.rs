//! Two-dimensional pictures and pages: the report of a run as one self-contained HTML page in Chinese and English.
//!
//! [`html`] turns a [`RunReport`] into the page. Its bytes depend on the run alone: no wall clock, no path, no order of
//! a hash map, every number with fixed decimals.

mod cartography;
mod chart;
mod contingencies;
mod contour;
mod coverage;
mod cross_section;
mod curves;
mod figures;
mod grid_map;
mod input;
mod map;
mod page;
mod paint;
mod png;
mod profile;
mod reading;
mod relief;
mod route_picture;
mod sheet;
mod svg;
mod tables;
#[cfg(test)]
mod tests;
mod troubles;

pub use chart::{Lanes, round_figures};
pub use coverage::CoveragePicture;
pub use grid_map::Picture;
pub use input::{
    PlaceKind, ReportFleet, ReportLoss, ReportMission, ReportPlace, ReportRiver, ReportRoute, ReportTotals, RunReport,
};

pub use route_picture::{RoutePicture, rule_text};
pub use sheet::PictureError;

/// The page cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be made: {0}")]
pub struct ReportError(#[from] askama::Error);

/// The report of a run as one HTML page that needs nothing else.
///
/// # Errors
/// If the template cannot be filled.
pub fn html(report: &RunReport<'_>) -> Result<String, ReportError> {
    let reading = reading::read(report);
    let page = page::Page::of(report, &reading);
    Ok(askama::Template::render(&page)?)
}
