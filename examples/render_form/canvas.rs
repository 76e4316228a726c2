//! A page of pixels, and outlines of letters drawn on it: millimetres in, coverage blended into the page.
//! Knows nothing of forms.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use anyhow::{Context, Result};
use image::{Rgb, RgbImage};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider};
use std::path::Path;

/// A4, millimetres.
pub const WIDTH: f32 = 210.0;
pub const HEIGHT: f32 = 297.0;
pub const PIXELS_PER_MM: f32 = 8.0;

pub struct Canvas {
    pub pixels: RgbImage,
}

/// A font's file, and which of its fonts is meant.
pub struct Face {
    pub name: String,
    bytes: Vec<u8>,
    index: u32,
}

/// A letter's outline, in parts of its size: the base line is y = 0, upwards is positive.
#[derive(Default)]
pub struct Glyph {
    pub advance: f32,
    pub path: Vec<Step>,
}

#[derive(Clone, Copy)]
pub enum Step {
    Move([f32; 2]),
    Line([f32; 2]),
    Quad([f32; 2], [f32; 2]),
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    Close,
}

impl Face {
    /// Of a collection the font for simplified Chinese, if it says so, else the first.
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let mut simplified = 0;
        for index in 0..16 {
            let Ok(font) = FontRef::from_index(&bytes, index) else { break };
            let names = font.localized_strings(StringId::FAMILY_NAME);
            if names.into_iter().any(|n| n.to_string().ends_with(" SC")) {
                simplified = index;
                break;
            }
        }
        FontRef::from_index(&bytes, simplified).with_context(|| format!("{} is no font", path.display()))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, bytes, index: simplified })
    }

    /// # Errors
    /// The font lacks the character.
    pub fn glyph(&self, ch: char) -> Result<Glyph> {
        let font = FontRef::from_index(&self.bytes, self.index)?;
        let id = font.charmap().map(ch).filter(|id| id.to_u32() != 0);
        let id = id.with_context(|| format!("{} has no {ch:?}", self.name))?;
        let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(id).unwrap_or(1.0);
        let mut glyph = Glyph { advance, path: Vec::new() };
        if let Some(outline) = font.outline_glyphs().get(id) {
            // Drawn at 1,000 units: outlines of size 1 may be rounded.
            let settings = DrawSettings::unhinted(Size::new(1000.0), LocationRef::default());
            outline.draw(settings, &mut glyph).map_err(|why| anyhow::anyhow!("{ch:?} of {}: {why}", self.name))?;
        }
        Ok(glyph)
    }

    /// Of a text of this size.
    pub fn width(&self, text: &str, size: f32) -> Result<f32> {
        text.chars().map(|c| Ok(self.glyph(c)?.advance * size)).sum()
    }
}

impl Glyph {
    /// From its lowest to its highest point, in parts of its size.
    pub fn height(&self) -> f32 {
        let ys = self.path.iter().filter_map(|step| match *step {
            Step::Move([_, y]) | Step::Line([_, y]) | Step::Quad(_, [_, y]) | Step::Cubic(_, _, [_, y]) => Some(y),
            Step::Close => None,
        });
        let (low, high) = ys.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        (high - low).max(0.0)
    }
}

impl OutlinePen for Glyph {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.push(Step::Move(em(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.push(Step::Line(em(x, y)));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.push(Step::Quad(em(cx, cy), em(x, y)));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.path.push(Step::Cubic(em(ax, ay), em(bx, by), em(x, y)));
    }

    fn close(&mut self) {
        self.path.push(Step::Close);
    }
}

fn em(x: f32, y: f32) -> [f32; 2] {
    [x / 1000.0, y / 1000.0]
}

impl Canvas {
    pub fn page() -> Self {
        let (w, h) = ((WIDTH * PIXELS_PER_MM) as u32, (HEIGHT * PIXELS_PER_MM) as u32);
        Self { pixels: RgbImage::from_pixel(w, h, Rgb([252, 252, 250])) }
    }

    /// A closed outline, brought to its place (millimetres) by `place`.
    pub fn fill(&mut self, path: &[Step], ink: [u8; 3], opacity: f32, place: impl Fn([f32; 2]) -> [f32; 2]) {
        let at = |p: [f32; 2]| {
            let [x, y] = place(p);
            point(x * PIXELS_PER_MM, y * PIXELS_PER_MM)
        };
        let mut low = point(f32::MAX, f32::MAX);
        let mut high = point(f32::MIN, f32::MIN);
        let mut see = |p: Point| {
            low = point(low.x.min(p.x), low.y.min(p.y));
            high = point(high.x.max(p.x), high.y.max(p.y));
        };
        for step in path {
            match *step {
                Step::Move(a) | Step::Line(a) => see(at(a)),
                Step::Quad(a, b) => [a, b].into_iter().for_each(|p| see(at(p))),
                Step::Cubic(a, b, c) => [a, b, c].into_iter().for_each(|p| see(at(p))),
                Step::Close => {}
            }
        }
        if low.x > high.x {
            return;
        }
        let corner = point(low.x.floor() - 1.0, low.y.floor() - 1.0);
        let (w, h) = ((high.x - corner.x).ceil() as usize + 2, (high.y - corner.y).ceil() as usize + 2);
        let mut raster = Rasterizer::new(w, h);
        let local = |p: [f32; 2]| {
            let p = at(p);
            point(p.x - corner.x, p.y - corner.y)
        };
        let (mut start, mut pen) = (point(0.0, 0.0), point(0.0, 0.0));
        for step in path {
            match *step {
                Step::Move(a) => {
                    start = local(a);
                    pen = start;
                }
                Step::Line(a) => {
                    raster.draw_line(pen, local(a));
                    pen = local(a);
                }
                Step::Quad(a, b) => {
                    raster.draw_quad(pen, local(a), local(b));
                    pen = local(b);
                }
                Step::Cubic(a, b, c) => {
                    raster.draw_cubic(pen, local(a), local(b), local(c));
                    pen = local(c);
                }
                Step::Close => {
                    raster.draw_line(pen, start);
                    pen = start;
                }
            }
        }
        let pixels = &mut self.pixels;
        raster.for_each_pixel_2d(|x, y, coverage| {
            let (x, y) = (corner.x as i64 + i64::from(x), corner.y as i64 + i64::from(y));
            if coverage > 0.0
                && let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                && let Some(pixel) = pixels.get_pixel_mut_checked(x, y)
            {
                let k = coverage.min(1.0) * opacity;
                for (c, i) in pixel.0.iter_mut().zip(ink) {
                    *c = (f32::from(*c) * (1.0 - k) + f32::from(i) * k).round() as u8;
                }
            }
        });
    }

    /// A ruled line along one axis, millimetres.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32) {
        let half = width / 2.0;
        let (x0, x1) = (from[0].min(to[0]) - half, from[0].max(to[0]) + half);
        let (y0, y1) = (from[1].min(to[1]) - half, from[1].max(to[1]) + half);
        let path =
            [Step::Move([x0, y0]), Step::Line([x1, y0]), Step::Line([x1, y1]), Step::Line([x0, y1]), Step::Close];
        self.fill(&path, PRINT, 0.92, |p| p);
    }

    /// Printed text: `x` is its left edge, `y` the middle of its line.
    pub fn print(&mut self, face: &Face, text: &str, [x, y]: [f32; 2], size: f32, bold: bool) -> Result<()> {
        let mut x = x;
        for ch in text.chars() {
            let glyph = face.glyph(ch)?;
            for shift in if bold { &[0.0, 0.035][..] } else { &[0.0][..] } {
                self.fill(&glyph.path, PRINT, 0.95, |[gx, gy]| {
                    [x + (gx + shift) * size, y + MIDDLE * size - gy * size]
                });
            }
            x += glyph.advance * size;
        }
        Ok(())
    }
}

/// From the middle of a Chinese character down to its base line, in parts of its size.
pub const MIDDLE: f32 = 0.38;
const PRINT: [u8; 3] = [28, 28, 30];
