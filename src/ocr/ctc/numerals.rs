//! Numbers as people write them in blanks: 12, 〇一二…十, 大写, 一年半, 1.5.
//! Parsing only; what the number counts is the caller's business.

/// An integer below 10,000 in digits, plain or formal Chinese numerals; `None` if it is none.
pub fn parse_integer(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 8 {
        return None;
    }
    if text.chars().all(|c| digit(c).is_some()) {
        return text.chars().filter_map(digit).try_fold(0_u32, |n, d| n.checked_mul(10)?.checked_add(d)).filter(|n| *n < 10_000);
    }
    let (mut total, mut pending) = (0_u32, None);
    for c in text.chars() {
        match (digit(c), unit(c)) {
            (Some(0), _) => pending = None,
            (Some(d), _) if pending.is_none() => pending = Some(d),
            (None, Some(u)) => total += pending.take().unwrap_or(1) * u,
            _ => return None,
        }
    }
    Some(total + pending.unwrap_or(0)).filter(|n| *n < 10_000)
}

/// A number of years in months: `5`, `1.5`, `一年半`, `半年`, `5年6个月`, `十二`; `None` if it is none of these.
pub fn parse_years_as_months(text: &str) -> Option<u32> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.strip_suffix("个月").or_else(|| text.strip_suffix('月')).map_or_else(|| text.clone(), |t| format!("{t}月"));
    if text == "半" || text == "半年" {
        return Some(6);
    }
    if let Some((years, rest)) = text.split_once('年') {
        let years = parse_integer(years)? * 12;
        return match rest {
            "" => Some(years),
            "半" => Some(years + 6),
            rest => Some(years + parse_integer(rest.strip_suffix('月')?.trim_start_matches('零'))?).filter(|m| *m < years + 12),
        };
    }
    if let Some(months) = text.strip_suffix('月') {
        return parse_integer(months);
    }
    if let Some(years) = text.strip_suffix('半') {
        return Some(parse_integer(years.strip_suffix('个').unwrap_or(years))? * 12 + 6);
    }
    match text.split_once(['.', '．', '点']) {
        Some((years, "5" | "五")) => Some(parse_integer(years)? * 12 + 6),
        Some((years, "0" | "〇" | "零")) => Some(parse_integer(years)? * 12),
        Some(_) => None,
        None => Some(parse_integer(&text)? * 12),
    }
}

fn digit(c: char) -> Option<u32> {
    const PLAIN: &str = "〇一二三四五六七八九";
    const FORMAL: &str = "零壹贰叁肆伍陆柒捌玖";
    let among = |digits: &str| (0_u32..).zip(digits.chars()).find(|(_, d)| *d == c).map(|(n, _)| n);
    c.to_digit(10).or_else(|| among(PLAIN)).or_else(|| among(FORMAL)).or_else(|| (c == '两').then_some(2)).or_else(|| (c == '○').then_some(0))
}

fn unit(c: char) -> Option<u32> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let cases = [
            ("12", Some(12)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("二十", Some(20)),
            ("贰拾叁", Some(23)),
            ("一百零五", Some(105)),
            ("二〇一八", Some(2018)),
            ("", None),
            ("年", None),
            ("99999", None),
            ("一二十", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse_integer(text), want, "{text}");
        }
    }

    #[test]
    fn years() {
        let cases = [
            ("5", Some(60)),
            ("1.5", Some(18)),
            ("一年半", Some(18)),
            ("半年", Some(6)),
            ("5年6个月", Some(66)),
            ("十二", Some(144)),
            ("1.3", None),
            ("3年", Some(36)),
            ("两年", Some(24)),
            ("18个月", Some(18)),
            ("8个月", Some(8)),
            ("x", None),
            ("五个半", Some(66)),
            ("5年13月", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse_years_as_months(text), want, "{text}");
        }
    }
}
