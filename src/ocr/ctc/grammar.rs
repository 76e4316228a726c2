//! Reads a short field that has a grammar: a prefix beam over the field's own characters (confusables merged), then the
//! grammar or check digit.
//! The raw reading stands beside the grammar's choice, since a check digit can repair a number that was *written*
//! wrong.

use super::chain::{AlignOptions, align_on, rank_on};
use super::emissions::{Emissions, Options};
use super::greedy::{greedy, mean_probability, text_of};
use crate::ocr::alphabet::Merge;
use crate::ocr::reading::Posterior;
use crate::vocabulary::fact::Alternative;
use crate::vocabulary::identity::parse_citizen_number;
use crate::vocabulary::numerals::{Numerals, years_as_months};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Prefixes kept at each step.
const BEAM: usize = 48;
/// Characters under this probability are not tried.
const LEAST: f32 = 1e-4;
/// Alternatives less likely than this are noise of the beam.
const NOISE: f32 = 0.01;
/// Alternatives handed back.
const KEPT: usize = 6;
/// Probability that a lone 1 hides a second one, by the number of steps it lasts: 1, 2, 3 or more. Recognisers collapse
/// 11.
const COLLAPSED: [f32; 3] = [0.02, 0.08, 0.25];

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Grammar<'a> {
    /// 17 digits and a digit or X; valid only with its region, date and check digit (GB 11643).
    CitizenNumber,
    /// A year from `least` to `latest`.
    Year { least: u16, latest: u16 },
    /// 1–12.
    Month,
    /// 1–31.
    Day,
    /// An integer up to the given one, in digits or Chinese numerals.
    Integer(u32),
    /// A number of years: 5, 1.5, 一年半.
    Years,
    /// A mobile number: 11 digits, the first a 1, the second not 0–2.
    Mobile,
    /// Capitals and digits, of a length between these.
    Code { min: usize, max: usize },
    /// A certificate's number: up to three capitals, then 6 to 24 digits, of which the last may be an X.
    CertificateNumber,
    /// One of these texts.
    OneOf(&'a [String]),
}

/// What was read under a grammar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldReading {
    /// The best reading in the field's characters, whether or not the grammar allows it.
    pub raw: Option<Alternative>,
    /// Readings that the grammar allows, most likely first. Confidences are 0–1 and count what was read in other
    /// characters as doubt.
    pub alternatives: Vec<Alternative>,
}

impl FieldReading {
    pub fn best(&self) -> Option<&Alternative> {
        self.alternatives.first()
    }
}

/// Reads a field under its grammar.
pub fn read_with(posts: &[&Posterior], grammar: Grammar) -> FieldReading {
    let options = Options { merge: Merge::Confusables, ignore_punctuation: !matches!(grammar, Grammar::Years) };
    match grammar {
        Grammar::OneOf(list) => closed_list(posts, list),
        _ => beam_reading(&mut Emissions::new(posts, options), grammar),
    }
}

/// The list's entries by how well they fit; the confidence is the share among them times the fit itself.
fn closed_list(posts: &[&Posterior], list: &[String]) -> FieldReading {
    let options = AlignOptions::default();
    let mut emissions = Emissions::new(posts, options.into());
    let ranked = rank_on(&mut emissions, list, options);
    let Some(&(_, least)) = ranked.first() else { return FieldReading::default() };
    let weight = |gap: f32| (least - gap).exp();
    let total: f32 = ranked.iter().map(|r| weight(r.1)).sum();
    let confidence = |gap: f32| weight(gap) / total * fit(least);
    let alternatives = ranked
        .iter()
        .take(KEPT)
        .map(|&(i, gap)| Alternative { text: list[i].clone(), confidence: confidence(gap) })
        .collect();
    let symbols = greedy(posts);
    let raw =
        (!symbols.is_empty()).then(|| Alternative { text: text_of(&symbols), confidence: mean_probability(&symbols) });
    FieldReading { raw, alternatives }
}

/// 0–1: how much of the writing a reading with this gap explains; 1 up to two nats, e^-1 four nats later.
pub(super) fn fit(gap: f32) -> f32 {
    (-((gap - 2.0).max(0.0) / 4.0)).exp()
}

fn beam_reading(emissions: &mut Emissions, grammar: Grammar) -> FieldReading {
    let found = beam(emissions, charset(grammar), longest(grammar));
    let Some(best) = found.first().cloned() else { return FieldReading::default() };
    let align = AlignOptions { merge: Merge::Confusables, ignore_punctuation: true };
    // What the field's characters cannot explain is doubt about all of them.
    let gap = align_on(emissions, &best.text, align).gap;
    let explained = fit(gap);
    let scaled = |a: &Alternative| Alternative { text: a.text.clone(), confidence: a.confidence * explained };
    let mut alternatives: Vec<Alternative> = found.iter().filter(|a| allows(grammar, &a.text)).map(scaled).collect();
    if matches!(grammar, Grammar::Month | Grammar::Day | Grammar::Integer(_) | Grammar::Years) {
        add_doubled(emissions, grammar, align, &mut alternatives);
    }
    alternatives.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.text.cmp(&b.text)));
    alternatives.retain(|a| a.confidence >= NOISE);
    alternatives.truncate(KEPT);
    FieldReading { raw: Some(scaled(&best)), alternatives }
}

pub(super) fn charset(grammar: Grammar) -> &'static str {
    match grammar {
        Grammar::CitizenNumber => "0123456789X",
        Grammar::Year { .. } | Grammar::Month | Grammar::Day | Grammar::Mobile => "0123456789",
        Grammar::Integer(_) => "0123456789一二三四五六七八九十百千零两",
        Grammar::Years => "0123456789.一二三四五六七八九十两半年个月零",
        Grammar::Code { .. } | Grammar::CertificateNumber | Grammar::OneOf(_) => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
}

pub(super) fn longest(grammar: Grammar) -> usize {
    match grammar {
        Grammar::CitizenNumber => 20,
        Grammar::CertificateNumber => 28,
        Grammar::Code { max, .. } => max + 2,
        _ => 14,
    }
}

pub(super) fn allows(grammar: Grammar, text: &str) -> bool {
    let number = |low: u32, high: u32| text.parse::<u32>().is_ok_and(|n| (low..=high).contains(&n));
    match grammar {
        Grammar::CitizenNumber => parse_citizen_number(text).is_ok(),
        Grammar::Year { least, latest } => text.len() == 4 && number(least.into(), latest.into()),
        Grammar::Month => text.len() <= 2 && number(1, 12),
        Grammar::Day => text.len() <= 2 && number(1, 31),
        Grammar::Integer(max) => Numerals::INTEGER.parse(text).is_some_and(|n| n <= max),
        Grammar::Years => years_as_months(text).is_some_and(|m| m <= 70 * 12),
        Grammar::Mobile => {
            text.len() == 11 && text.starts_with('1') && text.as_bytes().get(1).copied().is_some_and(|b| b > b'2')
        }
        Grammar::Code { min, max } => (min..=max).contains(&text.chars().count()),
        Grammar::CertificateNumber => {
            let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
            let digits = digits.strip_suffix('X').unwrap_or(digits);
            text.len() - digits.len() <= 4
                && (6..=24).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
        }
        Grammar::OneOf(_) => true,
    }
}

/// Adds readings in which a 1 stands twice, as likely as its length in steps suggests.
fn add_doubled(emissions: &mut Emissions, grammar: Grammar, align: AlignOptions, alternatives: &mut Vec<Alternative>) {
    let Some(best) = alternatives.first().cloned() else { return };
    for span in align_on(emissions, &best.text, align).spans.into_iter().filter(|s| s.ch == '1') {
        let doubled: String = best
            .text
            .chars()
            .enumerate()
            .flat_map(|(i, c)| std::iter::repeat_n(c, if i == span.position { 2 } else { 1 }))
            .collect();
        if !allows(grammar, &doubled) {
            continue;
        }
        let lasting = (span.end_step - span.start_step).clamp(1, COLLAPSED.len());
        let share = COLLAPSED[lasting - 1];
        match alternatives.iter_mut().find(|a| a.text == doubled) {
            Some(known) => known.confidence = known.confidence.max(best.confidence * share),
            None => alternatives.push(Alternative { text: doubled, confidence: best.confidence * share }),
        }
        if let Some(first) = alternatives.iter_mut().find(|a| a.text == best.text) {
            first.confidence = first.confidence.min(best.confidence * (1.0 - share));
        }
    }
}

/// A character of the charset and its ln P at each step.
struct Letter {
    ch: char,
    column: Rc<[f32]>,
}

/// Prefix beam search (Graves; Hannun) over a charset and the blank; the texts' shares among those found, best first.
pub(super) fn beam(emissions: &mut Emissions, charset: &str, longest: usize) -> Vec<Alternative> {
    // One letter a group: a code's I and O are read as 1 and 0, which no reader of handwriting tells apart.
    let mut groups: BTreeMap<usize, char> = BTreeMap::new();
    for ch in charset.chars() {
        if let Some(group) = emissions.group(ch) {
            groups.entry(group).or_insert(ch);
        }
    }
    let letters: Vec<Letter> =
        groups.into_iter().map(|(group, ch)| Letter { ch, column: emissions.column(group) }).collect();
    // Texts as indices into `letters`; probabilities of ending in a blank, and in the last letter.
    let mut beams: Vec<(Vec<u8>, f32, f32)> = vec![(Vec::new(), 1.0, 0.0)];
    for step in 0..emissions.steps {
        let blank = emissions.blank[step].exp();
        let live: Vec<(u8, f32)> =
            (0_u8..).zip(&letters).map(|(i, l)| (i, l.column[step].exp())).filter(|(_, p)| *p > LEAST).collect();
        let mut next: BTreeMap<Vec<u8>, (f32, f32)> = BTreeMap::new();
        for (text, in_blank, in_letter) in &beams {
            let stay = next.entry(text.clone()).or_default();
            stay.0 += (in_blank + in_letter) * blank;
            for (letter, p) in &live {
                let again = text.last() == Some(letter);
                if again {
                    next.entry(text.clone()).or_default().1 += in_letter * p;
                }
                if text.len() < longest {
                    let mut longer = text.clone();
                    longer.push(*letter);
                    next.entry(longer).or_default().1 += if again { in_blank * p } else { (in_blank + in_letter) * p };
                }
            }
        }
        beams = next.into_iter().map(|(text, (b, l))| (text, b, l)).collect();
        beams.sort_by(|a, b| (b.1 + b.2).total_cmp(&(a.1 + a.2)).then_with(|| a.0.cmp(&b.0)));
        beams.truncate(BEAM);
        let total: f32 = beams.iter().map(|(_, b, l)| b + l).sum();
        if total <= f32::MIN_POSITIVE {
            return Vec::new();
        }
        beams.iter_mut().for_each(|(_, b, l)| (*b, *l) = (*b / total, *l / total));
    }
    let spell = |text: &[u8]| text.iter().map(|i| letters[usize::from(*i)].ch).collect::<String>();
    beams
        .iter()
        .filter(|(text, ..)| !text.is_empty())
        .map(|(text, b, l)| Alternative { text: spell(text), confidence: b + l })
        .filter(|a| a.confidence > 0.0)
        .collect()
}
