//! `skygrid-block-v2`: a block of frames as columns of small integers, deflated.
//!
//! Drones are written one after the other, each over all frames, one column per field. A column holds what its
//! prediction missed: velocity, phase, battery and what is reported are predicted to stay as they were, a position to move with the
//! mean of the velocities before and after (measured: a sixth to a quarter fewer bytes a block than with second
//! differences). A drone's first sample is predicted from that of the drone before it, for neighbours on a hub are
//! alike. Deflate is asked to be quick: two minutes of `scenarios/random-1000.toml` take 11.6 bytes a drone and second, events and conflicts
//! included, in place of 9.0.
//!
//! Layout, before deflate: number of frames, number of drones (varints), then columns, each with its length in
//! front: times, events, conflicts and manned aircraft per frame, drone ids, presence, fourteen columns of drone state, the
//! encounters and ten columns of conflicts, the movements and six columns of manned aircraft. Events themselves stand beside the block as deflated JSON; here is only how many
//! belong to each frame.
//!
//! Everything is integer arithmetic that wraps, so that any values survive and any bytes are decoded without panic.
//! No C code and no thread is on the reading path, so that it also builds for a browser.

mod column;
mod deflate;
mod fields;

use std::borrow::Borrow;
use std::collections::BTreeMap;

use crate::frame::{ConflictSample, Frame, MannedSample, TimedEvent};
use crate::units::{DroneId, SimTime};
use column::{ColumnReader, ColumnWriter, read_varint, write_varint};
use deflate::{deflated, inflated};
use fields::{CONFLICT_FIELDS, DroneFields, MANNED_FIELDS, Prediction, Row};

/// Most frames of a block.
pub const MAX_FRAMES: usize = 1 << 16;
/// Most drones times frames of a block, and most conflict samples: bounds what damaged bytes can ask for.
pub const MAX_ROWS: usize = 1 << 22;
/// Most bytes before deflate, for the same reason: 64 for each row, twice what the worst row takes.
const MAX_RAW_BYTES: u64 = 64 * MAX_ROWS as u64;

/// Why a block could not be encoded or decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end before the block does.
    #[error("the block ends too early")]
    Ended,
    /// Bytes follow the block.
    #[error("bytes follow the end of the block")]
    Trailing,
    /// The deflate stream is damaged.
    #[error("the compressed bytes are damaged")]
    Compression,
    /// The events are no JSON of ours.
    #[error("the events cannot be read: {0}")]
    Json(String),
    /// A value no field can have.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// More than a block may hold.
    #[error("the block holds more than {MAX_FRAMES} frames or {MAX_ROWS} rows")]
    TooLarge,
    /// The ids of a frame's drones do not rise.
    #[error("the drones of a frame are not in the order of their ids")]
    Unordered,
    /// The events beside the block are not those it counts.
    #[error("the block counts {counted} events, but {found} stand beside it")]
    Events {
        /// Events that the block counts.
        counted: u64,
        /// Events that stand beside it.
        found: usize,
    },
}

/// Encodes `frames`, all but the contents of their events.
///
/// # Errors
/// If a frame's drones are not in the order of their ids, or there are more of them than a block may hold.
pub fn encode_block<F: Borrow<Frame>>(frames: &[F]) -> Result<Vec<u8>, CodecError> {
    let frames: Vec<&Frame> = frames.iter().map(Borrow::borrow).collect();
    let drones = union_of_drones(&frames);
    check_encodable(&frames, drones.len())?;
    let mut raw = Vec::new();
    write_varint(&mut raw, frames.len() as u64);
    write_varint(&mut raw, drones.len() as u64);
    let mut columns = encode_frame_columns(&frames);
    columns.extend(encode_drones(&frames, &drones));
    columns.extend(encode_rows::<ConflictSample, CONFLICT_FIELDS>(frames.iter().flat_map(|frame| &frame.conflicts)));
    columns.extend(encode_rows::<MannedSample, MANNED_FIELDS>(frames.iter().flat_map(|frame| &frame.manned)));
    for column in columns {
        let bytes = column.finish();
        write_varint(&mut raw, bytes.len() as u64);
        raw.extend(bytes);
    }
    deflated(&raw)
}

/// Encodes the events of a block: JSON, deflated (a tenth of the bytes).
///
/// # Errors
/// Never in practice: events have no value that JSON lacks.
pub fn encode_events(events: &[&TimedEvent]) -> Result<Vec<u8>, CodecError> {
    deflated(&serde_json::to_vec(events).ok().ok_or(CodecError::Compression)?)
}

/// Decodes what [`encode_events`] has encoded.
///
/// # Errors
/// If the bytes are no deflated JSON, or not the JSON of events.
pub fn decode_events(bytes: &[u8]) -> Result<Vec<TimedEvent>, CodecError> {
    let json = inflated(bytes, MAX_RAW_BYTES)?;
    serde_json::from_slice(&json).map_err(|fault| CodecError::Json(fault.to_string()))
}

/// Decodes what [`encode_block`] has encoded and hands `events` out to the frames.
///
/// # Errors
/// If the bytes are not a block, or `events` are not as many as the block counts.
pub fn decode_block(bytes: &[u8], events: Vec<TimedEvent>) -> Result<Vec<Frame>, CodecError> {
    let raw = inflated(bytes, MAX_RAW_BYTES)?;
    let mut raw = raw.as_slice();
    let frame_count = read_count(&mut raw, MAX_FRAMES)?;
    let drone_count = read_count(&mut raw, MAX_ROWS / frame_count.max(1))?;
    let mut frames = decode_times(&mut read_column(&mut raw)?, frame_count)?;
    hand_out_events(&mut read_column(&mut raw)?, &mut frames, events)?;
    let mut conflict_counts = read_column(&mut raw)?;
    let mut manned_counts = read_column(&mut raw)?;
    decode_drones(&mut raw, drone_count, &mut frames)?;
    decode_rows(&mut raw, &mut conflict_counts, frames.iter_mut().map(|frame| &mut frame.conflicts))?;
    decode_rows(&mut raw, &mut manned_counts, frames.iter_mut().map(|frame| &mut frame.manned))?;
    if raw.is_empty() { Ok(frames) } else { Err(CodecError::Trailing) }
}

fn check_encodable(frames: &[&Frame], drones: usize) -> Result<(), CodecError> {
    let conflicts: usize = frames.iter().map(|frame| frame.conflicts.len()).sum();
    let manned: usize = frames.iter().map(|frame| frame.manned.len()).sum();
    if frames.len() > MAX_FRAMES || drones > MAX_ROWS / frames.len().max(1) || conflicts.max(manned) > MAX_ROWS {
        return Err(CodecError::TooLarge);
    }
    let ordered = frames.iter().all(|frame| frame.drones.is_sorted_by(|a, b| a.drone < b.drone));
    if ordered { Ok(()) } else { Err(CodecError::Unordered) }
}

/// Every drone that occurs, in the order of ids. Usually each frame has the same ones, which costs one comparison each.
fn union_of_drones(frames: &[&Frame]) -> Vec<DroneId> {
    let mut drones: Vec<DroneId> = Vec::new();
    for frame in frames {
        if !drones.iter().copied().eq(frame.drones.iter().map(|sample| sample.drone)) {
            drones.extend(frame.drones.iter().map(|sample| sample.drone));
            drones.sort_unstable();
            drones.dedup();
        }
    }
    drones
}

fn encode_frame_columns(frames: &[&Frame]) -> Vec<ColumnWriter> {
    let [mut times, mut events, mut conflicts, mut manned] = <[ColumnWriter; 4]>::default();
    let (mut previous, mut step) = (0_i64, 0_i64);
    for frame in frames {
        let time = frame.time.millis();
        times.push(time.wrapping_sub(previous).wrapping_sub(step));
        (step, previous) = (time.wrapping_sub(previous), time);
        events.push(count(frame.events.len()));
        conflicts.push(count(frame.conflicts.len()));
        manned.push(count(frame.manned.len()));
    }
    vec![times, events, conflicts, manned]
}

fn decode_times(times: &mut ColumnReader<'_>, frame_count: usize) -> Result<Vec<Frame>, CodecError> {
    let mut frames = Vec::with_capacity(frame_count);
    let (mut previous, mut step) = (0_i64, 0_i64);
    for _ in 0..frame_count {
        step = step.wrapping_add(times.next()?);
        previous = previous.wrapping_add(step);
        frames.push(Frame { time: SimTime::from_millis(previous), ..Frame::default() });
    }
    finished(times)?;
    Ok(frames)
}

fn hand_out_events(
    counts: &mut ColumnReader<'_>,
    frames: &mut [Frame],
    events: Vec<TimedEvent>,
) -> Result<(), CodecError> {
    let found = events.len();
    let mut counted = 0_u64;
    let mut events = events.into_iter();
    for frame in frames {
        let wanted = u64::try_from(counts.next()?).ok().ok_or(CodecError::OutOfRange("a number of events"))?;
        counted = counted.saturating_add(wanted);
        if counted > found as u64 {
            return Err(CodecError::Events { counted, found });
        }
        // `wanted` is at most `found` here, so it fits.
        frame.events.extend(events.by_ref().take(usize::try_from(wanted).unwrap_or(found)));
    }
    if counted != found as u64 {
        return Err(CodecError::Events { counted, found });
    }
    finished(counts)
}

/// The columns of ids, of presence and of each field.
fn encode_drones(frames: &[&Frame], drones: &[DroneId]) -> Vec<ColumnWriter> {
    let (mut ids, mut presence) = (ColumnWriter::default(), ColumnWriter::default());
    let mut columns: [ColumnWriter; DroneFields::COUNT] = Default::default();
    let mut cursors = vec![0_usize; frames.len()];
    let (mut last_key, mut neighbour) = (0, DroneFields::default());
    for &drone in drones {
        ids.push(i64::from(drone.key()) - last_key);
        last_key = i64::from(drone.key());
        let mut was_present = true;
        let mut prediction = Prediction::from_neighbour(neighbour);
        for (frame, cursor) in frames.iter().zip(&mut cursors) {
            let sample = frame.drones.get(*cursor).filter(|sample| sample.drone == drone);
            presence.push(i64::from(sample.is_some()) - i64::from(was_present));
            was_present = sample.is_some();
            let Some(sample) = sample else { continue };
            *cursor += 1;
            let current = DroneFields::of(sample);
            for (field, column) in columns.iter_mut().enumerate() {
                column.push(current.0[field].wrapping_sub(prediction.of(field, &current, frame.time)));
            }
            prediction.learn(current, frame.time, &mut neighbour);
        }
    }
    let mut all = vec![ids, presence];
    all.extend(columns);
    all
}

fn decode_drones(raw: &mut &[u8], drone_count: usize, frames: &mut [Frame]) -> Result<(), CodecError> {
    let mut ids = read_column(raw)?;
    let mut presence = read_column(raw)?;
    let mut columns = read_columns::<{ DroneFields::COUNT }>(raw)?;
    let (mut last_key, mut neighbour) = (None, DroneFields::default());
    for _ in 0..drone_count {
        let key = next_key(last_key, ids.next()?)?;
        last_key = Some(key);
        let mut was_present = 1;
        let mut prediction = Prediction::from_neighbour(neighbour);
        for frame in frames.iter_mut() {
            was_present = presence.next()?.wrapping_add(was_present);
            match was_present {
                0 => continue,
                1 => {}
                _ => return Err(CodecError::OutOfRange("a presence")),
            }
            let mut current = DroneFields::default();
            for (field, column) in columns.iter_mut().enumerate() {
                current.0[field] = prediction.of(field, &current, frame.time).wrapping_add(column.next()?);
            }
            frame.drones.push(current.sample(DroneId::from_key(key))?);
            prediction.learn(current, frame.time, &mut neighbour);
        }
    }
    finished(&ids)?;
    finished(&presence)?;
    columns.iter().try_for_each(finished)
}

/// The key after `last`; keys must rise, or a frame's drones would not be in the order of their ids.
fn next_key(last: Option<u32>, step: i64) -> Result<u32, CodecError> {
    if last.is_some() && step < 1 {
        return Err(CodecError::Unordered);
    }
    let key = i64::from(last.unwrap_or(0)).wrapping_add(step);
    u32::try_from(key).ok().ok_or(CodecError::OutOfRange("a drone id"))
}

/// A row is predicted from the latest of its key in the block.
fn encode_rows<'a, R: Row<N> + 'a, const N: usize>(rows: impl Iterator<Item = &'a R>) -> Vec<ColumnWriter> {
    let mut columns: [ColumnWriter; N] = std::array::from_fn(|_| ColumnWriter::default());
    let mut keys = ColumnWriter::default();
    let mut latest: BTreeMap<u32, [i64; N]> = BTreeMap::new();
    let mut last = 0;
    for row in rows {
        let key = row.key();
        keys.push(i64::from(key) - last);
        last = i64::from(key);
        let current = row.fields();
        let base = latest.insert(key, current).unwrap_or([0; N]);
        for ((column, value), base) in columns.iter_mut().zip(current).zip(base) {
            column.push(value.wrapping_sub(base));
        }
    }
    let mut all = vec![keys];
    all.extend(columns);
    all
}

fn decode_rows<'a, R: Row<N> + 'a, const N: usize>(
    raw: &mut &[u8],
    counts: &mut ColumnReader<'_>,
    frames: impl Iterator<Item = &'a mut Vec<R>>,
) -> Result<(), CodecError> {
    let mut keys = read_column(raw)?;
    let mut columns = read_columns::<N>(raw)?;
    let mut latest: BTreeMap<u32, [i64; N]> = BTreeMap::new();
    let (mut last, mut rows) = (0_i64, 0_u64);
    for frame in frames {
        let wanted = u64::try_from(counts.next()?).ok().ok_or(CodecError::OutOfRange("a number of rows"))?;
        rows = rows.saturating_add(wanted);
        if rows > MAX_ROWS as u64 {
            return Err(CodecError::TooLarge);
        }
        for _ in 0..wanted {
            last = last.wrapping_add(keys.next()?);
            let key = u32::try_from(last).ok().ok_or(CodecError::OutOfRange("a key"))?;
            let known = latest.entry(key).or_insert([0; N]);
            for (value, column) in known.iter_mut().zip(&mut columns) {
                *value = value.wrapping_add(column.next()?);
            }
            frame.push(R::of(key, known)?);
        }
    }
    finished(counts)?;
    finished(&keys)?;
    columns.iter().try_for_each(finished)
}

#[expect(clippy::cast_possible_wrap, reason = "a number of things in memory")]
const fn count(items: usize) -> i64 {
    items as i64
}

fn read_count(raw: &mut &[u8], most: usize) -> Result<usize, CodecError> {
    usize::try_from(read_varint(raw)?).ok().filter(|&items| items <= most).ok_or(CodecError::TooLarge)
}

fn read_column<'a>(raw: &mut &'a [u8]) -> Result<ColumnReader<'a>, CodecError> {
    let length = usize::try_from(read_varint(raw)?).ok().ok_or(CodecError::Ended)?;
    let (column, rest) = raw.split_at_checked(length).ok_or(CodecError::Ended)?;
    *raw = rest;
    Ok(ColumnReader::new(column))
}

fn read_columns<'a, const N: usize>(raw: &mut &'a [u8]) -> Result<[ColumnReader<'a>; N], CodecError> {
    let mut columns = [const { ColumnReader::new(&[]) }; N];
    for column in &mut columns {
        *column = read_column(raw)?;
    }
    Ok(columns)
}

fn finished(column: &ColumnReader<'_>) -> Result<(), CodecError> {
    if column.is_finished() { Ok(()) } else { Err(CodecError::Trailing) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::samples::{any_frames, flight};

    fn without_events(mut frames: Vec<Frame>) -> (Vec<Frame>, Vec<TimedEvent>) {
        let events = frames.iter_mut().flat_map(|frame| std::mem::take(&mut frame.events)).collect();
        (frames, events)
    }

    #[test]
    fn a_parked_drone_costs_almost_nothing() {
        let frames: Vec<Frame> = (0..10).map(|second| flight(1000, SimTime::from_millis(second * 1000), 0)).collect();
        let bytes = encode_block(&frames).unwrap().len();
        assert!(bytes < 10_000 / 2, "{bytes} bytes for 10 000 samples of parked drones");
    }

    #[test]
    fn a_flying_drone_stays_below_the_budget() {
        let frames: Vec<Frame> =
            (100..110).map(|second| flight(1000, SimTime::from_millis(second * 1000), 1000)).collect();
        let bytes = encode_block(&frames).unwrap().len();
        assert!(bytes < 10_000 * 8, "{bytes} bytes for 10 000 samples of flying drones");
    }

    #[test]
    fn refuses_what_it_would_not_give_back() {
        let mut frame = flight(3, SimTime::ZERO, 3);
        frame.drones.swap(0, 2);
        assert_eq!(encode_block(&[frame]), Err(CodecError::Unordered));
    }

    #[test]
    fn events_must_be_as_many_as_counted() {
        let bytes = encode_block(&[Frame::default()]).unwrap();
        let event = TimedEvent {
            time: SimTime::ZERO,
            event: crate::frame::SimEvent::TurnAroundFinished { drone: DroneId::from_key(1) },
        };
        assert_eq!(decode_block(&bytes, vec![event]), Err(CodecError::Events { counted: 0, found: 1 }));
    }

    #[test]
    fn a_small_input_cannot_ask_for_much() {
        let mut raw = Vec::new();
        write_varint(&mut raw, MAX_FRAMES as u64);
        write_varint(&mut raw, MAX_ROWS as u64);
        raw.extend([0; 64]);
        assert_eq!(decode_block(&deflated(&raw).unwrap(), Vec::new()), Err(CodecError::TooLarge));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn decoded_equals_encoded(frames in any_frames()) {
            let bytes = encode_block(&frames).unwrap();
            let (_, events) = without_events(frames.clone());
            prop_assert_eq!(decode_block(&bytes, events).unwrap(), frames);
        }

        #[test]
        fn any_bytes_are_decoded_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_block(&bytes, Vec::new());
            let _ = decode_block(&deflated(&bytes).unwrap(), Vec::new());
        }

        #[test]
        fn a_damaged_block_is_decoded_without_panic(
            frames in any_frames(),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let bytes = encode_block(&frames).unwrap();
            let mut raw = inflated(&bytes, MAX_RAW_BYTES).unwrap();
            for (index, value) in flips {
                let index = index.index(raw.len());
                raw[index] = value;
            }
            let (_, events) = without_events(frames);
            let _ = decode_block(&deflated(&raw).unwrap(), events);
        }
    }
}
