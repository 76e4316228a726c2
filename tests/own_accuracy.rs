//! `yushen trust` where the truth is known: invented submissions whose readings are wrong as often as the measured ones,
//! three clerks who err at 0, 1 and 3 %, and the bounds, guarantees and suggestions that come of what they say.
//! The figures of docs/trust.md: `YUSHEN_SIMULATIONS=100 cargo nextest run --test own_accuracy --run-ignored all
//! --no-capture`, some minutes.

use serde_json::json;
use std::sync::LazyLock;
use yushen::report::facts::{CorrectedRow, FactRow, RowState};
use yushen::report::finding::Finding;
use yushen::report::record::Record;
use yushen::report::record::standing::Standing;
use yushen::report::trust::bounds::interval;
use yushen::report::trust::counting::{Case, Counts};
use yushen::report::trust::suggest::{Asked, slipped, suggest};
use yushen::vocabulary::fact::{AsRead, Correction, State};
use yushen::vocabulary::finding::Verdict;
use yushen::vocabulary::record::{Corrected, Entry, FieldPlace, Position, RecordFile, Said, Seen};
use yushen::vocabulary::submission::Submission;
use yushen::vocabulary::waiver::Decided;

/// Readings of a submission.
const READINGS: usize = 8;
/// The working threshold.
const WORKING: f64 = 0.9;

/// How many simulations, unless `YUSHEN_SIMULATIONS` says otherwise.
fn simulations(usually: u64) -> u64 {
    std::env::var("YUSHEN_SIMULATIONS").map_or(usually, |n| n.parse().unwrap())
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the same numbers on every machine.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0–1, without 1.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, of: f64) -> bool {
        self.part() < of
    }
}

/// Where readings fall, and how often they are wrong there.
#[derive(Debug, Clone, Copy)]
struct Band {
    from: f64,
    below: f64,
    /// 0–1, of all readings.
    share: f64,
    /// 0–1, of the band's.
    wrong: f64,
}

/// A hand: how common it is, and by how much its readings are oftener doubtful and oftener wrong than the bands say.
#[derive(Debug, Clone, Copy)]
struct Hand {
    share: f64,
    times: f64,
}

/// One writer in ten is hard to read, four times as often in doubt and as often wrong; so errors come in heaps.
const HANDS: [Hand; 2] = [Hand { share: 0.9, times: 2.0 / 3.0 }, Hand { share: 0.1, times: 4.0 }];

/// A world, of which everything is known.
struct World {
    bands: Vec<Band>,
}

impl World {
    /// The bands of docs/accuracy.md; of none wrong among few, one half is taken.
    fn measured() -> Self {
        let rows = [
            (0.3, 0.5, 17.0, 9.0),
            (0.5, 0.7, 50.0, 26.0),
            (0.7, 0.8, 15.0, 6.0),
            (0.8, 0.9, 18.0, 0.5),
            (0.9, 0.95, 29.0, 4.0),
            (0.95, 0.98, 113.0, 1.0),
            (0.98, 0.99, 91.0, 1.0),
            (0.99, 1.0, 3072.0, 1.0),
        ];
        let all: f64 = rows.iter().map(|r| r.2).sum();
        let band = |(from, below, n, wrong)| Band { from, below, share: n / all, wrong: wrong / n };
        Self { bands: rows.into_iter().map(band).collect() }
    }

    /// Five times as often wrong.
    fn poor() -> Self {
        let mut world = Self::measured();
        world.bands.iter_mut().for_each(|b| b.wrong = (b.wrong * 5.0).min(0.9));
        world
    }

    /// The same, but what is in doubt is nearly always right: a reader that thinks too little of itself.
    fn modest() -> Self {
        let mut world = Self::measured();
        world.bands.iter_mut().filter(|b| b.from >= 0.5).for_each(|b| b.wrong = b.wrong.min(0.0005));
        world
    }

    /// How often a hand's reading is in this band: what is surest gives way.
    fn share(&self, band: usize, hand: Hand) -> f64 {
        let doubtful: f64 = self.bands.iter().rev().skip(1).map(|b| b.share * hand.times).sum();
        let last = band + 1 == self.bands.len();
        if last { 1.0 - doubtful } else { self.bands[band].share * hand.times }
    }

    fn wrong(&self, band: usize, hand: Hand) -> f64 {
        (self.bands[band].wrong * hand.times).min(1.0)
    }

    /// Of a hand: how often a reading is at least so sure, and how often it is that and wrong. Inside a band sureness is
    /// spread evenly.
    fn above(&self, level: f64, hand: Hand) -> (f64, f64) {
        let part = |b: &Band| ((b.below - level.max(b.from)) / (b.below - b.from)).clamp(0.0, 1.0);
        let each = self.bands.iter().enumerate().map(|(i, b)| (self.share(i, hand) * part(b), self.wrong(i, hand)));
        each.fold((0.0, 0.0), |(all, bad), (share, wrong)| (all + share, bad + share * wrong))
    }

    /// How often a cleared submission holds a wrong reading.
    fn slips(&self) -> f64 {
        let of = |hand: Hand| {
            let (sure, bad) = self.above(WORKING, hand);
            let cleared = hand.share * sure.powi(READINGS as i32);
            (cleared, cleared * (1.0 - (1.0 - bad / sure).powi(READINGS as i32)))
        };
        let (cleared, bad) = HANDS.into_iter().map(of).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        bad / cleared
    }

    /// How often a reading that stands for a cleared submission is wrong, of those at least so sure.
    fn wrong_of_cleared(&self, level: f64) -> f64 {
        let of = |hand: Hand| {
            let (sure, _) = self.above(WORKING, hand);
            let (surer, bad) = self.above(level, hand);
            // Cleared, and at least one of its readings is so sure.
            let some = sure.powi(READINGS as i32) - (sure - surer).powi(READINGS as i32);
            (hand.share * some, hand.share * some * bad / surer)
        };
        let (all, bad) = HANDS.into_iter().map(of).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        bad / all
    }

    /// Are more wrong than that between a threshold and the working one?
    fn slice_breaks(&self, level: f64, risk: f64) -> bool {
        let of = |hand: Hand| {
            let ((all, bad), (sure, wrong)) = (self.above(level, hand), self.above(WORKING, hand));
            (hand.share * (all - sure), hand.share * (bad - wrong))
        };
        let (all, bad) = HANDS.into_iter().map(of).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        level < WORKING && bad > risk * all
    }

    fn reading(&self, hand: Hand, chance: &mut SplitMix64) -> Reading {
        let mut at = chance.part();
        let last = self.bands.len() - 1;
        let band = (0..last).find(|i| {
            at -= self.share(*i, hand);
            at < 0.0
        });
        let band = band.unwrap_or(last);
        let Band { from, below, .. } = self.bands[band];
        Reading { confidence: from + chance.part() * (below - from), wrong: chance.chance(self.wrong(band, hand)) }
    }

    fn submission(&self, chance: &mut SplitMix64) -> Vec<Reading> {
        let hand = if chance.chance(HANDS[0].share) { HANDS[0] } else { HANDS[1] };
        (0..READINGS).map(|_| self.reading(hand, chance)).collect()
    }
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    confidence: f64,
    wrong: bool,
}

/// Who looks: what is wrong is passed as right this often, and what is right is corrected this often.
#[derive(Debug, Clone, Copy)]
struct Clerk {
    overlooks: f64,
    spoils: f64,
}

impl Clerk {
    /// Does he say that it is wrong?
    fn corrects(self, reading: Reading, chance: &mut SplitMix64) -> bool {
        if reading.wrong { !chance.chance(self.overlooks) } else { chance.chance(self.spoils) }
    }
}

/// What a week's work gives: each submission as it was read and after a clerk looked at what he has to look at.
fn work(world: &World, clerk: Clerk, submissions: u64, drawn: f64, chance: &mut SplitMix64, counts: &mut Counts) {
    for n in 0..submissions {
        let readings = world.submission(chance);
        let doubtful = |r: &Reading| r.confidence < WORKING;
        let cleared = !readings.iter().any(doubtful);
        let draw = chance.chance(drawn);
        let spot_check = cleared && draw;
        let said: Vec<Option<bool>> =
            readings.iter().map(|r| (spot_check || doubtful(r)).then(|| clerk.corrects(*r, chance))).collect();
        let before = finding(&format!("{:016x}-{n}", chance.next()), &readings, spot_check, cleared);
        let wrong = said.contains(&Some(true));
        let touched = said.iter().any(Option::is_some);
        if !touched {
            counts.add(&Case::new(&before, &before, &Standing::default()));
            continue;
        }
        let mut after = before.clone();
        for (row, said) in after.facts.iter_mut().zip(&said) {
            if let Some(corrects) = said {
                correct(row, *corrects);
            }
        }
        // Whoever corrects a cleared submission finds that it should not have been cleared.
        after.verdict = if wrong { Verdict::Reject } else { Verdict::Pass };
        let record = Record::new(vec![file(&before, wrong)]);
        let submission = Submission { id: before.submission_id.clone(), ..Submission::default() };
        let standing = Standing::new(record.of(&submission.id), &submission, &before.material);
        counts.add(&Case::new(&before, &after, &standing));
    }
}

fn finding(id: &str, readings: &[Reading], spot_check: bool, cleared: bool) -> Finding {
    static BASE: LazyLock<Finding> = LazyLock::new(empty);
    let mut finding = BASE.clone();
    id.clone_into(&mut finding.submission_id);
    finding.spot_check = spot_check;
    finding.verdict = if cleared { Verdict::Pass } else { Verdict::Review };
    finding.facts = readings.iter().enumerate().map(|(i, r)| row(i, r.confidence)).collect();
    finding
}

fn empty() -> Finding {
    let base = json!({
        "format": 2, "submission_id": "", "material": "00", "verdict": "pass",
        "batch": 0, "folder": null, "registration": null, "files": [], "intake": [], "internal_error": null, "facts": [], "documents": {},
        "register": null, "flags": [], "not_evaluated": [], "work_months": null,
    });
    serde_json::from_value(base).unwrap()
}

fn row(i: usize, confidence: f64) -> FactRow {
    FactRow {
        field: format!("application_form.field{}", char::from(b'a' + i as u8)),
        document: "申报表".into(),
        page: Some(1),
        state: RowState::Read,
        value: None,
        text: Some("读出".into()),
        free: None,
        confidence: confidence as f32,
        region: None,
        alternatives: Vec::new(),
        verified: None,
        second: None,
        printed: None,
        corrected: None,
    }
}

fn correct(row: &mut FactRow, wrong: bool) {
    let read = AsRead { state: State::Read, text: row.text.clone(), confidence: row.confidence };
    let by = Correction { who: "王审核".into(), time: String::new(), confirms: !wrong, read };
    row.corrected = Some(CorrectedRow { now: State::Read, by });
    row.state = RowState::Corrected;
    row.confidence = 1.0;
    if wrong {
        row.text = Some("更正".into());
    }
}

/// What the clerk wrote down: a decision, and that he looked at readings.
fn file(f: &Finding, wrong: bool) -> RecordFile {
    let entry = |said| Entry {
        time: jiff::civil::date(2026, 11, 30).at(8, 0, 0, 0),
        who: "王审核".into(),
        run: String::new(),
        submission: f.submission_id.clone(),
        material: String::new(),
        settles: false,
        said,
        position: Position::default(),
    };
    let decision = if wrong { Decided::Return } else { Decided::Accept };
    let looked = Said::Reading {
        at: FieldPlace { field: f.facts[0].field.clone(), ..FieldPlace::default() },
        confirms: true,
        old: Seen::default(),
        new: Corrected::Text("读出".into()),
    };
    let decided = Said::Decision { decision, reason: String::new() };
    let entries = vec![entry(looked), entry(decided)];
    RecordFile { name: "审核决定.jsonl".into(), sha256: String::new(), entries, torn: None }
}

const HONEST: Clerk = Clerk { overlooks: 0.0, spoils: 0.0 };
const CLERKS: [(&str, Clerk); 5] = [
    ("errs at 0 %", HONEST),
    ("overlooks 1 %", Clerk { overlooks: 0.01, spoils: 0.0 }),
    ("overlooks 3 %", Clerk { overlooks: 0.03, spoils: 0.0 }),
    ("errs at 1 % either way", Clerk { overlooks: 0.01, spoils: 0.01 }),
    ("errs at 3 % either way", Clerk { overlooks: 0.03, spoils: 0.03 }),
];
const ASKED: Asked = Asked { risk: 0.02, confidence: 0.95 };

/// Of few that are drawn a bound can hardly fail where so little is wrong.
#[test]
fn bounds_hold() {
    hold("measured", &World::measured(), 0.2);
}

/// Where all cleared ones are looked at it can.
#[test]
#[ignore = "takes minutes"]
fn bounds_of_many_hold() {
    hold("measured", &World::measured(), 1.0);
    hold("five times as often wrong", &World::poor(), 1.0);
}

/// Upper bounds hold whatever the clerk; both ends of an interval where he spoils nothing.
fn hold(world_name: &str, world: &World, drawn: f64) {
    let simulations = simulations(100);
    let (slips, wrong) = (world.slips(), world.wrong_of_cleared(WORKING));
    println!(
        "{simulations} simulations of 500 submissions, {world_name}, {} % of the cleared drawn; truly {:.2} % of them slip and {:.2} % of their readings are wrong. Bounds that hold:",
        drawn * 100.0,
        slips * 100.0,
        wrong * 100.0
    );
    println!(
        "{:24} {:>14} {:>14} {:>16} {:>12}",
        "clerk", "slipped, upper", "wrong, upper", "wrong, interval", "looked at"
    );
    for (n, (name, clerk)) in CLERKS.into_iter().enumerate() {
        let [mut slip_holds, mut wrong_holds, mut interval_holds, mut looked_at] = [0_u64; 4];
        for simulation in 0..simulations {
            let mut chance = SplitMix64(1_000_000 * n as u64 + simulation);
            let mut counts = Counts::new(WORKING as f32);
            work(world, clerk, 500, drawn, &mut chance, &mut counts);
            let found = slipped(&counts, ASKED);
            looked_at += found.looked_at;
            slip_holds += u64::from(slips <= found.at_most);
            let drawn = counts.all_fields[0].drawn;
            let share = interval(drawn.wrong, drawn.looked_at, ASKED.confidence);
            wrong_holds += u64::from(wrong <= share.high);
            interval_holds += u64::from((share.low..=share.high).contains(&wrong));
        }
        let percent = |n: u64| format!("{:.1} %", 100.0 * n as f64 / simulations as f64);
        println!(
            "{name:24} {:>14} {:>14} {:>16} {:>12}",
            percent(slip_holds),
            percent(wrong_holds),
            percent(interval_holds),
            looked_at / simulations
        );
        let enough = |n: u64| n * 100 >= simulations * 95;
        assert!(looked_at > 0 && enough(slip_holds) && enough(wrong_holds), "{name}: {slip_holds}, {wrong_holds}");
        assert!(clerk.spoils > 0.0 || enough(interval_holds), "{name}: {interval_holds}");
    }
}

/// A suggested threshold breaks the risk no oftener than was asked, also where the present one breaks it.
#[test]
fn suggested_thresholds_keep_the_risk() {
    let world = World::measured();
    println!("at {WORKING} truly {:.3} % of the readings are wrong", world.wrong_of_cleared(WORKING) * 100.0);
    let simulations = simulations(20);
    for risk in [0.005, 0.002] {
        let (mut shown, mut raised, mut broken) = (0_u64, 0_u64, 0_u64);
        for simulation in 0..simulations {
            let mut chance = SplitMix64(77_000_000 + simulation);
            let mut counts = Counts::new(WORKING as f32);
            work(&world, HONEST, 2500, 1.0, &mut chance, &mut counts);
            if let Some(level) = suggest(&counts, WORKING as f32, Asked { risk, ..ASKED }).shown {
                shown += 1;
                raised += u64::from(level > WORKING);
                broken +=
                    u64::from(world.wrong_of_cleared(level.max(WORKING)) > risk || world.slice_breaks(level, risk));
            }
        }
        println!(
            "{simulations} simulations of 2,500 submissions, all cleared ones looked at: {shown} suggest a threshold for {} %, {raised} of them a higher one; {broken} break it",
            risk * 100.0
        );
        assert!(shown > 0 && broken * 20 <= simulations, "{risk}: {broken} of {shown}");
    }
}

/// Does a week of corrections spare the next week doubts?
#[test]
fn a_week_of_corrections_and_the_next_week() {
    println!(
        "of 500 submissions of the week after, those with a doubtful reading at 0.9 and at the suggested threshold"
    );
    for (name, world, risk) in [
        ("measured", World::measured(), 0.005),
        ("measured", World::measured(), 0.02),
        ("modest", World::modest(), 0.005),
        ("modest", World::modest(), 0.02),
    ] {
        for weeks in [1, 4, 13, 26] {
            let mut chance = SplitMix64(4711 + weeks);
            let mut counts = Counts::new(WORKING as f32);
            work(&world, HONEST, 500 * weeks, 0.2, &mut chance, &mut counts);
            let suggestion = suggest(&counts, WORKING as f32, Asked { risk, confidence: 0.95 });
            let threshold = suggestion.shown.unwrap_or(WORKING);
            let next: Vec<Vec<Reading>> = (0..500).map(|_| world.submission(&mut chance)).collect();
            let doubtful = |level: f64| next.iter().filter(|s| s.iter().any(|r| r.confidence < level)).count();
            let (before, after) = (doubtful(WORKING), doubtful(threshold));
            let looked_at = suggestion.tried.last().map_or(0, |t| t.looked_at);
            println!(
                "{name:9} risk {:.1} %, {weeks:>2} weeks: {before} → {after} at {threshold}{}; the last step tried has {looked_at} looked at, {} more are needed",
                risk * 100.0,
                if suggestion.shown.is_none() { " (nothing is shown)" } else { "" },
                suggestion.still_needed.map_or_else(|| "—".to_owned(), |n| n.to_string())
            );
            assert!(suggestion.shown.is_some() || after == before, "what is not shown changes nothing");
            assert!(threshold > WORKING || after <= before, "a lower threshold doubts no more");
        }
    }
}
