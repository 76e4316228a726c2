//! From the text of a notice to a Word document of one A4 page: head, whose application, reasons, what to hand in, the
//! places cut out, office and day. What has no room on it follows on a page of its own, 附表.
//! The few parts of the document are written here; lines have a fixed height and rooms are counted before, so that no
//! font can push the signature to a second page.

use super::cell::visible;
use super::notice::Notice;
use image::ImageReader;
use quick_xml::escape::escape;
use std::io::{self, Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Points of the page's text, with the margins of the section below: 16838 − 1304 − 1134 and 11906 − 2 × 1588 twips.
const HEIGHT: usize = 720;
const TWIPS: usize = 20;
/// Room that is left empty.
const SAFE: usize = 14;
/// Height of a line of text and of one in the table, in points.
const LINE: usize = 20;
const SMALL_LINE: usize = 17;
/// Height of the title, and of the table's rows beside their lines.
const TITLE: usize = 46;
const ROW: usize = 5;
/// Chinese characters of 12 points in a line: 36 fit, and a mark that may not begin a line takes one or two along.
const ACROSS: usize = 33;
/// The same in a field of the table, and in one that goes across it.
const CELL: usize = 12;
const WIDE_CELL: usize = 27;
/// Most lines of one value of the table.
const CELL_LINES: usize = 2;
/// Most pictures, and most that are shown large.
const PICTURES: usize = 6;
const LARGE_PICTURES: usize = 2;
/// Most lines of what is to be handed in, before it goes to the annex.
const HAND_IN: usize = 8;
/// Pixels that a crop may have on a side; ours have 960.
const MOST_PIXELS: u32 = 10_000;
/// English Metric Units of a point.
const EMU: usize = 12_700;

/// How pictures stand on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gallery {
    /// Pictures in a row.
    across: usize,
    /// A picture's room, in points.
    room: (usize, usize),
    /// Height of a row, with the caption.
    row: usize,
}

const SMALL: Gallery = Gallery { across: 2, room: (206, 62), row: 82 };
const LARGE: Gallery = Gallery { across: 1, room: (420, 110), row: 130 };

/// A crop with its caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Vec<u8>,
    pub caption: String,
}

/// Who sends the notice, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// Empty: the line stays empty, to be stamped.
    pub office: String,
    /// 2026年11月30日
    pub day: String,
}

/// The document's bytes: the same for the same notice.
///
/// # Errors
/// Only if the archive cannot be put together.
pub fn docx(notice: &Notice, pictures: &[Picture], signed: &Signature) -> io::Result<Vec<u8>> {
    let pictures: Vec<(&Picture, (usize, usize))> =
        pictures.iter().filter_map(|p| Some((p, size(&p.jpeg)?))).take(PICTURES).collect();
    let plan = Plan::of(notice, pictures.len(), signed);
    let pictures = &pictures[..pictures.len().min(plan.gallery.across * plan.picture_rows)];

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No clock: the archive's first day.
    let packed = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let stored = packed.compression_method(CompressionMethod::Stored);
    let mut part = |name: &str, options: SimpleFileOptions, bytes: &[u8]| -> io::Result<()> {
        zip.start_file(name, options).map_err(io::Error::other)?;
        zip.write_all(bytes)
    };
    part("[Content_Types].xml", packed, CONTENT_TYPES.as_bytes())?;
    part("_rels/.rels", packed, RELATIONS.as_bytes())?;
    part("word/document.xml", packed, document(notice, &plan, pictures, signed).as_bytes())?;
    part("word/styles.xml", packed, STYLES.as_bytes())?;
    part("word/_rels/document.xml.rels", packed, picture_relations(pictures.len()).as_bytes())?;
    for (i, (picture, _)) in pictures.iter().enumerate() {
        part(&format!("word/media/{}.jpeg", i + 1), stored, &picture.jpeg)?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

/// Width and height of a crop; `None`: it is no JPEG picture.
fn size(jpeg: &[u8]) -> Option<(usize, usize)> {
    let reader = ImageReader::with_format(Cursor::new(jpeg), image::ImageFormat::Jpeg);
    let (width, height) = reader.into_dimensions().ok()?;
    let fits = |n: u32| (1..=MOST_PIXELS).contains(&n);
    (fits(width) && fits(height)).then_some((width as usize, height as usize))
}

/// What stands on the page, and what in the annex.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    reasons: Vec<String>,
    hand_in: Vec<String>,
    gallery: Gallery,
    picture_rows: usize,
    annex: bool,
}

impl Plan {
    fn of(notice: &Notice, pictures: usize, signed: &Signature) -> Self {
        let table: usize = rows(notice).iter().map(row_height).sum();
        let draft = if notice.draft.is_some() { LINE } else { 0 };
        let ends = LINE * (lines(&shown(&notice.to), ACROSS).min(2) + lines(notice.lead, ACROSS) + 1 + 3)
            + LINE * lines(&shown(&signed.office), ACROSS).clamp(1, 2);
        let free = HEIGHT.saturating_sub(SAFE + TITLE + table + LINE / 2 + draft + ends);
        // One row of pictures is worth more than a long list, which the annex has.
        let reserved = if pictures > 0 { SMALL.row } else { 0 };
        let room = free.saturating_sub(reserved) / LINE;
        let (hand_in, below) = fitted(&notice.hand_in, HAND_IN.min(room / 2));
        let head = usize::from(!hand_in.is_empty());
        let (reasons, over) = fitted(&notice.reasons, room.saturating_sub(head + lines_of(&hand_in)));
        let used = (head + lines_of(&hand_in) + lines_of(&reasons)) * LINE;
        let left = free.saturating_sub(used);
        let large = pictures <= LARGE_PICTURES && pictures * LARGE.row <= left;
        let gallery = if large { LARGE } else { SMALL };
        let picture_rows = (left / gallery.row).min(pictures.div_ceil(gallery.across));
        Self { reasons, hand_in, gallery, picture_rows, annex: below || over }
    }
}

/// The list with numbers, as far as it has room in so many lines; and whether some of it went to the annex.
fn fitted(list: &[String], room: usize) -> (Vec<String>, bool) {
    let all: Vec<String> = list.iter().enumerate().map(|(i, text)| item(i, text, list.len())).collect();
    if lines_of(&all) <= room {
        return (all, false);
    }
    // One line tells of the annex.
    let room = room.saturating_sub(1);
    let mut kept: Vec<String> = Vec::new();
    for text in &all {
        if lines_of(&kept) + lines(text, ACROSS) > room {
            break;
        }
        kept.push(text.clone());
    }
    if let (true, Some(first)) = (kept.is_empty() && room > 0, all.first()) {
        kept.push(cut(first, ACROSS, room));
    }
    let rest = all.len() - kept.len();
    kept.push(if rest > 0 { format!("其余 {rest} 项见附表。") } else { "全文见附表。".to_owned() });
    (kept, true)
}

fn item(i: usize, text: &str, of: usize) -> String {
    let ended = text.trim_end_matches(['”', '）']);
    let stop = if ended.ends_with(['。', '！', '？', '…']) { "" } else { "。" };
    if of == 1 { format!("{}{stop}", shown(text)) } else { format!("{}．{}{stop}", i + 1, shown(text)) }
}

fn lines_of(list: &[String]) -> usize {
    list.iter().map(|text| lines(text, ACROSS)).sum()
}

/// Lines that a text takes, `across` full-width characters a line; Latin may break anywhere (`wordWrap` off).
fn lines(text: &str, across: usize) -> usize {
    text.chars().map(width).sum::<usize>().div_ceil(2 * across).max(1)
}

/// Half-widths that a character takes at most: capitals and `@` are wider than half.
fn width(c: char) -> usize {
    if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ' ' | '.' | ',' | '-') { 1 } else { 2 }
}

/// As much of a text as has room, and a mark that it was cut.
fn cut(text: &str, across: usize, most: usize) -> String {
    if lines(text, across) <= most {
        return text.to_owned();
    }
    let mut room = (2 * across * most).saturating_sub(2);
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = width(*c) <= room;
            room = room.saturating_sub(width(*c));
            fits
        })
        .collect();
    kept + "…"
}

/// A text with nothing in it that acts, and nothing that XML forbids.
fn shown(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Rows of the table: one value across it, or two.
type Row = Vec<(&'static str, String)>;

fn rows(notice: &Notice) -> Vec<Row> {
    let cells: Vec<(&'static str, String)> = notice.whose.iter().map(|(head, value)| (*head, shown(value))).collect();
    let row = |pair: &[(&'static str, String)]| {
        let across = if pair.len() > 1 { CELL } else { WIDE_CELL };
        pair.iter().map(|(head, value)| (*head, cut(value, across, CELL_LINES))).collect()
    };
    cells.chunks(2).map(row).collect()
}

fn row_height(row: &Row) -> usize {
    let across = if row.len() > 1 { CELL } else { WIDE_CELL };
    ROW + SMALL_LINE * row.iter().map(|(_, value)| lines(value, across)).max().unwrap_or(1)
}

fn document(notice: &Notice, plan: &Plan, pictures: &[(&Picture, (usize, usize))], signed: &Signature) -> String {
    let mut body = String::new();
    if let Some(draft) = notice.draft {
        body.push_str(&paragraph("Draft", draft));
    }
    body.push_str(&paragraph("NoticeTitle", notice.title));
    body.push_str(&table(notice));
    body.push_str(&paragraph("Gap", ""));
    body.push_str(&paragraph("Line", &cut(&shown(&notice.to), ACROSS, 2)));
    body.push_str(&paragraph("Lead", notice.lead));
    plan.reasons.iter().for_each(|text| body.push_str(&paragraph("Line", text)));
    if !plan.hand_in.is_empty() {
        body.push_str(&paragraph("Head", notice.hand_in_head));
        plan.hand_in.iter().for_each(|text| body.push_str(&paragraph("Line", text)));
    }
    body.push_str(&gallery(plan.gallery, pictures));
    body.push_str(&paragraph("Lead", notice.closing));
    // Room for a seal.
    body.push_str(&paragraph("Right", ""));
    body.push_str(&paragraph("Right", &cut(&shown(&signed.office), ACROSS, 2)));
    body.push_str(&paragraph("Right", &signed.day));
    if plan.annex {
        body.push_str(&annex(notice));
    }
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {NAMESPACES}><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1588" w:bottom="1134" w:left="1588" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>"#
    )
}

/// All of it, on pages of its own.
fn annex(notice: &Notice) -> String {
    let mut pages = paragraph("AnnexTitle", "附表");
    let whose: Vec<&str> = notice.whose.iter().take(2).map(|(_, value)| value.as_str()).collect();
    pages.push_str(&paragraph("Line", &shown(&whose.join("　"))));
    for (head, list) in [("存在的问题：", &notice.reasons), (notice.hand_in_head, &notice.hand_in)] {
        if !list.is_empty() {
            pages.push_str(&paragraph("Head", head));
            list.iter()
                .enumerate()
                .for_each(|(i, text)| pages.push_str(&paragraph("Line", &item(i, text, list.len()))));
        }
    }
    pages
}

/// The text must be [`shown`] already, or ours.
fn paragraph(style: &str, text: &str) -> String {
    let run = if text.is_empty() {
        String::new()
    } else {
        format!(r#"<w:r><w:t xml:space="preserve">{}</w:t></w:r>"#, escape(text))
    };
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>"#)
}

/// Twips of the table's columns: heads and values.
const COLUMNS: [usize; 4] = [1200, 3165, 1200, 3165];

fn table(notice: &Notice) -> String {
    let mut body = String::new();
    for row in rows(notice) {
        let wide = row.len() == 1;
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(i, (head, value))| {
                let value_width = if wide { COLUMNS[1..].iter().sum() } else { COLUMNS[2 * i + 1] };
                let span = if wide { r#"<w:gridSpan w:val="3"/>"# } else { "" };
                cell(COLUMNS[2 * i], "", &paragraph("CellHead", head))
                    + &cell(value_width, span, &paragraph("Cell", value))
            })
            .collect();
        body.push_str(&format!(
            r#"<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{}" w:hRule="exact"/></w:trPr>{cells}</w:tr>"#,
            row_height(&row) * TWIPS
        ));
    }
    let border = |side: &str| format!(r#"<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>"#);
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(border).concat();
    grid(&COLUMNS, &format!("<w:tblBorders>{borders}</w:tblBorders>"), &body)
}

fn grid(columns: &[usize], borders: &str, rows: &str) -> String {
    let all: usize = columns.iter().sum();
    let columns: String = columns.iter().map(|w| format!(r#"<w:gridCol w:w="{w}"/>"#)).collect();
    format!(
        r#"<w:tbl><w:tblPr><w:tblW w:w="{all}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"#
    )
}

fn cell(width: usize, span: &str, content: &str) -> String {
    format!(
        r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>"#
    )
}

/// Pictures in rows, each over its caption.
fn gallery(Gallery { across, room, row: height }: Gallery, pictures: &[(&Picture, (usize, usize))]) -> String {
    if pictures.is_empty() {
        return String::new();
    }
    let width = COLUMNS.iter().sum::<usize>() / across;
    let rows: String = pictures
        .chunks(across)
        .enumerate()
        .map(|(row, pair)| {
            let mut cells: String = pair
                .iter()
                .enumerate()
                .map(|(i, (picture, size))| {
                    let number = across * row + i + 1;
                    let caption = cut(&shown(&picture.caption), CELL, 1);
                    cell(
                        width,
                        "",
                        &(drawing(number, *size, room) + &paragraph("Caption", &format!("图 {number}　{caption}"))),
                    )
                })
                .collect();
            if pair.len() < across {
                cells.push_str(&cell(width, "", &paragraph("Caption", "")));
            }
            format!(
                r#"<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{}" w:hRule="exact"/></w:trPr>{cells}</w:tr>"#,
                height * TWIPS
            )
        })
        .collect();
    grid(&vec![width; across], "", &rows)
}

/// A picture in its room, as large as it fits.
fn drawing(number: usize, (width, height): (usize, usize), room: (usize, usize)) -> String {
    let (most_x, most_y) = (room.0 * EMU, room.1 * EMU);
    let (x, y) = if width * most_y > height * most_x {
        (most_x, (height * most_x / width).max(1))
    } else {
        ((width * most_y / height).max(1), most_y)
    };
    format!(
        r#"<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{x}" cy="{y}"/><wp:docPr id="{number}" name="图 {number}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{number}.jpeg"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"#,
        number + 1
    )
}

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture""#;
const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// The styles come first, then the pictures.
fn picture_relations(pictures: usize) -> String {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let pictures: String = (1..=pictures)
        .map(|n| format!(r#"<Relationship Id="rId{}" Type="{kind}/image" Target="media/{n}.jpeg"/>"#, n + 1))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/styles" Target="styles.xml"/>{pictures}</Relationships>"#
    )
}

/// Every line is exactly as high as it was counted: `exact`. 400 twips are 20 points.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋" w:cs="Times New Roman"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl w:val="0"/><w:wordWrap w:val="0"/><w:spacing w:before="0" w:after="0" w:line="400" w:lineRule="exact"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Line"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Draft"><w:name w:val="Draft"/><w:basedOn w:val="Line"/><w:pPr><w:jc w:val="right"/></w:pPr><w:rPr><w:color w:val="7F7F7F"/><w:sz w:val="20"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="NoticeTitle"><w:name w:val="NoticeTitle"/><w:basedOn w:val="Line"/><w:pPr><w:spacing w:before="0" w:after="200" w:line="720" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="宋体"/><w:b/><w:sz w:val="40"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="AnnexTitle"><w:name w:val="AnnexTitle"/><w:basedOn w:val="NoticeTitle"/><w:pPr><w:pageBreakBefore/></w:pPr><w:rPr><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Gap"><w:name w:val="Gap"/><w:basedOn w:val="Line"/><w:pPr><w:spacing w:line="200" w:lineRule="exact"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Lead"><w:name w:val="Lead"/><w:basedOn w:val="Line"/><w:pPr><w:ind w:firstLine="480"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Head"><w:name w:val="Head"/><w:basedOn w:val="Line"/><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Right"><w:name w:val="Right"/><w:basedOn w:val="Line"/><w:pPr><w:jc w:val="right"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Line"/><w:pPr><w:spacing w:line="340" w:lineRule="exact"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="CellHead"><w:name w:val="CellHead"/><w:basedOn w:val="Cell"/><w:pPr><w:jc w:val="center"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Picture"><w:name w:val="Picture"/><w:basedOn w:val="Line"/><w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Caption"><w:name w:val="Caption"/><w:basedOn w:val="Line"/><w:pPr><w:spacing w:line="280" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr></w:style>
</w:styles>"#;

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{Rgb, RgbImage};

    fn notice(reasons: usize, hand_in: usize, length: usize) -> Notice {
        Notice {
            title: "职业技能等级认定申报退回通知",
            draft: Some("预审拟稿，经审核人员确认后发出"),
            whose: [("姓名", 40), ("报名编号", 50), ("职业", 60), ("级别", 8), ("申报条件", 4)]
                .map(|(head, n)| (head, "长".repeat(n)))
                .to_vec(),
            to: format!("{}：", "长".repeat(90)),
            lead: "您提交的职业技能等级认定申报材料经审核存在以下问题，现予退回：",
            reasons: vec!["错".repeat(length); reasons],
            hand_in_head: "请更正后重新提交以下材料：",
            hand_in: vec!["交Ｗ".repeat(length / 2); hand_in],
            closing: "特此通知。",
            places: Vec::new(),
        }
    }

    fn pictures(n: usize) -> Vec<Picture> {
        let mut jpeg = Vec::new();
        JpegEncoder::new(&mut jpeg).encode_image(&RgbImage::from_pixel(960, 20, Rgb([200; 3]))).unwrap();
        vec![Picture { jpeg, caption: "申报表".repeat(20) }; n]
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
        text
    }

    /// Height in twips of what stands before the annex: paragraphs by the heights of their styles, tables by the exact
    /// heights of their rows. 36 characters of 12 points are a line of the page.
    fn height(document: &str) -> f64 {
        let page = document.split("<w:p><w:pPr><w:pStyle w:val=\"AnnexTitle\"").next().unwrap();
        let mut height = 0.0;
        for (i, piece) in page.split("<w:tbl>").enumerate() {
            let (table, rest) = if i == 0 { ("", piece) } else { piece.split_once("</w:tbl>").unwrap() };
            let rows = table.split("<w:trHeight w:val=\"").skip(1);
            height += rows.map(|r| r.split('"').next().unwrap().parse::<f64>().unwrap()).sum::<f64>();
            for paragraph in rest.split("<w:p>").skip(1) {
                let style = paragraph.split("w:val=\"").nth(1).unwrap().split('"').next().unwrap();
                let text = paragraph.split("preserve\">").nth(1).and_then(|t| t.split('<').next()).unwrap_or("");
                let declared = STYLES.split(&format!("styleId=\"{style}\"")).nth(1).unwrap().split("</w:style>").next();
                let number =
                    |key: &str| declared?.split(&format!("{key}=\"")).nth(1)?.split('"').next()?.parse::<f64>().ok();
                let lines = (text.chars().count() as f64 / 34.0).ceil().max(1.0);
                height += lines * number("w:line").unwrap_or(400.0) + number("w:after").unwrap_or(0.0);
            }
        }
        height
    }

    #[test]
    fn whatever_stands_in_it_it_is_one_page() {
        let most = f64::from(16838 - 1304 - 1134);
        for reasons in [0, 1, 3, 12, 60] {
            for hand_in in [0, 1, 4, 30] {
                for length in [2, 33, 34, 200, 5000] {
                    for shown in [0, 1, 2, 5, 9] {
                        let notice = notice(reasons, hand_in, length);
                        let signed = Signature { office: "局".repeat(70), day: "2026年12月31日".into() };
                        let bytes = docx(&notice, &pictures(shown), &signed).unwrap();
                        let document = part(&bytes, "word/document.xml");
                        let high = height(&document);
                        assert!(high <= most, "{reasons} {hand_in} {length} {shown}: {high}");
                        // What has no room is told of and stands in the annex, whole.
                        let annex = document.split("\"AnnexTitle\"").nth(1);
                        let whole = "错".repeat(length);
                        let on_page = document.split("\"AnnexTitle\"").next().unwrap().matches(&*whole).count();
                        assert_eq!(annex.is_some(), document.contains("见附表。"));
                        match annex {
                            Some(annex) => assert_eq!(annex.matches(&*whole).count(), reasons),
                            None => assert!(on_page >= reasons),
                        }
                        assert!(shown == 0 || document.contains("<w:drawing>"), "{reasons} {hand_in} {length} {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_full_notice_has_no_annex() {
        let signed = Signature { office: "某某中心".into(), day: "2026年1月5日".into() };
        let mut small = notice(4, 3, 40);
        small.whose = vec![("姓名", "张三".into()), ("报名编号", "20240001".into()), ("职业", "互联网营销师".into())];
        (small.draft, small.to) = (None, "张三：".into());
        let document = part(&docx(&small, &pictures(2), &signed).unwrap(), "word/document.xml");
        assert!(!document.contains("附表") && document.matches("<w:drawing>").count() == 2);
    }

    #[test]
    fn what_is_no_picture_is_left_out() {
        let signed = Signature::default();
        for jpeg in [&b""[..], b"\xff\xd8\xff", b"<svg/>"] {
            let picture = Picture { jpeg: jpeg.to_vec(), caption: String::new() };
            let bytes = docx(&notice(1, 1, 5), &[picture], &signed).unwrap();
            assert!(!part(&bytes, "word/document.xml").contains("<w:drawing>"));
        }
    }
}
