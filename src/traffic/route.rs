//! Routes: from waypoints over terrain to a plan that an aircraft can fly, and the checks of such a plan.

mod budget;
mod check;
mod detour;
mod plan;
mod planner;
mod profile;

pub use budget::{Budget, Flier, HeldBack, UniformAir, budget, energy_ahead_wh, hover_budget, longest_s};
pub use check::{JOINING_M, PlanFault, check_departure, check_landing, check_plan};
pub use plan::{FlightPlan, PathPoint, Waypoint};
pub use planner::{
    Alternative, BatteryLimit, Breach, Cure, Cures, Figures, GridPlanner, Lift, Merit, NoWay, Planner, PlanningRequest,
    Room, StraightPlanner, Weights, breach, cures, met_straight,
};
pub use profile::{PlanError, PlanLimits, planned};
