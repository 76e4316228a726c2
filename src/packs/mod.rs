//! From TOML to validated rule packs.
