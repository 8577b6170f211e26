//! Tests of the real window: the built app under a private desktop, driven as a person would.

mod desk;
mod desktop;
mod main_job;
mod opening;
mod quit;
