//! Routes: from waypoints over terrain to a plan that an aircraft can fly, and the checks of such a plan.

mod budget;
mod check;
mod detour;
mod plan;
mod profile;

pub use budget::{Budget, Flier, HeldBack, UniformAir, budget, energy_ahead_wh, hover_budget, longest_s};
pub use check::{JOINING_M, PlanFault, check_departure, check_landing, check_plan};
pub use plan::{FlightPlan, PathPoint, Waypoint};
pub use profile::{PlanError, PlanLimits, planned};
