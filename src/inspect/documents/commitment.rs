//! The four commitments (个人工作经历承诺书, 学历承诺书, 培训经历承诺书, 工作承诺书): one printed text with fields each, signature and phone
//! below.
//! Which of the four a page is has been decided by its title; here its fields are read.

use crate::inspect::context::DocumentContext;
use crate::inspect::fields::appearance;
use crate::inspect::fields::template::Template;
use crate::inspect::fields::template_fields::TemplateFields;
use crate::inspect::form_page::{FormPage, Line};
use crate::inspect::page::cells::Cell;
use crate::ocr::OcrError;
use crate::ocr::ctc::grammar::Grammar;
use crate::ocr::ctc::template::Segment;
use crate::vocabulary::documents::Commitment;
use crate::vocabulary::fact::Fact;
use crate::vocabulary::further::DocumentFacts;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::text::normalise;

/// Least distance of two lines, pixels of the rectified page (commitments are set wide: ≈ 12 mm; other layouts 7 mm).
const PITCH: f32 = 52.0;

/// Reads the commitment that the page is classified as.
///
/// # Errors
/// The engine failed.
pub fn read(page: &FormPage, cx: &DocumentContext) -> Result<DocumentFacts, OcrError> {
    let mut out = facts(page, cx)?;
    appearance::of_commitment(&mut out, page, cx.settings);
    Ok(DocumentFacts::Commitment(Box::new(out)))
}

fn facts(page: &FormPage, cx: &DocumentContext) -> Result<Commitment, OcrError> {
    let (w, h) = (page.rectified.image.width() as f32, page.rectified.image.height() as f32);
    let whole = Cell { x0: w * 0.04, y0: h * 0.03, x1: w * 0.97, y1: h * 0.97 };
    let Lines { body, signature: signed, mobile: phoned } = Lines::read(page, &whole, cx)?;
    let mut out = Commitment::default();
    if let Some(line) = &signed {
        out.signature = signature(page, line, cx)?;
    }
    if let Some(line) = &phoned {
        out.mobile = mobile(page, line, cx)?;
    }
    // the title stands above the text; it is print without a field
    let fields = TemplateFields::read(page, &body, &template(page.material), cx);
    out.name = fields.expected("name", cx.expect.name.as_deref())?;
    out.number = fields.id_number("number")?;
    out.occupation = occupation(fields.listed("occupation", &printed_after(&cx.expect.occupations))?);
    out.level = fields.level("level")?;
    match page.material {
        MaterialKind::WorkCommitment => {
            (out.start, out.end) = fields.span("start", "end", cx.settings.written_years.work)?;
            out.years = fields.years("years")?;
        }
        MaterialKind::EducationCommitment => out.education = fields.free_alone("education")?,
        MaterialKind::TrainingCommitment => {
            (out.start, out.end) = fields.span("start", "end", cx.settings.written_years.work)?;
            out.institution = fields.free_alone("institution")?;
            out.hours = hours(fields.number("hours", Grammar::Integer(2000))?);
        }
        _ => {}
    }
    Ok(out)
}

/// A commitment's lines, by what they are for.
#[derive(Default)]
struct Lines {
    /// The title and the text, to where the signature or the phone begins.
    body: Vec<Line>,
    signature: Option<Line>,
    mobile: Option<Line>,
}

impl Lines {
    /// Reads the lines in the page's order. Between the text's last field and the signature stands print only: there
    /// the fast recogniser looks for the two lines that are wanted, and only if it misses one of them does the accurate
    /// one read everything.
    fn read(page: &FormPage, whole: &Cell, cx: &DocumentContext) -> Result<Self, OcrError> {
        let boxes = page.lines(whole, PITCH);
        let mut out = Self::default();
        let mut rest = boxes.iter();
        for at in rest.by_ref() {
            let line = page.read_line(cx.recognisers.accurate(), *at)?;
            let last = closes(&normalise(&line.reading.text));
            out.take(line);
            if last {
                break;
            }
        }
        let closing: Vec<&Cell> = rest.collect();
        for at in &closing {
            let seen = normalise(&page.read_line(cx.recognisers.fast(), **at)?.reading.text);
            if is_signature(&seen) || is_phone(&seen) {
                out.take(page.read_line(cx.recognisers.accurate(), **at)?);
            }
        }
        if out.signature.is_none() || out.mobile.is_none() {
            for at in closing {
                out.take(page.read_line(cx.recognisers.accurate(), *at)?);
            }
        }
        Ok(out)
    }

    fn take(&mut self, line: Line) {
        let text = normalise(&line.reading.text);
        if self.signature.is_none() && is_signature(&text) {
            self.signature = Some(line);
        } else if self.mobile.is_none() && is_phone(&text) {
            self.mobile = Some(line);
        } else if self.signature.is_none() && self.mobile.is_none() {
            self.body.push(line);
        }
    }
}

fn template(material: MaterialKind) -> Vec<Segment> {
    let title = match material {
        MaterialKind::WorkCommitment => "工作经历承诺书",
        MaterialKind::EducationCommitment => "学历承诺书",
        MaterialKind::TrainingCommitment => "培训经历承诺书",
        _ => "工作承诺书",
    };
    let applicant = Template::default().print(title).print("本人姓名").any("name").print("身份证号").any("number");
    let applies =
        applicant.print("现申请参加").any("occupation").print("职业工种").any("level").print("职业技能等级认定本人");
    let told = match material {
        MaterialKind::WorkCommitment => {
            let span = applies.print("自").month("start").print("月至").month("end");
            span.print("月累计从事本职业相关职业工作共").years("years").print("年本人承诺上述填报的信息真实准确")
        }
        MaterialKind::EducationCommitment => {
            applies.print("学历").any("education").print("本人承诺上述填报的信息真实准确")
        }
        MaterialKind::TrainingCommitment => {
            let trained = applies
                .print("自")
                .month("start")
                .print("月至")
                .month("end")
                .print("月在")
                .any("institution")
                .print("培训机构参加本职业正规培训累计");
            trained.numerals("hours", 1, 4).print("学时").any("rest").print("本人承诺上述填报的信息真实准确")
        }
        _ => applies.any("rest").print("本人承诺上述填报的信息真实准确"),
    };
    told.any("tail").segments()
}

/// A training that leads to a certificate takes a three-digit number of hours. Where two digits were read, the
/// recogniser may have lost one: a doubt.
fn hours(fact: Fact<u16>) -> Fact<u32> {
    let confidence = if fact.value.is_some_and(|h| h < 100) { fact.confidence.min(0.6) } else { fact.confidence };
    Fact { confidence, ..fact }.map(|h| Some(u32::from(h)))
}

/// What may stand before （职业/工种）: the form prints 师 after the field, so some writers leave it out, some write it, and
/// some occupations have none.
fn printed_after(occupations: &[String]) -> Vec<String> {
    let mut all: Vec<String> = occupations.to_vec();
    all.extend(occupations.iter().map(|o| format!("{o}师")));
    all
}

/// The occupation that was meant: 信息安全测试员师 is 信息安全测试员 with the form's own 师.
fn occupation(fact: Fact<String>) -> Fact<String> {
    let bare = |v: String| match v.strip_suffix('师') {
        Some(rest) if rest.ends_with(['师', '员']) || rest.ends_with("人员") => rest.to_owned(),
        // only the printed 师: nothing was written
        Some("") => String::new(),
        _ => v,
    };
    let empty = fact.text.as_deref() == Some("师");
    let fact = fact.map(|v| Some(bare(v)).filter(|v| !v.is_empty()));
    if empty {
        Fact { place: fact.place, ..Fact::blank(0.95) }
    } else {
        Fact { text: fact.value.clone().or(fact.text), ..fact }
    }
}

/// 本人承诺上述填报的信息真实准确 follows the last field of every commitment.
fn closes(text: &str) -> bool {
    ["填报的信息", "信息真实", "真实准确", "真实、准确"].iter().any(|w| text.contains(w))
}

fn is_signature(text: &str) -> bool {
    text.contains("承诺人") || text.contains("签名")
}

fn is_phone(text: &str) -> bool {
    text.contains("联系电话") || text.contains("手机") || text.contains("系电话")
}

fn signature(page: &FormPage, line: &Line, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    let template = Template::default().print("承诺人签名手写").any("signature").segments();
    TemplateFields::read(page, std::slice::from_ref(line), &template, cx).signature("signature", None)
}

fn mobile(page: &FormPage, line: &Line, cx: &DocumentContext) -> Result<Fact<String>, OcrError> {
    let template = Template::default().print("联系电话手机").any("mobile").segments();
    TemplateFields::read(page, std::slice::from_ref(line), &template, cx).mobile("mobile")
}
