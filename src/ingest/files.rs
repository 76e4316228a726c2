//! From the files found in a folder to a submission's materials, and from a material to its bytes and hash.
//! Decides by name and size only what may be opened; what the content is, is not asked here.

use super::aliases::Aliases;
use super::machine::is_machines;
use super::walk::{Folder, Found, file_name};
use crate::disk;
use crate::vocabulary::settings::LimitSettings;
use crate::vocabulary::submission::{IntakeIssue, MaterialFile, Submission};
use crate::vocabulary::text::is_invisible;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};

/// Why a file's bytes could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is the file's doing: it is refused, gone, not for us to read, or broken inside its archive. To be put into
    /// the submission's `intake`.
    #[error("{0:?}")]
    File(IntakeIssue),
    /// It is this machine's: no memory or descriptors, a disk or network drive that does not answer. Says nothing of
    /// the file; another run may read it.
    #[error("{0}")]
    Machine(String),
}

/// Hashes every file of a submission that was not refused, in small pieces; one that cannot be read becomes an intake
/// issue.
///
/// # Errors
/// The machine failed ([`Unread::Machine`]): nothing is known of the files.
pub fn hash_files(submission: &mut Submission) -> Result<(), Unread> {
    hash_each(submission, |file| {
        disk::open_file(&file.path).and_then(|opened| as_long_as(opened, file.bytes)).and_then(hash)
    })
}

/// As [`hash_files`], each file hashed by `hash_of`.
pub(super) fn hash_each(
    submission: &mut Submission,
    hash_of: impl Fn(&MaterialFile) -> io::Result<String>,
) -> Result<(), Unread> {
    let mut issues = Vec::new();
    for file in submission.files.iter_mut().filter(|f| f.refused.is_none()) {
        match hash_of(file) {
            Ok(hash) => file.sha256 = Some(hash),
            Err(e) if is_machines(&e) => return Err(machine(file, &e)),
            Err(e) => issues.push(IntakeIssue::FileUnreadable { file: file.name.clone(), why: plain(&e) }),
        }
    }
    submission.intake.extend(issues);
    Ok(())
}

fn machine(file: &MaterialFile, error: &io::Error) -> Unread {
    Unread::Machine(format!("读取文件“{}”时本机出错，与材料内容无关：{error}", file.name))
}

/// The bytes of a file that was not refused, its hash set on the way; for a caller that opens the file anyway.
///
/// # Errors
/// It is refused, unreadable, or grown over the limit since it was found; or the machine failed.
pub fn read_file(file: &mut MaterialFile, limits: &LimitSettings) -> Result<Vec<u8>, Unread> {
    let (path, size) = (file.path.clone(), file.bytes);
    read_with(file, limits, |most| {
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(most)).unwrap_or(0));
        as_long_as(disk::open_file(&path)?, size)?.take(most).read_to_end(&mut bytes).map(|_| bytes)
    })
}

/// As [`read_file`]; `bytes_of` gives the file's bytes, at most so many.
pub(super) fn read_with(
    file: &mut MaterialFile,
    limits: &LimitSettings,
    bytes_of: impl FnOnce(u64) -> io::Result<Vec<u8>>,
) -> Result<Vec<u8>, Unread> {
    if let Some(why) = &file.refused {
        return Err(Unread::File(IntakeIssue::InputRefused { file: file.name.clone(), why: why.clone() }));
    }
    let limit = limits.max_file_bytes;
    let unread = |e: io::Error| {
        if is_machines(&e) {
            machine(file, &e)
        } else {
            Unread::File(IntakeIssue::FileUnreadable { file: file.name.clone(), why: plain(&e) })
        }
    };
    let bytes = bytes_of(limit.saturating_add(1)).map_err(unread)?;
    if bytes.len() as u64 > limit {
        return Err(Unread::File(IntakeIssue::InputRefused {
            file: file.name.clone(),
            why: too_large(bytes.len() as u64, limit),
        }));
    }
    file.sha256 = Some(sha256(&bytes));
    Ok(bytes)
}

/// Lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The materials of a folder in order of material, page and name (strangers last), with an issue for each refused one.
/// Notes the aliases that matched.
pub(super) fn materials(
    folder: &Folder,
    aliases: &Aliases,
    limits: &LimitSettings,
    used: &mut BTreeSet<String>,
) -> (Vec<MaterialFile>, Vec<IntakeIssue>) {
    let mut issues = Vec::new();
    let mut files: Vec<MaterialFile> = folder
        .files
        .iter()
        .filter(|f| !is_registration(f, folder))
        .map(|f| material(f, folder, aliases, limits, used))
        .collect();
    files.sort_by(|a, b| (a.kind.is_none(), a.kind, a.part, &a.name).cmp(&(b.kind.is_none(), b.kind, b.part, &b.name)));
    let mut together = 0_u64;
    for (i, file) in files.iter_mut().enumerate() {
        if i >= limits.max_files && file.refused.is_none() {
            file.refused = Some(format!("一份报名的文件超过上限 {} 个", limits.max_files));
        }
        if file.refused.is_none() {
            together = together.saturating_add(file.bytes);
            if together > limits.max_submission_bytes {
                file.refused = Some(format!("一份报名的文件合计超过上限 {} 字节", limits.max_submission_bytes));
            }
        }
        if let Some(why) = &file.refused {
            issues.push(IntakeIssue::InputRefused { file: file.name.clone(), why: why.clone() });
        }
    }
    (files, issues)
}

/// `submission.json` directly in the folder (or in a folder of the same name in it) is registration, not a material; as
/// a link it is refused like any other file.
pub(super) fn is_registration(found: &Found, folder: &Folder) -> bool {
    let own = format!("/{}", folder.inside.rsplit('/').next().unwrap_or_default());
    let Some(mut rest) = found.inside.strip_prefix(&folder.inside) else { return false };
    while let Some(deeper) = rest.strip_prefix(&own).filter(|deeper| deeper.starts_with('/')) {
        rest = deeper;
    }
    found.refused.is_none() && rest == "/submission.json"
}

/// The opened file, if it has the size that it was found with.
///
/// # Errors
/// Otherwise: [`Changed`] inside.
pub(super) fn as_long_as(file: File, bytes: u64) -> io::Result<File> {
    if file.metadata()?.len() == bytes { Ok(file) } else { Err(io::Error::other(Changed)) }
}

/// It is not as long as it was when it was found.
#[derive(Debug, thiserror::Error)]
#[error("文件在列出之后被改动，请重新审核")]
pub(super) struct Changed;

/// The system's words without its error numbers' noise; never the path.
pub(super) fn plain(error: &io::Error) -> String {
    if let Some(own) = error.get_ref() {
        if own.is::<disk::NotAFile>() {
            return "在列出之后被换成了链接或其他非普通文件，未读取".into();
        }
        if own.is::<Changed>() {
            return own.to_string();
        }
    }
    match error.kind() {
        io::ErrorKind::NotFound => "文件已不存在".into(),
        io::ErrorKind::PermissionDenied => "没有读取权限".into(),
        _ => format!("读取失败：{error}"),
    }
}

fn material(
    found: &Found,
    folder: &Folder,
    aliases: &Aliases,
    limits: &LimitSettings,
    used: &mut BTreeSet<String>,
) -> MaterialFile {
    let inside = found.inside.strip_prefix(&folder.inside).unwrap_or(&found.inside).trim_start_matches('/');
    let own_name = file_name(found);
    let refused = found
        .refused
        .clone()
        .or_else(|| absurd(inside, limits))
        .or_else(|| (found.bytes > limits.max_file_bytes).then(|| too_large(found.bytes, limits.max_file_bytes)));
    let named = aliases.classify(own_name);
    if let Some(alias) = named.alias.filter(|a| !used.contains(*a)) {
        used.insert(alias.to_owned());
    }
    MaterialFile {
        kind: named.kind,
        part: named.part,
        name: shown(inside, limits),
        path: found.path.clone(),
        bytes: found.bytes,
        sha256: None,
        refused,
    }
}

fn absurd(name: &str, limits: &LimitSettings) -> Option<String> {
    if name.chars().count() > limits.max_name_chars {
        return Some(format!("文件名超过 {} 个字符", limits.max_name_chars));
    }
    let bad = name.chars().any(|c| c.is_control() || is_invisible(c) || c == char::REPLACEMENT_CHARACTER);
    bad.then(|| "文件名含有控制字符、不可见字符或无法识别的编码".into())
}

/// The name as reports may show it: cut to the limit, control and invisible characters replaced.
fn shown(name: &str, limits: &LimitSettings) -> String {
    let clean = |c: char| if c.is_control() || is_invisible(c) { char::REPLACEMENT_CHARACTER } else { c };
    let mut out: String = name.chars().take(limits.max_name_chars).map(clean).collect();
    if name.chars().count() > limits.max_name_chars {
        out.push('…');
    }
    out
}

pub(super) fn too_large(bytes: u64, limit: u64) -> String {
    format!("文件 {bytes} 字节，超过上限 {limit} 字节")
}

pub(super) fn hash(mut file: File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(hex(&hasher.finalize()))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Linux's numbers, as `errno -l` lists them.
    #[test]
    fn whose_failure_an_error_is() {
        for (number, machines) in [
            (2, false),
            (13, false),
            (1, false),
            (20, false),
            (21, false),
            (36, false),
            (5, true),
            (12, true),
            (23, true),
            (24, true),
            (110, true),
            (116, true),
            (121, true),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(is_machines(&error), machines, "{error}");
        }
        for error in [
            io::Error::other("解压后超过上限"),
            io::Error::from(io::ErrorKind::UnexpectedEof),
            io::Error::new(io::ErrorKind::InvalidData, "crc"),
        ] {
            assert!(!is_machines(&error), "{error}");
        }
        assert!(is_machines(&io::Error::from(io::ErrorKind::OutOfMemory)));
    }
}
