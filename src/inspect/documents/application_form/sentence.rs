//! The printed sentences with blanks: employment, schooling, signature lines, the commitments' text.
//! Each is one template over all its lines; what a slot holds becomes a fact with its own place and doubt.

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::template_fields::{TemplateFields, written_months};
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::ocr::ctc::template::{Charset, Segment, read_template};
use crate::vocabulary::documents::{SchoolSentence, WorkSentence};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::text::normalise;

/// Least distance of two printed lines of the sentences, pixels of the rectified page (they stand ≈ 7–9 mm apart).
const SENTENCE_PITCH: f32 = 50.0;
/// Digits as forms are filled with them, Arabic first.
pub const NUMERALS: &str = "0123456789〇零二三四五六七八九十";
/// A year or 至今.
const YEAR_OR_NOW: &str = "0123456789〇零二三四五六七八九十至今";
/// 共X年.
pub const YEARS: &str = "0123456789.零一二两三四五六七八九十半";

/// The employments of a 工作经历 cell: one block a sentence, each with the signature line below it.
///
/// # Errors
/// The engine failed.
pub fn work(paper: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<Vec<WorkSentence>, OcrError> {
    employments(paper, &section(paper, cell, &work_template(), cx)?, cx)
}

fn employments(paper: &FormPage, blocks: &[Block], cx: &DocumentContext) -> Result<Vec<WorkSentence>, OcrError> {
    let mut out = Vec::new();
    for block in blocks {
        let template = work_template();
        let slots = TemplateFields::new(paper, &block.body, read_template(&block.body_posteriors(), &template), cx);
        let mut sentence = WorkSentence::default();
        (sentence.start, sentence.end) = written_months(&slots, "start", "end")?;
        (sentence.occupation_start, sentence.occupation_end) = written_months(&slots, "occupation_start", "occupation_end")?;
        sentence.employer = slots.employer("employer")?;
        sentence.occupation = slots.listed("occupation", &cx.expect.occupations)?;
        sentence.years = slots.years("years")?;
        if let Some(line) = &block.signature {
            (sentence.signature, sentence.signed_on) = signature(paper, line, cx)?;
        }
        out.push(sentence);
    }
    Ok(out)
}

/// 技工院校、职业院校学历.
///
/// # Errors
/// The engine failed.
pub fn school(paper: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<SchoolSentence, OcrError> {
    let mut out = SchoolSentence::default();
    let template = school_template();
    let blocks = section(paper, cell, &template, cx)?;
    let Some(block) = blocks.first() else { return Ok(out) };
    let slots = TemplateFields::new(paper, &block.body, read_template(&block.body_posteriors(), &template), cx);
    (out.start, out.end) = written_months(&slots, "start", "end")?;
    out.school = slots.free_alone("school")?;
    out.major = slots.listed("major", &cx.expect.majors)?;
    if let Some(line) = &block.signature {
        (out.signature, out.signed_on) = signature(paper, line, cx)?;
    }
    Ok(out)
}

/// The code after the printed 专科及以上学历需提供学信网验证码.
pub fn chsi_code(paper: &FormPage, writing: &Writing, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    let slots = TemplateFields::new(paper, &writing.lines, read_template(&writing.posteriors(), &code_template()), cx);
    slots.code("code", cx.expect.chsi_code.as_deref())
}

/// Is the print there and the blank for the code untouched?
pub fn has_no_code(paper: &FormPage, writing: &Writing, cx: &DocumentContext) -> bool {
    TemplateFields::new(paper, &writing.lines, read_template(&writing.posteriors(), &code_template()), cx).is_untouched()
}

fn code_template() -> [Segment; 2] {
    [Segment::text("专科及以上学历需提供学信网验证码"), any("code")]
}

/// 本人签名：X  X年X月X日.
///
/// # Errors
/// The engine failed.
pub fn signature(paper: &FormPage, line: &Line, cx: &DocumentContext) -> Result<(Fact<String>, Fact<crate::vocabulary::calendar::WrittenDate>), OcrError> {
    let lines = std::slice::from_ref(line);
    let posts: Vec<_> = line.reading.posterior.iter().collect();
    let slots = TemplateFields::new(paper, lines, read_template(&posts, &signature_template()), cx);
    Ok((slots.signature("signature")?, slots.date("year", "month", "day")?))
}

/// A section's sentences. The quick reader looks first: it reads print well, and a section in which it finds nothing between
/// the print and no ink over the blanks is empty. Most forms have one such section, which then costs no careful reading.
/// A first line that begins with a date is filled, and the others need no quick look.
fn section(paper: &FormPage, cell: &Cell, template: &[Segment], cx: &DocumentContext) -> Result<Vec<Block>, OcrError> {
    let boxes = paper.lines(cell, SENTENCE_PITCH);
    let mut quick = Vec::with_capacity(boxes.len());
    for at in &boxes {
        quick.push(paper.read_line(cx.recognisers.fast(), *at)?);
        if quick.len() == 1 && begins_with_date(&quick, template) {
            break;
        }
    }
    if quick.len() == boxes.len() {
        let quick = blocks(quick);
        let untouched = |lines: &[Line], template: &[Segment]| TemplateFields::new(paper, lines, read_template(&posteriors(lines), template), cx).is_untouched();
        let empty = |b: &Block| untouched(&b.body, template) && b.signature.as_ref().is_none_or(|line| untouched(std::slice::from_ref(line), &signature_template()));
        if quick.iter().all(empty) {
            return Ok(quick);
        }
    }
    let careful = boxes.into_iter().map(|at| paper.read_line(cx.recognisers.accurate(), at)).collect::<Result<Vec<_>, _>>()?;
    Ok(blocks(careful))
}

/// Does the sentence's first line show a year and a month in the template's first blanks?
fn begins_with_date(first: &[Line], template: &[Segment]) -> bool {
    // 本人于X年X月
    let head: Vec<Segment> = template.iter().take(5).cloned().chain([any("rest")]).collect();
    let read = read_template(&posteriors(first), &head);
    let filled = |name: &str| read.slots.iter().any(|s| s.name == name && !s.text.is_empty());
    filled("start.year") && filled("start.month")
}

fn posteriors(lines: &[Line]) -> Vec<&crate::ocr::Posterior> {
    lines.iter().filter_map(|l| l.reading.posterior.as_ref()).collect()
}

fn signature_template() -> Vec<Segment> {
    vec![
        Segment::text("本人签名"),
        any("signature"),
        of("year", NUMERALS, 4, 4),
        Segment::text("年"),
        of("month", NUMERALS, 1, 2),
        Segment::text("月"),
        of("day", NUMERALS, 1, 2),
        Segment::text("日"),
    ]
}

fn work_template() -> Vec<Segment> {
    vec![
        Segment::text("本人于"),
        of("start.year", NUMERALS, 4, 4),
        Segment::text("年"),
        of("start.month", NUMERALS, 1, 2),
        Segment::text("月"),
        of("end.year", YEAR_OR_NOW, 4, 4),
        Segment::text("年"),
        of("end.month", NUMERALS, 1, 2),
        Segment::text("月在"),
        any("employer"),
        Segment::text("工作单位"),
        of("occupation_start.year", NUMERALS, 4, 4),
        Segment::text("年"),
        of("occupation_start.month", NUMERALS, 1, 2),
        Segment::text("月"),
        of("occupation_end.year", YEAR_OR_NOW, 4, 4),
        Segment::text("年"),
        of("occupation_end.month", NUMERALS, 1, 2),
        Segment::text("月从事"),
        any("occupation"),
        Segment::text("职业工种共"),
        of("years", YEARS, 1, 4),
        Segment::text("年本人承诺以上信息真实有效"),
    ]
}

fn school_template() -> Vec<Segment> {
    vec![
        Segment::text("本人于"),
        of("start.year", NUMERALS, 4, 4),
        Segment::text("年"),
        of("start.month", NUMERALS, 1, 2),
        Segment::text("月"),
        of("end.year", YEAR_OR_NOW, 4, 4),
        Segment::text("年"),
        of("end.month", NUMERALS, 1, 2),
        Segment::text("月在"),
        any("school"),
        Segment::text("院校名称就读所学专业为"),
        any("major"),
        Segment::text("本人承诺以上信息真实有效"),
    ]
}

/// A blank for any text.
pub fn any(name: &str) -> Segment {
    Segment::slot(name, Charset::Any, 0, 40)
}

/// A blank for some characters only; a filled one holds `min` to `max` of them.
pub fn of(name: &str, characters: &str, min: usize, max: usize) -> Segment {
    Segment::slot(name, Charset::Of(characters.into()), min, max)
}

/// One sentence with the signature line that follows it.
pub struct Block {
    pub body: Vec<Line>,
    pub signature: Option<Line>,
}

impl Block {
    pub fn body_posteriors(&self) -> Vec<&crate::ocr::Posterior> {
        posteriors(&self.body)
    }
}

/// Cuts a cell's lines into sentences: each begins with 本人于 and ends before the next, or with its signature line.
fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut body: Vec<Line> = Vec::new();
    for line in lines {
        let text = normalise(&line.reading.text);
        if is_signature(&text) {
            // a signature without a sentence above it belongs to no block of its own
            if body.is_empty() {
                if let Some(last) = out.last_mut().filter(|b| b.signature.is_none()) {
                    last.signature = Some(line);
                }
            } else {
                out.push(Block { body: std::mem::take(&mut body), signature: Some(line) });
            }
            continue;
        }
        let ended = body.last().is_some_and(|l| ends_sentence(&normalise(&l.reading.text)));
        if ended && begins_sentence(&text) {
            out.push(Block { body: std::mem::take(&mut body), signature: None });
        }
        body.push(line);
    }
    if !body.is_empty() {
        out.push(Block { body, signature: None });
    }
    // DOMAIN §6.8: several sentences may share one signature; it stays with the sentence above it
    out
}

fn is_signature(text: &str) -> bool {
    text.contains("签名") || text.contains("本人签") || text.contains("人签名")
}

fn begins_sentence(text: &str) -> bool {
    let head: String = text.chars().take(8).collect();
    head.contains("本人于") || head.contains("人于")
}

fn ends_sentence(text: &str) -> bool {
    text.contains("有效") || text.contains("真实")
}
