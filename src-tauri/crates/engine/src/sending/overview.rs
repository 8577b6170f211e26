//! The two lists that every look needs, whatever its deal: read once for all that look at the same time.

use std::sync::{Arc, Mutex};

use domain::{ContractState, Timestamp};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use http::Call;
use oneflow::{ContractFilter, Listing, Oneflow};

/// Every draft, and what was published since a day that suits all who asked.
#[derive(Debug)]
pub(super) struct Overview {
    pub(super) drafts: Listing,
    pub(super) published: Listing,
}

type Answer = Result<Arc<Overview>, http::Error>;
type Reading = Shared<BoxFuture<'static, Answer>>;

/// Reads the overview for many at once.
///
/// Only a reading that starts after it was asked for may answer, or a look would believe what it did not see. So who asks
/// while one is on its way shares the next.
#[derive(Debug, Default)]
pub(super) struct Overviews {
    latest: Mutex<Option<Round>>,
}

/// One reading. Held weakly: when nobody waits for it any more, it ends.
#[derive(Debug)]
struct Round {
    asked: Arc<Asked>,
    reading: WeakShared<BoxFuture<'static, Answer>>,
}

/// Since when the published ones are to be shown; `None` once the reading has started.
#[derive(Debug)]
struct Asked(Mutex<Option<Timestamp>>);

impl Overviews {
    /// Reads what there is from now on, with what was published since `since`.
    pub(super) async fn read(&self, oneflow: Oneflow, since: Timestamp) -> Answer {
        self.join(since, |since| async move { read(&oneflow, since).await }.boxed()).await
    }

    /// A reading that has not started yet: the one that waits for its turn, or else `read`.
    fn join<Read>(&self, since: Timestamp, read: Read) -> Reading
    where
        Read: FnOnce(Option<Timestamp>) -> BoxFuture<'static, Answer> + Send + 'static,
    {
        let mut latest = self.latest.lock().expect("BUG: nothing panics while it holds this lock");
        let before = latest.as_ref().and_then(|round| Some((&round.asked, round.reading.upgrade()?)));
        let before = match before {
            Some((asked, reading)) if asked.reaches_back_to(since) => return reading,
            before => before.map(|(_, reading)| reading),
        };
        let asked = Arc::new(Asked(Mutex::new(Some(since))));
        let reading = after(before, Arc::clone(&asked), read).boxed().shared();
        *latest = reading.downgrade().map(|reading| Round { asked, reading });
        reading
    }
}

impl Asked {
    /// Lets the reading show what was published since `since`, too; false if it has started.
    fn reaches_back_to(&self, since: Timestamp) -> bool {
        let mut asked = self.0.lock().expect("BUG: nothing panics while it holds this lock");
        *asked = asked.map(|earliest| earliest.min(since));
        asked.is_some()
    }

    fn start(&self) -> Option<Timestamp> {
        self.0.lock().expect("BUG: nothing panics while it holds this lock").take()
    }
}

/// Waits for the reading before, so that never more than one is on its way.
async fn after<Read>(before: Option<Reading>, asked: Arc<Asked>, read: Read) -> Answer
where
    Read: FnOnce(Option<Timestamp>) -> BoxFuture<'static, Answer>,
{
    if let Some(before) = before {
        // Its answer is for those who asked for it.
        drop(before.await);
    }
    read(asked.start()).await
}

async fn read(oneflow: &Oneflow, published_from: Option<Timestamp>) -> Answer {
    let drafts = ContractFilter::states([ContractState::Draft]);
    let published = ContractFilter { published_from, ..ContractFilter::default() };
    let (drafts, published) = futures::join!(
        oneflow.contracts(&drafts, Call::person()),
        oneflow.contracts(&published, Call::person()),
    );
    Ok(Arc::new(Overview { drafts: drafts?, published: published? }))
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use futures::poll;
    use tokio::sync::{mpsc, oneshot};

    use super::*;

    /// Since when a reading was to read, and what ends it.
    type Started = (Option<Timestamp>, oneshot::Sender<()>);

    /// Readings that tell when they start, and end when they are told to.
    struct Desk {
        overviews: Overviews,
        started: mpsc::UnboundedSender<Started>,
    }

    impl Desk {
        fn ask(&self, since: i64) -> Reading {
            let started = self.started.clone();
            self.overviews.join(Timestamp::from_second(since).unwrap(), move |since| {
                let (end, ended) = oneshot::channel();
                started.send((since, end)).unwrap();
                async move {
                    ended.await.unwrap();
                    let none = || Listing { contracts: Vec::new(), unread: Vec::new(), is_complete: true };
                    Ok(Arc::new(Overview { drafts: none(), published: none() }))
                }
                .boxed()
            })
        }
    }

    fn desk() -> (Desk, mpsc::UnboundedReceiver<Started>) {
        let (started, readings) = mpsc::unbounded_channel();
        (Desk { overviews: Overviews::default(), started }, readings)
    }

    #[tokio::test]
    async fn who_asks_while_one_reads_shares_the_next_reading() {
        let (desk, mut readings) = desk();
        let mut first = desk.ask(50);
        assert!(poll!(&mut first).is_pending());
        let (_, end_first) = readings.try_recv().unwrap();
        let (mut second, mut third) = (desk.ask(40), desk.ask(30));
        assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
        assert!(readings.try_recv().is_err(), "one reading at a time");
        end_first.send(()).unwrap();
        assert!(poll!(&mut third).is_pending() && poll!(&mut second).is_pending());
        let (since, end_second) = readings.try_recv().unwrap();
        assert_eq!(since, Some(Timestamp::from_second(30).unwrap()), "it shows enough for both");
        assert!(poll!(&mut first).is_ready());
        end_second.send(()).unwrap();
        let (Poll::Ready(Ok(second)), Poll::Ready(Ok(third))) = (poll!(&mut second), poll!(&mut third))
        else {
            panic!("the second reading has ended");
        };
        assert!(Arc::ptr_eq(&second, &third));
        assert!(readings.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_reading_that_nobody_waits_for_holds_up_nobody() {
        let (desk, mut readings) = desk();
        let mut first = desk.ask(50);
        assert!(poll!(&mut first).is_pending());
        drop(first);
        let (_, end_first) = readings.try_recv().unwrap();
        assert!(end_first.is_closed());
        let mut second = desk.ask(60);
        assert!(poll!(&mut second).is_pending());
        let (since, _end) = readings.try_recv().unwrap();
        assert_eq!(since, Some(Timestamp::from_second(60).unwrap()));
    }
}
