//! How good reception is, in steps for people.

use crate::message::words::Word;

/// A step of the margin over the receivers' sensitivity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Below the sensitivity.
    Absent,
    /// Up to 10 dB over it.
    Weak,
    /// Up to 20 dB.
    Fair,
    /// Up to 30 dB.
    Good,
    /// More.
    Strong,
}

impl Grade {
    /// All, from the worst.
    pub const ALL: [Self; 5] = [Self::Absent, Self::Weak, Self::Fair, Self::Good, Self::Strong];

    /// The grade of a margin over the sensitivity, dB.
    pub fn of(margin_db: f64) -> Self {
        let mut best_first = Self::ALL.into_iter().rev();
        best_first.find(|grade| grade.from_db() <= margin_db).unwrap_or(Self::Absent)
    }

    /// Least margin of it, dB.
    pub const fn from_db(self) -> f64 {
        match self {
            Self::Absent => f64::NEG_INFINITY,
            Self::Weak => 0.0,
            Self::Fair => 10.0,
            Self::Good => 20.0,
            Self::Strong => 30.0,
        }
    }

    /// Its name.
    pub const fn name(self) -> Word {
        match self {
            Self::Absent => Word::new("no link", "无链路"),
            Self::Weak => Word::new("weak", "弱"),
            Self::Fair => Word::new("fair", "中"),
            Self::Good => Word::new("good", "良"),
            Self::Strong => Word::new("strong", "强"),
        }
    }

    /// Its colour: darker is stronger, so that it holds in grey too; no link is red.
    pub const fn colour(self) -> [u8; 3] {
        match self {
            Self::Absent => [214, 69, 65],
            Self::Weak => [255, 245, 184],
            Self::Fair => [161, 218, 180],
            Self::Good => [65, 160, 196],
            Self::Strong => [37, 72, 148],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_begin_where_they_say() {
        for grade in Grade::ALL {
            assert_eq!(Grade::of(grade.from_db()), grade);
            assert!(grade == Grade::Absent || Grade::of(grade.from_db() - 0.01) < grade);
        }
        assert_eq!(Grade::of(99.0), Grade::Strong);
    }
}
