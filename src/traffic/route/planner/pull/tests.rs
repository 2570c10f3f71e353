use super::*;
use crate::traffic::route::planner::samples::Toy;
use crate::traffic::route::planner::search::{Open, search};

/// 10 000 random lattices: what is pulled straight costs no more than the steps it was made from, ends where they do, and in
/// steps of 5 cm never passes a cell that is closed at its height.
#[test]
fn pulled_ways_are_open_everywhere_and_no_dearer() {
    let (mut ways, mut gained, mut corners_before, mut corners_after) = (0, 0.0, 0, 0);
    for seed in 0..10_000 {
        let mut toy = Toy::drawn(seed, 1, u32::try_from(seed % 4).unwrap());
        let (entries, exits) = (toy.entries.clone(), toy.exits.clone());
        let Some(found) = search(&mut toy, &entries, &exits) else { continue };
        let start = Step { cost_ms: 7, time_ms: 3 };
        let grid = found.spots.windows(2).map(|pair| toy.leg(pair[0], pair[1]).unwrap().cost_ms).sum::<u32>() + 7;
        let corners = pull(&mut toy, &found.spots, start);
        let pulled = cost(&mut toy, &corners, start).unwrap_or_else(|| panic!("{seed}: a leg is closed"));
        assert!(pulled.cost_ms <= grid, "{seed}: {} after {grid}", pulled.cost_ms);
        assert_eq!((corners[0], corners[corners.len() - 1]), (found.spots[0], found.spots[found.spots.len() - 1]));
        for leg in corners.windows(2) {
            sampled(&toy, leg[0], leg[1]);
        }
        ways += 1;
        gained += 1.0 - f64::from(pulled.cost_ms) / f64::from(grid);
        corners_before += turns(&toy, &found.spots).len();
        corners_after += corners.len();
    }
    println!("{ways} ways, mean gain {:.4}, {corners_after} of {corners_before} corners", gained / f64::from(ways));
    assert!(ways > 4_000, "{ways}");
    assert!(gained / f64::from(ways) > 0.005, "mean gain {}", gained / f64::from(ways));
    assert!(corners_after * 10 < corners_before * 9, "{corners_after} of {corners_before} corners are left");
}

/// Panics where a sample of a leg lies inside a cell that is closed at its height.
fn sampled(toy: &Toy, from: Spot, to: Spot) {
    let place = |spot: Spot| {
        let [column, row] = [spot.cell % toy.size[0], spot.cell / toy.size[0]].map(f64::from);
        [column + 0.5, row + 0.5, f64::from(spot.layer)]
    };
    let (a, b) = (place(from), place(to));
    let count = (10.0 * libm::hypot(b[0] - a[0], b[1] - a[1]) / 0.05).ceil().max(1.0);
    let shares = (0..).map(f64::from).take_while(|step| *step <= count).map(|step| step / count);
    for share in shares {
        let at = [0, 1, 2].map(|axis| a[axis] + (b[axis] - a[axis]) * share);
        // On a line between two cells neither is entered.
        if at[..2].iter().any(|along| (along - along.round()).abs() < 1e-9) {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside")]
        let (cell, low) = ((at[1] as u32 * toy.size[0] + at[0] as u32) as usize, at[2].floor() as u8);
        let Open { layers, links } = toy.open[0][cell];
        let is_open = if at[2] - at[2].floor() < 1e-9 { layers & (1 << low) } else { links & (1 << low) } != 0;
        assert!(is_open, "{from:?} to {to:?} at {at:?}");
    }
}
