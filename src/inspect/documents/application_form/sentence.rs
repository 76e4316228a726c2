//! The application form's printed sentences with fields: employment, schooling, verification code, signature lines.
//! Each is one template over all its lines; what a field holds becomes a fact with its own place and confidence.

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::template::Template;
use crate::inspect::fields::template_fields::TemplateFields;
use crate::inspect::form_page::{FormPage, Line, Writing};
use crate::inspect::page::cells::Cell;
use crate::ocr::ctc::template::{Segment, read_template};
use crate::ocr::{OcrError, Posterior};
use crate::vocabulary::documents::{SchoolSentence, WorkSentence};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::text::normalise;

/// Least distance of two printed lines of the sentences, pixels of the rectified page (they stand ≈ 7–9 mm apart).
const SENTENCE_PITCH: f32 = 50.0;
/// The employments of a 工作经历 cell: one block a sentence, each with the signature line below it.
///
/// # Errors
/// The engine failed.
pub fn work(page: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<Vec<WorkSentence>, OcrError> {
    employments(page, &section(page, cell, &work_template(), cx)?, cx)
}

fn employments(page: &FormPage, blocks: &[Block], cx: &DocumentContext) -> Result<Vec<WorkSentence>, OcrError> {
    let mut out = Vec::new();
    for block in blocks {
        let template = work_template();
        let fields = TemplateFields::read(page, &block.body, &template, cx);
        let mut sentence = WorkSentence::default();
        let work = cx.settings.written_years.work;
        (sentence.start, sentence.end) = fields.span("start", "end", work)?;
        (sentence.occupation_start, sentence.occupation_end) =
            fields.span("occupation_start", "occupation_end", work)?;
        sentence.employer = fields.employer("employer")?;
        sentence.occupation = fields.listed("occupation", &cx.expect.occupations)?;
        sentence.years = fields.years("years")?;
        if let Some(line) = &block.signature {
            (sentence.signature, sentence.signed_on) = signature(page, line, cx)?;
        }
        out.push(sentence);
    }
    Ok(out)
}

/// 技工院校、职业院校学历.
///
/// # Errors
/// The engine failed.
pub fn school(page: &FormPage, cell: &Cell, cx: &DocumentContext) -> Result<SchoolSentence, OcrError> {
    let mut out = SchoolSentence::default();
    let template = school_template();
    let blocks = section(page, cell, &template, cx)?;
    let Some(block) = blocks.first() else { return Ok(out) };
    let fields = TemplateFields::read(page, &block.body, &template, cx);
    (out.start, out.end) = fields.span("start", "end", cx.settings.written_years.schooling)?;
    out.school = fields.free_alone("school")?;
    out.major = fields.listed("major", &cx.expect.majors)?;
    if let Some(line) = &block.signature {
        (out.signature, out.signed_on) = signature(page, line, cx)?;
    }
    Ok(out)
}

/// The code after the printed 专科及以上学历需提供学信网验证码.
///
/// # Errors
/// The recogniser failed.
pub fn chsi_code(page: &FormPage, writing: &Writing, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    let fields = TemplateFields::read(page, &writing.lines, &code_template(), cx);
    fields.code("code", cx.expect.chsi_code.as_deref())
}

/// Is the print there and the field for the code empty?
pub fn has_no_code(page: &FormPage, writing: &Writing, cx: &DocumentContext) -> bool {
    TemplateFields::read(page, &writing.lines, &code_template(), cx).is_untouched()
}

fn code_template() -> Vec<Segment> {
    Template::default().print("专科及以上学历需提供学信网验证码").any("code").segments()
}

/// 本人签名：X  X年X月X日.
///
/// # Errors
/// The engine failed.
pub fn signature(
    page: &FormPage,
    line: &Line,
    cx: &DocumentContext,
) -> Result<(Fact<String>, Fact<crate::vocabulary::calendar::WrittenDate>), OcrError> {
    let fields =
        TemplateFields::read(page, std::slice::from_ref(line), &signature_template(), cx).parted("signature", "year");
    Ok((fields.signature("signature", Some("year"))?, fields.signed_on("year", "month", "day")?))
}

/// A section's sentences. The fast recogniser reads first: it reads print well, and if it finds nothing between the
/// print, and there is no ink in the fields, the section is empty. Most forms have one such section, which so costs no
/// accurate reading.
/// If the first line begins with a date the section is filled, and the fast recogniser need not read the other lines.
fn section(page: &FormPage, cell: &Cell, template: &[Segment], cx: &DocumentContext) -> Result<Vec<Block>, OcrError> {
    let boxes = page.lines(cell, SENTENCE_PITCH);
    let mut quick = Vec::with_capacity(boxes.len());
    for at in &boxes {
        quick.push(page.read_line(cx.recognisers.fast(), *at)?);
        if quick.len() == 1 && begins_with_date(&quick, template) {
            break;
        }
    }
    if quick.len() == boxes.len() {
        let quick = blocks(quick);
        let untouched =
            |lines: &[Line], template: &[Segment]| TemplateFields::read(page, lines, template, cx).is_untouched();
        let empty = |b: &Block| {
            untouched(&b.body, template)
                && b.signature.as_ref().is_none_or(|line| untouched(std::slice::from_ref(line), &signature_template()))
        };
        if quick.iter().all(empty) {
            return Ok(quick);
        }
    }
    let careful =
        boxes.into_iter().map(|at| page.read_line(cx.recognisers.accurate(), at)).collect::<Result<Vec<_>, _>>()?;
    Ok(blocks(careful))
}

/// Does the sentence's first line show a year and a month in the template's first fields?
fn begins_with_date(first: &[Line], template: &[Segment]) -> bool {
    // 本人于X年X月
    let head: Vec<Segment> =
        template.iter().take(5).cloned().chain(Template::default().any("rest").segments()).collect();
    let read = read_template(&posteriors(first), &head);
    let filled = |name: &str| read.slots.iter().any(|s| s.name == name && !s.text.is_empty());
    filled("start.year") && filled("start.month")
}

fn posteriors(lines: &[Line]) -> Vec<&Posterior> {
    lines.iter().filter_map(|l| l.reading.posterior.as_ref()).collect()
}

fn signature_template() -> Vec<Segment> {
    Template::default()
        .print("本人签名")
        .any("signature")
        .numerals("year", 4, 4)
        .print("年")
        .numerals("month", 1, 2)
        .print("月")
        .numerals("day", 1, 2)
        .print("日")
        .segments()
}

fn work_template() -> Vec<Segment> {
    let employed = Template::default()
        .print("本人于")
        .month("start")
        .print("月")
        .month_or_now("end")
        .print("月在")
        .any("employer")
        .print("工作单位");
    let occupied =
        employed.month("occupation_start").print("月").month_or_now("occupation_end").print("月从事").any("occupation");
    occupied.print("职业工种共").years("years").print("年本人承诺以上信息真实有效").segments()
}

fn school_template() -> Vec<Segment> {
    let attended =
        Template::default().print("本人于").month("start").print("月").month_or_now("end").print("月在").any("school");
    attended.print("院校名称就读所学专业为").any("major").print("本人承诺以上信息真实有效").segments()
}

/// One sentence with the signature line that follows it.
struct Block {
    body: Vec<Line>,
    signature: Option<Line>,
}

/// Cuts a cell's lines into sentences: each begins with 本人于 and ends before the next, or with its signature line.
fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut body: Vec<Line> = Vec::new();
    for line in lines {
        let text = normalise(&line.reading.text);
        if is_signature(&text) {
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
        let ended = body.last().is_some_and(|l| ends_sentence(&normalise(&l.reading.text)));
        if ended && begins_sentence(&text) {
            out.push(Block { body: std::mem::take(&mut body), signature: None });
        }
        body.push(line);
    }
    if !body.is_empty() {
        out.push(Block { body, signature: None });
    }
    // several sentences may share one signature (docs/domain.md, "Employers"): it belongs to the sentence above it
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
