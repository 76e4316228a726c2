//! From a drawn page to what a scanner or a phone makes of it.

use super::random::Random;
use anyhow::{Context, Result};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// As drawn.
    Flat,
    /// Slightly turned, with a little noise.
    Scan,
    /// In perspective on a desk, unevenly lit, slightly blurred.
    Phone,
}

pub fn taken(page: RgbImage, style: Style, seed: u64) -> Result<RgbImage> {
    let mut random = Random::new(seed ^ 0x00ca_3e7a);
    match style {
        Style::Flat => Ok(page),
        Style::Scan => scanned(&page, &mut random),
        Style::Phone => photographed(&page, &mut random),
    }
}

fn scanned(page: &RgbImage, random: &mut Random) -> Result<RgbImage> {
    let (w, h) = (page.width() as f32, page.height() as f32);
    let turn = Projection::translate(w / 2.0, h / 2.0)
        * Projection::rotate(random.between(-0.012, 0.012))
        * Projection::translate(-w / 2.0 + random.around(6.0), -h / 2.0 + random.around(6.0));
    let mut out = RgbImage::new(page.width(), page.height());
    warp_into(page, turn, Interpolation::Bilinear, Border::Constant(Rgb([250, 250, 249])), &mut out);
    let soft = imageops::blur(&out, 0.6);
    Ok(noisy(soft, random, 2.0, |_, _| [1.0; 3]))
}

fn photographed(page: &RgbImage, random: &mut Random) -> Result<RgbImage> {
    // Three quarters of the page's pixels: what is left of a phone's picture when it has been sent.
    let (w, h) = (page.width() as f32, page.height() as f32);
    let (ow, oh) = (w * 0.9, h * 0.9);
    let mut inset = || random.between(0.035, 0.075);
    let corners = [
        (ow * inset(), oh * inset() * 0.7),
        (ow * (1.0 - inset()), oh * inset() * 0.7),
        (ow * (1.0 - inset() * 0.6), oh * (1.0 - inset() * 0.6)),
        (ow * inset() * 0.6, oh * (1.0 - inset() * 0.6)),
    ];
    let project = Projection::from_control_points([(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], corners);
    let project = project.context("four corners that are no page")?;
    // Enlarged text of the page must not be drawn by leaving out pixels.
    let soft = imageops::blur(page, 0.7);
    let desk = Rgb([112, 96, 82]);
    let mut out = RgbImage::from_pixel(ow as u32, oh as u32, desk);
    warp_into(&soft, project, Interpolation::Bilinear, Border::Constant(desk), &mut out);
    let out = imageops::blur(&out, 0.6);
    let (fall, tilt) = (random.between(0.10, 0.22), random.between(0.0, 6.3));
    let (sx, sy, reach) = (random.between(0.0, 1.0), random.between(0.0, 1.0), random.between(0.35, 0.6));
    let warmth = random.between(0.94, 1.0);
    let light = move |x: f32, y: f32| {
        let (u, v) = (x / ow, y / oh);
        let slope = 1.0 - fall * (0.5 + (u - 0.5) * tilt.cos() + (v - 0.5) * tilt.sin());
        let away = ((u - sx).powi(2) + (v - sy).powi(2)).sqrt();
        let shade = slope * (1.0 - 0.14 * (1.0 - (away / reach).min(1.0)));
        [shade, shade * (1.0 + warmth) / 2.0, shade * warmth]
    };
    Ok(noisy(out, random, 2.2, light))
}

fn noisy(mut page: RgbImage, random: &mut Random, deviation: f32, light: impl Fn(f32, f32) -> [f32; 3]) -> RgbImage {
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let grain = random.around(deviation);
        let k = light(x as f32, y as f32);
        for (c, k) in pixel.0.iter_mut().zip(k) {
            *c = (f32::from(*c) * k + grain).clamp(0.0, 255.0) as u8;
        }
    }
    page
}

/// JPEG of the best quality under so many bytes, made smaller where no quality is low enough.
pub fn jpeg(picture: &RgbImage, most: Option<usize>) -> Result<Vec<u8>> {
    let mut picture = picture.clone();
    loop {
        for quality in [85, 78, 70, 62, 54, 46, 38] {
            let mut bytes = Vec::new();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture)?;
            if most.is_none_or(|most| bytes.len() <= most) {
                return Ok(bytes);
            }
        }
        let (w, h) = (picture.width() * 9 / 10, picture.height() * 9 / 10);
        picture = imageops::resize(&picture, w.max(1), h.max(1), FilterType::Triangle);
    }
}
