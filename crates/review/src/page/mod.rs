//! What the report's page shows of one submission and of all, as data.

pub mod detail;
pub mod index;
pub mod timeline;
