//! A pool of engines: each is built at most once for each thread that works at the same time, and handed back after
//! use.
//! Does not decide how many threads there are.

use super::engine::OcrError;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// Engines of one kind, made on demand.
pub struct Pool<E> {
    idle: Mutex<Vec<E>>,
    make: Box<dyn Fn() -> Result<E, OcrError> + Send + Sync>,
}

impl<E> Pool<E> {
    pub fn new(make: impl Fn() -> Result<E, OcrError> + Send + Sync + 'static) -> Self {
        Self { idle: Mutex::new(Vec::new()), make: Box::new(make) }
    }

    /// Adds an engine that was made already.
    pub fn put(&self, engine: E) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(engine);
    }

    /// An idle engine, or a new one. It goes back when the guard is dropped.
    ///
    /// # Errors
    /// A new engine was needed and could not be made.
    pub fn get(&self) -> Result<Loan<'_, E>, OcrError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let engine = match idle {
            Some(engine) => engine,
            None => (self.make)()?,
        };
        Ok(Loan { engine: Some(engine), pool: self })
    }

    /// Engines not in use.
    pub fn idle(&self) -> usize {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl<E> Loan<'_, E> {
    /// Throws the engine away instead of handing it back: it has failed, and its state is unknown.
    pub fn discard(mut self) {
        self.engine = None;
    }
}

/// An engine on loan.
pub struct Loan<'a, E> {
    engine: Option<E>,
    pool: &'a Pool<E>,
}

impl<E> Deref for Loan<'_, E> {
    type Target = E;

    fn deref(&self) -> &E {
        match &self.engine {
            Some(engine) => engine,
            None => unreachable!("the engine leaves its loan only when that is dropped"),
        }
    }
}

impl<E> Drop for Loan<'_, E> {
    fn drop(&mut self) {
        // An engine that was in use while its thread panicked is thrown away: its state is unknown.
        if let Some(engine) = self.engine.take().filter(|_| !std::thread::panicking()) {
            self.pool.put(engine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn engines_are_used_again() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let pool = Pool::new(move || Ok(count.fetch_add(1, Ordering::SeqCst)));
        for _ in 0..3 {
            let a = pool.get().unwrap();
            let b = pool.get().unwrap();
            assert_ne!(*a, *b);
        }
        assert_eq!((made.load(Ordering::SeqCst), pool.idle()), (2, 2));
    }

    #[test]
    fn a_failure_is_handed_on() {
        let pool: Pool<()> = Pool::new(|| Err(OcrError::Empty { engine: "none" }));
        assert!(pool.get().is_err());
    }
}
