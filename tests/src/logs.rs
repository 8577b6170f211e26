//! What the app under test wrote to its log, kept in memory: shown when a test fails, and read for secrets.

use std::{
    io::{self, Write},
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

use tracing_subscriber::fmt::MakeWriter;

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static STARTED: Once = Once::new();

/// Begins to keep the logs of this process, once.
pub fn keep() {
    STARTED.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::new(
            "info,engine=trace,http=trace,kommo=trace,oneflow=trace,store=debug,vault=trace,ipc=trace",
        );
        // A test program that has its own subscriber keeps it.
        let _ =
            tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Kept).try_init();
    });
}

/// Everything written so far, by all tests of this process.
pub fn written() -> String {
    String::from_utf8_lossy(&locked()).into_owned()
}

fn locked() -> MutexGuard<'static, Vec<u8>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Kept;

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked().extend_from_slice(bytes);
        // Shown with a failed test. Not every thread's output is captured, which does no harm.
        io::stderr().write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
