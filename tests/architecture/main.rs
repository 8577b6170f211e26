//! What holds the house together (design.md §2): who may import whom, what the window may do, how long a file may be.
//!
//! These tests read the repository, not the product; they are the cheapest after the linters.

mod dependencies;
mod lock_file;
mod sources;
mod window_policy;
