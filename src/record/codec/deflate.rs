//! Deflate in memory, with a limit on what comes out: a few bytes of a hostile file must not eat the memory.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::CodecError;

/// `raw`, compressed.
pub fn deflated(raw: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail; if it did, the block would be refused rather than damaged.
    encoder.write_all(raw).and_then(|()| encoder.finish()).ok().ok_or(CodecError::Compression)
}

/// What [`deflated`] compressed, if it is at most `limit` bytes.
pub fn inflated(bytes: &[u8], limit: u64) -> Result<Vec<u8>, CodecError> {
    let mut raw = Vec::new();
    // One byte more than allowed is asked for, so that too much is told apart from just enough.
    let taken = DeflateDecoder::new(bytes).take(limit + 1).read_to_end(&mut raw);
    let length = taken.ok().ok_or(CodecError::Compression)?;
    if length as u64 > limit { Err(CodecError::TooLarge) } else { Ok(raw) }
}
