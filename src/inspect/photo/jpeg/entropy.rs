//! Walks the entropy-coded data of a JPEG symbol by symbol and counts its blocks, so that missing, cut or overwritten
//! scan data is found exactly and without decoding a pixel. Sequential and progressive Huffman (ITU-T T.81 F.2, G.2);
//! no arithmetic coding.

use super::huffman::{Bits, HuffmanTable, Stop};
use super::{Frame, Markers, Process, Scan};

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walk {
    /// Every block of every scan is there. `excess`: bytes left over after the last one.
    Whole { excess: u64 },
    /// Data is missing or is none. `rows`: of the picture (as stored) that can be right, if that is known.
    Broken { why: &'static str, rows: Option<u32> },
    /// A process that this walk does not know.
    Unknown { why: &'static str },
}

/// Blocks of one picture beyond which the walk refuses (about 400 megapixels): hostile input.
const MAX_BLOCKS: u64 = 6_500_000;
/// So many bytes of one value in a row, taken for picture although data is left over or runs out, are an overwritten
/// stretch.
const OVERWRITTEN: usize = 24;
/// libjpeg and cameras may leave this many bytes before a marker.
const LEFT_OVER: usize = 8;

/// Walks all scans of `bytes`.
pub fn walk(bytes: &[u8], markers: &Markers) -> Walk {
    let Some(frame) = &markers.frame else { return Walk::Broken { why: "there is no frame header", rows: Some(0) } };
    if let Process::Unusual(_) = frame.process {
        return Walk::Unknown { why: "a coding process that browsers do not show" };
    }
    let grids: Vec<_> = (0..frame.components.len()).map(|index| Grid::of(frame, index)).collect();
    if frame.width == 0 || frame.height == 0 {
        return Walk::Broken { why: "the frame header gives no size", rows: Some(0) };
    }
    if grids.iter().map(|grid| u64::from(grid.columns) * u64::from(grid.rows)).sum::<u64>() > MAX_BLOCKS {
        return Walk::Unknown { why: "too many pixels to walk" };
    }
    let progressive = frame.process == Process::Progressive;
    let mut coded = vec![false; grids.len()];
    let mut nonzero: Vec<Vec<u64>> =
        if progressive { grids.iter().map(|g| vec![0; (g.columns * g.rows) as usize]).collect() } else { Vec::new() };
    let mut excess = 0;
    for scan in &markers.scans {
        let mut walker = Walker { frame, scan, grids: &grids, nonzero: &mut nonzero, progressive, end_of_band: 0 };
        match walker.scan(bytes.get(scan.data.clone()).unwrap_or_default()) {
            Ok(left) => excess += left,
            Err(broken) => return broken,
        }
        if scan.spectral.0 == 0 {
            scan.components.iter().for_each(|component| coded[component.index] = true);
        }
    }
    if coded.contains(&false) {
        return Walk::Broken { why: "a colour component has no scan", rows: Some(0) };
    }
    Walk::Whole { excess }
}

/// Blocks of one component: padded to whole MCUs, and those that hold picture.
struct Grid {
    columns: u32,
    rows: u32,
    picture_columns: u32,
    picture_rows: u32,
}

impl Grid {
    fn of(frame: &Frame, index: usize) -> Self {
        let widest = frame.components.iter().map(|c| c.horizontal).max().unwrap_or(1);
        let tallest = frame.components.iter().map(|c| c.vertical).max().unwrap_or(1);
        let component = frame.components[index];
        Self {
            columns: frame.width.div_ceil(8 * widest) * component.horizontal,
            rows: frame.height.div_ceil(8 * tallest) * component.vertical,
            picture_columns: (frame.width * component.horizontal).div_ceil(widest).div_ceil(8),
            picture_rows: (frame.height * component.vertical).div_ceil(tallest).div_ceil(8),
        }
    }
}

struct Walker<'a> {
    frame: &'a Frame,
    scan: &'a Scan,
    grids: &'a [Grid],
    /// For each component and block, which coefficients are not zero yet (progressive only).
    nonzero: &'a mut Vec<Vec<u64>>,
    progressive: bool,
    end_of_band: u32,
}

impl Walker<'_> {
    /// Walks one scan; returns the bytes left over.
    fn scan(&mut self, data: &[u8]) -> Result<u64, Walk> {
        let (across, down) = self.units();
        let total = across * down;
        let interval = if self.scan.restart_interval == 0 { total } else { self.scan.restart_interval };
        let mut rest = data;
        let (mut done, mut restarts) = (0, 0_u8);
        let mut excess = 0;
        while done < total {
            let (stretch, after) = split_at_restart(rest, restarts);
            let mut bits = Bits::new(stretch);
            self.end_of_band = 0;
            let end = (done + interval).min(total);
            while done < end {
                self.unit(&mut bits, done % across, done / across).map_err(|stop| self.broken(stop, done / across))?;
                done += 1;
            }
            let left = bits.remaining();
            if left > LEFT_OVER && (self.progressive || run_length_around(stretch, bits.position()) >= OVERWRITTEN) {
                return Err(Walk::Broken { why: "a stretch of the scan data is overwritten", rows: None });
            }
            if left > LEFT_OVER {
                excess += left as u64;
            }
            restarts = (restarts + 1) % 8;
            match after {
                Some(after) => rest = after,
                None if done < total => return Err(self.broken(Stop::Exhausted, done / across)),
                None => rest = &[],
            }
        }
        Ok(excess + rest.len() as u64)
    }

    /// MCUs (or, with one component, blocks) across and down.
    fn units(&self) -> (u32, u32) {
        match self.scan.components.as_slice() {
            [one] => (self.grids[one.index].picture_columns, self.grids[one.index].picture_rows),
            _ => {
                let first = self.scan.components[0].index;
                (
                    self.grids[first].columns / self.frame.components[first].horizontal,
                    self.grids[first].rows / self.frame.components[first].vertical,
                )
            }
        }
    }

    fn broken(&self, stop: Stop, unit_row: u32) -> Walk {
        let why = match stop {
            Stop::Exhausted => "the scan data ends before the picture",
            Stop::Invalid => "the scan data is no picture",
        };
        let first = self.scan.components[0].index;
        let tallest = self.frame.components.iter().map(|c| c.vertical).max().unwrap_or(1);
        let blocks = if self.scan.components.len() == 1 {
            tallest / self.frame.components[first].vertical.max(1)
        } else {
            tallest
        };
        Walk::Broken { why, rows: Some((unit_row * blocks.max(1) * 8).min(self.frame.height)) }
    }

    fn unit(&mut self, bits: &mut Bits, x: u32, y: u32) -> Result<(), Stop> {
        if let [only] = self.scan.components.as_slice() {
            return self.block(bits, 0, only.index, x, y);
        }
        for (number, part) in self.scan.components.iter().enumerate() {
            let component = self.frame.components[part.index];
            for v in 0..component.vertical {
                for h in 0..component.horizontal {
                    self.block(bits, number, part.index, x * component.horizontal + h, y * component.vertical + v)?;
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, bits: &mut Bits, number: usize, index: usize, x: u32, y: u32) -> Result<(), Stop> {
        let scan = self.scan;
        let part = &scan.components[number];
        if !self.progressive {
            let (dc, ac) = (part.dc.as_ref().ok_or(Stop::Invalid)?, part.ac.as_ref().ok_or(Stop::Invalid)?);
            return sequential_block(bits, dc, ac);
        }
        let place = (y * self.grids[index].columns + x) as usize;
        match (scan.spectral.0, scan.approximation.0) {
            (0, 0) => {
                let size = bits.symbol(part.dc.as_ref().ok_or(Stop::Invalid)?)?;
                bits.number(u32::from(size.min(16))).map(drop)
            }
            (0, _) => bits.number(1).map(drop),
            (_, high) => {
                let table = part.ac.as_ref().ok_or(Stop::Invalid)?;
                let known =
                    self.nonzero.get_mut(index).and_then(|blocks| blocks.get_mut(place)).ok_or(Stop::Invalid)?;
                let band = (u32::from(scan.spectral.0), u32::from(scan.spectral.1.min(63)));
                if high == 0 {
                    first_band(bits, table, band, known, &mut self.end_of_band)
                } else {
                    refined_band(bits, table, band, known, &mut self.end_of_band)
                }
            }
        }
    }
}

/// T.81 F.2.2: one DC and up to 63 AC coefficients.
fn sequential_block(bits: &mut Bits, dc: &HuffmanTable, ac: &HuffmanTable) -> Result<(), Stop> {
    let size = bits.symbol(dc)?;
    if size > 15 {
        return Err(Stop::Invalid);
    }
    bits.number(u32::from(size))?;
    let mut k = 1;
    while k < 64 {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        match (run, size) {
            (15, 0) => k += 16,
            (_, 0) => return Ok(()),
            _ => {
                k += run;
                if k > 63 {
                    return Err(Stop::Invalid);
                }
                bits.number(size)?;
                k += 1;
            }
        }
    }
    Ok(())
}

/// T.81 G.1.2.2: the first scan of a band of AC coefficients.
fn first_band(
    bits: &mut Bits,
    table: &HuffmanTable,
    (from, to): (u32, u32),
    known: &mut u64,
    end_of_band: &mut u32,
) -> Result<(), Stop> {
    if *end_of_band > 0 {
        *end_of_band -= 1;
        return Ok(());
    }
    let mut k = from;
    while k <= to {
        let symbol = bits.symbol(table)?;
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        match (run, size) {
            (15, 0) => k += 16,
            (_, 0) => {
                *end_of_band = (1 << run) - 1 + bits.number(run)?;
                return Ok(());
            }
            _ => {
                k += run;
                if k > to {
                    return Err(Stop::Invalid);
                }
                bits.number(size)?;
                *known |= 1 << k;
                k += 1;
            }
        }
    }
    Ok(())
}

/// T.81 G.1.2.3: a later bit of the coefficients of a band; those already not zero have a correction bit each.
fn refined_band(
    bits: &mut Bits,
    table: &HuffmanTable,
    (from, to): (u32, u32),
    known: &mut u64,
    end_of_band: &mut u32,
) -> Result<(), Stop> {
    let mut k = from;
    if *end_of_band == 0 {
        while k <= to {
            let symbol = bits.symbol(table)?;
            let (mut run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            match size {
                0 if run < 15 => {
                    *end_of_band = (1 << run) + bits.number(run)?;
                    break;
                }
                0 => {}
                1 => bits.number(1).map(drop)?,
                _ => return Err(Stop::Invalid),
            }
            while k <= to {
                if *known >> k & 1 == 1 {
                    bits.number(1)?;
                } else if run == 0 {
                    break;
                } else {
                    run -= 1;
                }
                k += 1;
            }
            if size == 1 {
                if k > to {
                    return Err(Stop::Invalid);
                }
                *known |= 1 << k;
            }
            k += 1;
        }
    }
    if *end_of_band > 0 {
        while k <= to {
            if *known >> k & 1 == 1 {
                bits.number(1)?;
            }
            k += 1;
        }
        *end_of_band -= 1;
    }
    Ok(())
}

/// Splits before the next restart marker; what follows it, if it is the expected one.
fn split_at_restart(data: &[u8], number: u8) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some(skipped) = data.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == 0xFF)) {
        at += skipped;
        match data.get(at + 1) {
            Some(&next @ 0xD0..=0xD7) => return (&data[..at], (next == 0xD0 + number).then(|| &data[at + 2..])),
            Some(0xFF) => at += 1,
            _ => at += 2,
        }
    }
    (data, None)
}

/// Length of the run of equal bytes that reaches `at`, up to it: what was taken for picture.
fn run_length_around(data: &[u8], at: usize) -> usize {
    let read = data.get(..at.min(data.len())).unwrap_or_default();
    let Some(&last) = read.last() else { return 0 };
    read.iter().rev().take_while(|&&byte| byte == last).count()
}
