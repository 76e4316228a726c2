//! Fakes: a submission is a folder with `form.txt`, whose lines say what is read (`name=…`) and what goes wrong
//! (`panic=read`).

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use yushen::packs;
use yushen::pipeline::{BatchInput, Judge, Reader, Reading};
use yushen::report::run::{HashedFile, Provenance, Recorded};
use yushen::run::given::{Adjusted, Adjustment, Deciding, Waiving};
use yushen::run::request::{JudgeRequest, ReportRequest, RunRequest};
use yushen::run::stages::Stages;
use yushen::run::tools::{Finder, Opened, OpenedRules, Present, Tools};
use yushen::store::Key;
use yushen::vocabulary::batch::{CrossKeys, Others, SharedWith};
use yushen::vocabulary::calendar::{SpanEnd, WrittenDate, WrittenMonth};
use yushen::vocabulary::documents::{
    Alteration, AlterationKind, ApplicationForm, AssignedPage, ConditionCandidate, ConditionCopy, Documents, PageFacts,
    PageOutcome, SheetFacts, WorkSentence,
};
use yushen::vocabulary::fact::{
    Alternative, CopyOutcome, Difference, Fact, Place, Region, SecondReading, Verification,
};
use yushen::vocabulary::finding::{Clause, Flag, Message, Severity, Verdict};
use yushen::vocabulary::level::Level;
use yushen::vocabulary::material::MaterialKind;
use yushen::vocabulary::outcome::{BatchNote, Judged, NotEvaluated, RuleTitle};
use yushen::vocabulary::photo::{FileFormat, Measure, PhotoFacts};
use yushen::vocabulary::register::{Enterprise, Lookup, Register as _, RegisterAnswer, RegisterAnswers};
use yushen::vocabulary::stage::{Stage, StageTimes};
use yushen::vocabulary::submission::{Entry, IntakeIssue, MaterialFile, Registration, Submission};

/// An invented ID number with a right check digit; nobody's.
pub const NUMBER: &str = "110101199003070011";

/// Writes a batch: `(id, lines of form.txt)`.
pub fn batch(root: &Path, submissions: &[(&str, &str)]) {
    for (id, form) in submissions {
        fs::create_dir_all(root.join(id)).unwrap();
        fs::write(root.join(id).join("form.txt"), form).unwrap();
    }
}

/// Every folder under `root` is a submission; one row without a folder beside them if `orphan` names it.
pub fn discover(root: &Path, orphan: Option<&str>) -> BatchInput {
    let mut submissions: Vec<Submission> = fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.path().is_dir())
        .map(|e| submission(&e.path()))
        .collect();
    let folders = submissions.len() as u64;
    if let Some(id) = orphan {
        submissions.push(Submission {
            id: id.into(),
            registration: Some(registration("无夹")),
            intake: vec![IntakeIssue::RegistrationOrphan],
            ..Submission::default()
        });
    }
    let notes = vec![BatchNote {
        rule: Some("input-refused".into()),
        file: Some("x.zip".into()),
        row: None,
        zh: "压缩包未打开".into(),
        en: "not opened".into(),
        first: false,
    }];
    BatchInput {
        label: root.to_string_lossy().into_owned(),
        root: root.to_owned(),
        rows: submissions.len() as u64,
        folders,
        submissions,
        notes,
        ..BatchInput::default()
    }
}

fn submission(folder: &Path) -> Submission {
    let id = folder.file_name().unwrap().to_string_lossy().into_owned();
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| MaterialFile {
            kind: Some(MaterialKind::ApplicationForm),
            part: 1,
            name: e.file_name().to_string_lossy().into_owned(),
            path: e.path(),
            bytes: e.metadata().unwrap().len(),
            sha256: None,
            refused: None,
        })
        .collect();
    let form = fs::read_to_string(folder.join("form.txt")).unwrap_or_default();
    let registration = registration(said(&form, "registered").or(said(&form, "name")).unwrap_or("未填"));
    Submission { id: id.clone(), folder: Some(id), registration: Some(registration), files, intake: Vec::new() }
}

fn registration(name: &str) -> Registration {
    Registration {
        name: Some(Entry::new(name, Some(name.to_owned()))),
        birth_date: Some(Entry::new("1990-03-07", Some(Date::constant(1990, 3, 7)))),
        id_number: Some(Entry::new(NUMBER, Some(NUMBER.to_owned()))),
        occupation: Some(Entry::new("互联网营销师", Some("互联网营销师".to_owned()))),
        level: Some(Entry::new("四级", Some(Level::Four))),
        condition: Some(Entry::new("2", Some(2))),
        ..Registration::default()
    }
}

fn said<'a>(form: &'a str, key: &str) -> Option<&'a str> {
    form.lines().find_map(|l| l.strip_prefix(key)?.strip_prefix('='))
}

/// Reads `form.txt`; waits a little, differently for each, so that submissions overtake each other.
#[derive(Default)]
pub struct FakeReader {
    pub read: AtomicU64,
    /// Part of every key.
    pub version: &'static str,
    /// What the register says of every name.
    pub register: &'static str,
}

impl Reader for FakeReader {
    fn hash(&self, _batch: usize, submission: &mut Submission) -> Result<(), String> {
        for f in &mut submission.files {
            let bytes = fs::read(&f.path).unwrap();
            f.sha256 = Some(Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect());
        }
        Ok(())
    }

    fn key(&self, _batch: usize, submission: &Submission, assigned: &[AssignedPage]) -> Option<Key> {
        let hashes: Option<Vec<String>> = submission.files.iter().map(|f| f.sha256.clone()).collect();
        hashes.map(|h| Key::of(format!("{} {h:?} {assigned:?}", self.version).as_bytes()))
    }

    fn answers(&self, _batch: usize, asked: &[String]) -> RegisterAnswers {
        RegisterAnswers(Some(
            asked
                .iter()
                .map(|a| RegisterAnswer { asked: a.clone(), found: Vec::new(), near: vec![self.register.to_owned()] })
                .collect(),
        ))
    }

    fn read(&self, _batch: usize, submission: &Submission, _assigned: &[AssignedPage]) -> Result<Reading, String> {
        let nth = self.read.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(7 * (3 - nth % 4)));
        let mut times = StageTimes::default();
        times.add(Stage::Recognise, Duration::from_millis(1));
        let asked = vec!["甲公司".to_owned()];
        let Some(file) = submission.files.first() else {
            return Ok(Reading { times, lasting: true, ..Reading::default() });
        };
        let form = fs::read_to_string(&file.path).unwrap();
        assert_ne!(said(&form, "panic"), Some("read"), "the reader fell over {NUMBER}");
        Ok(Reading { documents: documents(&form), times, asked, lasting: said(&form, "lasting") != Some("no") })
    }
}

/// Documents with at least one of everything that is hard to write down.
fn documents(form: &str) -> Documents {
    let place = |x| Place {
        document: MaterialKind::ApplicationForm,
        page: 1,
        region: Some(Region { x, y: 20, width: 300, height: 48 }),
    };
    let confidence = if said(form, "panic") == Some("nan") { f32::NAN } else { 0.937_654_3 };
    let name = said(form, "name")
        .map_or_else(Fact::illegible, |n| Fact::read(n, Some(n.to_owned()), confidence).at(place(10)));
    let differences = vec![
        Difference::Changed { position: 3, expected: "后".into(), written: "候".into() },
        Difference::Dropped { position: 9, expected: "满".into() },
    ];
    let verified = Verification {
        expected: "累计".into(),
        outcome: CopyOutcome::CannotTell,
        gap: 7.123_457,
        differences,
        rivals: Vec::new(),
    };
    let condition =
        Fact::read("累计", Some("累计".to_owned()), 0.6).at(place(11)).with_free("累汁").with_verified(Some(verified));
    let number = Fact {
        alternatives: vec![Alternative { text: "11010119900307001I".into(), confidence: 0.1 }],
        second: Some(SecondReading { engine: "tesseract".into(), text: NUMBER.into(), confidence: 0.8 }),
        printed: Some(0.02),
        ..Fact::read(NUMBER, Some(NUMBER.to_owned()), 0.99).at(place(12))
    };
    let sentence = WorkSentence {
        start: Fact::read("2015年3月", Some(WrittenMonth::new(2015, 3)), 1.0 / 3.0).at(place(13)),
        end: Fact::read("至今", Some(SpanEnd::UntilNow), 0.9),
        years: Fact::read("1.5", Some(1.5), 0.9),
        signed_on: Fact::read("2024年2月30日", Some(WrittenDate::new(2024, 2, 30)), 0.9),
        ..WorkSentence::default()
    };
    let page = PageFacts {
        file: "form.txt".into(),
        material: Some(MaterialKind::ApplicationForm),
        filed_as: None,
        page: 1,
        in_file: Some(1),
        outcome: PageOutcome::Illegible { why: "blurred".into() },
        seen_as: None,
        perceptual_hash: Some("00ff00ff00ff00ff".into()),
        sheet: Some(SheetFacts {
            corners: [[0.1, 0.2], [2000.5, 0.0], [2000.0, 3000.0], [0.0, 3000.0]],
            turned: 1,
            confidence: 0.9,
            visible: None,
            sharpness: Some(0.3),
            glare: None,
            chroma: Some(0.0),
            stain: None,
        }),
        assigned: None,
    };
    Documents {
        pages: vec![page],
        photo: Some(PhotoFacts {
            file: "photo.jpg".into(),
            format: FileFormat::Jpeg,
            bytes: 50_000,
            padding_bytes: 0,
            dimensions: Some((295, 413)),
            complete: Measure::of(true),
            chroma: Measure::not_assessed("grey"),
            background: Measure::default(),
            faces: Measure::of(Vec::new()),
            head_x: Measure::at(0.51, Region { x: 1, y: 2, width: 3, height: 4 }),
            eye_y: Measure::default(),
            head_height: Measure::default(),
            head_cropped: Measure::default(),
            roll: Measure::default(),
            yaw: Measure::default(),
            eye_openness: Measure::default(),
            mouth_openness: Measure::default(),
            eye_region_darkness: Measure::default(),
            eye_glare: Measure::default(),
            lower_face_difference: Measure::default(),
            sharpness: Measure::default(),
            effective_resolution: Measure::default(),
            face_lightness: Measure::default(),
            lightness_difference: Measure::default(),
            clothing_like_background: Measure::default(),
            face_proportion: Measure::default(),
            head_covering: Measure::default(),
            head_texture: Measure::default(),
            moire: Measure::default(),
            id_portrait_similarity: Measure::default(),
            perceptual_hashes: vec!["0123456789abcdef".into()],
        }),
        application_form: Some(ApplicationForm {
            name,
            number,
            level: Fact::read("四级", Some(Level::Four), 0.9),
            condition: Some(ConditionCopy {
                candidates: vec![ConditionCandidate { text: "累计".into(), outcome: CopyOutcome::Differs, gap: 7.5 }],
                fact: condition,
            }),
            work: vec![sentence],
            alterations: vec![Alteration {
                kind: AlterationKind::StruckOut,
                field: "name".into(),
                confidence: 0.7,
                place: place(14),
                overruled: None,
            }],
            alterations_judged: true,
            ..ApplicationForm::default()
        }),
        ..Documents::default()
    }
}

/// Judges: the name read against the registered one, blanks of doubt, and what submissions share.
pub struct FakeJudge;

impl Judge for FakeJudge {
    fn keys(&self, submission: &Submission, documents: &Documents) -> CrossKeys {
        let name = documents.application_form.as_ref().and_then(|f| f.name.value.clone());
        CrossKeys { submission_id: submission.id.clone(), id_number: name, ..CrossKeys::default() }
    }

    fn shared(&self, keys: &[CrossKeys]) -> BTreeMap<String, SharedWith> {
        let others = |k: &CrossKeys| {
            let alike = keys
                .iter()
                .filter(|o| o.id_number.is_some() && o.id_number == k.id_number && o.submission_id != k.submission_id);
            Others::all(alike.map(|o| o.submission_id.clone()).collect())
        };
        keys.iter()
            .map(|k| (k.submission_id.clone(), SharedWith { identity: others(k), ..SharedWith::default() }))
            .collect()
    }

    /// An invented register that has one employer.
    fn register(&self, _batch: usize, documents: &Documents) -> RegisterAnswers {
        let found = vec![Enterprise {
            name: "甲公司".into(),
            credit_code: None,
            founded: Some(Date::constant(2010, 5, 20)),
            dissolved: None,
            former_names: Vec::new(),
        }];
        let asked = documents
            .application_form
            .as_ref()
            .map(|_| vec![RegisterAnswer { asked: "甲公司".into(), found, near: Vec::new() }]);
        RegisterAnswers(asked)
    }

    fn judge(
        &self,
        submission: &Submission,
        documents: &Documents,
        register: &RegisterAnswers,
        shared: &SharedWith,
    ) -> Judged {
        let mut flags = Vec::new();
        for id in &shared.identity.named {
            flags.push(Flag {
                observed: Some(id.clone()),
                ..flag("identity-duplicate", Severity::Review, "同一人在本批次中另有申报。")
            });
        }
        for issue in &submission.intake {
            flags.push(match issue {
                IntakeIssue::RegistrationOrphan => {
                    flag("registration-orphan", Severity::Review, "登记表有此人，未见材料。")
                }
                IntakeIssue::RegistrationDuplicate { detail } => Flag {
                    observed: Some(detail.clone()),
                    ..flag("registration-duplicate", Severity::Review, "报名编号重复。")
                },
                _ => flag("registration-missing", Severity::Review, "未见登记信息。"),
            });
        }
        if let Some(form) = &documents.application_form {
            let registered = submission.registration.as_ref().and_then(|r| Registration::text(&r.name));
            let read = form.name.value.as_deref();
            assert_ne!(read, Some("法官摔倒"), "the judge fell over");
            if read.is_some() && read != registered {
                flags.push(Flag {
                    document: Some(MaterialKind::ApplicationForm),
                    page: Some(1),
                    field: Some("name".into()),
                    expected: registered.map(ToOwned::to_owned),
                    observed: read.map(ToOwned::to_owned),
                    confidence: Some(form.name.confidence),
                    place: form.name.place.clone(),
                    rule_pack: "n24@2024-01-01".into(),
                    ..flag("identity-name-mismatch", Severity::Reject, "申报表姓名与报名信息不一致，请核对后重新填写。")
                });
            } else if read.is_none() {
                flags.push(flag("reading-doubtful", Severity::Review, "姓名无法辨认。"));
            }
        }
        let not_evaluated = vec![NotEvaluated {
            rule: "photo-glasses".into(),
            why: "no honest measure".into(),
            zh: "无法可靠测量".into(),
        }];
        let known = matches!(register.look_up("甲公司"), Lookup::Found(e) if e[0].founded.is_some());
        assert_eq!(known, documents.application_form.is_some(), "what the register said reaches the judge");
        Judged {
            verdict: Verdict::of(&flags),
            flags,
            not_evaluated,
            work_months: Some(61),
            decision: None,
            record: Vec::new(),
            spot_check: false,
        }
    }

    fn titles(&self) -> Vec<RuleTitle> {
        [
            ("identity-name-mismatch", "姓名不一致"),
            ("internal-error", "程序内部出错"),
            ("registration-orphan", "有登记无材料"),
            ("reading-doubtful", "辨认不清"),
        ]
        .into_iter()
        .map(|(id, zh)| RuleTitle { id: id.into(), zh: zh.into(), en: id.replace('-', " "), ..RuleTitle::default() })
        .collect()
    }
}

pub fn flag(rule: &str, severity: Severity, zh: &str) -> Flag {
    Flag {
        rule: rule.into(),
        severity,
        document: None,
        page: None,
        field: None,
        expected: None,
        observed: None,
        confidence: None,
        message: Message::new(zh, rule),
        clause: Clause { source: "N24 三(二)1".into(), text: Some("必须完全一致".into()) },
        rule_pack: "-".into(),
        place: None,
        waived: None,
    }
}

/// The stages as fakes; opening fails for a folder of rules called `bad`.
#[derive(Default)]
pub struct FakeTools {
    pub orphan: Option<&'static str>,
    /// Hands the submissions over in the opposite order.
    pub reversed: bool,
    /// Of the reader, and of what the register says.
    pub version: &'static str,
    pub register: &'static str,
}

impl Tools for FakeTools {
    fn open(&self, request: &RunRequest, as_of: Date) -> anyhow::Result<Opened> {
        anyhow::ensure!(request.rules.as_deref() != Some(Path::new("bad")), "bad/pack.toml:3:7: unknown key `titel`");
        let mut batches: Vec<BatchInput> = request.batches.iter().map(|b| discover(b, self.orphan)).collect();
        for b in &mut batches {
            b.submissions.sort_by(|a, b| a.id.cmp(&b.id));
            if self.reversed {
                b.submissions.reverse();
            }
        }
        let provenance = Provenance { models: models(), ..Provenance::default() };
        let mut by: Vec<Box<dyn Adjustment>> = Vec::new();
        let known = ["identity-name-mismatch", "reading-doubtful"];
        if let Some(path) = &request.given.waivers {
            by.push(Box::new(Waiving::new(packs::load_waivers(path, &known)?, as_of)));
        }
        if !request.given.decisions.is_empty() {
            let files = request.given.decisions.iter().map(|path| packs::load_record(path, &known));
            by.push(Box::new(Deciding::new(files.collect::<Result<_, _>>()?, as_of)));
        }
        Ok(Opened {
            batches,
            reader: Box::new(FakeReader { version: self.version, register: self.register, ..FakeReader::default() }),
            judge: Box::new(Adjusted { judge: Box::new(FakeJudge), by }),
            provenance,
            longest: Duration::from_mins(10),
        })
    }

    fn judge(&self, _request: &JudgeRequest, _as_of: Date) -> anyhow::Result<OpenedRules> {
        Ok(OpenedRules { judge: Box::new(FakeJudge), provenance: Provenance::default() })
    }

    fn present(&self, _rules: Option<&Path>, _models: &[HashedFile]) -> anyhow::Result<Present> {
        Ok(Present { models: models(), ..Present::default() })
    }

    fn finder(&self, _rules: Option<&Path>, _recorded: &Recorded) -> anyhow::Result<Finder<'_>> {
        Ok(Box::new(|root| {
            let mut batch = discover(root, self.orphan);
            batch.submissions.iter_mut().for_each(|s| FakeReader::default().hash(0, s).unwrap());
            Ok(batch)
        }))
    }

    fn report(&self, request: &ReportRequest) -> anyhow::Result<PathBuf> {
        Stages.report(request)
    }
}

fn models() -> Vec<HashedFile> {
    vec![HashedFile { name: "rec.onnx".into(), sha256: "ab".repeat(32) }]
}

/// Runs the command line; gives its exit code, stdout and stderr.
pub fn yushen(tools: &FakeTools, arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("yushen").chain(arguments.iter().copied()).map(Into::into);
    let code = yushen::cli::run(arguments, tools, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// Audits `root` into `out`, quietly.
pub fn audit(tools: &FakeTools, root: &Path, out: &Path, more: &[&str]) -> u8 {
    let mut arguments =
        vec!["audit", root.to_str().unwrap(), "-o", out.to_str().unwrap(), "--quiet", "--as-of", "2026-01-02"];
    arguments.extend(more);
    let (code, _, err) = yushen(tools, &arguments);
    assert_eq!(err, "");
    code
}
