//! Tracks out of CZML: packets with sampled `cartographicDegrees`. Heights are ellipsoidal; what lies between two samples
//! is known by interpolation, so no gap is too long; where a packet is not available nothing is known.

use std::cell::RefCell;
use std::fmt;
use std::io::BufRead;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value};

use crate::formats::features::texts;
use crate::formats::tracks::fixes::{Draft, Fixes, unread};
use crate::formats::tracks::times;
use crate::formats::tracks::xml::Broken;
use crate::units::Datum;

/// The largest file that is read, bytes: a packet is held as a whole.
const LARGEST: u64 = 1 << 30;
/// Most samples of one packet.
const MOST_SAMPLES: usize = 5_000_000;

/// Reads the tracks of a file.
pub fn read(input: impl BufRead, fixes: &mut Fixes<'_>) -> Result<(), Broken> {
    let mut limited = input.take(LARGEST);
    let mut json = serde_json::Deserializer::from_reader(&mut limited);
    let fixes = RefCell::new(fixes);
    let read = Packets(&fixes).deserialize(&mut json).and_then(|()| json.end());
    drop(json);
    match read {
        Ok(()) => Ok(()),
        Err(error) if error.is_io() => Err(unread(&error.into())),
        Err(_) if limited.limit() == 0 => Err(Broken::at(0, too_large())),
        Err(error) => Err(Broken::at(error.line(), no_czml(&error))),
    }
}

/// The packets of a file, one after the other.
struct Packets<'a, 'b, 'c>(&'a RefCell<&'b mut Fixes<'c>>);

impl<'de> DeserializeSeed<'de> for Packets<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Packets<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of CZML packets")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut packets: A) -> Result<(), A::Error> {
        while let Some(packet) = packets.next_element::<Packet>()? {
            let mut fixes = self.0.borrow_mut();
            packet.hand_on(&mut fixes);
            if fixes.is_over() {
                while packets.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(())
    }
}

/// What a packet says about a track.
#[derive(Deserialize)]
struct Packet {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    availability: Many<String>,
    #[serde(default)]
    position: Many<Position>,
}

#[derive(Deserialize)]
struct Position {
    #[serde(default)]
    epoch: Option<String>,
    #[serde(default, rename = "cartographicDegrees")]
    samples: Samples,
}

impl Packet {
    fn hand_on(self, fixes: &mut Fixes<'_>) {
        let id = self.id.or(self.name);
        let key = id.clone().unwrap_or_default();
        fixes.declared = Some(Datum::Ellipsoid);
        for position in self.position.0 {
            if position.samples.numbers.len() <= 3 {
                fixes.lines += usize::from(!position.samples.numbers.is_empty());
                continue;
            }
            let epoch = position.epoch.as_deref().and_then(times::instant);
            if epoch.is_none() && !position.samples.is_dated {
                fixes.faults.error(format!("{key}.position.epoch"), no_epoch());
                continue;
            }
            let intervals: Vec<(Timestamp, Timestamp)> =
                self.availability.0.iter().filter_map(|text| interval(text)).collect();
            fixes.begin(id.as_deref());
            fixes.bridge_gaps();
            let mut here = None;
            for sample in position.samples.numbers.chunks(4) {
                let [time, lon_deg, lat_deg, metres] = std::array::from_fn(|index| sample.get(index).copied());
                let time = time.and_then(|seconds| match epoch.filter(|_| !position.samples.is_dated) {
                    Some(epoch) => times::after(epoch, seconds),
                    None => times::of_unix_s(seconds),
                });
                // Between two intervals in which the packet is available nothing is known.
                let now = time.and_then(|time| intervals.iter().position(|(from, to)| (*from..=*to).contains(&time)));
                if now != here && here.is_some() {
                    fixes.pause();
                    fixes.bridge_gaps();
                }
                here = now;
                fixes.take(0, &Draft { lat_deg, lon_deg, metres, time, of_run: None });
            }
        }
    }
}

fn interval(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (from, to) = text.split_once('/')?;
    Some((times::instant(from)?, times::instant(to)?))
}

/// The numbers of `cartographicDegrees`; a time that is a date is put down in seconds since 1970.
#[derive(Default)]
struct Samples {
    numbers: Vec<f64>,
    is_dated: bool,
}

impl<'de> Deserialize<'de> for Samples {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Samples;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of time, longitude, latitude and height")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Samples, A::Error> {
                let mut samples = Samples::default();
                while let Some(Element { number, is_date }) = list.next_element()? {
                    if samples.numbers.len() >= 4 * MOST_SAMPLES {
                        return Err(A::Error::custom(format!("more than {MOST_SAMPLES} samples in a packet")));
                    }
                    if is_date && samples.numbers.len() % 4 != 0 {
                        return Err(A::Error::custom("a date where a number should be"));
                    }
                    samples.is_dated |= is_date;
                    samples.numbers.push(number);
                }
                Ok(samples)
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}

/// A number, or a date as one.
struct Element {
    number: f64,
    is_date: bool,
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Element;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a date")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Element, E> {
                Ok(Element { number, is_date: false })
            }

            #[expect(clippy::cast_precision_loss, reason = "no time or place needs more than 53 bits")]
            fn visit_i64<E>(self, number: i64) -> Result<Element, E> {
                Ok(Element { number: number as f64, is_date: false })
            }

            #[expect(clippy::cast_precision_loss, reason = "no time or place needs more than 53 bits")]
            fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
                Ok(Element { number: number as f64, is_date: false })
            }

            #[expect(clippy::cast_precision_loss, reason = "milliseconds of our era fit 53 bits")]
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Element, E> {
                let time = times::instant(text).ok_or_else(|| E::custom(format!("`{text}` is no date")))?;
                Ok(Element { number: time.as_millisecond() as f64 / 1000.0, is_date: true })
            }
        }
        deserializer.deserialize_any(One)
    }
}

/// One value or a list of them; anything else is none.
struct Many<T>(Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany(PhantomData))
    }
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of them")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Many<T>, E> {
        T::deserialize(value::StrDeserializer::new(text)).map(|one| Many(vec![one]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many<T>, A::Error> {
        T::deserialize(value::MapAccessDeserializer::new(map)).map(|one| Many(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element()? {
            all.push(one);
        }
        Ok(Many(all))
    }
}

fn no_czml(error: &serde_json::Error) -> [crate::message::Text; 3] {
    texts(
        (format!("this is not CZML that can be read: {error}"), format!("无法作为 CZML 读取：{error}")),
        ("a list of packets, some with sampled cartographicDegrees", "数据包列表，其中含有采样的 cartographicDegrees"),
        ("mend the file at this line, or export it again", "请在此行改正，或重新导出文件"),
    )
}

fn no_epoch() -> [crate::message::Text; 3] {
    texts(
        ("times in seconds without an epoch", "以秒计的时间缺少历元"),
        ("`epoch`, a date and time with its offset", "`epoch`：带偏移的日期时间"),
        ("add it beside cartographicDegrees", "请在 cartographicDegrees 旁补上"),
    )
}

fn too_large() -> [crate::message::Text; 3] {
    texts(
        (format!("the file has more than {LARGEST} bytes"), format!("文件超过 {LARGEST} 字节")),
        (format!("at most {LARGEST} bytes"), format!("不超过 {LARGEST} 字节")),
        ("split it, or export the tracks as GPX or CSV", "请拆分，或将航迹导出为 GPX 或 CSV"),
    )
}
