//! From facts and packs to flags. Pure: opens no file and reads no clock.
