//! Clean submissions, a small pack and settings that all cases start from. Everything in it is invented.

use crate::vocabulary::calendar::{SpanEnd, ValidUntil, WrittenDate, WrittenMonth};
use crate::vocabulary::documents::{
    self as docs, Commitment, ConditionCandidate, ConditionCopy, Documents, PageFacts, PageOutcome, SchoolKind,
    SchoolSentence, Schooling, SeenAs, Sex, SheetFacts, WorkSentence,
};
use crate::vocabulary::fact::{CopyOutcome, Fact, Region, State, Verification};
use crate::vocabulary::finding::Clause;
use crate::vocabulary::form::{Content, FieldType, Form, FormCell, FormField, Part, Side};
use crate::vocabulary::level::Level;
use crate::vocabulary::material::MaterialKind::{
    self, ApplicationForm, CompletionCertificate, Diploma, EducationCommitment, IdCardBack, IdCardFront,
    IntentCommitment, Photo, PriorCertificate, TrainingCommitment, WorkCommitment,
};
use crate::vocabulary::pack::{
    AcceptedForm, Condition, EducationRequirement, Excuse, ExcusedIs, Fee, MaterialRequirement, MissingIs, Occupation,
    Offer, Pack, PackRole, PackSet, PriorRequirement, RelatedOccupation, TrainingRequirement, WorkRequirement,
};
use crate::vocabulary::photo::{Background, Face, FileFormat, Lab, Measure, PhotoFacts};
use crate::vocabulary::register::{Enterprise, Lookup, Register};
use crate::vocabulary::settings::Settings;
use crate::vocabulary::submission::{Entry, IdKind, MaterialFile, Plan, Registration, Submission};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::fmt::Display;

pub const OCCUPATION: &str = "互联网营销师";
pub const NAME: &str = "张晓明";
pub const NUMBER: &str = "110101199003074530";
pub const MOBILE: &str = "13800001234";
pub const CERTIFICATE: &str = "S000011022334455";
pub const EMPLOYER: &str = "北京远帆网络科技有限公司";
pub const AS_OF: Date = date(2024, 8, 1);

/// One registration, its documents, and what the batch shares with it.
pub struct Base {
    pub submission: Submission,
    pub documents: Documents,
}

pub fn settings() -> Settings {
    toml::from_str(include_str!("../../../../../fixtures/rules/settings.toml")).expect("settings.toml")
}

/// A register of one enterprise with a former name, and one that was dissolved.
pub struct OneEmployer(pub Vec<Enterprise>);

pub fn register() -> OneEmployer {
    let enterprise = |name: &str, founded, dissolved, former: &[&str]| Enterprise {
        name: name.to_owned(),
        credit_code: None,
        founded: Some(founded),
        dissolved,
        former_names: former.iter().map(|f| (*f).to_owned()).collect(),
    };
    OneEmployer(vec![
        enterprise(EMPLOYER, date(2010, 5, 20), None, &["北京远帆商贸有限公司"]),
        enterprise("北京短暂文化有限公司", date(2019, 1, 4), Some(date(2021, 6, 30)), &[]),
    ])
}

impl Register for OneEmployer {
    fn look_up(&self, name: &str) -> Lookup<'_> {
        let found: Vec<Enterprise> =
            self.0.iter().filter(|e| e.name == name || e.former_names.iter().any(|f| f == name)).cloned().collect();
        if found.is_empty() { Lookup::NotFound { near: Vec::new() } } else { Lookup::Found(found) }
    }
}

/// Forms with these fields, each in a cell that bears its word.
fn forms() -> Vec<Form> {
    use docs::ApplicationForm as F;
    let in_work = |field| (Some(&F::work), field);
    let own = |field| (None, field);
    let form =
        |id: &str, material, title: &str, fields: Vec<(Option<&'static docs::Field>, &'static docs::Field)>| Form {
            id: id.to_owned(),
            material,
            titles: vec![title.to_owned()],
            instructions: Vec::new(),
            parts: fields.into_iter().map(|(section, field)| cell(section, field)).collect(),
            sha256: String::new(),
        };
    vec![
        form(
            "beijing-application-form",
            ApplicationForm,
            "北京市职业技能认定申报表",
            vec![own(&F::name), own(&F::number)],
        ),
        form("beijing-work-letter", WorkCommitment, "个人工作经历承诺书", vec![own(&Commitment::start)]),
        form(
            "fujian-work-letter",
            WorkCommitment,
            "工作年限承诺书",
            vec![
                own(&Commitment::name),
                own(&Commitment::occupation),
                own(&Commitment::level),
                own(&Commitment::years),
                in_work(&WorkSentence::start),
                in_work(&WorkSentence::end),
                in_work(&WorkSentence::employer),
                in_work(&WorkSentence::post),
                own(&Commitment::signature),
                own(&Commitment::mobile),
                own(&Commitment::signed_on),
            ],
        ),
        form(
            "guangdong-application-form",
            ApplicationForm,
            "广东省职业技能等级认定个人申报表",
            vec![
                own(&F::name),
                own(&F::sex),
                own(&F::born),
                own(&F::number),
                own(&F::mobile),
                own(&F::highest_schooling),
                own(&F::major),
                own(&F::employer),
                own(&F::post),
                own(&F::occupation),
                own(&F::level),
                own(&F::condition),
                own(&F::prior_occupation),
                own(&F::prior_level),
                own(&F::prior_certificate_number),
                own(&F::prior_issued_on),
                in_work(&WorkSentence::start),
                in_work(&WorkSentence::end),
                in_work(&WorkSentence::employer),
                in_work(&WorkSentence::post),
                own(&F::signature),
                own(&F::signed_on),
            ],
        ),
    ]
}

/// What is known of the prior certificate may be left empty.
fn cell(section: Option<&'static docs::Field>, field: &'static docs::Field) -> Part {
    let may_be_empty = field.name.starts_with("prior_");
    let content = FormField { section, field, of: FieldType::Free, may_be_empty, by_hand: field.by_hand };
    Part::Cell(FormCell {
        labels: vec![field.zh.to_owned()],
        under: None,
        value: Side::Right,
        content: Content::Field(content),
        least_mm: [0.0; 2],
    })
}

pub fn packs() -> PackSet {
    let clause = |source: &str| Clause { source: source.to_owned(), text: Some("原文".to_owned()) };
    let material = |material: MaterialKind, missing, excused_by: Vec<Excuse>, excused_is| MaterialRequirement {
        material,
        missing,
        excused_by,
        excused_is,
        clause: clause("材料"),
    };
    let must = |kinds: &[MaterialKind]| -> Vec<MaterialRequirement> {
        [IdCardFront, IdCardBack, Photo, ApplicationForm]
            .iter()
            .chain(kinds)
            .map(|k| material(*k, MissingIs::Reject, Vec::new(), ExcusedIs::Review))
            .collect()
    };
    let condition = |level, number, text: &str, materials| Condition {
        level,
        number,
        text: text.to_owned(),
        clause: clause("条件"),
        work: None,
        prior: None,
        education: None,
        training: None,
        min_age: None,
        materials,
    };
    let prior = |level, held_months| Some(PriorRequirement { level, held_months });
    let work = |months, after_certificate| Some(WorkRequirement { months, after_certificate });
    let mut with_certificate = must(&[WorkCommitment]);
    with_certificate.push(material(
        PriorCertificate,
        MissingIs::Reject,
        vec![Excuse::CertificateNumber],
        ExcusedIs::Review,
    ));
    let mut schooling = must(&[]);
    schooling.push(material(
        Diploma,
        MissingIs::Reject,
        vec![Excuse::Material(EducationCommitment), Excuse::ChsiCode],
        ExcusedIs::Review,
    ));
    schooling.push(material(
        EducationCommitment,
        MissingIs::Reject,
        vec![Excuse::Material(Diploma), Excuse::ChsiCode],
        ExcusedIs::Nothing,
    ));
    let mut training = must(&[WorkCommitment, TrainingCommitment]);
    training.push(material(CompletionCertificate, MissingIs::Review, Vec::new(), ExcusedIs::Review));
    let conditions = vec![
        Condition {
            work: work(60, true),
            prior: prior(Level::Three, None),
            ..condition(Level::Two, 1, TEXT_WORK, with_certificate)
        },
        Condition {
            prior: prior(Level::Three, Some(24)),
            education: Some(EducationRequirement {
                schooling: vec![Schooling::TechnicalTechnician],
                major: false,
                in_study: true,
                students: true,
            }),
            ..condition(Level::Two, 3, TEXT_STUDENT, must(&[PriorCertificate, EducationCommitment]))
        },
        Condition {
            education: Some(EducationRequirement {
                schooling: vec![
                    Schooling::TechnicalIntermediate,
                    Schooling::TechnicalSenior,
                    Schooling::TechnicalTechnician,
                    Schooling::SecondaryVocational,
                    Schooling::HigherVocational,
                    Schooling::Bachelor,
                ],
                major: true,
                in_study: true,
                students: false,
            }),
            ..condition(Level::Four, 3, TEXT_SCHOOL, schooling)
        },
        Condition {
            education: Some(EducationRequirement {
                schooling: vec![Schooling::TechnicalSenior, Schooling::TechnicalTechnician],
                major: true,
                in_study: false,
                students: false,
            }),
            ..condition(
                Level::Three,
                3,
                "取得本专业的技工院校高级工班及以上毕业证书。",
                must(&[Diploma, EducationCommitment]),
            )
        },
        Condition {
            work: work(24, false),
            training: Some(TrainingRequirement { min_hours: Some(104) }),
            ..condition(Level::Four, 4, TEXT_TRAINING, training)
        },
        Condition { min_age: Some(16), ..condition(Level::Five, 1, TEXT_INTENT, must(&[IntentCommitment])) },
    ];
    let majors = |extra: &str| ["电子商务", "市场营销", extra].map(str::to_owned).to_vec();
    let occupation = Occupation {
        name: OCCUPATION.to_owned(),
        related: vec![
            RelatedOccupation { name: "营销员".to_owned(), parts: Vec::new() },
            RelatedOccupation {
                name: "轨道、道路运输人员".to_owned(),
                parts: vec!["轨道运输人员".to_owned(), "道路运输人员".to_owned()],
            },
        ],
        majors: BTreeMap::from([
            (SchoolKind::Technical, majors("网络营销")),
            (SchoolKind::HigherVocational, majors("移动商务")),
            (SchoolKind::SecondaryVocational, majors("网络营销")),
        ]),
        major_classes: BTreeMap::new(),
        conditions,
    };
    let mut elsewhere = occupation.clone();
    elsewhere.related = vec![RelatedOccupation { name: "推销员".to_owned(), parts: Vec::new() }];
    elsewhere.majors = BTreeMap::from([(SchoolKind::Technical, vec!["商务经济与代理".to_owned()])]);
    elsewhere.conditions.clear();
    let offer = |job: &str, level| Offer {
        occupation: OCCUPATION.to_owned(),
        job_type: Some(job.to_owned()),
        level,
        months: vec![8, 9],
    };
    let pack = |id: &str, role, from, to, occupation| Pack {
        id: id.to_owned(),
        title: id.to_owned(),
        role,
        effective_from: from,
        effective_to: to,
        only_by_name: false,
        forms: Vec::new(),
        sha256: String::new(),
        occupations: vec![occupation],
        calendar: Vec::new(),
        fees: Vec::new(),
        clauses: BTreeMap::from([("photo-bytes".to_owned(), clause("三(二)2"))]),
    };
    let mut new = pack("new", PackRole::Notice, date(2024, 1, 1), None, occupation);
    new.calendar =
        Level::ALL.into_iter().map(|l| offer("视频创推员", l)).chain([offer("直播销售员", Level::Four)]).collect();
    new.fees = vec![Fee {
        occupation: OCCUPATION.to_owned(),
        level: Level::Two,
        theory: 80,
        skill: 80,
        review: Some(80),
        total: 240,
    }];
    let old = pack("old", PackRole::Notice, date(2020, 1, 1), Some(date(2023, 12, 31)), elsewhere);
    let forms = forms();
    let accept = |of: &mut Pack, ids: &[&str]| {
        let named = forms.iter().filter(|f| ids.iter().any(|id| f.id.starts_with(id)));
        let accepted =
            |f: &Form| AcceptedForm { form: f.id.clone(), material: f.material, from: of.effective_from, to: None };
        of.forms = named.map(accepted).collect();
    };
    let mut province = Pack { id: "province".to_owned(), only_by_name: true, ..new.clone() };
    accept(&mut new, &["beijing"]);
    accept(&mut province, &["guangdong", "fujian"]);
    PackSet { packs: vec![new, old, province], forms }
}

const TEXT_WORK: &str =
    "取得本职业或相关职业三级/高级工职业资格（职业技能等级）证书后，累计从事本职业或相关职业工作满5年。";
const TEXT_STUDENT: &str =
    "取得本职业或相关职业三级/高级工职业资格（职业技能等级）证书满2年的技师学院预备技师班、技师班学生。";
const TEXT_SCHOOL: &str =
    "取得本专业或相关专业的技工院校或中等及以上职业院校、专科及以上普通高等学校毕业证书（含在读应届毕业生）。";
const TEXT_TRAINING: &str =
    "累计从事本职业或相关职业工作2年（含）以上，经本职业四级/中级工正规培训达规定标准学时，并取得结业证书。";
const TEXT_INTENT: &str = "年满16周岁，拟从事本职业或相关职业工作。";

/// A clean submission of one of the conditions: `work` (level 2, 1), `student` (2, 3), `school` (4, 3), `senior` (3,
/// 3), `training` (4, 4), `intent` (5, 1).
pub fn base(name: &str) -> Base {
    if name == "province" {
        return province();
    }
    let (level, number, text, letters): (Level, u8, &str, &[MaterialKind]) = match name {
        "work" => (Level::Two, 1, TEXT_WORK, &[WorkCommitment, PriorCertificate]),
        "student" => (Level::Two, 3, TEXT_STUDENT, &[EducationCommitment, PriorCertificate]),
        "school" => (Level::Four, 3, TEXT_SCHOOL, &[EducationCommitment, Diploma]),
        "senior" => (Level::Three, 3, "取得本专业的技工院校高级工班及以上毕业证书。", &[EducationCommitment, Diploma]),
        "training" => (Level::Four, 4, TEXT_TRAINING, &[WorkCommitment, TrainingCommitment, CompletionCertificate]),
        _ => (Level::Five, 1, TEXT_INTENT, &[IntentCommitment]),
    };
    let has = |k: MaterialKind| letters.contains(&k);
    let kinds: Vec<MaterialKind> =
        [IdCardFront, IdCardBack, Photo, ApplicationForm].iter().chain(letters).copied().collect();
    let documents = Documents {
        pages: kinds.iter().map(|k| page(*k)).collect(),
        photo: Some(photo()),
        id_card_front: Some(card_front(NAME, NUMBER)),
        id_card_back: Some(docs::IdCardBack {
            authority: read("北京市公安局"),
            valid_from: day(2018, 3, 4),
            valid_to: Fact::read("2038.03.04", Some(ValidUntil::Date(WrittenDate::new(2038, 3, 4))), 0.99),
        }),
        application_form: Some(form(level, text, has(WorkCommitment), has(EducationCommitment), has(PriorCertificate))),
        work_commitment: has(WorkCommitment).then(|| letter(level)),
        education_commitment: has(EducationCommitment).then(|| Commitment {
            education: read(if name == "student" { "预备技师班在读" } else { "高级技工" }),
            ..letter(level)
        }),
        training_commitment: has(TrainingCommitment).then(|| Commitment {
            institution: read("启明职业技能培训学校"),
            hours: shown(120),
            ..letter(level)
        }),
        intent_commitment: has(IntentCommitment).then(|| Commitment { signed_on: day(2024, 7, 8), ..letter(level) }),
        prior_certificate: has(PriorCertificate).then(|| docs::PriorCertificate {
            name: read(NAME),
            number: read(NUMBER),
            certificate_occupation: read("营销员"),
            certificate_level: shown(Level::Three),
            certificate_number: read(CERTIFICATE),
            issued_on: day(2017, 12, 12),
        }),
        diploma: has(Diploma).then(|| diploma(NAME)),
        completion_certificate: has(CompletionCertificate).then(|| docs::CompletionCertificate {
            name: read(NAME),
            number: read(NUMBER),
            hours: shown(120),
            ..Default::default()
        }),
        further: Vec::new(),
        contradictions: Vec::new(),
    };
    Base { submission: submission(level, number, &kinds, has(PriorCertificate)), documents }
}

/// `work` on the forms of another province: one signature under the whole form, a row for each job, in the letter too.
pub fn province() -> Base {
    let Base { submission, mut documents } = base("work");
    let row = || WorkSentence {
        start: month(2018, 3),
        end: Fact::read("2024年3月", Some(SpanEnd::Month(WrittenMonth::new(2024, 3))), 0.99),
        employer: read(EMPLOYER),
        post: read("运营专员"),
        ..WorkSentence::default()
    };
    documents.application_form = documents.application_form.map(|form| docs::ApplicationForm {
        form: Some(docs::FormId("guangdong-application-form".to_owned())),
        chsi_code: Fact::default(),
        work: vec![row()],
        education: SchoolSentence::default(),
        sex: Fact::read("男", Some(Sex::Male), 0.99),
        born: month(1990, 3),
        mobile: read(MOBILE),
        highest_schooling: read("大专"),
        major: read("市场营销"),
        employer: read(EMPLOYER),
        post: read("运营专员"),
        prior_issued_on: day(2017, 12, 12),
        signature: read(NAME),
        signed_on: day(2024, 7, 8),
        ..form
    });
    documents.work_commitment = documents.work_commitment.map(|letter| Commitment {
        form: Some(docs::FormId("fujian-work-letter".to_owned())),
        number: Fact::default(),
        start: Fact::default(),
        end: Fact::default(),
        work: vec![row()],
        signed_on: day(2024, 7, 8),
        ..letter
    });
    Base { submission, documents }
}

fn card_front(name: &str, number: &str) -> docs::IdCardFront {
    docs::IdCardFront {
        name: read(name),
        sex: Fact::read("男", Some(Sex::Male), 0.99),
        ethnicity: read("汉"),
        birth_date: day(1990, 3, 7),
        address: read("北京市东城区"),
        number: read(number),
    }
}

fn diploma(name: &str) -> docs::Diploma {
    docs::Diploma {
        title: read("毕业证书"),
        name: read(name),
        number: read(NUMBER),
        sex: Fact::read("男", Some(Sex::Male), 0.99),
        birth_date: day(1990, 3, 7),
        start: month(2006, 9),
        end: month(2009, 7),
        major: read("市场营销"),
        school: read("北京市启明技师学院"),
        schooling: shown(Schooling::TechnicalSenior),
        diploma_number: read("123456200906123456"),
        issued_on: day(2009, 7, 1),
    }
}

fn submission(level: Level, condition: u8, kinds: &[MaterialKind], prior: bool) -> Submission {
    let text = |t: &str| Some(Entry::new(t, Some(t.to_owned())));
    let registration = Registration {
        name: text(NAME),
        sex: Some(Entry::new("男", Some(Sex::Male))),
        birth_date: Some(Entry::new("1990-03-07", Some(date(1990, 3, 7)))),
        id_type: Some(Entry::new("居民身份证", Some(IdKind::ResidentIdCard))),
        id_number: text(NUMBER),
        education: text("技工学校"),
        mobile: text(MOBILE),
        email: text("user1@example.com"),
        postcode: text("100020"),
        plan: Some(Entry::new("2024年8月视频创推员", Some(Plan { year: Some(2024), month: Some(8) }))),
        occupation: text(OCCUPATION),
        job_type: text("视频创推员"),
        level: Some(Entry::new(level.full(), Some(level))),
        condition: Some(Entry::new(condition.to_string(), Some(condition))),
        prior_certificate_number: prior.then(|| Entry::new(CERTIFICATE, Some(CERTIFICATE.to_owned()))),
        registered_on: Some(Entry::new("2024-07-10", Some(date(2024, 7, 10)))),
        fee_paid: Some(Entry::new("240", Some(240))),
        ..Registration::default()
    };
    let file = |kind: MaterialKind| MaterialFile {
        kind: Some(kind),
        part: 1,
        name: format!("{kind}.jpg"),
        path: String::new().into(),
        bytes: 60_000,
        sha256: Some(format!("{kind}")),
        refused: None,
    };
    Submission {
        id: "0001".to_owned(),
        folder: Some("0001".to_owned()),
        registration: Some(registration),
        files: kinds.iter().map(|k| file(*k)).collect(),
        intake: Vec::new(),
    }
}

fn page(kind: MaterialKind) -> PageFacts {
    PageFacts {
        file: format!("{kind}.jpg"),
        material: Some(kind),
        filed_as: None,
        page: 1,
        in_file: Some(1),
        outcome: PageOutcome::Read,
        seen_as: (kind != Photo).then(|| SeenAs {
            kind: Some(kind),
            confidence: 0.99,
            title: Some(kind.name().to_owned()),
        }),
        perceptual_hash: None,
        sheet: (kind != Photo).then_some(SheetFacts {
            corners: [[0.0, 0.0]; 4],
            turned: 0,
            confidence: 0.99,
            visible: Some(1.0),
            sharpness: Some(0.5),
            glare: Some(0.0),
            chroma: Some(0.3),
            stain: Some(0.0),
        }),
        assigned: None,
    }
}

fn form(level: Level, text: &str, work: bool, school: bool, prior: bool) -> docs::ApplicationForm {
    let nothing = || SchoolSentence {
        start: Fact::blank(0.99),
        end: Fact::blank(0.99),
        school: Fact::blank(0.99),
        major: Fact::blank(0.99),
        signature: Fact::blank(0.99),
        signed_on: Fact::blank(0.99),
    };
    docs::ApplicationForm {
        name: read(NAME),
        number: read(NUMBER),
        prior_occupation: if prior { read("营销员") } else { Fact::blank(0.99) },
        prior_level: if prior { shown(Level::Three) } else { Fact::blank(0.99) },
        prior_certificate_number: if prior { read(CERTIFICATE) } else { Fact::blank(0.99) },
        occupation: read(OCCUPATION),
        level: shown(level),
        condition: Some(ConditionCopy {
            fact: Fact::read(text, Some(text.to_owned()), 0.99).with_free(text).with_verified(Some(Verification {
                expected: text.to_owned(),
                outcome: CopyOutcome::Faithful,
                gap: 0.5,
                differences: Vec::new(),
                rivals: Vec::new(),
            })),
            candidates: vec![ConditionCandidate { text: text.to_owned(), outcome: CopyOutcome::Faithful, gap: 0.5 }],
        }),
        chsi_code: Fact::blank(0.99),
        work: vec![if work { sentence(true) } else { sentence(false) }],
        education: if school {
            SchoolSentence {
                start: month(2006, 9),
                end: Fact::read("2009年7月", Some(SpanEnd::Month(WrittenMonth::new(2009, 7))), 0.99),
                school: read("北京市启明技师学院"),
                major: read("市场营销"),
                signature: read(NAME),
                signed_on: day(2024, 7, 8),
            }
        } else {
            nothing()
        },
        alterations: Vec::new(),
        alterations_judged: true,
        ..docs::ApplicationForm::default()
    }
}

fn sentence(filled: bool) -> WorkSentence {
    let blank = WorkSentence {
        start: Fact::blank(0.99),
        end: Fact::blank(0.99),
        employer: Fact::blank(0.99),
        occupation_start: Fact::blank(0.99),
        occupation_end: Fact::blank(0.99),
        occupation: Fact::blank(0.99),
        years: Fact::blank(0.99),
        signature: Fact::blank(0.99),
        signed_on: Fact::blank(0.99),
        ..WorkSentence::default()
    };
    if !filled {
        return blank;
    }
    WorkSentence {
        start: month(2018, 3),
        end: Fact::read("2024年3月", Some(SpanEnd::Month(WrittenMonth::new(2024, 3))), 0.99),
        employer: read(EMPLOYER),
        occupation: read(OCCUPATION),
        years: shown(6.0),
        signature: read(NAME),
        signed_on: day(2024, 7, 8),
        ..blank
    }
}

fn letter(level: Level) -> Commitment {
    Commitment {
        name: read(NAME),
        number: read(NUMBER),
        occupation: read(OCCUPATION),
        level: shown(level),
        start: month(2018, 3),
        end: Fact::read("2024年3月", Some(SpanEnd::Month(WrittenMonth::new(2024, 3))), 0.99),
        years: shown(6.0),
        signature: read(NAME),
        mobile: read(MOBILE),
        alterations_judged: true,
        ..Commitment::default()
    }
}

fn photo() -> PhotoFacts {
    PhotoFacts {
        file: "个人照片.jpg".to_owned(),
        format: FileFormat::Jpeg,
        bytes: 60_000,
        padding_bytes: 0,
        dimensions: Some((295, 413)),
        complete: Measure::of(true),
        chroma: Measure::of(12.0),
        background: Measure::of(Background { median: Lab { l: 98.0, a: 0.0, b: 0.0 }, white: 0.99, unevenness: 1.0 }),
        faces: Measure::of(vec![Face { region: Region { x: 80, y: 90, width: 130, height: 150 }, score: 0.98 }]),
        head_x: Measure::of(0.5),
        eye_y: Measure::of(0.42),
        head_height: Measure::of(0.55),
        head_cropped: Measure::of(false),
        roll: Measure::of(1.0),
        yaw: Measure::of(0.03),
        eye_openness: Measure::of(0.28),
        mouth_openness: Measure::of(0.02),
        eye_region_darkness: Measure::of([2.0, 3.0]),
        eye_glare: Measure::of(0.0),
        lower_face_difference: Measure::of(0.5),
        head_covering: Measure::of(0.0),
        head_texture: Measure::of(2.0),
        sharpness: Measure::of(200.0),
        effective_resolution: Measure::of(0.9),
        face_lightness: Measure::of(65.0),
        lightness_difference: Measure::of(3.0),
        clothing_like_background: Measure::of(0.05),
        face_proportion: Measure::of(1.0),
        moire: Measure::of(1.0),
        id_portrait_similarity: Measure::of(0.3),
        perceptual_hashes: vec!["0123456789abcdef".to_owned()],
    }
}

fn read(text: &str) -> Fact<String> {
    Fact::read(text, Some(text.to_owned()), 0.99)
}

fn shown<T: Copy + std::fmt::Debug>(value: T) -> Fact<T> {
    Fact::read(format!("{value:?}"), Some(value), 0.99)
}

fn month(year: u16, month: u16) -> Fact<WrittenMonth> {
    dated(WrittenMonth::new(year, month))
}

fn day(year: u16, month: u16, day: u16) -> Fact<WrittenDate> {
    dated(WrittenDate::new(year, month, day))
}

fn dated<T: Copy + Display>(value: T) -> Fact<T> {
    Fact { state: State::Read, ..Fact::read(value.to_string(), Some(value), 0.99) }
}
