//! Renders a page of a printed form from its file in `rules/forms/`, blank or filled in by a handwriting font, and writes the
//! facts that a reader should find beside it: test pages for an office that describes its own form.
//! It reads nothing back and judges nothing. Equal arguments give equal bytes.
//!
//! usage: `render_form FORM.toml|ID -o out.png [--values values.toml --hand hand.ttf] [--style scan|phone] …`

mod camera;
mod canvas;
mod layout;
mod pen;
mod random;
mod table;
mod values;

use anyhow::{Context, Result, bail, ensure};
use camera::Style;
use canvas::{Canvas, Face};
use clap::Parser;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use pen::Pen;
use std::fs;
use std::path::{Path, PathBuf};
use values::Values;
use yushen::packs;
use yushen::vocabulary::form::Form;

#[derive(Parser)]
#[command(about = "Renders a page of a printed form from its file, blank or filled in")]
struct Args {
    /// A form's file, or the id of one that the program brings along
    form: String,
    /// Picture to write: PNG or JPEG; the facts that it shows are written beside it, as JSON
    #[arg(short, long)]
    output: PathBuf,
    /// What is filled in, as TOML: field = value, sections as tables
    #[arg(long, conflicts_with = "blank")]
    values: Option<PathBuf>,
    /// Fill in nothing (what happens without --values)
    #[arg(long)]
    blank: bool,
    /// Font of the print; by default Noto Serif CJK where Debian installs it
    #[arg(long)]
    font: Option<PathBuf>,
    /// Font of the handwriting; needed with --values
    #[arg(long)]
    hand: Option<PathBuf>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, value_enum, default_value_t = Style::Flat)]
    style: Style,
    /// Most bytes of a JPEG, in units of 1,000
    #[arg(long)]
    kilobytes: Option<usize>,
    /// What a hostile page does
    #[arg(long, value_enum)]
    trick: Option<Trick>,
    /// The other form of --trick inside and beside, and what is filled in there
    #[arg(long, num_args = 2, value_names = ["FORM", "VALUES"])]
    other: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Trick {
    /// Every label a second time, beside an empty cell
    Repeated,
    /// Another form lies on the page, made small
    Inside,
    /// Another form beside it on one picture
    Beside,
    /// Only the upper half of the page
    Upper,
    /// Only the lower half of the page
    Lower,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let print = Face::load(&printing(args.font.as_deref())?)?;
    let hand = args.hand.as_deref().map(Face::load).transpose()?;
    let form = form(&args.form)?;
    let values = read_values(args.values.as_deref(), &form)?;
    let sheet = Sheet { print: &print, hand: hand.as_ref(), seed: args.seed };
    let mut picture = sheet.page(&form, values.as_ref(), args.trick == Some(Trick::Repeated))?;
    let other = match (&args.trick, args.other.as_deref()) {
        (Some(Trick::Inside | Trick::Beside), Some([other, file])) => {
            let other = crate::form(other)?;
            let values = read_values(Some(Path::new(file)), &other)?;
            Some(Sheet { seed: args.seed + 1, ..sheet }.page(&other, values.as_ref(), false)?)
        }
        (Some(Trick::Inside | Trick::Beside), _) => bail!("--trick inside and beside need --other FORM VALUES"),
        _ => None,
    };
    picture = tricked(picture, args.trick, other.as_ref());
    let picture = camera::taken(picture, args.style, args.seed)?;
    let is_jpeg = args.output.extension().is_some_and(|e| e == "jpg" || e == "jpeg");
    if is_jpeg {
        fs::write(&args.output, camera::jpeg(&picture, args.kilobytes.map(|k| k * 1000))?)?;
    } else {
        picture.save(&args.output)?;
    }
    if let Some(values) = values {
        let facts = serde_json::to_string_pretty(&values.facts(&form)?)?;
        fs::write(args.output.with_extension("json"), facts + "\n")?;
    }
    Ok(())
}

/// Fonts, and from which number everything random follows.
#[derive(Clone, Copy)]
struct Sheet<'a> {
    print: &'a Face,
    hand: Option<&'a Face>,
    seed: u64,
}

impl Sheet<'_> {
    fn page(&self, form: &Form, values: Option<&Values>, repeated: bool) -> Result<RgbImage> {
        ensure!(values.is_none() || self.hand.is_some(), "values are written by hand: give --hand a font");
        let mut pen = self.hand.filter(|_| values.is_some()).map(|face| Pen::new(face, self.seed)).transpose()?;
        let none = Values::default();
        let strokes = layout::strokes(form, self.print, pen.as_ref(), values.unwrap_or(&none), repeated)?;
        let mut canvas = Canvas::page();
        layout::draw(&mut canvas, &strokes, self.print, pen.as_mut())?;
        Ok(canvas.pixels)
    }
}

fn read_values(path: Option<&Path>, form: &Form) -> Result<Option<Values>> {
    let Some(path) = path else { return Ok(None) };
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(Some(Values::parse(&text, form).with_context(|| path.display().to_string())?))
}

fn tricked(page: RgbImage, trick: Option<Trick>, other: Option<&RgbImage>) -> RgbImage {
    let (w, h) = page.dimensions();
    match (trick, other) {
        (Some(Trick::Upper), _) => imageops::crop_imm(&page, 0, 0, w, h / 2).to_image(),
        (Some(Trick::Lower), _) => imageops::crop_imm(&page, 0, h / 2, w, h - h / 2).to_image(),
        (Some(Trick::Inside), Some(other)) => {
            let mut page = page;
            let small = imageops::resize(other, w * 11 / 20, h * 11 / 20, FilterType::Triangle);
            let (x, y) = (w * 2 / 5, h * 2 / 5);
            let edge = RgbImage::from_pixel(small.width() + 6, small.height() + 6, Rgb([120, 120, 120]));
            imageops::replace(&mut page, &edge, i64::from(x) - 3, i64::from(y) - 3);
            imageops::replace(&mut page, &small, x.into(), y.into());
            page
        }
        (Some(Trick::Beside), Some(other)) => {
            let gap = w / 40;
            let mut both = RgbImage::from_pixel(w * 2 + gap, h, Rgb([112, 96, 82]));
            imageops::replace(&mut both, &page, 0, 0);
            imageops::replace(&mut both, other, (w + gap).into(), 0);
            both
        }
        _ => page,
    }
}

/// The form of a file, or one of the program's own.
fn form(named: &str) -> Result<Form> {
    if Path::new(named).extension().is_some_and(|e| e == "toml") {
        let (name, text) = packs::form_text(Path::new(named))?;
        return Ok(packs::form(&name, &text)?);
    }
    let forms = packs::embedded()?.packs.forms;
    let known = forms.iter().map(|f| f.id.clone()).collect::<Vec<_>>().join(", ");
    forms.into_iter().find(|f| f.id == named).with_context(|| format!("\"{named}\" is no form; the forms are {known}"))
}

/// Where Debian and others put a font that has every printed character.
const PRINTING: [&str; 3] = [
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
];

fn printing(given: Option<&Path>) -> Result<PathBuf> {
    match given {
        Some(path) => Ok(path.to_owned()),
        None => PRINTING
            .iter()
            .map(PathBuf::from)
            .find(|p| p.exists())
            .context("no font for the print: give --font a file (Debian: fonts-noto-cjk)"),
    }
}
