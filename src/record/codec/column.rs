//! One column of integers: zigzag varints with runs of zeros, so that what does not change costs nothing.
//!
//! Three zeros in a row are followed by the number of further zeros. No value needs an escape, and a run of any length
//! takes at most thirteen bytes.

use super::CodecError;

/// Zeros written one by one before a run is counted.
const COUNTED_AFTER: u64 = 3;

/// Collects a column.
#[derive(Debug, Default)]
pub struct ColumnWriter {
    bytes: Vec<u8>,
    zeros: u64,
}

impl ColumnWriter {
    /// Appends a value.
    pub fn push(&mut self, value: i64) {
        if value == 0 {
            self.zeros += 1;
        } else {
            self.write_zeros();
            write_varint(&mut self.bytes, zigzag(value));
        }
    }

    /// The bytes of the column.
    pub fn finish(mut self) -> Vec<u8> {
        self.write_zeros();
        self.bytes
    }

    fn write_zeros(&mut self) {
        for _ in 0..self.zeros.min(COUNTED_AFTER) {
            self.bytes.push(0);
        }
        if self.zeros >= COUNTED_AFTER {
            write_varint(&mut self.bytes, self.zeros - COUNTED_AFTER);
        }
        self.zeros = 0;
    }
}

/// Reads a column back, value by value; a run of zeros is counted down, never unrolled.
#[derive(Debug)]
pub struct ColumnReader<'a> {
    bytes: &'a [u8],
    zeros_seen: u64,
    zeros_left: u64,
}

impl<'a> ColumnReader<'a> {
    /// A reader of the bytes of one column.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, zeros_seen: 0, zeros_left: 0 }
    }

    /// The next value.
    ///
    /// # Errors
    /// If the column has ended or is damaged.
    pub fn next(&mut self) -> Result<i64, CodecError> {
        if self.zeros_left > 0 {
            self.zeros_left -= 1;
            return Ok(0);
        }
        let value = unzigzag(read_varint(&mut self.bytes)?);
        self.zeros_seen = if value == 0 { self.zeros_seen + 1 } else { 0 };
        if self.zeros_seen == COUNTED_AFTER {
            self.zeros_left = read_varint(&mut self.bytes)?;
            self.zeros_seen = 0;
        }
        Ok(value)
    }

    /// Whether every value has been read.
    pub const fn is_finished(&self) -> bool {
        self.bytes.is_empty() && self.zeros_left == 0
    }
}

/// Appends `value` in groups of seven bits, the lowest first.
#[expect(clippy::cast_possible_truncation, reason = "the lowest seven bits are what is wanted")]
pub fn write_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Takes a varint off the front of `bytes`.
///
/// # Errors
/// If the bytes end inside it or it has more than 64 bits.
pub fn read_varint(bytes: &mut &[u8]) -> Result<u64, CodecError> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(CodecError::Ended)?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7F);
        if shift == 63 && bits > 1 {
            break;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(CodecError::OutOfRange("a varint"))
}

const fn zigzag(value: i64) -> u64 {
    (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned()
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(values: &[i64]) -> Vec<u8> {
        let mut column = ColumnWriter::default();
        for &value in values {
            column.push(value);
        }
        column.finish()
    }

    #[test]
    fn a_long_run_of_zeros_is_short() {
        let bytes = encoded(&vec![0; 10_000]);
        assert_eq!(bytes.len(), 5);
        let mut reader = ColumnReader::new(&bytes);
        assert!((0..10_000).all(|_| reader.next() == Ok(0)));
        assert!(reader.is_finished());
    }

    proptest! {
        #[test]
        fn round_trip(
            values in prop::collection::vec(prop_oneof![3 => Just(0), 2 => -3_i64..3, 1 => any::<i64>()], 0..60),
        ) {
            let bytes = encoded(&values);
            let mut reader = ColumnReader::new(&bytes);
            for value in values {
                prop_assert_eq!(reader.next(), Ok(value));
            }
            prop_assert!(reader.is_finished());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut reader = ColumnReader::new(&bytes);
            for _ in 0..100 {
                let _ = reader.next();
            }
        }
    }
}
