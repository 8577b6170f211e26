use engine::{
    app::{AppParts, Vault},
    clock::SystemClock,
};
use serde_json::json;

use super::*;
use crate::{
    dto::{SampleAct, ThemeChoice},
    outside::{Later, Notification, SampleAccess},
};

/// A desktop and sample data where everything ends in a panic.
struct Broken;

impl Desktop for Broken {
    fn open(&self, _: &str) -> Result<(), IpcError> {
        panic!("broken")
    }

    fn save<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Later<'a, Result<Option<String>, IpcError>> {
        panic!("broken")
    }

    fn choose(&self) -> Later<'_, Result<Option<Vec<u8>>, IpcError>> {
        panic!("broken")
    }

    fn notify(&self, _: &Notification) {
        panic!("broken")
    }

    fn language(&self, _: &str) -> String {
        panic!("broken")
    }

    fn set_theme(&self, _: ThemeChoice) {
        panic!("broken")
    }
}

impl Sample for Broken {
    fn start(&self) -> Later<'_, Result<SampleAccess, IpcError>> {
        panic!("broken")
    }

    fn act<'a>(&'a self, _: SampleAct, _: Option<&'a str>) -> Later<'a, Result<(), IpcError>> {
        panic!("broken")
    }

    fn stop(&self) {
        panic!("broken")
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_can_be_found_in_the_log() {
    let data = tempfile::tempdir().unwrap();
    let parts = AppParts::new(data.path().to_owned(), Vault::in_memory(), SystemClock::real());
    let router = Router::new(App::start(parts).await, Arc::new(Broken), Arc::new(Broken));
    let error = router.call("start_sample", json!({})).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Internal);
    assert!(error.incident.is_some());
}
