//! Bytes that are unpacked, counted while they come: what is over a limit ends before any memory is.
//! Says no words about it; whoever unpacks has them.

use std::io::{self, Read};

/// The limit that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// More than was left when unpacked.
    Unpacked,
    /// One piece of text of more bytes than this.
    Text(usize),
}

/// Counts what is unpacked, and how long one piece of text is.
pub struct Measured<'a> {
    inner: Box<dyn Read + 'a>,
    left: &'a mut u64,
    /// Bytes since the last `<` or `>`.
    since: usize,
    longest: usize,
    over: Option<Over>,
}

impl<'a> Measured<'a> {
    /// `left`: bytes that may still be unpacked; `longest`: bytes between two marks of markup.
    pub fn new(inner: impl Read + 'a, left: &'a mut u64, longest: usize) -> Self {
        Self { inner: Box::new(inner), left, since: 0, longest, over: None }
    }

    /// Why reading failed, if a limit was met.
    pub fn over(&self) -> Option<Over> {
        self.over
    }
}

impl Read for Measured<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let mut over = |limit: Over| {
            self.over = Some(limit);
            Err(io::Error::other("over a limit"))
        };
        if n as u64 > *self.left {
            return over(Over::Unpacked);
        }
        *self.left -= n as u64;
        for piece in buffer[..n].split_inclusive(|b| matches!(b, b'<' | b'>')) {
            self.since += piece.len();
            if self.since > self.longest {
                return over(Over::Text(self.longest));
            }
            if piece.ends_with(b"<") || piece.ends_with(b">") {
                self.since = 0;
            }
        }
        Ok(n)
    }
}
