//! A reader that counts lines, and refuses pieces so long that they would fill the memory.

use std::io::{self, BufRead, Read};

/// The longest piece (a tag, a text, a row) that is read at once, bytes.
pub(super) const LONGEST: usize = 64 << 20;

/// Bytes with their lines counted.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    lines: usize,
    /// Bytes since the last piece began.
    since: usize,
}

impl<R: BufRead> Counted<R> {
    /// Nothing is read yet.
    pub const fn new(inner: R) -> Self {
        Self { inner, lines: 0, since: 0 }
    }

    /// The line of the next byte, from 1.
    pub const fn line(&self) -> usize {
        self.lines + 1
    }

    /// A piece is complete.
    pub const fn next_piece(&mut self) {
        self.since = 0;
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since > LONGEST {
            let told = format!("a piece of more than {LONGEST} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, told));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // The bytes are in the buffer: nothing is read for them, and nothing can fail.
        if let Ok(bytes) = self.inner.fill_buf() {
            self.lines += bytes.iter().take(amount).filter(|byte| **byte == b'\n').fold(0, |lines, _| lines + 1);
        }
        self.since += amount;
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}
