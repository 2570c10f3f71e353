//! The outer lines of the obstacle-limitation surfaces, for drawing.

use super::{Runway, Surface};
use crate::world::geo::{Horizontal, Place};

/// Sides of each half circle.
const SIDES: u32 = 32;

impl Runway {
    /// The outer lines of the surfaces but the transitional one, each closed, the largest first.
    pub fn outlines(&self) -> Vec<(Surface, Vec<Place>)> {
        let surfaces = &self.surfaces;
        let inner_m = surfaces.inner_horizontal_radius_m;
        let conical_m = inner_m + surfaces.conical_height_m / surfaces.conical_slope;
        let approach_m: f64 = surfaces.approach_sections.iter().map(|(length_m, _)| length_m).sum();
        let approach = (surfaces.approach_width_m, surfaces.approach_divergence, f64::INFINITY, approach_m);
        let (width_m, most_m) = (surfaces.take_off_width_m, surfaces.take_off_final_width_m);
        let take_off = (width_m, surfaces.take_off_divergence, most_m, surfaces.take_off.0);
        let mut outlines = Vec::new();
        for along in [self.direction, -self.direction] {
            outlines.push((Surface::Approach, self.fan(along, approach)));
            outlines.push((Surface::TakeOffClimb, self.fan(along, take_off)));
        }
        outlines.push((Surface::Conical, self.stadium(conical_m)));
        outlines.push((Surface::InnerHorizontal, self.stadium(inner_m)));
        outlines
    }

    /// What opens from an end: width of its inner edge, divergence of a side, greatest width and length, m.
    fn fan(&self, along: Horizontal, (width_m, divergence, most_m, length_m): (f64, f64, f64, f64)) -> Vec<Place> {
        let abeam = Horizontal::new(-along.y, along.x);
        let begin = self.middle + along * (self.half_length_m + self.surfaces.begin_m);
        let widest_m = ((most_m - width_m) / 2.0 / divergence).min(length_m);
        let edges = [0.0, widest_m, length_m];
        let side = |sign: f64| {
            move |distance_m: f64| {
                let half_m = width_m / 2.0 + divergence * distance_m.min(widest_m);
                begin + along * distance_m + abeam * (half_m * sign)
            }
        };
        edges.into_iter().map(side(1.0)).chain(edges.into_iter().rev().map(side(-1.0))).collect()
    }

    /// Everything closer to the centre line than a radius.
    fn stadium(&self, radius_m: f64) -> Vec<Place> {
        let half = |end: Horizontal| {
            let right = Horizontal::new(end.y, -end.x);
            (0..=SIDES).map(move |side| {
                let angle = std::f64::consts::PI * f64::from(side) / f64::from(SIDES);
                let out = right * libm::cos(angle) + end * libm::sin(angle);
                self.middle + end * self.half_length_m + out * radius_m
            })
        };
        half(self.direction).chain(half(-self.direction)).collect()
    }
}
