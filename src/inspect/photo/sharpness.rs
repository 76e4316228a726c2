//! How sharp the face is, at the size of a print: eyes, brows and lips have edges there, or not.
//! Normalised for size and exposure; `effective_resolution` measures detail finer than the print's.

use super::decode::reduced;
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;
use image::RgbImage;
use image::imageops::crop_imm;

/// Variance of the Laplacian over the face, reduced to 128 px across and brought to a mean of 128 of 255
/// (clean photos 40–190, blurred ones under 7, ones enlarged six times under 17).
pub fn sharpness(photo: &RgbImage, view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let apart = head.mesh.eye_distance();
    let eyes = [(left[0] + right[0]) / 2.0, (left[1] + right[1]) / 2.0];
    let region =
        view.region([eyes[0] - 0.9 * apart, eyes[1] - 0.6 * apart], [eyes[0] + 0.9 * apart, eyes[1] + 1.4 * apart]);
    if region.width < LEAST_ACROSS || region.height < LEAST_ACROSS {
        return Measure::not_assessed(format!("the face is under {LEAST_ACROSS} pixels across"));
    }
    let face = crop_imm(photo, region.x, region.y, region.width, region.height).to_image();
    let height = (u64::from(region.height) * u64::from(ACROSS)).div_ceil(u64::from(region.width)).clamp(3, 1024) as u32;
    let face = if region.width > ACROSS {
        reduced(&face, ACROSS, height)
    } else {
        super::decode::bilinear(&face, ACROSS, height)
    };
    let luma: Vec<f32> = face
        .pixels()
        .map(|pixel| 0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2]))
        .collect();
    let mean = luma.iter().sum::<f32>() / luma.len() as f32;
    let gain = (128.0 / mean.max(1.0)).min(4.0);
    Measure::at(laplacian_variance(&luma, face.width() as usize) * gain * gain, region)
}

const ACROSS: u32 = 128;
const LEAST_ACROSS: u32 = 32;

fn laplacian_variance(luma: &[f32], width: usize) -> f32 {
    let height = luma.len() / width;
    let mut values = Vec::with_capacity(luma.len());
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let i = y * width + x;
            values.push(luma[i - 1] + luma[i + 1] + luma[i - width] + luma[i + width] - 4.0 * luma[i]);
        }
    }
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / values.len() as f32
}
