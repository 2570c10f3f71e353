use std::collections::BTreeSet;

use super::*;
use crate::traffic::route::planner::samples::Toy;

/// Steps from a spot, by the definition: the eight cells around, a layer up or down at most, all heights between open over
/// both cells.
fn steps(toy: &Toy, from: Spot, slice: usize) -> Vec<(Spot, Step)> {
    let [columns, rows] = toy.size.map(i64::from);
    let (x, y) = (i64::from(from.cell) % columns, i64::from(from.cell) / columns);
    let is_open = |spot: Spot| toy.open[slice][spot.cell as usize].layers & (1 << spot.layer) != 0;
    let is_linked = |cell: u32, low: u8| toy.open[slice][cell as usize].links & (1 << low) != 0;
    let mut steps = Vec::new();
    for (u, v) in (x - 1..=x + 1).flat_map(|u| (y - 1..=y + 1).map(move |v| (u, v))) {
        if (u, v) == (x, y) || u < 0 || v < 0 || u >= columns || v >= rows {
            continue;
        }
        let cell = u32::try_from(v * columns + u).unwrap();
        for layer in 0..toy.layers() {
            let (low, high) = (from.layer.min(layer), from.layer.max(layer));
            let to = Spot { cell, layer };
            let may = match high - low {
                0 => is_open(from) && is_open(to),
                1 => is_linked(from.cell, low) && is_linked(cell, low),
                _ => false,
            };
            steps.extend(may.then(|| (to, toy.step(from, to).unwrap())));
        }
    }
    steps
}

/// Costs of all spots by relaxing every step until nothing changes (Bellman and Ford).
fn exhaustive(toy: &Toy) -> Option<u32> {
    let spots = toy.spots();
    let mut costs: Vec<Option<u32>> = vec![None; spots.len()];
    for door in &toy.entries {
        let is_open = toy.open[0][door.spot.cell as usize].has(door.spot.layer);
        let cost = &mut costs[toy.index(door.spot)];
        if is_open && cost.is_none_or(|known| door.step.cost_ms < known) {
            *cost = Some(door.step.cost_ms);
        }
    }
    let edges: Vec<(usize, usize, u32)> = spots
        .iter()
        .flat_map(|&from| steps(toy, from, 0).into_iter().map(move |(to, step)| (from, to, step.cost_ms)))
        .map(|(from, to, cost)| (toy.index(from), toy.index(to), cost))
        .collect();
    let mut is_changing = true;
    while is_changing {
        is_changing = false;
        for &(from, to, step) in &edges {
            let Some(cost) = costs[from].map(|cost| cost + step) else { continue };
            if costs[to].is_none_or(|known| cost < known) {
                costs[to] = Some(cost);
                is_changing = true;
            }
        }
    }
    toy.exits.iter().filter_map(|door| costs[toy.index(door.spot)].map(|cost| cost + door.step.cost_ms)).min()
}

/// A bound that is a share, in hundredths, of the true cost of the way on, found from the exits backwards: consistent up to
/// the whole of it.
fn with_bounds(mut toy: Toy, share: u32) -> Toy {
    let spots = toy.spots();
    let steps_from: Vec<Vec<(Spot, Step)>> = spots.iter().map(|&from| steps(&toy, from, 0)).collect();
    let mut ahead: Vec<u32> = vec![1_000_000; spots.len()];
    for door in &toy.exits {
        let known = &mut ahead[toy.index(door.spot)];
        *known = door.step.cost_ms.min(*known);
    }
    let mut is_changing = true;
    while is_changing {
        is_changing = false;
        for (&from, steps) in spots.iter().zip(&steps_from) {
            for &(to, step) in steps {
                let cost = ahead[toy.index(to)] + step.cost_ms;
                if cost < ahead[toy.index(from)] {
                    ahead[toy.index(from)] = cost;
                    is_changing = true;
                }
            }
        }
    }
    toy.bounds = ahead.into_iter().map(|cost| cost * share / 100).collect();
    toy
}

/// What a way costs that is walked step by step; panics where a step is none.
fn walked(toy: &Toy, found: &Found) -> u32 {
    let door = |doors: &[Door], spot: Spot| {
        doors.iter().filter(|door| door.spot == spot).map(|door| door.step.cost_ms).min().unwrap()
    };
    let pairs = found.spots.windows(2).map(|pair| {
        let all = steps(toy, pair[0], 0);
        all.into_iter().find(|(to, _)| *to == pair[1]).unwrap().1.cost_ms
    });
    let (first, last) = (found.spots[0], found.spots[found.spots.len() - 1]);
    door(&toy.entries, first) + pairs.sum::<u32>() + door(&toy.exits, last)
}

/// 10 000 random lattices: the cost is that of the exhaustive search, with and without a bound, and at most a tenth more with
/// a bound that is a tenth too great; the way is one of its cost,
/// and where there is none none is found. A library of searches says the same.
#[test]
fn ways_cost_what_exhaustive_search_finds() {
    let (mut found_ways, mut spared, mut spared_in_haste) = (0, 0, 0);
    for seed in 0..10_000 {
        let toy = Toy::drawn(seed, 1, u32::try_from(seed % 6).unwrap());
        let expected = exhaustive(&toy);
        let drawn = || Toy::drawn(seed, 1, u32::try_from(seed % 6).unwrap());
        let (mut bounded, mut hasty) = (with_bounds(drawn(), 70), with_bounds(drawn(), 110));
        let mut plain = toy;
        let (entries, exits) = (plain.entries.clone(), plain.exits.clone());
        let by_library = pathfinding::prelude::dijkstra(
            &None,
            |at: &Option<Spot>| match at {
                None => {
                    let open =
                        entries.iter().filter(|door| plain.open[0][door.spot.cell as usize].has(door.spot.layer));
                    open.map(|door| (Some(door.spot), door.step.cost_ms)).collect::<Vec<_>>()
                }
                Some(spot) if spot.cell == u32::MAX => Vec::new(),
                Some(spot) => {
                    let leaving = exits.iter().filter(|door| door.spot == *spot);
                    let leaving = leaving.map(|door| (Some(Spot { cell: u32::MAX, layer: 0 }), door.step.cost_ms));
                    let on = steps(&plain, *spot, 0).into_iter().map(|(to, step)| (Some(to), step.cost_ms));
                    leaving.chain(on).collect()
                }
            },
            |at| at.is_some_and(|spot| spot.cell == u32::MAX),
        );
        assert_eq!(by_library.map(|(_, cost)| cost), expected, "{seed}");
        let found = search(&mut plain, &entries, &exits);
        assert_eq!(found.as_ref().map(|found| found.total.cost_ms), expected, "{seed}");
        let quick = search(&mut bounded, &entries, &exits);
        assert_eq!(quick.as_ref().map(|found| found.total.cost_ms), expected, "{seed}: with a bound");
        let soon = search(&mut hasty, &entries, &exits);
        assert_eq!(soon.is_some(), expected.is_some(), "{seed}");
        if let (Some(soon), Some(expected)) = (&soon, expected) {
            assert!(soon.total.cost_ms * 10 <= expected * 11, "{seed}: {} of {expected}", soon.total.cost_ms);
            spared_in_haste += found.as_ref().map_or(0, |found| found.expanded).saturating_sub(soon.expanded);
        }
        for found in found.iter().chain(&quick).chain(&soon) {
            assert_eq!(walked(&plain, found), found.total.cost_ms, "{seed}");
        }
        if let (Some(found), Some(quick)) = (found, quick) {
            found_ways += 1;
            spared += found.expanded - quick.expanded.min(found.expanded);
        }
    }
    assert!((4_000..9_000).contains(&found_ways), "{found_ways}");
    println!("{found_ways} ways, {spared} states spared by a bound, {spared_in_haste} by one a tenth too great");
    assert!(spared > 100_000 && spared_in_haste > spared, "a bound spares work: {spared}, {spared_in_haste}");
}

/// Whether a step is open in every slice that it touches.
fn is_open_throughout(toy: &Toy, [from, to]: [Spot; 2], time: u32) -> bool {
    let until = time + toy.step(from, to).unwrap().time_ms;
    let mut during = usize::from(toy.slice_at(time))..=usize::from(toy.slice_at(until));
    during.all(|slice| steps(toy, from, slice).iter().any(|(other, _)| *other == to))
}

/// All pairs of spot and time that can be reached, walk by walk, and the least cost at an exit.
fn exhaustive_in_time(toy: &Toy) -> Option<u32> {
    let mut queue: BTreeSet<(u32, u32, Spot)> = BTreeSet::new();
    let mut seen: BTreeSet<(Spot, u32)> = BTreeSet::new();
    for door in &toy.entries {
        let slice = usize::from(toy.slice_at(door.step.time_ms));
        if toy.open[slice][door.spot.cell as usize].has(door.spot.layer) {
            queue.insert((door.step.cost_ms, door.step.time_ms, door.spot));
        }
    }
    let mut best: Option<u32> = None;
    while let Some((cost, time, spot)) = queue.pop_first() {
        if time > 300 || !seen.insert((spot, time)) {
            continue;
        }
        for door in toy.exits.iter().filter(|door| door.spot == spot) {
            best = Some(best.map_or(cost + door.step.cost_ms, |known| known.min(cost + door.step.cost_ms)));
        }
        for (to, step) in steps(toy, spot, usize::from(toy.slice_at(time))) {
            if is_open_throughout(toy, [spot, to], time) {
                queue.insert((cost + step.cost_ms, time + step.time_ms, to));
            }
        }
    }
    best
}

/// Where cells open and close on the way: what is found is flown in open cells alone and never cheaper than the best there
/// is; a way is found nearly always when there is one, and nearly always the best. Nobody waits, so that a detour that would
/// only lose time is not tried.
#[test]
fn ways_in_time_are_sound_and_nearly_always_the_best() {
    let (mut ways, mut missed, mut dearer) = (0, 0, 0);
    for seed in 0..400 {
        let mut toy = Toy::drawn(50_000 + seed, 3, 2);
        if toy.size[0] * toy.size[1] > 30 {
            continue;
        }
        let (entries, exits) = (toy.entries.clone(), toy.exits.clone());
        let expected = exhaustive_in_time(&toy);
        let found = search(&mut toy, &entries, &exits);
        assert!(found.is_none() || expected.is_some(), "{seed}");
        let Some(expected) = expected else { continue };
        ways += 1;
        let Some(found) = found else {
            missed += 1;
            continue;
        };
        assert!(found.total.cost_ms >= expected, "{seed}");
        dearer += u32::from(found.total.cost_ms > expected);
        let is_open = |door: &&Door| {
            let slice = usize::from(toy.slice_at(door.step.time_ms));
            door.spot == found.spots[0] && toy.open[slice][door.spot.cell as usize].has(door.spot.layer)
        };
        let first = entries.iter().filter(is_open);
        let mut time = first.min_by_key(|door| door.step.cost_ms).unwrap().step.time_ms;
        for pair in found.spots.windows(2) {
            assert!(is_open_throughout(&toy, [pair[0], pair[1]], time), "{seed}");
            time += toy.step(pair[0], pair[1]).unwrap().time_ms;
        }
    }
    println!("{missed} missed and {dearer} dearer of {ways}");
    assert!(ways > 100, "{ways}");
    assert!(missed * 10 < ways && dearer * 10 < ways, "{missed} missed and {dearer} dearer of {ways}");
}
