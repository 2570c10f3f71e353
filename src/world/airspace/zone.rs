//! Geozones: parts of the air where a rule holds, with its reason, its authority and its schedule.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Schedule, SiteKind, Spells, Volume};
use crate::message::Text;
use crate::message::words::Word;
use crate::world::geo::Geographic;

/// What a zone asks of a flight; the words of ED-269, the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Restriction {
    /// Nobody flies.
    Prohibited,
    /// Who has an authorisation flies.
    ReqAuthorisation,
    /// Who keeps the conditions flies.
    Conditional,
    /// Everybody flies; the zone informs.
    NoRestriction,
}

impl Restriction {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::Prohibited => Word::new("prohibited", "禁飞"),
            Self::ReqAuthorisation => Word::new("needs authorisation", "须经批准"),
            Self::Conditional => Word::new("conditional", "有条件飞行"),
            Self::NoRestriction => Word::new("no restriction", "无限制"),
        }
    }
}

/// Why a zone is there; the words of ED-269 and ED-318.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Manned aircraft.
    AirTraffic,
    /// A sensitive site.
    Sensitive,
    /// Privacy.
    Privacy,
    /// People below.
    Population,
    /// Wildlife and nature.
    Nature,
    /// Noise.
    Noise,
    /// Another country.
    ForeignTerritory,
    /// An emergency, such as a fire.
    Emergency,
    /// A dynamic reconfiguration of U-space airspace.
    Dar,
    /// Something else.
    Other,
}

impl Reason {
    /// What people call it.
    pub const fn name(self) -> Word {
        match self {
            Self::AirTraffic => Word::new("air traffic", "空中交通"),
            Self::Sensitive => Word::new("sensitive site", "敏感场所"),
            Self::Privacy => Word::new("privacy", "隐私"),
            Self::Population => Word::new("people below", "人员密集"),
            Self::Nature => Word::new("nature", "自然保护"),
            Self::Noise => Word::new("noise", "噪声"),
            Self::ForeignTerritory => Word::new("foreign territory", "境外领土"),
            Self::Emergency => Word::new("emergency", "应急"),
            Self::Dar => Word::new("dynamic reconfiguration", "空域动态调整"),
            Self::Other => Word::new("other", "其他"),
        }
    }
}

/// What one turns to an authority for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// For an authorisation.
    Authorization,
    /// To notify it of a flight.
    Notification,
    /// For information.
    Information,
}

/// Who decides about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: Text,
    /// The service in it.
    pub service: Text,
    /// Electronic mail.
    pub email: String,
    /// Whom to ask for.
    pub contact: String,
    /// Where it stands on the web.
    pub site_url: String,
    /// Telephone.
    pub phone: String,
    /// What one turns to it for.
    pub purpose: Option<Purpose>,
    /// How long before a flight one must turn to it.
    pub interval_before: Option<SignedDuration>,
}

/// Where the rule of a zone comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Published as a geozone.
    Published,
    /// A site above which the air is controlled.
    Site(SiteKind),
    /// Closed for a time, known since an instant.
    Temporary {
        /// When it was made known; always known if absent.
        published: Option<Timestamp>,
        /// Whether it answers an emergency, such as a fire.
        emergency: bool,
    },
}

/// A part of the air where a rule holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Geozone {
    /// Identity in its file.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What it asks of a flight.
    pub restriction: Restriction,
    /// What it asks in words.
    pub conditions: String,
    /// Why it is there.
    pub reasons: Vec<Reason>,
    /// Where the rule comes from.
    pub origin: Origin,
    /// Who decides about it.
    pub authorities: Vec<Authority>,
    /// When it holds.
    pub schedule: Schedule,
    /// Where the sun rises and sets for its schedule: the middle of its first volume.
    pub middle: Geographic,
    /// What it covers.
    pub volumes: Vec<Volume>,
    /// The operator whom it does not concern, such as the one for whom it is closed to others.
    pub exempt: Option<String>,
}

impl Geozone {
    /// Whether it holds at an instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.schedule.holds(at, self.middle)
    }

    /// Whether it concerns an operator.
    pub fn concerns(&self, operator: Option<&str>) -> bool {
        self.exempt.is_none() || self.exempt.as_deref() != operator
    }

    /// Whether it closes the air for a time.
    pub const fn is_temporary(&self) -> bool {
        matches!(self.origin, Origin::Temporary { .. })
    }

    /// Whether it holds at any instant from `from` to `to`, as far as that is known at `from`.
    pub fn holds_within(&self, from: Timestamp, to: Timestamp) -> bool {
        let begins = || from < to && self.is_known(from) && self.schedule.holds_within(from, to, self.middle);
        self.holds(from) || begins()
    }

    /// The same by when it holds during a window around the stretch.
    pub(super) fn holds_by(&self, spells: &Spells, from: Timestamp, to: Timestamp) -> bool {
        spells.holds_within(from, from) || (from < to && self.is_known(from) && spells.holds_within(from, to))
    }

    /// When it was made known; `None` if it always was.
    pub const fn published(&self) -> Option<Timestamp> {
        match self.origin {
            Origin::Temporary { published, .. } => published,
            _ => None,
        }
    }

    /// Whether it has been made known by an instant.
    fn is_known(&self, at: Timestamp) -> bool {
        self.published().is_none_or(|published| published <= at)
    }
}
