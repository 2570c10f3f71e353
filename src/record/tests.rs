//! Writer and recording together: what was appended is what is read, whatever happens to the file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;

use super::codec::decode_events;
use super::samples::{SCENARIO_TOML, flight, metadata, run_of};
use super::*;
use crate::frame::{Frame, TimedEvent};
use crate::units::SimTime;

fn seconds(seconds: i64) -> SimTime {
    SimTime::from_millis(seconds * 1000)
}

fn append_all(writer: &mut RecordingWriter, frames: &[Arc<Frame>]) {
    for frame in frames {
        writer.append(Arc::clone(frame)).unwrap();
    }
}

fn write(path: &Path, mode: RecordMode, frames: &[Arc<Frame>]) -> Recording {
    let mut writer = RecordingWriter::create(path, metadata(mode), SCENARIO_TOML).unwrap();
    append_all(&mut writer, frames);
    writer.finish().unwrap()
}

fn written_bytes(frames: &[Arc<Frame>]) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    write(&path, RecordMode::Full, frames);
    fs::read(path).unwrap()
}

fn from_bytes(bytes: Vec<u8>) -> Result<Recording, RecordError> {
    Recording::from_source("test.mcap", Box::new(bytes))
}

fn all_frames(recording: &Recording) -> Vec<Arc<Frame>> {
    recording.frames().collect::<Result<_, _>>().unwrap()
}

fn all_events(frames: &[Arc<Frame>]) -> Vec<TimedEvent> {
    frames.iter().flat_map(|frame| frame.events.clone()).collect()
}

fn digest_of(frames: &[Arc<Frame>]) -> String {
    let mut digest = Digest::new();
    for frame in frames {
        digest.update(frame);
    }
    digest.finish()
}

#[test]
fn reads_back_what_was_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    let frames = run_of(95, 20);
    let live = write(&path, RecordMode::Full, &frames);
    for recording in [live, Recording::open(&path).unwrap()] {
        assert_eq!(recording.metadata(), &metadata(RecordMode::Full));
        assert_eq!(recording.scenario_toml(), SCENARIO_TOML);
        assert_eq!((recording.warning(), recording.is_growing()), (None, false));
        assert_eq!((recording.start(), recording.end()), (Some(seconds(0)), Some(seconds(94))));
        assert_eq!(all_frames(&recording), frames);
        assert_eq!(recording.events().collect::<Result<Vec<_>, _>>().unwrap(), all_events(&frames));
        assert_eq!(recording.digest().unwrap(), digest_of(&frames));
        let between: Vec<_> = recording.frames_between(seconds(8), seconds(31)).map(Result::unwrap).collect();
        assert_eq!(between, frames[8..=31]);
    }
}

#[test]
fn any_time_is_found_in_any_order() {
    let frames = run_of(60, 5);
    let recording = from_bytes(written_bytes(&frames)).unwrap();
    recording.set_cache_limit(0);
    for (millis, expected) in [(59_999, 59), (0, 0), (30_500, 30), (29_999, 29), (30_000, 30), (-5, 0), (1 << 60, 59)] {
        assert_eq!(recording.frame_at(SimTime::from_millis(millis)).unwrap(), frames[expected], "{millis} ms");
    }
}

#[test]
fn a_block_closes_by_rows_too() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    let drones = u32::try_from(BLOCK_ROWS).unwrap() / 2;
    let mut writer = RecordingWriter::create(&path, metadata(RecordMode::Full), SCENARIO_TOML).unwrap();
    let empty = fs::metadata(&path).unwrap().len();
    writer.append(Arc::new(flight(drones, seconds(0), 0))).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), empty);
    writer.append(Arc::new(flight(drones, seconds(1), 0))).unwrap();
    assert!(fs::metadata(&path).unwrap().len() > empty);
}

#[test]
fn the_bytes_depend_on_the_run_alone() {
    let frames = run_of(45, 10);
    assert_eq!(written_bytes(&frames), written_bytes(&frames));
}

#[test]
fn other_programs_can_read_the_container() {
    let frames = run_of(25, 4);
    let bytes = written_bytes(&frames);
    let messages: Vec<mcap::Message<'_>> = mcap::MessageStream::new(&bytes).unwrap().collect::<Result<_, _>>().unwrap();
    let topics: Vec<&str> = messages.iter().map(|message| message.channel.topic.as_str()).collect();
    assert_eq!(topics, ["/state", "/events"].repeat(3));
    let events: Vec<TimedEvent> = messages
        .iter()
        .filter(|message| message.channel.topic == "/events")
        .flat_map(|message| decode_events(&message.data).unwrap())
        .collect();
    assert_eq!(events, all_events(&frames));
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    assert_eq!((summary.chunk_indexes.len(), summary.attachment_indexes.len()), (3, 1));
    assert_eq!(summary.chunk_indexes[1].message_end_time, 19_000_000_000);
}

#[test]
fn a_frame_is_readable_once_appended() {
    let folder = TempDir::new().unwrap();
    let frames = run_of(35, 6);
    let path = folder.path().join("recording.mcap");
    for mut writer in [
        RecordingWriter::create(&path, metadata(RecordMode::Full), SCENARIO_TOML).unwrap(),
        RecordingWriter::in_memory(metadata(RecordMode::Full), SCENARIO_TOML, 1 << 20),
    ] {
        let recording = writer.recording();
        assert!(matches!(recording.frame_at(seconds(0)), Err(RecordError::Empty { .. })));
        for (index, frame) in frames.iter().enumerate() {
            writer.append(Arc::clone(frame)).unwrap();
            assert_eq!(recording.frame_at(frame.time).unwrap(), *frame);
            assert_eq!(recording.frame_at(seconds(0)).unwrap(), frames[0]);
            assert_eq!((recording.end(), recording.is_growing()), (Some(frame.time), true));
            assert_eq!(all_frames(&recording), frames[..=index]);
        }
        assert_eq!(recording.events().collect::<Result<Vec<_>, _>>().unwrap(), all_events(&frames));
        writer.finish().unwrap();
        assert_eq!((all_frames(&recording), recording.is_growing()), (frames.clone(), false));
    }
}

#[test]
fn readers_may_read_while_the_run_goes_on() {
    let frames = run_of(200, 8);
    let mut writer = RecordingWriter::in_memory(metadata(RecordMode::Full), SCENARIO_TOML, usize::MAX);
    let recording = writer.recording();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            while recording.is_growing() {
                let read = all_frames(&recording);
                assert_eq!(read, frames[..read.len()]);
            }
        });
        append_all(&mut writer, &frames);
        writer.finish().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn a_live_run_without_a_file_forgets_what_is_oldest() {
    let frames = run_of(95, 30);
    let mut writer = RecordingWriter::in_memory(metadata(RecordMode::Full), SCENARIO_TOML, 1);
    let recording = writer.recording();
    append_all(&mut writer, &frames);
    assert_eq!((recording.start(), recording.end()), (Some(seconds(80)), Some(seconds(94))));
    assert_eq!(recording.frame_at(seconds(3)).unwrap().time, seconds(80));
    assert_eq!(all_frames(&recording), frames[80..]);
}

#[test]
fn modes_record_less() {
    let folder = TempDir::new().unwrap();
    let frames = run_of(25, 3);
    let path = folder.path().join("events.mcap");
    write(&path, RecordMode::Events, &frames);
    let recording = Recording::open(&path).unwrap();
    assert_eq!(recording.events().collect::<Result<Vec<_>, _>>().unwrap(), all_events(&frames));
    assert!(matches!(recording.frame_at(seconds(0)), Err(RecordError::EventsOnly { .. })));
    assert!(matches!(recording.frames().next(), Some(Err(RecordError::EventsOnly { .. }))));
    assert_eq!((recording.start(), recording.end()), (Some(seconds(0)), Some(seconds(24))));

    let path = folder.path().join("off.mcap");
    write(&path, RecordMode::Off, &frames);
    let recording = Recording::open(&path).unwrap();
    assert_eq!((recording.metadata(), recording.scenario_toml()), (&metadata(RecordMode::Off), SCENARIO_TOML));
    assert_eq!((recording.start(), recording.frames().count(), recording.events().count()), (None, 0, 0));
}

#[test]
fn a_run_without_frames_is_a_recording() {
    let recording = from_bytes(written_bytes(&[])).unwrap();
    assert_eq!((recording.start(), recording.end(), recording.warning()), (None, None, None));
    assert!(matches!(recording.frame_at(seconds(0)), Err(RecordError::Empty { .. })));
}

#[test]
fn frames_must_follow_each_other() {
    let mut writer = RecordingWriter::in_memory(metadata(RecordMode::Full), SCENARIO_TOML, 0);
    for time in [i64::MIN, -1, i64::MAX] {
        let frame = Arc::new(flight(1, SimTime::from_millis(time), 0));
        assert!(matches!(writer.append(frame), Err(RecordError::OutOfOrder { .. })));
    }
    writer.append(Arc::new(flight(1, seconds(5), 0))).unwrap();
    let text = writer.append(Arc::new(flight(1, seconds(5), 0))).unwrap_err().to_string();
    assert!(text.starts_with("the frame of T+00:00:05 cannot be recorded after that of T+00:00:05;"), "{text}");
}

#[test]
fn an_existing_file_is_not_overwritten() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    fs::write(&path, "precious").unwrap();
    let refused = RecordingWriter::create(&path, metadata(RecordMode::Full), SCENARIO_TOML);
    assert!(matches!(refused, Err(RecordError::Io { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"precious");
}

#[test]
fn a_dropped_writer_keeps_the_open_block() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    let frames = run_of(14, 2);
    let mut writer = RecordingWriter::create(&path, metadata(RecordMode::Full), SCENARIO_TOML).unwrap();
    append_all(&mut writer, &frames);
    drop(writer);
    let recording = Recording::open(&path).unwrap();
    assert_eq!((all_frames(&recording), recording.warning()), (frames, None));
}

/// A kill leaves the file as it was flushed; a full disk or a copy may cut it anywhere.
#[test]
fn a_killed_run_lacks_the_open_block_and_no_more() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("recording.mcap");
    let frames = run_of(95, 50);
    let mut writer = RecordingWriter::create(&path, metadata(RecordMode::Full), SCENARIO_TOML).unwrap();
    let preface = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    // After each append: how long the file was, and up to where frames had been appended.
    let mut flushed = Vec::new();
    for frame in &frames {
        writer.append(Arc::clone(frame)).unwrap();
        flushed.push((usize::try_from(fs::metadata(&path).unwrap().len()).unwrap(), frame.time));
    }
    let bytes = fs::read(&path).unwrap();
    for cut in (0..bytes.len()).step_by(37).chain([bytes.len()]) {
        let opened = from_bytes(bytes[..cut].to_vec());
        if cut < preface {
            assert!(matches!(opened, Err(RecordError::Foreign { .. } | RecordError::DamagedStart { .. })), "{cut}");
            continue;
        }
        let recording = opened.unwrap();
        let appended = flushed.iter().filter(|(length, _)| *length <= cut).map(|(_, time)| *time).max();
        let readable = recording.end();
        let Some(RecordingWarning::Truncated { readable_until, .. }) = recording.warning() else { panic!("{cut}") };
        assert_eq!(*readable_until, readable);
        let lacking = appended.unwrap() - readable.unwrap_or(SimTime::from_millis(-1000));
        assert!(lacking <= BLOCK_SPAN, "{cut}: lacks {lacking}");
        let read = all_frames(&recording);
        assert_eq!(read, frames[..read.len()]);
    }
    let text = from_bytes(bytes).unwrap().warning().unwrap().to_string();
    assert!(text.contains("89.000 s of the run are readable (0 bytes are left over)"), "{text}");
}

#[test]
fn a_damaged_block_does_not_touch_the_others() {
    let frames = run_of(30, 5);
    let mut bytes = written_bytes(&frames);
    let second = mcap::Summary::read(&bytes).unwrap().unwrap().chunk_indexes[1].clone();
    bytes[usize::try_from(second.chunk_start_offset + second.chunk_length).unwrap() - 5] ^= 0x10;
    let recording = from_bytes(bytes).unwrap();
    let damaged = recording.frame_at(seconds(15)).unwrap_err().to_string();
    assert!(
        damaged.starts_with("test.mcap: the block from T+00:00:10 to T+00:00:19 is damaged: its checksum"),
        "{damaged}"
    );
    let (read, faults): (Vec<_>, Vec<_>) = recording.frames().partition(Result::is_ok);
    assert_eq!((read.len(), faults.len()), (20, 1));
    assert_eq!(recording.frame_at(seconds(25)).unwrap(), frames[25]);
    assert_eq!(recording.events().filter(Result::is_err).count(), 1);
}

#[test]
fn a_recording_without_its_summary_is_scanned() {
    let frames = run_of(30, 5);
    let bytes = written_bytes(&frames);
    let mut no_summary = bytes.clone();
    let index = no_summary.len() - 60;
    no_summary[index] ^= 1;
    let recording = from_bytes(no_summary).unwrap();
    assert!(matches!(recording.warning(), Some(RecordingWarning::Truncated { .. })));
    assert_eq!(all_frames(&recording), frames);
}

#[test]
fn foreign_files_are_told_apart() {
    let mut container = std::io::Cursor::new(Vec::new());
    mcap::WriteOptions::new().create(&mut container).unwrap().finish().unwrap();
    for bytes in [Vec::new(), b"\x89MCAP".to_vec(), b"PK\x03\x04 something else".to_vec(), container.into_inner()] {
        assert!(matches!(from_bytes(bytes), Err(RecordError::Foreign { .. })));
    }
}

#[test]
fn a_newer_format_is_named() {
    let mut bytes = written_bytes(&run_of(3, 2));
    let key = bytes.windows(6).position(|window| window == b"format").unwrap();
    bytes[key + 6 + 4] = b'9';
    let text = from_bytes(bytes).unwrap_err().to_string();
    assert!(text.starts_with("test.mcap: has recording format 9; expected 5;"), "{text}");
}

/// Whatever the bytes are: an answer or an error, never a panic.
fn read_everything(bytes: Vec<u8>) {
    let Ok(recording) = from_bytes(bytes) else { return };
    let _ = recording.warning().map(ToString::to_string);
    let _ = recording.frames().count();
    let _ = recording.events().count();
    for second in [-1, 0, 7, 12, 40] {
        let _ = recording.frame_at(seconds(second));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_recordings_are_read_without_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        static INTACT: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| written_bytes(&run_of(25, 3)));
        let mut bytes = INTACT.clone();
        for (index, value) in flips {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_everything(bytes);
    }

    #[test]
    fn random_bytes_are_read_without_panic(
        mut bytes in prop::collection::vec(any::<u8>(), 0..400),
        is_mcap in any::<bool>(),
    ) {
        if is_mcap {
            bytes.splice(0..0, mcap::MAGIC.iter().copied());
            bytes.extend(mcap::MAGIC);
        }
        read_everything(bytes);
    }
}
