//! Huffman tables of a JPEG and the bit reader that they decode from. Knows nothing of blocks or pictures.

/// A table of T.81 Annex C, as lookup by the next 16 bits.
#[derive(Debug, Clone)]
pub struct HuffmanTable {
    /// For each length 1–16: smallest code, one past the largest, index of the first symbol.
    lengths: [(u32, u32, u32); 17],
    symbols: Vec<u8>,
    /// By the next 8 bits: length and symbol of the code, length 0 if it is longer.
    short: Box<[(u8, u8); 256]>,
}

impl HuffmanTable {
    /// From the BITS and HUFFVAL lists; `None` if the counts give more codes than fit.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut lengths = [(0, 0, 0); 17];
        let mut short = Box::new([(0, 0); 256]);
        let (mut code, mut first) = (0_u32, 0_u32);
        for (length, &count) in (1_u32..=16).zip(counts) {
            let end = code + u32::from(count);
            if end > 1 << length {
                return None;
            }
            lengths[length as usize] = (code, end, first);
            if length <= 8 {
                for (value, &symbol) in (code..end).zip(symbols.get(first as usize..)?) {
                    let from = (value << (8 - length)) as usize;
                    short[from..from + (1 << (8 - length))].fill((u8::try_from(length).ok()?, symbol));
                }
            }
            first += u32::from(count);
            code = end << 1;
        }
        Some(Self { lengths, symbols: symbols.to_vec(), short })
    }
}

/// Why the walk through the data stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The bits ran out before the picture did.
    Exhausted,
    /// The bits are no code of the table, or a value out of range.
    Invalid,
}

/// Reads bits from one stretch of entropy-coded data (between restart markers), undoing byte stuffing.
pub struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    hold: u64,
    held: u32,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, hold: 0, held: 0 }
    }

    /// Index of the byte that the next bit lies in.
    pub fn position(&self) -> usize {
        // Stuffed zeros make this an estimate by a byte or two, which is all that its readers need.
        self.at.saturating_sub((self.held / 8) as usize)
    }

    /// Whole bytes not read yet.
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at + (self.held / 8) as usize
    }

    pub fn symbol(&mut self, table: &HuffmanTable) -> Result<u8, Stop> {
        self.fill();
        let (length, symbol) = table.short[self.peek(8) as usize];
        if length > 0 {
            self.take(u32::from(length))?;
            return Ok(symbol);
        }
        let ahead = self.peek(16);
        for length in 1..=16_u32 {
            let (code, end, first) = table.lengths[length as usize];
            let value = ahead >> (16 - length);
            if value < end && value >= code {
                self.take(length)?;
                return table.symbols.get((first + value - code) as usize).copied().ok_or(Stop::Invalid);
            }
        }
        Err(if self.held < 16 { Stop::Exhausted } else { Stop::Invalid })
    }

    /// The next `count` (0–16) bits as a number.
    pub fn number(&mut self, count: u32) -> Result<u32, Stop> {
        self.fill();
        let value = self.peek(count);
        self.take(count)?;
        Ok(value)
    }

    /// The next `count` bits, zeros where the data has ended.
    fn peek(&self, count: u32) -> u32 {
        if count == 0 {
            return 0;
        }
        let aligned =
            if self.held >= count { self.hold >> (self.held - count) } else { self.hold << (count - self.held) };
        (aligned & ((1 << count) - 1)) as u32
    }

    fn take(&mut self, count: u32) -> Result<(), Stop> {
        self.held = self.held.checked_sub(count).ok_or(Stop::Exhausted)?;
        self.hold &= (1 << self.held) - 1;
        Ok(())
    }

    fn fill(&mut self) {
        while self.held <= 48 {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            self.at += 1;
            if byte == 0xFF && self.bytes.get(self.at) == Some(&0) {
                self.at += 1;
            }
            self.hold = self.hold << 8 | u64::from(byte);
            self.held += 8;
        }
    }
}
