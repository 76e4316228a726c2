//! Parts the machine's failures from what is wrong with a file.

use std::io;

/// Is it the machine's failure and not the file's or folder's? All that the system says is, but what concerns a name, a
/// kind and rights.
pub fn is_machines(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    let files = [
        Kind::NotFound,
        Kind::PermissionDenied,
        Kind::IsADirectory,
        Kind::NotADirectory,
        Kind::InvalidFilename,
        Kind::InvalidInput,
        Kind::InvalidData,
        Kind::UnexpectedEof,
    ];
    error.kind() == Kind::OutOfMemory || (error.raw_os_error().is_some() && !files.contains(&error.kind()))
}
