//! From a submission's files to its facts, for a run: engines out of a pool, what is expected of the applicant, and the
//! key under which the facts may be kept.
//! Reads no picture itself and judges nothing; that the store may trust a key depends on this file naming everything
//! that reading is given.

use crate::ingest::{Contents, Unread};
use crate::inspect::context::ReadContext;
use crate::inspect::photo::FaceModels;
use crate::inspect::recognisers::Recognisers;
use crate::inspect::submission;
use crate::ocr::digits::{DigitModel, DigitReader};
use crate::ocr::model_files::model_files;
use crate::ocr::pool::Pool;
use crate::ocr::ppocr::PpOcr;
use crate::ocr::{Engine as OcrEngine, OcrError};
use crate::packs::Loaded;
use crate::pipeline::{Reader, Reading};
use crate::report::run::HashedFile;
#[cfg(debug_assertions)]
use crate::run::faults::Failing;
use crate::run::judge::Registers;
use crate::run::reading_key::Common;
use crate::run::request::{Engine, ReadOptions, RunRequest};
use crate::runtime::Runtime;
use crate::store::Key;
use crate::vocabulary::documents::AssignedPage;
use crate::vocabulary::expectation::Expectations;
use crate::vocabulary::pack::{Governing, PackSet};
use crate::vocabulary::register::{Lookup, NoRegister, Register, RegisterAnswers};
use crate::vocabulary::stage::StageTimes;
use crate::vocabulary::submission::{IntakeIssue, MaterialFile, Registration, Submission};
use crate::warning;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The closed lists of all packs, sorted and distinct: what a copy or a word may be, whichever pack governs.
pub struct Lists {
    conditions: Vec<String>,
    occupations: Vec<String>,
    majors: Vec<String>,
}

impl Lists {
    pub fn of(packs: &PackSet) -> Self {
        let (mut conditions, mut occupations, mut majors) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for occupation in packs.packs.iter().flat_map(|p| &p.occupations) {
            conditions.extend(occupation.conditions.iter().map(|c| c.text.clone()));
            occupations.insert(occupation.name.clone());
            for related in &occupation.related {
                occupations.insert(related.name.clone());
                occupations.extend(related.parts.iter().cloned());
            }
            majors.extend(occupation.majors.values().flatten().cloned());
        }
        let list = |set: BTreeSet<String>| set.into_iter().collect();
        Self { conditions: list(conditions), occupations: list(occupations), majors: list(majors) }
    }

    /// What may be expected of anybody's documents.
    pub fn expectations(&self) -> Expectations {
        Expectations {
            conditions: self.conditions.clone(),
            occupations: self.occupations.clone(),
            majors: self.majors.clone(),
            ..Expectations::default()
        }
    }
}

/// One worker's engines.
struct Worker {
    pen: Box<dyn OcrEngine + Send>,
    print: Box<dyn OcrEngine + Send>,
    digits: DigitReader,
    second: Option<Box<dyn OcrEngine + Send>>,
    faces: FaceModels,
}

pub struct Models {
    pool: Pool<Worker>,
    second: Option<&'static str>,
    /// ONNX Runtime's, if it computes.
    library: Option<HashedFile>,
}

impl Models {
    /// Loads every model that the options ask for. `quiet`: without a warning on stderr where the second reading is not
    /// to be had.
    ///
    /// # Errors
    /// A model or the runtime cannot be loaded, or tesseract was asked for and is not there.
    pub fn load(request: &ReadOptions, quiet: bool) -> anyhow::Result<Self> {
        let runtime = request.runtime.find()?;
        let (small, tiny, faces) = (PpOcr::small(&runtime)?, PpOcr::tiny(&runtime)?, FaceModels::load(&runtime)?);
        let by_tesseract = request.engine == Engine::Tesseract;
        let digits = DigitModel::load(&runtime)?;
        let second = if request.wants_tesseract() { second_engine() } else { Ok(None) };
        let second = match second {
            Ok(engine) => engine,
            Err(error) if by_tesseract => return Err(error.into()),
            // the run goes on without a second reading, and run.json does not name one
            Err(error) => {
                if tracing::enabled!(tracing::Level::WARN) {
                    tracing::warn!("no second reading: {error}");
                } else if !quiet {
                    warning::say(&format!("no second reading: {error}"));
                }
                None
            }
        };
        if by_tesseract && second.is_none() {
            anyhow::bail!("this build has no tesseract; build it with the feature `tesseract` or use --engine ppocr");
        }
        let name = second.as_ref().map(|e| e.name());
        let (has_second, library) = (second.is_some(), library_of(&runtime));
        let (pens, prints, portraits) = (small.models(), tiny.models(), faces.weights());
        let put_together = move |small: PpOcr,
                                 tiny: PpOcr,
                                 digits: DigitReader,
                                 faces: FaceModels,
                                 again: Option<Box<dyn OcrEngine + Send>>| {
            let (pen, second): (Box<dyn OcrEngine + Send>, _) = match again {
                Some(engine) if by_tesseract => (engine, None),
                again => (Box::new(small), again),
            };
            Worker { pen, print: Box::new(tiny), digits, second, faces }
        };
        // what was loaded to see that it loads is the first worker's
        let first = put_together(small, tiny, digits.reader()?, faces, second);
        let make = move || -> Result<Worker, OcrError> {
            let again = if has_second { second_engine()? } else { None };
            let faces =
                portraits.models().map_err(|e| OcrError::Unavailable { engine: "faces", reason: e.to_string() })?;
            Ok(put_together(pens.engine()?, prints.engine()?, digits.reader()?, faces, again))
        };
        let pool = Pool::new(make);
        pool.put(first);
        Ok(Self { pool, second: name, library })
    }

    /// Name and hash of every model file that reads.
    pub fn files(&self) -> Vec<HashedFile> {
        model_hashes(self.second.is_some(), self.library.as_ref())
    }
}

/// Name and hash of every model file; with `second` the language data of the second reading too, where it lies in a
/// usual place; and of the library that computed them, if it is no part of this program.
pub fn model_hashes(second: bool, library: Option<&HashedFile>) -> Vec<HashedFile> {
    let mut files: Vec<HashedFile> =
        model_files().into_iter().map(|m| HashedFile { name: m.name.to_owned(), sha256: m.sha256 }).collect();
    files
        .extend(FaceModels::hashes().map(|(name, hash)| HashedFile { name: name.to_owned(), sha256: hash.to_owned() }));
    if second {
        files.push(HashedFile { name: SECOND.to_owned(), sha256: second_hash().unwrap_or_else(|| "-".to_owned()) });
    }
    files.extend(library.cloned());
    files
}

/// ONNX Runtime's library, as a run's record names it.
pub const LIBRARY: &str = "onnxruntime";

pub fn library_of(runtime: &Runtime) -> Option<HashedFile> {
    runtime.file().map(|(_, sha256)| HashedFile { name: LIBRARY.to_owned(), sha256: sha256.to_owned() })
}

/// The second reader, as a run's record names its data; builds without it have to name it too.
pub const SECOND: &str = "tesseract-chi_sim";

/// The reader beside PP-OCR, if this build has one.
#[cfg(feature = "tesseract")]
fn second_engine() -> Result<Option<Box<dyn OcrEngine + Send>>, OcrError> {
    Ok(Some(Box::new(crate::ocr::tesseract::Tesseract::new()?)))
}

#[cfg(not(feature = "tesseract"))]
fn second_engine() -> Result<Option<Box<dyn OcrEngine + Send>>, OcrError> {
    Ok(None)
}

/// The hash of the second engine's data file, where it lies in a usual place.
fn second_hash() -> Option<String> {
    #[cfg(feature = "tesseract")]
    return crate::ocr::tesseract::data_hash();
    #[cfg(not(feature = "tesseract"))]
    None
}

/// Reads the submissions of a run's batches.
pub struct BatchReader {
    lists: Lists,
    loaded: Arc<Loaded>,
    registers: Registers,
    contents: Vec<Contents>,
    models: Models,
    forced: Option<String>,
    common: Common,
}

impl BatchReader {
    /// `registers` and `contents` are those of the batches, in their order.
    pub fn new(
        loaded: Arc<Loaded>,
        registers: Registers,
        contents: Vec<Contents>,
        models: Models,
        request: &RunRequest,
    ) -> Self {
        #[cfg(debug_assertions)]
        crate::run::faults::strike("(start)");
        let engine = format!("{:?}", request.read.engine);
        let common = Common::new(&models.files(), &engine, &loaded.settings, &loaded.packs.forms);
        Self {
            lists: Lists::of(&loaded.packs),
            loaded,
            registers,
            contents,
            models,
            forced: request.pack.clone(),
            common,
        }
    }

    fn register(&self, batch: usize) -> &dyn Register {
        self.registers.get(batch).map_or(&NoRegister, |r| &**r)
    }

    /// What the readers may expect of this applicant's documents, of which some pages were `assigned`.
    fn expectations(&self, submission: &Submission, assigned: &[AssignedPage]) -> Expectations {
        let mut expect = Expectations { assigned: assigned.to_vec(), ..self.lists.expectations() };
        let Some(r) = &submission.registration else { return expect };
        let text = |entry| Registration::text(entry).map(ToOwned::to_owned);
        expect.name = text(&r.name);
        expect.id_number = text(&r.id_number);
        expect.mobile = text(&r.mobile);
        expect.chsi_code = text(&r.chsi_code);
        expect.prior_certificate_number = text(&r.prior_certificate_number);
        expect.occupation = text(&r.occupation);
        expect.level = r.level.as_ref().and_then(|e| e.value);
        expect.birth_date = r.birth_date.as_ref().and_then(|e| e.value);
        expect.registered_on = r.registered_on.as_ref().and_then(|e| e.value);
        let number = r.condition.as_ref().and_then(|e| e.value);
        if let (Some(day), Some(occupation), Some(level), Some(number)) =
            (expect.registered_on, &expect.occupation, expect.level, number)
        {
            let governing = self.loaded.packs.governing(day, occupation.trim(), level, self.forced.as_deref());
            let accepted = |g: &Governing<'_>| g.accepted_forms(Some(day)).into_iter().map(ToOwned::to_owned).collect();
            expect.forms = governing.as_ref().map(accepted).unwrap_or_default();
            expect.condition = governing.and_then(|g| g.condition(level, number).map(|c| c.text.clone()));
        }
        expect
    }
}

impl Reader for BatchReader {
    fn hash(&self, batch: usize, submission: &mut Submission) -> Result<(), String> {
        self.contents[batch].hash_files(submission, &self.loaded.settings.limits).map_err(|e| e.to_string())
    }

    fn key(&self, _batch: usize, submission: &Submission, assigned: &[AssignedPage]) -> Option<Key> {
        self.common.key(submission, &self.expectations(submission, assigned))
    }

    fn answers(&self, batch: usize, asked: &[String]) -> RegisterAnswers {
        RegisterAnswers::ask(self.register(batch), asked.iter().map(String::as_str))
    }

    fn read(&self, batch: usize, submission: &Submission, assigned: &[AssignedPage]) -> Result<Reading, String> {
        #[cfg(debug_assertions)]
        crate::run::faults::strike(&submission.id);
        let mut times = StageTimes::default();
        let worker = self.models.pool.get().map_err(|error| format!("读取程序出错，与材料内容无关：{error}"))?;
        let expect = self.expectations(submission, assigned);
        let limits = &self.loaded.settings.limits;
        // Why the files cannot be read as they were found, if they cannot.
        let hindered: RefCell<Option<String>> = RefCell::default();
        let hinder = |why: String| hindered.borrow_mut().get_or_insert(why).clone();
        let open = |file: &MaterialFile| {
            let mut now = file.clone();
            let bytes = self.contents[batch].read_file(&mut now, limits);
            match (bytes, &file.sha256) {
                // What is read must be what was hashed: run.json names it, and the store keeps it under that hash.
                (Ok(bytes), Some(_)) if now.sha256 == file.sha256 => Ok(bytes),
                (Err(Unread::Machine(why)), _) => Err(hinder(why)),
                (_, Some(_)) => Err(hinder(format!("文件“{}”在审核过程中被改动或移走，请重新审核", file.name))),
                // It could not be read when it was hashed, which is told; by now it may be there.
                (Ok(_), None) => Err("审核开始时无法读取".to_owned()),
                (Err(unread), None) => Err(why_of(unread)),
            }
        };
        let register = Listening { register: self.register(batch), asked: Mutex::default() };
        let (pen, print, second): (&dyn OcrEngine, &dyn OcrEngine, _) =
            (&*worker.pen, &*worker.print, worker.second.as_deref().map(|e| e as &dyn OcrEngine));
        #[cfg(debug_assertions)]
        let patience = crate::run::faults::patience(&submission.id);
        let digits: &dyn OcrEngine = &worker.digits;
        #[cfg(debug_assertions)]
        let digits = Failing::new(digits, &patience);
        #[cfg(debug_assertions)]
        let digits: &dyn OcrEngine = &digits;
        #[cfg(debug_assertions)]
        let (pen, print, second) =
            (Failing::new(pen, &patience), Failing::new(print, &patience), second.map(|e| Failing::new(e, &patience)));
        #[cfg(debug_assertions)]
        let (pen, print, second): (&dyn OcrEngine, &dyn OcrEngine, _) =
            (&pen, &print, second.as_ref().map(|e| e as &dyn OcrEngine));
        let recognisers = Recognisers::new(pen, print, digits, second);
        let context = ReadContext {
            recognisers,
            faces: Some(&worker.faces),
            settings: &self.loaded.settings,
            forms: &self.loaded.packs.forms,
            register: &register,
            open: &open,
        };
        let read = submission::read(submission, &expect, &context, &mut times);
        if let Some(why) = hindered.into_inner() {
            return Err(why);
        }
        let documents = match read {
            Ok(documents) => documents,
            Err(error) => {
                worker.discard();
                return Err(error.to_string());
            }
        };
        let asked = register.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let lasting = submission.files.iter().all(|f| f.sha256.is_some() || f.refused.is_some());
        Ok(Reading { documents, times, asked, lasting })
    }
}

/// A register, and what it was asked.
struct Listening<'a> {
    register: &'a dyn Register,
    asked: Mutex<Vec<String>>,
}

impl Register for Listening<'_> {
    fn look_up(&self, name: &str) -> Lookup<'_> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
        self.register.look_up(name)
    }
}

/// Why a file could not be read.
pub fn why_of(unread: Unread) -> String {
    match unread {
        Unread::File(IntakeIssue::InputRefused { why, .. } | IntakeIssue::FileUnreadable { why, .. })
        | Unread::Machine(why) => why,
        Unread::File(other) => format!("{other:?}"),
    }
}
