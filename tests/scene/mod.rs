//! A folder in which the binary is run as an office runs it: files by their relative names, and a home of its own.

use crate::outputs::binary;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

pub struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    /// An empty one.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// As the system spells it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The binary, started in a folder of the scene.
    pub fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        // No configuration of whoever runs the tests.
        command.current_dir(self.path(folder)).args(arguments).env("OMP_THREAD_LIMIT", "1");
        for name in ["XDG_CONFIG_HOME", "APPDATA", "HOME"] {
            command.env(name, self.path("config"));
        }
        command
    }
}
