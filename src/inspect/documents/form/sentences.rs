//! Printed sentences in a form's cell: cut into one block a sentence with the signature line below it, each read along its
//! template over all its lines.

use super::document::Filled;
use super::values::{VALUE_PITCH, of_sentence, template};
use crate::inspect::context::DocumentContext;
use crate::inspect::fields::template::Template;
use crate::inspect::fields::template_fields::TemplateFields;
use crate::inspect::form_page::{FormPage, Line};
use crate::inspect::page::cells::Cell;
use crate::ocr::ctc::template::{Segment, read_template};
use crate::ocr::{OcrError, Posterior};
use crate::vocabulary::form::{FieldType, Piece, PrintedLine, Sentence};
use crate::vocabulary::text::{is_punctuation, normalise};

/// Least distance of two printed lines of a section's sentences, pixels of the rectified page (they stand ≈ 7–9 mm
/// apart).
const SENTENCE_PITCH: f32 = 50.0;
/// Characters of a line in which a sentence's first print stands.
const HEAD: usize = 8;

/// The sentences of a cell; of one that does not repeat, the first.
///
/// # Errors
/// An engine failed.
pub fn read(
    page: &FormPage,
    cell: &Cell,
    sentence: &Sentence,
    cx: &DocumentContext,
) -> Result<Vec<Vec<Filled>>, OcrError> {
    let blocks = section(page, cell, sentence, cx)?;
    let most = if sentence.repeats { blocks.len() } else { 1 };
    let mut out = Vec::new();
    for block in blocks.iter().take(most) {
        let mut filled = of_sentence(page, &block.body, &sentence.pieces, false, cx)?;
        if let (Some(line), Some(printed)) = (&block.signature, &sentence.signature) {
            filled.extend(of_sentence(page, std::slice::from_ref(line), &printed.pieces, false, cx)?);
        }
        out.push(filled);
    }
    Ok(out)
}

/// A cell's sentences. The fast recogniser reads first: it reads print well, and if it finds nothing between the
/// print, and there is no ink in the fields, the cell is empty. Most forms have one such cell, which so costs no
/// accurate reading.
/// If the first line begins with a date the cell is filled, and the fast recogniser need not read the other lines.
fn section(page: &FormPage, cell: &Cell, sentence: &Sentence, cx: &DocumentContext) -> Result<Vec<Block>, OcrError> {
    let pitch = if sentence.section.is_some() { SENTENCE_PITCH } else { VALUE_PITCH };
    let boxes = page.lines(cell, pitch);
    let body = template(&sentence.pieces, false);
    let mut quick = Vec::with_capacity(boxes.len());
    for at in &boxes {
        quick.push(page.read_line(cx.recognisers.fast(), *at)?);
        if quick.len() == 1 && begins_with_date(&quick, &sentence.pieces) {
            break;
        }
    }
    if quick.len() == boxes.len() {
        let quick = blocks(quick, sentence);
        let untouched =
            |lines: &[Line], template: &[Segment]| TemplateFields::read(page, lines, template, cx).is_untouched();
        let signed = sentence.signature.as_ref().map(|s| template(&s.pieces, false));
        let empty = |b: &Block| {
            untouched(&b.body, &body)
                && b.signature
                    .as_ref()
                    .zip(signed.as_ref())
                    .is_none_or(|(line, template)| untouched(std::slice::from_ref(line), template))
        };
        if quick.iter().all(empty) {
            return Ok(quick);
        }
    }
    let careful =
        boxes.into_iter().map(|at| page.read_line(cx.recognisers.accurate(), at)).collect::<Result<Vec<_>, _>>()?;
    Ok(blocks(careful, sentence))
}

/// Does the sentence's first line show a year and a month in the sentence's first field?
fn begins_with_date(first: &[Line], pieces: &[Piece]) -> bool {
    let [Piece::Print(_), Piece::Field(field), ..] = pieces else { return false };
    if field.of != FieldType::Month {
        return false;
    }
    // 本人于X年X月
    let head: Vec<Segment> =
        template(&pieces[..2], false).into_iter().chain(Template::default().any("rest").segments()).collect();
    let posteriors: Vec<&Posterior> = first.iter().filter_map(|l| l.reading.posterior.as_ref()).collect();
    let read = read_template(&posteriors, &head);
    let filled = |part: &str| {
        let name = format!("{}.{part}", field.field.name);
        read.slots.iter().any(|s| s.name == name && !s.text.is_empty())
    };
    filled("year") && filled("month")
}

/// One sentence with the signature line that follows it.
struct Block {
    body: Vec<Line>,
    signature: Option<Line>,
}

/// Cuts a cell's lines into sentences: each begins with the first print and ends before the next, or with its signature
/// line.
fn blocks(lines: Vec<Line>, sentence: &Sentence) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut body: Vec<Line> = Vec::new();
    for line in lines {
        let text = normalise(&line.reading.text);
        if sentence.signature.as_ref().is_some_and(|s| is_line(&text, s)) {
            // a signature without a sentence above it does not begin a block
            if body.is_empty() {
                if let Some(last) = out.last_mut().filter(|b| b.signature.is_none()) {
                    last.signature = Some(line);
                }
            } else {
                out.push(Block { body: std::mem::take(&mut body), signature: Some(line) });
            }
            continue;
        }
        if sentence.repeats {
            let ended = body.last().is_some_and(|l| ends(&normalise(&l.reading.text), sentence));
            if ended && begins(&text, sentence) {
                out.push(Block { body: std::mem::take(&mut body), signature: None });
            }
        }
        body.push(line);
    }
    if !body.is_empty() {
        out.push(Block { body, signature: None });
    }
    // several sentences may share one signature (docs/domain.md, "Employers"): it belongs to the sentence above it
    out
}

/// Is this the reading of the printed line?
pub fn is_line(text: &str, line: &PrintedLine) -> bool {
    line.known_by.iter().any(|word| text.contains(&normalise(word)))
}

/// Does a line begin with the sentence's first print? Its first character may be lost at the cell's edge.
fn begins(text: &str, sentence: &Sentence) -> bool {
    let head: String = text.chars().take(HEAD).collect();
    let print = sentence.begins().map(bare).unwrap_or_default();
    let tail: String = print.chars().skip(1).collect();
    !print.is_empty() && (head.contains(&print) || (tail.chars().count() >= 2 && head.contains(&tail)))
}

/// Does a line bear the end of the sentence's last print?
fn ends(text: &str, sentence: &Sentence) -> bool {
    pieces_of(sentence.ends(), 4, 2).iter().any(|piece| bare(text).contains(piece))
}

/// Every run of `length` characters of the print's last `last`.
pub fn pieces_of(print: Option<&str>, last: usize, length: usize) -> Vec<String> {
    let print: Vec<char> = print.map(bare).unwrap_or_default().chars().collect();
    let end = &print[print.len().saturating_sub(last)..];
    end.windows(length.min(end.len()).max(1)).map(|w| w.iter().collect()).collect()
}

/// Print as it is compared: without white space and punctuation.
pub fn bare(print: &str) -> String {
    normalise(print).chars().filter(|c| !is_punctuation(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::{begins, ends, is_line};
    use crate::vocabulary::form::{Piece, PrintedLine, Sentence};
    use crate::vocabulary::text::normalise;

    #[test]
    fn a_sentence_is_known_by_its_print() {
        let print = |text: &str| Piece::Print(text.to_owned());
        let known_by = ["签名", "本人签"].map(str::to_owned).to_vec();
        let work = Sentence {
            section: None,
            pieces: vec![print("本人于"), Piece::Skipped, print("年。本人承诺以上信息真实有效。")],
            repeats: true,
            signature: Some(PrintedLine { pieces: vec![print("本人签名：")], known_by }),
        };
        for (line, [first, last, signed]) in [
            ("本人于2015年3月—2019年", [true, false, false]),
            ("人于2015年3月", [true, false, false]),
            ("7月在北京的公司，本人于", [false, false, false]),
            ("共4年。本人承诺以上信息真实有效。", [false, true, false]),
            ("息真实有", [false, true, false]),
            ("本人签名：王小明 2024年7月8日", [false, false, true]),
            ("本人签", [false, false, true]),
        ] {
            let text = normalise(line);
            let found = [begins(&text, &work), ends(&text, &work), is_line(&text, work.signature.as_ref().unwrap())];
            assert_eq!(found, [first, last, signed], "{line}");
        }
    }
}
