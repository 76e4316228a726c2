//! Every page of a submission is judged, flagged or listed as blank, and a page more never makes a verdict better.
//! The pages are invented readings, put together by the same functions as the readers' own.

use super::base::{self, Base};
use crate::rules::{Case, judge};
use crate::vocabulary::batch::SharedWith;
use crate::vocabulary::documents::{Documents, PageOutcome, SeenAs, SeenPage, judged_as};
use crate::vocabulary::fact::Fact;
use crate::vocabulary::finding::{Flag, Severity, Verdict};
use crate::vocabulary::further::{Added, DocumentFacts};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::photo::Measure;
use crate::vocabulary::submission::MaterialFile;
use jiff::civil::date;
use proptest::prelude::*;

const OTHER_NAME: &str = "李四海";
const OTHER_NUMBER: &str = "110101198801012345";

/// Whose page it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Whose {
    Own,
    Another,
}

/// One more page.
#[derive(Debug, Clone)]
struct Extra {
    named: Option<MaterialKind>,
    /// What it shows; `None`: nothing of ours.
    shows: Option<MaterialKind>,
    /// The reader is sure of what it shows.
    sure: bool,
    whose: Whose,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Legible,
    /// Its title reads, and nothing else was found.
    Empty,
    Blank,
    Illegible,
    Refused,
}

fn kinds() -> impl Strategy<Value = MaterialKind> {
    prop::sample::select(MaterialKind::ALL.to_vec())
}

fn extras() -> impl Strategy<Value = Extra> {
    let how = prop_oneof![4 => Just(How::Legible), 1 => Just(How::Empty), 1 => Just(How::Blank), 1 => Just(How::Illegible), 1 => Just(How::Refused)];
    let whose = prop_oneof![Just(Whose::Own), Just(Whose::Another)];
    let shows = prop_oneof![3 => kinds().prop_map(Some), 1 => Just(None)];
    (prop::option::weighted(0.8, kinds()), shows, prop::bool::weighted(0.8), whose, how).prop_map(
        |(named, shows, sure, whose, how)| Extra {
            named,
            shows: shows.filter(|k| *k != MaterialKind::Other),
            sure,
            whose,
            how,
        },
    )
}

/// What a reader would make of a page of this kind.
fn facts(kind: MaterialKind, whose: Whose, empty: bool, clean: &Documents) -> Option<DocumentFacts> {
    let name = |own: &Fact<String>| {
        if whose == Whose::Own { own.clone() } else { Fact::read(OTHER_NAME, Some(OTHER_NAME.to_owned()), 0.99) }
    };
    let number = |own: &Fact<String>| {
        if whose == Whose::Own { own.clone() } else { Fact::read(OTHER_NUMBER, Some(OTHER_NUMBER.to_owned()), 0.99) }
    };
    macro_rules! of {
        ($variant:ident, $slot:ident) => {{
            let own = clean.$slot.clone()?;
            let read = if empty {
                Default::default()
            } else {
                crate::vocabulary::documents::$variant { name: name(&own.name), number: number(&own.number), ..own }
            };
            DocumentFacts::$variant(Box::new(read))
        }};
    }
    Some(match kind {
        MaterialKind::Photo => {
            let mut photo = clean.photo.clone()?;
            if whose == Whose::Another {
                photo.faces = Measure::of(Vec::new());
            }
            DocumentFacts::Photo(Box::new(photo))
        }
        MaterialKind::IdCardFront => of!(IdCardFront, id_card_front),
        MaterialKind::ApplicationForm => of!(ApplicationForm, application_form),
        MaterialKind::PriorCertificate => of!(PriorCertificate, prior_certificate),
        MaterialKind::Diploma => of!(Diploma, diploma),
        MaterialKind::CompletionCertificate => of!(CompletionCertificate, completion_certificate),
        MaterialKind::IdCardBack => {
            DocumentFacts::IdCardBack(Box::new(if empty { Default::default() } else { clean.id_card_back.clone()? }))
        }
        MaterialKind::WorkCommitment
        | MaterialKind::EducationCommitment
        | MaterialKind::TrainingCommitment
        | MaterialKind::IntentCommitment => {
            let own = clean.commitment(kind)?.clone();
            let read = if empty {
                Default::default()
            } else {
                crate::vocabulary::documents::Commitment { name: name(&own.name), number: number(&own.number), ..own }
            };
            DocumentFacts::Commitment(Box::new(read))
        }
        MaterialKind::Other => return None,
    })
}

/// Adds a page as the readers do. Returns its file and the material as which it is judged, if facts of it were kept.
fn add(base: &mut Base, clean: &Documents, extra: &Extra, n: usize) -> (String, Option<MaterialKind>) {
    let file = format!("{n}.jpg");
    let threshold = base::settings().reading.kind_threshold;
    base.submission.files.push(MaterialFile {
        kind: extra.named,
        part: 2,
        name: file.clone(),
        path: String::new().into(),
        bytes: 60_000,
        sha256: Some(file.clone()),
        refused: (extra.how == How::Refused).then(|| "链接".to_owned()),
    });
    let why = || "看不清".to_owned();
    let unseen = match extra.how {
        How::Blank => Some(PageOutcome::Blank { why: "空白页".to_owned() }),
        How::Illegible => Some(PageOutcome::Illegible { why: why() }),
        How::Refused => Some(PageOutcome::Refused { why: why() }),
        How::Legible | How::Empty => None,
    };
    if let Some(outcome) = unseen {
        base.documents.push_page(&file, 1, extra.named, extra.named, SeenPage::only(outcome));
        return (file, None);
    }
    // a photo is not told by a title: it is what its name says
    let (shows, confidence) = if extra.named == Some(MaterialKind::Photo) {
        (Some(MaterialKind::Photo), 0.99)
    } else {
        (extra.shows, if extra.sure { 0.99 } else { 0.6 })
    };
    let seen_as = SeenAs { kind: shows, confidence, title: None };
    let material = judged_as(extra.named.filter(|k| *k != MaterialKind::Other), Some(&seen_as), threshold);
    let surely_none = shows.is_none() && extra.sure;
    let read = material
        .filter(|_| !surely_none)
        .and_then(|m| Some((m, facts(m, extra.whose, extra.how == How::Empty, clean)?)));
    let mut outcome = if material.is_some() { PageOutcome::Read } else { PageOutcome::NotRead };
    let mut kept = None;
    match read {
        Some((m, facts)) => {
            let page = base.documents.next_page(Some(m));
            match base.documents.add(m, page, facts) {
                Added::Nothing => outcome = PageOutcome::Illegible { why: why() },
                Added::First | Added::Same | Added::Further => kept = Some(m),
            }
        }
        // this invented submission has no such document to read from: as a reader that finds nothing
        None if material.is_some() && !surely_none => outcome = PageOutcome::Illegible { why: why() },
        None => {}
    }
    let stands_as = material.or(extra.named);
    let seen_as = (stands_as != Some(MaterialKind::Photo)).then_some(seen_as);
    base.documents.push_page(&file, 1, extra.named, stands_as, SeenPage { outcome, seen_as, sheet: None });
    (file, kept)
}

fn of_case<T>(base: &Base, ask: impl FnOnce(&Case<'_>) -> T) -> T {
    let (packs, settings, register, shared) =
        (base::packs(), base::settings(), base::register(), SharedWith::default());
    ask(&Case::new(&base.submission, &base.documents, &packs, &settings, &register, &shared, base::AS_OF, None))
}

fn judged(base: &Base) -> (Vec<Flag>, Verdict) {
    let judgement = of_case(base, judge);
    (judgement.flags, judgement.verdict)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn every_page_is_judged_or_said(name in prop::sample::select(vec!["work", "student", "school", "senior", "training", "intent"]), extra in prop::collection::vec(extras(), 1..4)) {
        let mut base = base::base(name);
        let clean = base.documents.clone();
        for (n, e) in extra.iter().enumerate() {
            let (_, before) = judged(&base);
            let missing: Vec<MaterialKind> = of_case(&base, |case| MaterialKind::ALL.into_iter().filter(|k| !case.has(*k)).collect());
            let (file, kept) = add(&mut base, &clean, e, n);
            let (flags, after) = judged(&base);
            let page = base.documents.pages.iter().find(|p| p.file == file).unwrap().clone();
            let said = flags.iter().any(|f| {
                let by_name = [&f.field, &f.observed].into_iter().flatten().any(|t| t.contains(&file));
                let by_page = f.document.is_some() && (f.document == page.material || f.document == e.named);
                by_name || by_page
            });
            let blank = matches!(page.outcome, PageOutcome::Blank { .. });
            prop_assert!(kept.is_some() || said || blank || e.named == Some(MaterialKind::Other), "{e:?}\n{page:?}\n{flags:?}");
            // Nobody looked at it, or it is another's: never a pass, unless the condition does not ask for that
            // material.
            let asked = |k: MaterialKind| of_case(&base, |case| case.asked_for(k) != Some(false));
            let anothers = e.whose == Whose::Another && kept.is_some_and(|k| asked(k) && k != MaterialKind::IdCardBack) && e.how == How::Legible;
            if anothers {
                prop_assert!(after != Verdict::Pass, "another person's page passes: {e:?}\n{flags:?}");
            }
            let found = page.material.is_some_and(|m| missing.contains(&m));
            prop_assert!(after >= before || found, "{before:?} → {after:?}: {e:?}\n{flags:?}");
        }
    }
}

/// Pages as they are handed in, and what must be flagged (`None`: nothing that reaches a person).
#[test]
fn pages_that_are_not_what_they_seem() {
    use MaterialKind::{ApplicationForm, Diploma, IdCardBack, IdCardFront, Photo, WorkCommitment};
    let page = |named: Option<MaterialKind>, shows: Option<MaterialKind>, whose, how| Extra {
        named,
        shows,
        sure: true,
        whose,
        how,
    };
    use How::{Blank, Legible};
    use Whose::{Another, Own};
    type Named = (&'static str, Extra, Option<(&'static str, Severity)>);
    let cases: [Named; 12] = [
        ("the same card once more", page(Some(IdCardFront), Some(IdCardFront), Own, Legible), None),
        (
            "another person's card",
            page(Some(IdCardFront), Some(IdCardFront), Another, Legible),
            Some(("identity-name-mismatch", Severity::Reject)),
        ),
        (
            "a photo without a face",
            page(Some(Photo), Some(Photo), Another, Legible),
            Some(("photo-face-count", Severity::Reject)),
        ),
        (
            "another person's form",
            page(Some(ApplicationForm), Some(ApplicationForm), Another, Legible),
            Some(("identity-number-mismatch", Severity::Reject)),
        ),
        (
            "another person's letter as the form's second page",
            page(Some(ApplicationForm), Some(WorkCommitment), Another, Legible),
            Some(("identity-name-mismatch", Severity::Reject)),
        ),
        (
            "the card as a letter's second page",
            page(Some(WorkCommitment), Some(IdCardFront), Own, Legible),
            Some(("material-wrong-kind", Severity::Review)),
        ),
        (
            "an honour's certificate as the letter's second page",
            page(Some(WorkCommitment), None, Own, Legible),
            Some(("material-wrong-kind", Severity::Review)),
        ),
        ("the back of the form", page(Some(ApplicationForm), None, Own, Blank), None),
        ("an own card without a name", page(None, Some(IdCardBack), Own, Legible), None),
        (
            "another person's card without a name",
            page(None, Some(IdCardFront), Another, Legible),
            Some(("identity-number-mismatch", Severity::Reject)),
        ),
        ("a file that surely is nothing of ours", page(None, None, Own, Legible), None),
        ("a diploma that nobody asked for", page(Some(Diploma), Some(Diploma), Own, How::Illegible), None),
    ];
    for (name, extra, want) in cases {
        let mut base = base::base("work");
        let clean = base.documents.clone();
        add(&mut base, &clean, &extra, 1);
        let (flags, verdict) = judged(&base);
        match want {
            None => assert_eq!(verdict, Verdict::Pass, "{name}: {flags:?}"),
            Some((rule, severity)) => {
                assert!(flags.iter().any(|f| f.rule == rule && f.severity == severity), "{name}: {flags:?}");
            }
        }
    }
}

/// What is missing by name and shown by a page of another name is there.
#[test]
fn a_page_is_what_it_shows() {
    use MaterialKind::{ApplicationForm, IdCardBack, IdCardFront, WorkCommitment};
    for (name, missing, named) in [
        ("a letter as the form's second page", WorkCommitment, Some(ApplicationForm)),
        ("both sides in one file", IdCardBack, Some(IdCardFront)),
        ("a file without a name", WorkCommitment, None),
    ] {
        let mut base = base::base("work");
        let clean = base.documents.clone();
        base.submission.files.retain(|f| f.kind != Some(missing));
        base.documents.pages.retain(|p| p.material != Some(missing));
        match missing {
            WorkCommitment => base.documents.work_commitment = None,
            _ => base.documents.id_card_back = None,
        }
        assert!(judged(&base).0.iter().any(|f| f.rule == "material-missing"), "{name}: without it");
        add(
            &mut base,
            &clean,
            &Extra { named, shows: Some(missing), sure: true, whose: Whose::Own, how: How::Legible },
            1,
        );
        let (flags, verdict) = judged(&base);
        assert_eq!(verdict, Verdict::Pass, "{name}: {flags:?}");
    }
}

/// Files of a material that nobody asked for show the card, the first probably, the second surely: neither order is
/// better than the other.
#[test]
fn what_nobody_asked_for_is_a_note() {
    use MaterialKind::{Diploma, IdCardFront};
    let mut base = base::base("work");
    let clean = base.documents.clone();
    for (n, sure) in [false, true].into_iter().enumerate() {
        add(
            &mut base,
            &clean,
            &Extra { named: Some(Diploma), shows: Some(IdCardFront), sure, whose: Whose::Own, how: How::Legible },
            n,
        );
        let (flags, verdict) = judged(&base);
        assert_eq!(verdict, Verdict::Pass, "{flags:?}");
        assert!(flags.iter().any(|f| f.rule == "material-wrong-kind" && f.severity == Severity::Note), "{flags:?}");
    }
}

/// A certificate beside the first one is a doubt, however surely it is read: which of them the applicant rests on is
/// not certain.
#[test]
fn a_second_certificate_is_a_doubt() {
    let mut base = base::base("work");
    let mut second = base.documents.prior_certificate.clone().unwrap();
    second.issued_on = Fact::read("2023-09-01", Some(date(2023, 9, 1).into()), 0.99);
    assert_eq!(
        base.documents.add(MaterialKind::PriorCertificate, 2, DocumentFacts::PriorCertificate(Box::new(second))),
        Added::Further
    );
    let (flags, verdict) = judged(&base);
    assert_eq!(verdict, Verdict::Review, "{flags:?}");
}
