//! A run's signature: `run.json.minisig` beside `run.json`, which holds the hashes of all outputs. Whoever has the public
//! key sees that the office's program made them and that nothing was changed, hashes included.
//! Format and keys are minisign's, so that its own program verifies them, too. A key has no password: nobody is there at
//! night to type one.

use crate::disk;
use crate::report::atomic_file::AtomicFile;
use crate::store::make_folder;
use anyhow::{Context as _, bail, ensure};
use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

/// The signature's name, as minisign would call it.
pub const SIGNATURE: &str = "run.json.minisig";
/// What is signed.
const RECORD: &str = "run.json";
/// Names of a pair of keys.
const SECRET: &str = "yushen.key";
const PUBLIC: &str = "yushen.pub";
/// Bytes of a key or signature that are read.
const LARGEST: u64 = 4096;

/// A secret key that may be used.
pub struct Signer(SecretKey);

impl Signer {
    /// Opens a secret key.
    ///
    /// # Errors
    /// It cannot be read, others can read it, it is no such key, or it has a password.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut file = File::open(path).with_context(|| unread(path))?;
        let about = file.metadata().with_context(|| unread(path))?;
        if let Some(why) = disk::readable_by_others(&about) {
            bail!(
                "key {} is refused: {why}, and could sign in the office's name; make it its owner's alone (chmod 600), or make a new one with `yushen keys new`",
                path.display()
            );
        }
        let text = text(&mut file).with_context(|| unread(path))?;
        let key = SecretKeyBox::from_string(&text).and_then(SecretKeyBox::into_unencrypted_secret_key);
        key.map(Self).map_err(|_| {
            anyhow::anyhow!(
                "{} is no secret key without a password: make one with `yushen keys new DIR`",
                path.display()
            )
        })
    }

    /// Signs the finished run in a folder.
    ///
    /// # Errors
    /// `run.json` cannot be read, or the signature cannot be written.
    pub fn sign(&self, run: &Path) -> anyhow::Result<()> {
        let record = disk::open_file(&run.join(RECORD)).with_context(|| unread(&run.join(RECORD)))?;
        let (inside, outside) = (format!("file:{RECORD}"), "signature of a run of yushen");
        let signed = minisign::sign(None, &self.0, BufReader::new(record), Some(&inside), Some(outside));
        let signed = signed.with_context(|| format!("{} cannot be signed", run.join(RECORD).display()))?;
        let write = || {
            let mut file = AtomicFile::create(run, SIGNATURE)?;
            file.write_all(signed.into_string().as_bytes())?;
            file.close()?.publish()
        };
        write()
            .with_context(|| format!("{} cannot be written; the run itself is finished", run.join(SIGNATURE).display()))
    }
}

/// Signs the run, or removes the signature of the one that it has replaced.
///
/// # Errors
/// It cannot be signed, or an earlier signature cannot be removed.
pub fn seal(signer: Option<&Signer>, run: &Path) -> anyhow::Result<()> {
    match signer {
        Some(signer) => signer.sign(run),
        None => match fs::remove_file(run.join(SIGNATURE)) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e).with_context(|| {
                format!("{} is of an earlier run and cannot be removed", run.join(SIGNATURE).display())
            }),
            _ => Ok(()),
        },
    }
}

/// What a signature says of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// By this key, and nothing was changed since.
    Right,
    Missing,
    /// What is there is no signature.
    Unreadable,
    /// By the key with the first id, not by the one with the second.
    Other(String, String),
    /// By the key, but `run.json` is another now, or the signature.
    Changed,
}

/// Opens a public key.
///
/// # Errors
/// It cannot be read, or is no such key.
pub fn public_key(path: &Path) -> anyhow::Result<PublicKey> {
    let text = File::open(path).and_then(|mut f| text(&mut f)).with_context(|| unread(path))?;
    // With its comment, as `yushen keys new` writes it, or the bare key.
    let key = PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key);
    let key = key.or_else(|_| PublicKey::from_base64(text.trim()));
    key.map_err(|_| {
        anyhow::anyhow!("{} is no public key: give the {PUBLIC} that `yushen keys new` made", path.display())
    })
}

/// Holds the run in a folder against its signature.
///
/// # Errors
/// `run.json` cannot be read.
pub fn check(run: &Path, key: &PublicKey) -> anyhow::Result<Signed> {
    let there = match disk::open_file(&run.join(SIGNATURE)) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Signed::Missing),
        there => there.and_then(|mut f| text(&mut f)),
    };
    let Some(signed) = there.ok().and_then(|text| SignatureBox::from_string(&text).ok()) else {
        return Ok(Signed::Unreadable);
    };
    if signed.keynum() != key.keynum() {
        return Ok(Signed::Other(id(signed.keynum()), id(key.keynum())));
    }
    let record = disk::open_file(&run.join(RECORD)).with_context(|| unread(&run.join(RECORD)))?;
    let right = minisign::verify(key, &signed, BufReader::new(record), true, false, false).is_ok();
    Ok(if right { Signed::Right } else { Signed::Changed })
}

/// Is there a signature?
pub fn is_signed(run: &Path) -> bool {
    run.join(SIGNATURE).is_file()
}

/// A new pair of keys.
pub struct NewKeys {
    pub secret: PathBuf,
    pub public: PathBuf,
    /// By which minisign names them.
    pub id: String,
}

/// Makes a pair of keys in a folder, for its owner only; replaces none.
///
/// # Errors
/// There are keys in it, or they cannot be written.
pub fn new_keys(folder: &Path) -> anyhow::Result<NewKeys> {
    let (secret, public) = (folder.join(SECRET), folder.join(PUBLIC));
    for there in [&secret, &public] {
        ensure!(
            fs::symlink_metadata(there).is_err(),
            "{} is there already and is not replaced: what it signed could not be verified any more; give another folder",
            there.display()
        );
    }
    let unwritten = || format!("keys cannot be made in {}", folder.display());
    make_folder(folder).with_context(unwritten)?;
    let pair = KeyPair::generate_unencrypted_keypair().context("the system gives no random bytes")?;
    let id = id(pair.pk.keynum());
    let boxed = pair.sk.to_box(Some("yushen secret key: whoever has it signs in the office's name"));
    let texts = [
        (&secret, boxed.with_context(unwritten)?.into_string()),
        (&public, pair.pk.to_box().with_context(unwritten)?.into_string()),
    ];
    for (path, text) in texts {
        // A temporary file is its owner's alone, and keeps that when it is renamed.
        let mut file = tempfile::Builder::new().prefix(disk::UNFINISHED).tempfile_in(folder).with_context(unwritten)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).with_context(unwritten)?;
        file.persist_noclobber(path).with_context(unwritten)?;
    }
    Ok(NewKeys { secret, public, id })
}

/// As minisign prints it: the number's bytes from the last to the first.
fn id(number: &[u8]) -> String {
    number.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

fn text(from: &mut impl Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

fn unread(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_tells_what_happened_to_a_run() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let (mine, theirs) = (new_keys(&at("mine")).unwrap(), new_keys(&at("theirs")).unwrap());
        assert!(new_keys(&at("mine")).err().unwrap().to_string().contains("is there already"));
        let run = at("run");
        fs::create_dir(&run).unwrap();
        fs::write(run.join(RECORD), "{}").unwrap();
        let key = public_key(&mine.public).unwrap();
        let is = |state: Signed| assert_eq!(check(&run, &key).unwrap(), state);
        is(Signed::Missing);
        Signer::open(&mine.secret).unwrap().sign(&run).unwrap();
        is(Signed::Right);
        fs::write(run.join(RECORD), "{ }").unwrap();
        is(Signed::Changed);
        Signer::open(&theirs.secret).unwrap().sign(&run).unwrap();
        is(Signed::Other(theirs.id.clone(), mine.id.clone()));
        fs::write(run.join(SIGNATURE), "x").unwrap();
        is(Signed::Unreadable);
        seal(None, &run).unwrap();
        is(Signed::Missing);
        for (path, why) in [(&mine.public, "no secret key"), (&at("none"), "cannot be read")] {
            let refused = format!("{:#}", Signer::open(path).err().unwrap());
            assert!(refused.contains(why) || cfg!(windows), "{refused}");
        }
        assert!(public_key(&mine.secret).is_err());
        let bare = fs::read_to_string(&mine.public).unwrap().lines().nth(1).unwrap().to_owned();
        fs::write(at("bare"), bare).unwrap();
        assert_eq!(public_key(&at("bare")).unwrap().keynum(), key.keynum());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let made = new_keys(dir.path()).unwrap();
        let mode = |mode| fs::set_permissions(&made.secret, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(fs::metadata(&made.secret).unwrap().permissions().mode() & 0o777, 0o600);
        for (bits, refused) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] {
            mode(bits);
            assert_eq!(Signer::open(&made.secret).is_err(), refused, "{bits:o}");
        }
    }
}
