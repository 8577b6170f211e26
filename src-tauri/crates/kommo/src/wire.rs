//! What Kommo sends, read tolerantly: the shapes differ between its pages, its sibling amoCRM and recordings
//! (`api/kommo.md §0.1`). Nothing here leaves the crate.

pub(crate) mod hal;
pub(crate) mod lenient;
pub(crate) mod values;
