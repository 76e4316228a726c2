//! A hand: a handwriting font's outlines, each time a little different, in one ink.

use super::canvas::{Canvas, Face, MIDDLE, Step};
use super::random::Random;
use anyhow::Result;

pub struct Pen<'a> {
    face: &'a Face,
    random: Random,
    ink: [u8; 3],
    /// Shift to the right for each unit upwards.
    slant: f32,
    /// Of the font's own distance between letters.
    pace: f32,
    /// Of the font's own size of digits and Latin letters.
    digits: f32,
}

/// Height of a digit beside Chinese characters, in parts of their size. Handwriting fonts draw them smaller, and close together.
const DIGIT: f32 = 0.72;
const APART: f32 = 0.06;

const INKS: [[u8; 3]; 4] = [[24, 24, 30], [30, 44, 120], [22, 34, 92], [40, 40, 48]];

impl<'a> Pen<'a> {
    /// # Errors
    /// The font has no digits.
    pub fn new(face: &'a Face, seed: u64) -> Result<Self> {
        let mut random = Random::new(seed);
        let ink = INKS[(random.unit() * INKS.len() as f32) as usize % INKS.len()];
        let (slant, pace) = (random.around(0.05), random.between(0.94, 1.0));
        let digits = (DIGIT / face.glyph('8')?.height().max(0.1)).clamp(0.9, 1.6);
        Ok(Self { face, random, ink, slant, pace, digits })
    }

    pub fn width(&self, text: &str, size: f32) -> Result<f32> {
        text.chars().map(|ch| Ok(self.step(ch, self.face.glyph(ch)?.advance) * size)).sum()
    }

    /// From one letter to the next, in parts of the size.
    fn step(&self, ch: char, advance: f32) -> f32 {
        let (scale, apart) = if ch.is_ascii_alphanumeric() { (self.digits, APART) } else { (1.0, 0.0) };
        advance * scale * self.pace + apart
    }

    /// `x`: the left edge, `y`: the middle of the line, millimetres.
    pub fn write(&mut self, canvas: &mut Canvas, text: &str, x: f32, y: f32, size: f32) -> Result<()> {
        let r = &mut self.random;
        let rise = r.around(0.012);
        let mut along = 0.0;
        let mut wander = 0.0;
        for ch in text.chars() {
            let glyph = self.face.glyph(ch)?;
            let scale = if ch.is_ascii_alphanumeric() { self.digits } else { 1.0 };
            let step = self.step(ch, glyph.advance);
            let r = &mut self.random;
            let s = size * scale * (1.0 + r.around(0.035));
            let (sin, cos) = r.around(0.03).sin_cos();
            let slant = self.slant + r.around(0.025);
            wander = wander * 0.6 + r.around(0.018);
            // A slow wave through the letter: no two of one kind are the same.
            let wave = [r.around(0.012), r.around(0.012), r.between(0.0, 6.0), r.between(0.0, 6.0)];
            let left = x + along + r.around(0.015) * size;
            let middle = y + (wander - rise * along / size.max(0.1)) * size;
            let opacity = r.between(0.80, 0.94);
            let place = |[gx, gy]: [f32; 2]| {
                let (u, v) = (gx - glyph.advance / 2.0, gy - MIDDLE);
                let (u, v) = (u + wave[0] * (v * 5.0 + wave[2]).sin(), v + wave[1] * (u * 5.0 + wave[3]).sin());
                let (u, v) = (u + slant * v, v);
                let (u, v) = (u * cos - v * sin, u * sin + v * cos);
                [left + glyph.advance * s / 2.0 + u * s, middle - v * s]
            };
            canvas.fill(&glyph.path, self.ink, opacity, place);
            along += step * size * (1.0 + r.around(0.02));
        }
        Ok(())
    }

    /// A tick over a box at this middle, millimetres.
    pub fn tick(&mut self, canvas: &mut Canvas, x: f32, y: f32, size: f32) {
        let r = &mut self.random;
        let mut near = |x: f32, y: f32| [x + r.around(0.05), y + r.around(0.05)];
        let (start, foot, end) = (near(-0.45, 0.0), near(-0.08, 0.42), near(0.75, -0.75));
        let thick = 0.13;
        let path = [
            Step::Move(start),
            Step::Line([foot[0], foot[1]]),
            Step::Line(end),
            Step::Line([end[0] + thick * 0.4, end[1] + thick]),
            Step::Line([foot[0], foot[1] + thick * 2.2]),
            Step::Line([start[0] - thick * 0.3, start[1] + thick]),
            Step::Close,
        ];
        canvas.fill(&path, self.ink, 0.9, |[u, v]| [x + u * size, y + v * size]);
    }
}
