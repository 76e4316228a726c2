//! From the bytes of a JPEG to what its markers say: frame, scans, tables, orientation, padding, and where it ends.
//! Decodes no pixel; the entropy-coded data is walked by `entropy` and turned into a picture elsewhere.

pub mod entropy;
mod exif;
mod huffman;

use huffman::HuffmanTable;

/// One colour component of the frame (ITU-T T.81 B.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    pub id: u8,
    /// Sampling factors, 1–4.
    pub horizontal: u32,
    pub vertical: u32,
}

/// The coding process of the frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// SOF0, SOF1: Huffman, sequential.
    Sequential,
    /// SOF2: Huffman, progressive.
    Progressive,
    /// Lossless, hierarchical or arithmetic: no browser shows it. The marker's second byte.
    Unusual(u8),
}

/// The frame header (SOFn).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub process: Process,
    /// Pixels as stored, before orientation. `height` may be 0 if a DNL marker tells it later.
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component>,
}

/// A component's part in a scan: index into the frame's components, and its Huffman tables.
#[derive(Debug, Clone)]
pub struct ScanComponent {
    pub index: usize,
    pub dc: Option<HuffmanTable>,
    pub ac: Option<HuffmanTable>,
}

/// One scan: header and the range of its entropy-coded bytes.
#[derive(Debug, Clone)]
pub struct Scan {
    pub components: Vec<ScanComponent>,
    /// Ss, Se, Ah, Al of T.81 B.2.3.
    pub spectral: (u8, u8),
    pub approximation: (u8, u8),
    /// MCUs between restart markers; 0 is none.
    pub restart_interval: u32,
    /// Offsets into the file: first entropy-coded byte, and the marker that ends the scan (or the file's end).
    pub data: std::ops::Range<usize>,
}

/// What the markers of one file say.
#[derive(Debug, Clone, Default)]
pub struct Markers {
    pub frame: Option<Frame>,
    pub scans: Vec<Scan>,
    /// EXIF orientation 1–8; 1 if absent.
    pub orientation: u8,
    /// Offset after the end-of-image marker; `None`: the file ends without one.
    pub end: Option<usize>,
    /// Bytes of APPn and COM segments, with their markers.
    pub application_bytes: u64,
    /// Fill and stray bytes between segments.
    pub stray_bytes: u64,
    /// Why reading stopped before an end marker, if it did.
    pub broken: Option<&'static str>,
}

impl Markers {
    /// Width and height after EXIF orientation.
    pub fn upright_dimensions(&self) -> Option<(u32, u32)> {
        let frame = self.frame.as_ref().filter(|frame| frame.width > 0 && frame.height > 0)?;
        Some(if self.orientation >= 5 { (frame.height, frame.width) } else { (frame.width, frame.height) })
    }
}

/// Reads the markers of `bytes`, which should start with SOI. Never fails: what is broken is told in `broken`.
pub fn markers(bytes: &[u8]) -> Markers {
    let mut reader = Reader {
        bytes,
        at: 2,
        found: Markers { orientation: 1, ..Markers::default() },
        dc: Default::default(),
        ac: Default::default(),
        restart_interval: 0,
    };
    if let Err(why) = reader.read() {
        reader.found.broken = Some(why);
    }
    reader.found
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    found: Markers,
    dc: [Option<HuffmanTable>; 4],
    ac: [Option<HuffmanTable>; 4],
    restart_interval: u32,
}

const NO_END: &str = "the file ends before the end-of-image marker";
const MAX_SCANS: usize = 256;

impl Reader<'_> {
    fn read(&mut self) -> Result<(), &'static str> {
        loop {
            let marker = self.next_marker()?;
            match marker {
                0xD9 => {
                    self.found.end = Some(self.at);
                    return Ok(());
                }
                // TEM, RSTn and a second SOI stand alone.
                0x01 | 0xD0..=0xD8 => self.found.stray_bytes += 2,
                _ => self.segment(marker)?,
            }
        }
    }

    /// Skips to the next marker and returns its second byte; whatever lay between is stray.
    fn next_marker(&mut self) -> Result<u8, &'static str> {
        let start = self.at;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(skipped) = rest.iter().position(|&byte| byte == 0xFF) else { return Err(NO_END) };
            self.at += skipped + 1;
            while self.bytes.get(self.at) == Some(&0xFF) {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                None => return Err(NO_END),
                Some(0) => {}
                Some(&marker) => {
                    self.at += 1;
                    self.found.stray_bytes += (self.at - start).saturating_sub(2) as u64;
                    return Ok(marker);
                }
            }
        }
    }

    fn segment(&mut self, marker: u8) -> Result<(), &'static str> {
        let length = usize::from(self.bytes.get(self.at..self.at + 2).map(be16).ok_or(NO_END)?);
        let body = self.bytes.get(self.at + 2..self.at + length.max(2)).ok_or(NO_END)?;
        self.at += length.max(2);
        match marker {
            0xC4 => self.huffman_tables(body),
            0xC0..=0xCF if marker != 0xC8 && marker != 0xCC => self.frame(marker, body),
            0xDA => self.scan(body),
            0xDC => self.number_of_lines(body),
            0xDD => {
                self.restart_interval = body.get(..2).map(be16).map_or(0, u32::from);
                Ok(())
            }
            0xE0..=0xEF | 0xFE => {
                self.found.application_bytes += length as u64 + 2;
                if let (0xE1, Some(orientation)) = (marker, exif::orientation(body)) {
                    self.found.orientation = orientation;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn frame(&mut self, marker: u8, body: &[u8]) -> Result<(), &'static str> {
        let broken = "the frame header is broken";
        if self.found.frame.is_some() {
            return Err("there is more than one frame header");
        }
        let [_precision, h1, h0, w1, w0, count, specs @ ..] = body else { return Err(broken) };
        let components: Vec<_> = specs
            .chunks_exact(3)
            .take(usize::from(*count))
            .map(|spec| Component {
                id: spec[0],
                horizontal: u32::from(spec[1] >> 4),
                vertical: u32::from(spec[1] & 15),
            })
            .collect();
        let sampling_valid =
            components.iter().all(|c| (1..=4).contains(&c.horizontal) && (1..=4).contains(&c.vertical));
        if components.len() != usize::from(*count) || !(1..=4).contains(count) || !sampling_valid {
            return Err(broken);
        }
        let process = match marker {
            0xC0 | 0xC1 => Process::Sequential,
            0xC2 => Process::Progressive,
            other => Process::Unusual(other),
        };
        self.found.frame = Some(Frame {
            process,
            width: u32::from(be16(&[*w1, *w0])),
            height: u32::from(be16(&[*h1, *h0])),
            components,
        });
        Ok(())
    }

    fn huffman_tables(&mut self, mut body: &[u8]) -> Result<(), &'static str> {
        let broken = "a Huffman table is broken";
        while let [head, rest @ ..] = body {
            let counts: &[u8; 16] = rest.first_chunk().ok_or(broken)?;
            let total = counts.iter().map(|&count| usize::from(count)).sum::<usize>();
            let symbols = rest.get(16..16 + total).ok_or(broken)?;
            let tables = if head >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(head & 15)).ok_or(broken)? =
                Some(HuffmanTable::new(counts, symbols).ok_or(broken)?);
            body = &rest[16 + total..];
        }
        Ok(())
    }

    fn number_of_lines(&mut self, body: &[u8]) -> Result<(), &'static str> {
        if let (Some(frame), Some(lines)) = (self.found.frame.as_mut(), body.get(..2).map(be16)) {
            frame.height = u32::from(lines);
        }
        Ok(())
    }

    fn scan(&mut self, body: &[u8]) -> Result<(), &'static str> {
        let broken = "a scan header is broken";
        let frame = self.found.frame.as_ref().ok_or("there is a scan before the frame header")?;
        let [count, rest @ ..] = body else { return Err(broken) };
        let count = usize::from(*count);
        let tail = rest.get(count * 2..count * 2 + 3).ok_or(broken)?;
        let mut components = Vec::with_capacity(count);
        for spec in rest[..count * 2].chunks_exact(2) {
            let index = frame.components.iter().position(|component| component.id == spec[0]).ok_or(broken)?;
            let table =
                |tables: &[Option<HuffmanTable>; 4], number: u8| tables.get(usize::from(number)).cloned().flatten();
            components.push(ScanComponent {
                index,
                dc: table(&self.dc, spec[1] >> 4),
                ac: table(&self.ac, spec[1] & 15),
            });
        }
        let start = self.at;
        self.at = scan_end(self.bytes, start);
        if components.is_empty() || self.found.scans.len() >= MAX_SCANS {
            return Err(broken);
        }
        self.found.scans.push(Scan {
            components,
            spectral: (tail[0], tail[1]),
            approximation: (tail[2] >> 4, tail[2] & 15),
            restart_interval: self.restart_interval,
            data: start..self.at,
        });
        Ok(())
    }
}

/// Offset of the marker that ends the entropy-coded data from `start` (restart markers belong to it), or of the file's
/// end.
fn scan_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(skipped) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == 0xFF)) {
        at += skipped;
        match bytes.get(at + 1) {
            Some(0 | 0xD0..=0xD7) => at += 2,
            // Fill bytes before a marker.
            Some(0xFF) => at += 1,
            Some(_) => return at,
            None => return bytes.len(),
        }
    }
    bytes.len()
}

fn be16(bytes: &[u8]) -> u16 {
    bytes.iter().take(2).fold(0, |value, &byte| value << 8 | u16::from(byte))
}
