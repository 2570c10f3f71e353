//! Heights over ground at which one may fly: a band, less what rules take of it, but for what approvals open.
//!
//! A stretch holds both its ends. Below a rule that begins at 60 m it ends with the last number before 60, so that what is
//! asked at a limit is answered exactly, and is still told as 60.

use crate::world::airspace::{Limit, RuleId};

/// Two heights closer than this are one, m; a stretch shorter than this has no room to fly in.
const SAME_HEIGHT_M: f64 = 1e-6;

/// Heights over ground at which one may fly, and what bounds them.
#[derive(Clone, Debug, PartialEq)]
pub struct Heights {
    /// From the lowest to the highest, both ends included, m; none if one may fly at no height.
    pub stretches_agl_m: Vec<[f64; 2]>,
    /// What one meets first on the way up from the ground: what closes the air right above it, else what bounds the lowest
    /// stretch from above.
    pub limit: Limit,
}

/// Heights that a rule takes away: from the first on, up to the second, which it leaves.
#[derive(Clone, Copy)]
pub struct Cut {
    pub limit: Limit,
    pub from_m: f64,
    pub to_m: f64,
    pub is_opened_by_approval: bool,
}

/// Heights that an approval opens, both ends included.
#[derive(Clone, Copy)]
pub struct Opened {
    pub rule: RuleId,
    pub from_m: f64,
    pub to_m: f64,
}

impl Heights {
    /// The heights of a band that are left by the cuts, and what bounds them; of an empty band, what raises its floor does.
    pub(super) fn left(band: [f64; 2], floor: Limit, cuts: &[Cut], opened: &[Opened]) -> Self {
        let mut left = vec![band];
        left.retain(|[low, high]| low <= high);
        for cut in cuts {
            let mut taken = vec![[cut.from_m, cut.to_m.next_down()]];
            if cut.is_opened_by_approval {
                for opened in opened {
                    subtract(&mut taken, [opened.from_m, opened.to_m]);
                }
            }
            for taken in taken {
                subtract(&mut left, taken);
            }
        }
        let limit = limit(&left, band, floor, cuts, opened);
        Self { stretches_agl_m: left, limit }
    }

    /// The greatest height of the lowest stretch, m.
    pub fn most_agl_m(&self) -> Option<f64> {
        self.stretches_agl_m.first().map(|stretch| stretch[1])
    }

    /// How high one may climb from a floor, m; 0 if the air right above it is closed.
    pub fn climb_agl_m(&self, floor_agl_m: f64) -> f64 {
        let from_the_floor = self.stretches_agl_m.first().filter(|stretch| stretch[0] <= floor_agl_m);
        from_the_floor.map_or(0.0, |stretch| stretch[1])
    }

    /// All stretches together, m.
    pub(super) fn room_m(&self) -> f64 {
        self.stretches_agl_m.iter().map(|[low, high]| high - low).sum()
    }

    /// The stretches in whole metres, such as `20–50, 70–120`; empty if there are none.
    pub fn in_metres(&self) -> String {
        let each = self.stretches_agl_m.iter().map(|[low, high]| format!("{low:.0}–{high:.0}"));
        each.collect::<Vec<_>>().join(", ")
    }

    /// Whether one may fly at all heights from `from` to `to`, both included.
    pub fn permits(&self, from: f64, to: f64) -> bool {
        self.stretches_agl_m.iter().any(|[low, high]| *low <= from && to <= *high)
    }

    /// Whether one may fly at all heights from `from` on and below `below`.
    pub fn permits_below(&self, from: f64, below: f64) -> bool {
        self.permits(from, below.next_down())
    }

    /// Whether the stretches are these, but for a single height where they end.
    pub(super) fn are(&self, stretches: &[[f64; 2]]) -> bool {
        let is_same = |(own, other): (&[f64; 2], &[f64; 2])| (0..2).all(|end| is_same_height(own[end], other[end]));
        self.stretches_agl_m.len() == stretches.len() && self.stretches_agl_m.iter().zip(stretches).all(is_same)
    }
}

fn is_same_height(one_m: f64, other_m: f64) -> bool {
    (one_m - other_m).abs() < SAME_HEIGHT_M
}

fn limit(left: &[[f64; 2]], band: [f64; 2], floor: Limit, cuts: &[Cut], opened: &[Opened]) -> Limit {
    if band[0] > band[1] {
        return floor;
    }
    let is_climbable = left.first().is_some_and(|stretch| is_same_height(stretch[0], band[0]));
    let most_m = if is_climbable { left[0][1] } else { band[0] };
    if is_climbable && most_m + SAME_HEIGHT_M > band[1] {
        return Limit::Ceiling;
    }
    let binding = cuts.iter().filter(|cut| cut.from_m <= most_m + SAME_HEIGHT_M && most_m < cut.to_m);
    // What no approval opens is named first, then the order of the rules.
    let Some(strictest) = binding.min_by_key(|cut| cut.is_opened_by_approval) else { return Limit::Ceiling };
    let up_to_here = opened.iter().find(|opened| is_same_height(opened.to_m, most_m) && is_climbable);
    up_to_here.filter(|_| strictest.is_opened_by_approval).map_or(strictest.limit, |opened| Limit::Rule(opened.rule))
}

/// Takes a stretch, its ends included, out of stretches; what is left without room is gone.
fn subtract(stretches: &mut Vec<[f64; 2]>, [from, to]: [f64; 2]) {
    let is_apart = |[low, high]: &[f64; 2]| *high < from || *low > to || from > to;
    if stretches.iter().all(is_apart) {
        return;
    }
    let pieces = stretches.iter().flat_map(|&[low, high]| {
        if is_apart(&[low, high]) {
            return [Some([low, high]), None];
        }
        let has_room = |piece: &[f64; 2]| piece[1] - piece[0] > SAME_HEIGHT_M;
        [Some([low, from.next_down()]).filter(has_room), Some([to.next_up(), high]).filter(has_room)]
    });
    *stretches = pieces.flatten().collect();
}
