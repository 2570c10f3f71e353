//! Routes: from waypoints over terrain to a plan that an aircraft can fly, and the checks of such a plan.

mod budget;
mod check;
mod cross_section;
mod detour;
mod layers;
mod plan;
mod planner;
mod profile;
mod route_check;
mod straight;

pub use budget::{Budget, Flier, HeldBack, UniformAir, budget, energy_ahead_wh, hover_budget, longest_s};
pub use check::{JOINING_M, PlanFault, check_departure, check_landing, check_plan};
pub use cross_section::{ProfileRule, ProfileRuleKind, ProfileStation, RouteProfile, Sighting};
pub use layers::{Begins, HeightLayer, HeightLayers, layer_slope};
pub use plan::{FlightPlan, PathPoint, Waypoint};
pub use planner::{
    Alternative, BatteryLimit, Breach, Cure, Cures, Figures, GridPlanner, Lift, Merit, NoWay, Planner, PlanningRequest,
    Room, StraightPlanner, Weights, breach, cures, is_another_way, met_straight,
};
pub use profile::{PlanError, PlanLimits, planned};
pub use route_check::{
    Account, FindingKind, LegReport, LinkReport, Margin, NoReturn, Part, Passing, PlannedFlight, Remedy, RouteCheck,
    RouteFinding, Setting, Telling, Timetable, TypeLimit, Unit, check_route, place_words, type_limit_texts,
    type_limits,
};
pub use straight::StraightCourse;
