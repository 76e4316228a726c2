//! Two fields of a sentence between which nothing is printed: a name, and the number behind it.
//! The decoder decides by what each may hold; here the number gets back what the name's path took from it.

use super::template::{Extent, TemplateReading};
use crate::ocr::reading::Symbol;
use crate::vocabulary::text::is_han;

/// Characters behind a name that are a number of their own.
const LEAST_TAIL: usize = 3;

/// Where the number is empty and the name goes on behind its Han characters, that is the number: with a 4 that looks like
/// a plus no digits are left for it, and the name may hold anything. `before`: steps of all lines before a line.
#[must_use]
pub fn parted(
    mut reading: TemplateReading,
    name: &str,
    number: &str,
    before: impl Fn(usize) -> usize,
) -> TemplateReading {
    let at = |of: &str| reading.slots.iter().position(|s| s.name == of);
    let (Some(name), Some(number)) = (at(name), at(number)) else { return reading };
    let [extent] = reading.slots[name].extents[..] else { return reading };
    if !reading.slots[number].symbols.is_empty() {
        return reading;
    }
    let symbols = &reading.slots[name].symbols;
    let han = symbols.iter().take_while(|s| is_han(s.ch)).count();
    let tail = symbols[han..].to_vec();
    let begins = match tail.first() {
        Some(first) if han > 0 && tail.len() >= LEAST_TAIL && first.ch.is_ascii_alphanumeric() => {
            first.start_step.saturating_sub(before(extent.line)).clamp(extent.start_step, extent.end_step)
        }
        _ => return reading,
    };
    let text = |symbols: &[Symbol]| symbols.iter().map(|s| s.ch).collect();
    let first = &mut reading.slots[name];
    first.symbols.truncate(han);
    first.text = text(&first.symbols);
    first.extents[0].end_step = begins;
    let second = &mut reading.slots[number];
    second.text = text(&tail);
    second.symbols = tail;
    second.extents = vec![Extent { start_step: begins, ..extent }];
    reading
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ocr::ctc::template::SlotReading;

    fn slot(name: &str, text: &str) -> SlotReading {
        // characters stand from step 20 on, four steps each
        let symbol = |(i, ch)| Symbol { ch, start_step: 20 + 4 * i, end_step: 22 + 4 * i, probability: 0.9 };
        SlotReading {
            name: name.into(),
            text: text.into(),
            symbols: text.chars().enumerate().map(symbol).collect(),
            extents: vec![Extent { line: 0, start_step: 8, end_step: 60 }],
            confidence: 0.9,
            out_of_charset: 0,
        }
    }

    #[test]
    fn the_number_gets_its_writing_back() {
        for (name, year, want) in [
            ("张国庆202+", "", ("张国庆", "202+", 22)),
            ("刘晓燕2C2己", "", ("刘晓燕", "2C2己", 22)),
            // the year was read, or there is none
            ("吴建国202", "2024", ("吴建国202", "2024", 60)),
            ("吴建国", "", ("吴建国", "", 60)),
            ("吴建国(", "", ("吴建国(", "", 60)),
            ("2024", "", ("2024", "", 60)),
            // a point belongs to the name
            ("阿依·古丽汗", "", ("阿依·古丽汗", "", 60)),
        ] {
            let slots = vec![slot("name", name), slot("year", year)];
            let reading = TemplateReading { score: 0.0, gap: 0.0, slots, printed_found: 1.0 };
            // another line of ten steps stands before
            let found = parted(reading, "name", "year", |_| 10);
            let [first, second] = &found.slots[..] else { panic!("two slots") };
            assert_eq!((first.text.as_str(), second.text.as_str(), first.extents[0].end_step), want, "{name} {year}");
            if want.2 < 60 {
                assert_eq!(second.extents[0].start_step, want.2, "{name}");
            }
        }
    }
}
