//! From what is said to a page for any browser, with the plot drawn in it: no script, no link, nothing loaded.

use super::bounds::interval;
use super::counting::{BANDS, Counts};
use super::sheet::Sheet;
use crate::report::summary::Lang;

/// Pixels of the plot, and of what is beside and below its area.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 20.0;
const RIGHT: f64 = 16.0;
const BOTTOM: f64 = 64.0;

const STYLE: &str = "body{font:15px/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#1c2430;max-width:960px;margin:32px auto;padding:0 16px}\
h1{font-size:22px}h2{font-size:17px;margin-top:32px}p{margin:4px 0}table{border-collapse:collapse;margin-top:10px;font-size:14px}\
th,td{padding:4px 12px;border-bottom:1px solid #d9dee6;text-align:right;font-variant-numeric:tabular-nums}th{background:#eef2f7}\
th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}@media print{body{margin:0}h2,table,svg{break-inside:avoid}}";

/// The whole page.
pub fn html(sheet: &Sheet, plot: &str, lang: Lang) -> String {
    let mut body = format!("<h1>{}</h1>\n", escaped(&sheet.title));
    for (i, part) in sheet.parts.iter().enumerate() {
        body.push_str(&format!("<h2>{}</h2>\n", escaped(&part.heading)));
        part.said.iter().for_each(|s| body.push_str(&format!("<p>{}</p>\n", escaped(s))));
        if !part.rows.is_empty() {
            let row = |tag: &str, cells: &[String]| {
                let cells: String = cells.iter().map(|c| format!("<{tag}>{}</{tag}>", escaped(c))).collect();
                format!("<tr>{cells}</tr>\n")
            };
            let rows: String = part.rows.iter().map(|cells| row("td", cells)).collect();
            body.push_str(&format!("<table>\n{}{rows}</table>\n", row("th", &part.heads)));
        }
        // The plot is of the readings.
        if i == 2 {
            body.push_str(plot);
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        if lang == Lang::Zh { "zh-CN" } else { "en" },
        escaped(&sheet.title),
    )
}

/// How often readings were right, by how sure they were: in each band the share with its interval, and grey where it
/// would lie if the program's own confidence were right.
pub fn plot(counts: &Counts, confidence: f64, lang: Lang) -> String {
    let say = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let y = |share: f64| bottom - share * (bottom - TOP);
    let step = (right - LEFT) / BANDS.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" font-family=\"system-ui,'Noto Sans CJK SC',sans-serif\" font-size=\"12\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        say("读取结果按置信度的读对比例", "Share of readings that were right, by confidence")
    );
    for tenth in (0..=10).step_by(2) {
        let share = f64::from(tenth) / 10.0;
        svg.push_str(&format!(
            "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{0:.1}\" y2=\"{0:.1}\" stroke=\"#d9dee6\"/><text x=\"{1}\" y=\"{2:.1}\" text-anchor=\"end\" fill=\"#566173\">{3}%</text>\n",
            y(share), LEFT - 8.0, y(share) + 4.0, tenth * 10
        ));
    }
    for (i, (from, tally)) in BANDS.iter().zip(&counts.bands).enumerate() {
        let below = BANDS.get(i + 1).copied().unwrap_or(1.0);
        let middle = LEFT + (i as f64 + 0.5) * step;
        // Half of a step, grey: what a reader that knows itself would show.
        let (low, high) = (y(f64::from(*from)), y(f64::from(below)));
        svg.push_str(&format!(
            "<rect x=\"{:.1}\" y=\"{high:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#e3e7ee\"/>\n<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#1c2430\">{from}–{below}</text>\n<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#566173\">{} / {}</text>\n",
            middle - step / 4.0, step / 2.0, (low - high).max(1.0), bottom + 18.0, bottom + 34.0, tally.looked_at - tally.wrong, tally.looked_at
        ));
        if tally.looked_at > 0 {
            let right = tally.looked_at - tally.wrong;
            let i = interval(right, tally.looked_at, confidence);
            svg.push_str(&format!(
                "<line x1=\"{middle:.1}\" x2=\"{middle:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#1d5fbf\" stroke-width=\"3\"/><circle cx=\"{middle:.1}\" cy=\"{:.1}\" r=\"5\" fill=\"#1d5fbf\"/>\n",
                y(i.low), y(i.high), y(right as f64 / tally.looked_at as f64)
            ));
        }
    }
    svg.push_str(&format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#566173\">{}</text>\n</svg>\n",
        f64::midpoint(LEFT, right),
        HEIGHT - 8.0,
        say(
            "置信度；其下为读对 / 看过的申报份数（每份取一项）。灰色：置信度准确时应在之处；竖线：精确区间",
            "confidence; below it right / looked at, one reading a submission. Grey: where it lies if the confidence is right; line: exact interval"
        )
    ));
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{html, plot};
    use crate::report::summary::Lang;
    use crate::report::trust::counting::{Counts, Tally};
    use crate::report::trust::sheet::{Part, Sheet};

    #[test]
    fn a_page_parses_no_markup_of_others() {
        let hostile = "<script>alert('1')</script>&\"";
        let part = Part {
            heading: hostile.into(),
            said: vec![hostile.into()],
            heads: vec![hostile.into()],
            rows: vec![vec![hostile.into()]],
        };
        let page = html(&Sheet { title: hostile.into(), parts: vec![part] }, "", Lang::Zh);
        assert!(!page.contains("<script") && page.matches("&lt;script&gt;alert(&#39;1&#39;)").count() == 6, "{page}");
    }

    /// 9 of 10 in the band from 0.9: the dot at 90 %, the line at its interval.
    #[test]
    fn a_band_is_drawn_where_its_share_lies() {
        let mut counts = Counts::new(0.9);
        counts.bands[4] = Tally { looked_at: 10, wrong: 1 };
        let svg = plot(&counts, 0.95, Lang::En);
        assert_eq!(svg.matches("<circle").count(), 1, "an empty band has no dot");
        assert!(svg.contains("cy=\"51.6\"") && svg.contains("y1=\"160.6\" y2=\"20.8\""), "{svg}");
        assert!(svg.contains(">9 / 10<"));
    }
}
