//! Reading the MCAP container: what stands at its start, where its blocks are, and one block at a time.
//!
//! The records are walked here rather than by the `mcap` crate, which wants a whole file in memory or reads every
//! byte to find the chunks of one without a summary, and panics on a torn attachment. Here a day of blocks is indexed
//! with a few small reads each, and any bytes are met without panic: every number is checked before it is used.

use std::collections::BTreeMap;

use mcap::MAGIC;
use mcap::records::op;

use super::error::{RecordError, RecordingWarning};
use super::metadata::{
    EVENTS_CHANNEL, METADATA_NAME, RECORDING_FORMAT, RecordingMetadata, SCENARIO_NAME, STATE_CHANNEL,
};
use super::source::{ByteSource, read_range};
use crate::units::SimTime;

/// An opcode and the length of what follows.
const RECORD_HEADER: u64 = 1 + 8;
/// Footer and closing magic.
const ENDING: u64 = RECORD_HEADER + 8 + 8 + 4 + MAGIC.len() as u64;
/// Nanoseconds of a millisecond: MCAP counts the former, skygrid the latter.
pub(super) const NANOS_PER_MILLI: u64 = 1_000_000;

/// A closed block: when and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockIndex {
    /// Time of its first frame.
    pub start: SimTime,
    /// Time of its last frame.
    pub end: SimTime,
    /// Where its chunk record begins.
    pub offset: u64,
    /// Bytes of the chunk record.
    pub length: u64,
}

/// The payloads of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EncodedBlock {
    /// Encoded frames; empty if only events are recorded.
    pub state: Vec<u8>,
    /// Events as JSON.
    pub events: Vec<u8>,
}

/// What is known of a recording once it is open.
#[derive(Debug)]
pub(super) struct Contents {
    pub metadata: RecordingMetadata,
    pub scenario_toml: String,
    pub blocks: Vec<BlockIndex>,
    pub warning: Option<RecordingWarning>,
}

/// Opens the container in `source`, which is called `name` in errors.
pub(super) fn open(source: &dyn ByteSource, name: &str) -> Result<Contents, RecordError> {
    let reader = Container { source, name };
    let length = reader.length()?;
    let (metadata, scenario_toml, first_block) = reader.read_start(length)?;
    let (blocks, warning) = match reader.blocks_of_summary(length)? {
        Some(blocks) => (blocks, None),
        None => reader.scan(first_block, length)?,
    };
    Ok(Contents { metadata, scenario_toml, blocks, warning })
}

/// Reads and checks one block.
pub(super) fn read_block(source: &dyn ByteSource, name: &str, block: BlockIndex) -> Result<EncodedBlock, RecordError> {
    let record = read_range(source, block.offset, block.length).map_err(|error| io_error(name, error))?;
    parse_chunk(&record).map_err(|why| RecordError::DamagedBlock {
        name: name.to_owned(),
        start: block.start,
        end: block.end,
        why: why.to_owned(),
    })
}

fn io_error(name: &str, source: std::io::Error) -> RecordError {
    RecordError::Io { name: name.to_owned(), action: "be read", source }
}

struct Container<'a> {
    source: &'a dyn ByteSource,
    name: &'a str,
}

impl Container<'_> {
    fn length(&self) -> Result<u64, RecordError> {
        self.source.length().map_err(|error| io_error(self.name, error))
    }

    fn read(&self, offset: u64, length: u64) -> Result<Vec<u8>, RecordError> {
        read_range(self.source, offset, length).map_err(|error| io_error(self.name, error))
    }

    fn foreign(&self, why: &'static str) -> RecordError {
        RecordError::Foreign { name: self.name.to_owned(), why }
    }

    fn damaged_start(&self, why: &'static str) -> RecordError {
        RecordError::DamagedStart { name: self.name.to_owned(), why }
    }

    /// The record at `offset`, if it is complete: opcode and length of its body.
    fn record_at(&self, offset: u64, length: u64) -> Result<Option<(u8, u64)>, RecordError> {
        if length.saturating_sub(offset) < RECORD_HEADER {
            return Ok(None);
        }
        let header = self.read(offset, RECORD_HEADER)?;
        let mut header = Fields(&header);
        let (Some(opcode), Some(body)) = (header.u8(), header.u64()) else { return Ok(None) };
        Ok((body <= length - offset - RECORD_HEADER).then_some((opcode, body)))
    }

    /// Metadata, scenario, and where the blocks begin.
    fn read_start(&self, length: u64) -> Result<(RecordingMetadata, String, u64), RecordError> {
        if length < MAGIC.len() as u64 || self.read(0, MAGIC.len() as u64)? != MAGIC {
            return Err(self.foreign("it does not begin like an MCAP file"));
        }
        let mut offset = MAGIC.len() as u64;
        let (mut metadata, mut scenario_toml) = (None, None);
        while let Some((opcode, body)) = self.record_at(offset, length)? {
            match opcode {
                op::METADATA => {
                    let record = parse_metadata(&self.read(offset + RECORD_HEADER, body)?);
                    let (name, record) = record.ok_or_else(|| self.damaged_start("its metadata cannot be parsed"))?;
                    if name == METADATA_NAME {
                        metadata = Some(self.understand(&record)?);
                    }
                }
                op::ATTACHMENT => {
                    let attachment = parse_attachment(&self.read(offset + RECORD_HEADER, body)?);
                    let (name, text) = attachment.ok_or_else(|| self.damaged_start("an attachment is damaged"))?;
                    if name == SCENARIO_NAME {
                        scenario_toml = Some(text);
                    }
                }
                op::HEADER => {}
                _ => break,
            }
            offset += RECORD_HEADER + body;
        }
        let metadata = metadata.ok_or_else(|| self.foreign("it holds no metadata record of skygrid"))?;
        let scenario_toml = scenario_toml.ok_or_else(|| self.damaged_start("the scenario is missing"))?;
        Ok((metadata, scenario_toml, offset))
    }

    fn understand(&self, record: &BTreeMap<String, String>) -> Result<RecordingMetadata, RecordError> {
        let text = |key: &str| record.get(key).cloned().unwrap_or_else(|| "?".to_owned());
        if text("format") != RECORDING_FORMAT.to_string() {
            return Err(RecordError::Version {
                name: self.name.to_owned(),
                found: text("format"),
                expected: RECORDING_FORMAT,
                program_version: text("program_version"),
            });
        }
        RecordingMetadata::from_record(record).ok_or_else(|| self.damaged_start("its metadata is incomplete"))
    }

    /// The blocks by the summary at the end of the file; `None` if there is no sound summary.
    fn blocks_of_summary(&self, length: u64) -> Result<Option<Vec<BlockIndex>>, RecordError> {
        let Some(footer) = length.checked_sub(ENDING) else { return Ok(None) };
        let ending = self.read(footer, ENDING)?;
        let Some((summary, checksum)) = parse_footer(&ending).filter(|(summary, _)| *summary <= footer) else {
            return Ok(None);
        };
        // The checksum covers the footer up to the checksum itself.
        let covered = self.read(summary, footer - summary + RECORD_HEADER + 16)?;
        if summary == 0 || crc32(&covered) != checksum {
            return Ok(None);
        }
        Ok(parse_chunk_indexes(&covered).filter(|blocks| {
            let inside = |block: &BlockIndex| block.offset.checked_add(block.length).is_some_and(|end| end <= summary);
            blocks.iter().all(inside) && is_in_order(blocks)
        }))
    }

    /// The blocks by walking over the records, without reading what they hold.
    fn scan(&self, first_block: u64, length: u64) -> Result<(Vec<BlockIndex>, Option<RecordingWarning>), RecordError> {
        let mut blocks: Vec<BlockIndex> = Vec::new();
        let (mut offset, mut used) = (first_block, first_block);
        while let Some((opcode, body)) = self.record_at(offset, length)? {
            match opcode {
                op::CHUNK => {
                    let header = self.read(offset, (RECORD_HEADER + body).min(RECORD_HEADER + 16))?;
                    let Some(block) = index_of_chunk(&header, offset, RECORD_HEADER + body) else { break };
                    if blocks.last().is_some_and(|last| last.end >= block.start) {
                        break;
                    }
                    blocks.push(block);
                }
                op::MESSAGE_INDEX => {}
                _ => break,
            }
            offset += RECORD_HEADER + body;
            used = offset;
        }
        let readable_until = blocks.last().map(|block| block.end);
        Ok((blocks, Some(RecordingWarning::Truncated { readable_until, unread_bytes: length - used })))
    }
}

fn is_in_order(blocks: &[BlockIndex]) -> bool {
    blocks.iter().all(|block| block.start <= block.end) && blocks.is_sorted_by(|a, b| a.end < b.start)
}

fn parse_metadata(body: &[u8]) -> Option<(String, BTreeMap<String, String>)> {
    let mut fields = Fields(body);
    let name = fields.text()?;
    let length = fields.u32()?;
    let mut entries = Fields(fields.take(length.into())?);
    let mut record = BTreeMap::new();
    while !entries.0.is_empty() {
        record.insert(entries.text()?, entries.text()?);
    }
    Some((name, record))
}

fn parse_attachment(body: &[u8]) -> Option<(String, String)> {
    let mut fields = Fields(body);
    fields.take(8 + 8)?; // times of logging and of creation
    let name = fields.text()?;
    fields.text()?; // media type
    let length = fields.u64()?;
    let data = fields.take(length)?;
    let covered = &body[..body.len() - fields.0.len()];
    let checksum = fields.u32()?;
    (checksum == crc32(covered)).then_some((name, String::from_utf8(data.to_vec()).ok()?))
}

/// Where the summary begins, and its checksum.
fn parse_footer(ending: &[u8]) -> Option<(u64, u32)> {
    let mut fields = Fields(ending);
    let is_footer = fields.u8()? == op::FOOTER && fields.u64()? == 8 + 8 + 4;
    let (summary, _offsets, checksum) = (fields.u64()?, fields.u64()?, fields.u32()?);
    (is_footer && fields.0 == MAGIC).then_some((summary, checksum))
}

fn parse_chunk_indexes(summary: &[u8]) -> Option<Vec<BlockIndex>> {
    let mut records = Fields(summary);
    let mut blocks = Vec::new();
    loop {
        let (opcode, length) = (records.u8()?, records.u64()?);
        if opcode == op::FOOTER {
            return Some(blocks);
        }
        let mut body = Fields(records.take(length)?);
        if opcode == op::CHUNK_INDEX {
            let (start, end) = (time_of(body.u64()?), time_of(body.u64()?));
            blocks.push(BlockIndex { start, end, offset: body.u64()?, length: body.u64()? });
        }
    }
}

fn index_of_chunk(header: &[u8], offset: u64, length: u64) -> Option<BlockIndex> {
    let mut fields = Fields(header.get(1 + 8..)?);
    let (start, end) = (time_of(fields.u64()?), time_of(fields.u64()?));
    (start <= end).then_some(BlockIndex { start, end, offset, length })
}

/// The payloads of a chunk record.
fn parse_chunk(record: &[u8]) -> Result<EncodedBlock, &'static str> {
    let (records, checksum) = chunk_records(record).ok_or("its header cannot be parsed")?;
    if crc32(records) != checksum {
        return Err("its checksum does not match");
    }
    let mut block = EncodedBlock::default();
    let mut records = Fields(records);
    while !records.0.is_empty() {
        let (opcode, body) = records.record().ok_or("a record in it is cut off")?;
        let Some((channel, payload)) = (opcode == op::MESSAGE).then(|| message(body)).flatten() else { continue };
        match channel {
            STATE_CHANNEL => block.state = payload.to_vec(),
            EVENTS_CHANNEL => block.events = payload.to_vec(),
            _ => {}
        }
    }
    Ok(block)
}

/// The records inside an uncompressed chunk (its payloads are compressed by themselves) and their checksum.
fn chunk_records(record: &[u8]) -> Option<(&[u8], u32)> {
    let mut fields = Fields(record);
    let (opcode, body) = fields.record()?;
    let mut fields = Fields(body);
    fields.take(8 + 8)?; // times of the first and the last message
    let size = fields.u64()?;
    let checksum = fields.u32()?;
    let compression = fields.text()?;
    let length = fields.u64()?;
    let records = fields.take(length)?;
    (opcode == op::CHUNK && compression.is_empty() && size == length).then_some((records, checksum))
}

fn message(body: &[u8]) -> Option<(u16, &[u8])> {
    let mut fields = Fields(body);
    let channel = fields.u16()?;
    fields.take(4 + 8 + 8)?; // sequence, times of logging and of publishing
    Some((channel, fields.0))
}

fn time_of(nanos: u64) -> SimTime {
    // A quotient by a million fits.
    SimTime::from_millis(i64::try_from(nanos / NANOS_PER_MILLI).unwrap_or(i64::MAX))
}

/// CRC-32 as MCAP uses it, from the library that is here for deflate anyway.
fn crc32(bytes: &[u8]) -> u32 {
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    checksum.sum()
}

/// Little-endian fields, taken off the front; `None` when the bytes end too early.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.u32()?;
        String::from_utf8(self.take(length.into())?.to_vec()).ok()
    }

    fn record(&mut self) -> Option<(u8, &'a [u8])> {
        let opcode = self.u8()?;
        let length = self.u64()?;
        Some((opcode, self.take(length)?))
    }
}
