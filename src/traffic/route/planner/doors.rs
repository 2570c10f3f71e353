//! Where a way enters and leaves the lattice: straight up from the ground to a layer, straight down to it.

use super::field::{Field, step};
use super::search::{Door, Space, Spot, Step};
use super::{NoWay, PlanningRequest};
use crate::units::Altitude;
use crate::world::airspace::{Denial, Occasion};
use crate::world::geo::{Place, Position};

/// How far from an end a way may reach the lattice, in cells: the cell of a pad may touch what its column does not.
const REACH_CELLS: f64 = 2.5;

/// Ends closer than this are one place, m.
const SAME_PLACE_M: f64 = 1.0;

/// Whether the ends are two places inside the area.
///
/// # Errors
/// What is wrong with them.
pub fn ends_apart(request: &PlanningRequest<'_>) -> Result<(), NoWay> {
    let occasion = Occasion::at(request.operator, request.depart);
    let outside = |(end, foot): (usize, &Position)| {
        let is_inside = request.airspace.contains(&foot.xy());
        let denial = if is_inside { None } else { request.airspace.column_denial(foot, foot, &occasion) };
        denial.map(|denial| NoWay::End { end, denial })
    };
    if let Some(why) = request.ends.iter().enumerate().find_map(outside) {
        return Err(why);
    }
    let is_apart = (request.ends[1] - request.ends[0]).xy().norm() >= SAME_PLACE_M;
    is_apart.then_some(()).ok_or(NoWay::SamePlace)
}

/// The doors of one end of a request.
///
/// # Errors
/// The denial at the lowest layer if no column from the ground is open in any slice of the flight.
pub fn doors(field: &mut Field<'_>, request: &PlanningRequest<'_>, end: usize) -> Result<Vec<Door>, Denial> {
    let foot = request.ends[end];
    let occasions = occasions(field, request);
    let (mut doors, mut first) = (Vec::new(), None);
    for layer in 0..field.layers() {
        let height_m = field.height_agl_m(layer);
        let top = foot + Position::new(0.0, 0.0, height_m).coords;
        let denials = occasions.iter().map(|occasion| request.airspace.column_denial(&foot, &top, occasion));
        let denials: Vec<Option<Denial>> = denials.collect();
        if denials.iter().all(Option::is_some) {
            first = first.or(denials.into_iter().next().flatten());
            continue;
        }
        let [cost_ms, time_ms] = field.slopes().upright(if end == 0 { height_m } else { -height_m });
        let upright = step([cost_ms, time_ms]);
        for cell in cells(field, &foot.xy(), layer) {
            let spot = Spot { cell, layer };
            let middle = field.lattice().middle(cell);
            let (from, to) = if end == 0 { (foot.xy(), middle) } else { (middle, foot.xy()) };
            let Some(over) = field.level(&from, &to, layer) else { continue };
            if occasions.iter().any(|occasion| is_open(request, [&from, &to], height_m, occasion)) {
                let step = Step { cost_ms: upright.cost_ms + over.cost_ms, time_ms: upright.time_ms + over.time_ms };
                doors.push(Door { spot, step });
            }
        }
    }
    match first.filter(|_| doors.is_empty()) {
        Some(denial) => Err(denial),
        None => Ok(doors),
    }
}

/// When each slice begins.
fn occasions<'a>(field: &Field<'_>, request: &PlanningRequest<'a>) -> Vec<Occasion<'a>> {
    let begins = std::iter::once(0).chain(field.slice_ends_ms().iter().copied());
    let instants = begins.map(|after_ms| {
        let after = jiff::SignedDuration::from_millis(i64::from(after_ms));
        request.depart.checked_add(after).unwrap_or(request.depart)
    });
    instants.map(|at| Occasion::at(request.operator, at)).collect()
}

/// The cell of an end if it is open at a layer in any slice, else those around it that are.
fn cells(field: &mut Field<'_>, place: &Place, layer: u8) -> Vec<u32> {
    let is_open = |field: &mut Field<'_>, cell| (0..field.slices()).any(|slice| field.open(cell, slice).has(layer));
    match field.lattice().cell_at(place) {
        Some(own) if is_open(field, own) => vec![own],
        _ => {
            let mut near = field.lattice().cells_within(place, REACH_CELLS * field.lattice().cell_m());
            near.retain(|&cell| is_open(field, cell));
            near
        }
    }
}

/// Whether one may fly straight over the ground from place to place at a height.
fn is_open(request: &PlanningRequest<'_>, [from, to]: [&Place; 2], height_m: f64, occasion: &Occasion<'_>) -> bool {
    /// The posting of the path of a plan, m.
    const PIECE_M: f64 = 10.0;
    let span = to - from;
    let pieces = (span.norm() / PIECE_M).ceil().max(1.0);
    let terrain = request.airspace.terrain();
    let at = |share: f64| {
        let place = from + span * share;
        let amsl_m = terrain.extended_amsl_m(&place, Altitude::agl(height_m)).unwrap_or(f64::NAN);
        Position::new(place.x, place.y, amsl_m)
    };
    let mut ends = std::iter::successors(Some(0.0), |piece| Some(piece + 1.0)).take_while(|piece| *piece < pieces);
    ends.all(|piece| {
        let (a, b) = (at(piece / pieces), at((piece + 1.0) / pieces));
        request.airspace.denial(&a, &b, occasion).is_none()
    })
}
