//! Routes to be looked at in three dimensions.

use super::{Asked, Question, found, none, planner};
use crate::cli::args::RoutesSought;
use crate::cli::{Exit, Failure};
use crate::message::Language;
use crate::scenario::ResolvedScenario;
use crate::sim::Algorithms;
use crate::traffic::route::cures;
use crate::viewer::Alternatives;

/// The routes that are asked for; `None` if none are.
///
/// # Errors
/// If the question cannot be understood, or there is no route: then why, and what would open one.
pub fn alternatives(
    sought: &RoutesSought,
    scenario: &ResolvedScenario,
    algorithms: &Algorithms,
    language: Language,
) -> Result<Option<Alternatives>, Failure> {
    let (Some(from), Some(to)) = (&sought.from, &sought.to) else { return Ok(None) };
    let planner = planner(&sought.search, algorithms)?;
    let question = Question::of([from, to], &sought.search, scenario, language)?;
    let request = question.request(&sought.search, scenario);
    let asked = Asked { scenario, ends: &question.ends, who: &question.who, request: &request, language };
    let routes = planner.plan(&request).map_err(|why| {
        let cures = cures(planner.as_ref(), &request, &why);
        let lines = none::lines(&asked, &why, &cures);
        let lines: Vec<&str> = lines.iter().map(|line| line.get(language)).collect();
        Failure::new(Exit::NotFlyable, lines.join("\n"))
    })?;
    Ok(Some(Alternatives {
        heading: found::heading(&asked),
        avoided: routes.first().map(|first| found::avoided(&asked, first)).unwrap_or_default(),
        flyer: question.who.flyer(),
        departs: question.depart,
        routes,
    }))
}
