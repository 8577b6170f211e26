//! Walks through the steps, prints how each ended, and takes the pictures.

use std::fs;
use std::path::PathBuf;

use countersign_tests::app::App;
use countersign_tests::built;
use countersign_tests::desk::Desk;
use countersign_tests::notifications;

/// One walk.
pub(crate) struct Guide<'tour> {
    pub(crate) desk: &'tour Desk,
    pub(crate) app: &'tour App<'tour>,
    pictures: PathBuf,
    steps: u32,
}

/// Whether a step's picture shows the window alone or the whole desktop with its notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    Window,
    Desktop,
}

impl<'tour> Guide<'tour> {
    pub(crate) fn new(desk: &'tour Desk, app: &'tour App<'tour>) -> anyhow::Result<Self> {
        let pictures = built::pictures()?;
        fs::remove_dir_all(&pictures)?;
        fs::create_dir_all(&pictures)?;
        Ok(Self { desk, app, pictures, steps: 0 })
    }

    /// Does one step, prints how it ended, and takes its picture. `name` is the picture's file name.
    pub(crate) async fn step<T>(
        &mut self,
        name: &str,
        title: &str,
        does: impl AsyncFnOnce(&Self) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.framed(Frame::Window, name, title, does).await
    }

    /// [`Self::step`] with a picture of the chosen part of the screen.
    pub(crate) async fn framed<T>(
        &mut self,
        frame: Frame,
        name: &str,
        title: &str,
        does: impl AsyncFnOnce(&Self) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.steps += 1;
        let outcome = does(self).await;
        let word = if outcome.is_ok() { "ok" } else { "failed" };
        let picture = self.pictures.join(format!("{:02}-{name}.png", self.steps));
        match frame {
            Frame::Window => {
                notifications::close_all(self.desk)?;
                self.app.picture(&picture).await?;
            }
            Frame::Desktop => self.desk.picture(&picture)?,
        }
        println!("{word:<7}{:>2}  {title}\n           {}", self.steps, picture.display());
        outcome
    }

    pub(crate) fn say_goodbye(&self) {
        println!("\nAll {} steps ok. The pictures are in {}", self.steps, self.pictures.display());
    }
}
