//! What computes the neural networks: `rten`, which is in this program, or ONNX Runtime, where its library lies beside
//! it (about twice as fast).
//! Knows tensors and weights, and nothing of what they are for. Both compute on the calling worker's own single thread.

mod onnx;
mod outcome;

pub use outcome::{Output, RuntimeError};

use crate::disk;
use onnx::Library;
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which of them is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// ONNX Runtime where its library is found, else rten.
    Auto,
    Rten,
    Onnxruntime,
}

/// Sees that nobody else can have put the library there: what is loaded runs with the rights of whoever runs the
/// program. The program's owner could as well change the program.
fn guarded(file: &Path, program: Option<&Path>) -> Result<(), RuntimeError> {
    let whole = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let places = [Some(file), file.parent(), Some(&whole), whole.parent(), program.and_then(Path::parent)];
    for place in places.into_iter().flatten() {
        let open = |why: String| RuntimeError::Open { file: file.to_owned(), place: place.to_owned(), why };
        match disk::writable_by_others(place, program) {
            Ok(None) => {}
            Ok(Some(why)) => return Err(open(why.to_owned())),
            Err(e) => return Err(open(e.to_string())),
        }
    }
    Ok(())
}

/// A runtime, ready to load weights. Cheap to clone.
#[derive(Clone)]
pub enum Runtime {
    Rten,
    Onnx(Arc<Library>),
}

impl Runtime {
    /// The wanted runtime. `program` is the file of the running program: the library lies in its folder, in
    /// `onnxruntime/` in it, or in `onnxruntime/` beside it.
    ///
    /// # Errors
    /// The library is wanted and not there, or it is there and cannot be loaded.
    pub fn find(choice: Choice, program: Option<&Path>) -> Result<Self, RuntimeError> {
        if choice == Choice::Rten {
            return Ok(Self::Rten);
        }
        let places = places(program);
        match places.iter().find(|p| p.is_file()) {
            Some(file) => {
                guarded(file, program)?;
                Ok(Self::Onnx(Arc::new(Library::load(file)?)))
            }
            None if choice == Choice::Auto => Ok(Self::Rten),
            None => Err(RuntimeError::Missing { places }),
        }
    }

    /// The library's file and its SHA-256 in lower-case hex; `None` where it is part of this program.
    pub fn file(&self) -> Option<(&Path, &str)> {
        match self {
            Self::Rten => None,
            Self::Onnx(library) => Some((&library.file, &library.sha256)),
        }
    }

    /// The commit that the library was built from; `None` where it is part of this program, or will not say.
    pub fn commit(&self) -> Option<String> {
        match self {
            Self::Rten => None,
            // releases name their branch or only their commit: "ORT Build Info: git-branch=HEAD, git-commit-id=fab30a4,
            // …"
            Self::Onnx(_) => {
                ort::info().split(", ").find_map(|part| part.strip_prefix("git-commit-id=").map(ToOwned::to_owned))
            }
        }
    }

    /// The one thread that a worker's networks compute on.
    pub fn worker(&self) -> Worker {
        match self {
            Self::Rten => Worker(Some(Arc::new(ThreadPool::with_num_threads(1)))),
            Self::Onnx(_) => Worker(None),
        }
    }
}

/// A worker's thread; ONNX Runtime computes on the caller's.
#[derive(Clone)]
pub struct Worker(Option<Arc<ThreadPool>>);

/// Where the library may lie. The system's folders are not searched: what lies there can change under an office's feet.
fn places(program: Option<&Path>) -> Vec<PathBuf> {
    let name = format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let Some(folder) = program.and_then(Path::parent) else { return Vec::new() };
    let beside = folder.parent().map(|up| up.join("onnxruntime").join(&name));
    [Some(folder.join(&name)), Some(folder.join("onnxruntime").join(&name)), beside].into_iter().flatten().collect()
}

/// A network's weights, to be shared between workers. rten's are loaded once, on first use; ONNX Runtime keeps its own
/// copy for each worker.
pub struct Weights {
    runtime: Runtime,
    onnx: &'static [u8],
    /// Arranged for fast multiplication when they are loaded: memory once, time on every picture.
    prepacked: bool,
    loaded: OnceLock<Result<Arc<Model>, String>>,
}

impl Weights {
    pub fn new(runtime: &Runtime, onnx: &'static [u8], prepacked: bool) -> Self {
        Self { runtime: runtime.clone(), onnx, prepacked, loaded: OnceLock::new() }
    }

    /// The network for one worker.
    ///
    /// # Errors
    /// The weights cannot be loaded; the text says why.
    pub fn network(&self, worker: &Worker) -> Result<Network, String> {
        match (&self.runtime, worker) {
            (Runtime::Onnx(library), _) => Ok(Network::Onnx(Mutex::new(library.session(self.onnx)?))),
            (Runtime::Rten, Worker(Some(threads))) => Ok(Network::Rten(self.model()?, Arc::clone(threads))),
            (Runtime::Rten, Worker(None)) => Err("a worker of ONNX Runtime cannot compute with rten".to_owned()),
        }
    }

    fn model(&self) -> Result<Arc<Model>, String> {
        let load = || {
            let mut options = ModelOptions::with_all_ops();
            options.prepack_weights(self.prepacked);
            options.load_static_slice(self.onnx).map(Arc::new).map_err(|e| e.to_string())
        };
        self.loaded.get_or_init(load).clone()
    }
}

/// One worker's network.
pub enum Network {
    Rten(Arc<Model>, Arc<ThreadPool>),
    /// A session is used by its own worker only; the lock is there because using it needs it whole.
    Onnx(Mutex<ort::session::Session>),
}

impl Network {
    /// Computes all outputs of one four-dimensional input, in the model's order. `values` is row-major.
    ///
    /// # Errors
    /// The shape does not fit the values or the network; the text says why.
    pub fn run(&self, shape: [usize; 4], values: Vec<f32>) -> Result<Vec<Output>, String> {
        if shape.iter().product::<usize>() != values.len() {
            return Err(format!("{} values for a tensor of {shape:?}", values.len()));
        }
        match self {
            Self::Onnx(session) => {
                onnx::run(&mut session.lock().unwrap_or_else(PoisonError::into_inner), shape, &values)
            }
            Self::Rten(model, threads) => {
                let node: NodeId = *model.input_ids().first().ok_or("the network has no input")?;
                let input = NdTensor::from_data(shape, values);
                let options = RunOptions::default().with_thread_pool(Some(Arc::clone(threads)));
                let outputs = model
                    .run(vec![(node, input.view().into())], model.output_ids(), Some(options))
                    .map_err(|e| e.to_string())?;
                outputs.into_iter().map(output).collect()
            }
        }
    }

    /// The first output, for networks that have one.
    ///
    /// # Errors
    /// As [`Self::run`], or there is none.
    pub fn run_one(&self, shape: [usize; 4], values: Vec<f32>) -> Result<Output, String> {
        self.run(shape, values)?.into_iter().next().ok_or_else(|| "the network has no output".to_owned())
    }

    /// An entry of the model file's own metadata.
    pub fn metadata(&self, key: &str) -> Option<String> {
        match self {
            Self::Rten(model, _) => model.metadata().get(key).map(ToOwned::to_owned),
            Self::Onnx(session) => session.lock().unwrap_or_else(PoisonError::into_inner).metadata().ok()?.custom(key),
        }
    }
}

fn output(value: Value) -> Result<Output, String> {
    let tensor = value.into_tensor::<f32>().ok_or("an output is no tensor of 32-bit numbers")?;
    Ok(Output { shape: tensor.shape().to_vec(), values: tensor.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_sought_around_the_program_only() {
        let found = places(Some(Path::new("/opt/yushen/bin/yushen")));
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|p| p.starts_with("/opt/yushen")), "{found:?}");
        assert_eq!(places(None), Vec::<PathBuf>::new());
    }

    #[test]
    fn without_the_library_rten_computes_unless_the_other_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("bin").join("yushen");
        assert!(matches!(Runtime::find(Choice::Auto, Some(&program)), Ok(Runtime::Rten)));
        let error = Runtime::find(Choice::Onnxruntime, Some(&program)).err().unwrap().to_string();
        assert!(error.contains("onnxruntime") && error.contains("--runtime rten"), "{error}");
    }

    /// What lies there and is no library must not be passed over in silence.
    #[test]
    fn a_file_that_is_no_library_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("yushen");
        let library = places(Some(&program)).remove(0);
        std::fs::write(&library, b"no library").unwrap();
        assert!(matches!(Runtime::find(Choice::Auto, Some(&program)), Err(RuntimeError::Unusable { .. })));
        assert!(matches!(Runtime::find(Choice::Rten, Some(&program)), Ok(Runtime::Rten)));
    }

    #[test]
    fn a_shape_that_does_not_fit_is_an_error() {
        let runtime = Runtime::Rten;
        let network = Weights::new(&runtime, yushen_models::face::IRIS, false).network(&runtime.worker()).unwrap();
        assert!(network.run([1, 64, 64, 3], vec![0.0; 5]).is_err());
        assert!(network.run([1, 64, 64, 3], vec![0.0; 64 * 64 * 3]).is_ok());
    }
}
