//! One entry of an archive, and its name as text.

/// One entry of an archive, as its directory or header says it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// As in the archive, decoded.
    pub name: String,
    pub folder: bool,
    /// Bytes unpacked, and packed where the archive tells it of each entry.
    pub bytes: u64,
    pub packed: Option<u64>,
    /// Why it must not be opened, whatever its name.
    pub refused: Option<String>,
}

/// A name's bytes as text: UTF-8 where they are that, else GB18030, in which Chinese Windows packs.
pub(super) fn decoded(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(name)
            .map_or_else(|| String::from_utf8_lossy(name).into_owned(), std::borrow::Cow::into_owned),
    }
}
