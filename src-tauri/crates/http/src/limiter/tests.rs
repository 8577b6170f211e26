use super::*;
use crate::pace::Rate;
use crate::testing::{Fixed, ManualTime};

const SECOND: Duration = Duration::from_secs(1);

fn limiter(calls: u32) -> (Arc<ManualTime>, Arc<Limiter>) {
    let time = Arc::new(ManualTime::default());
    let rate = Rate { calls, window: SECOND };
    let pace = Pace { all: rate, background: rate, at_first: calls };
    let limiter = Limiter::new(pace, Arc::clone(&time) as Arc<dyn Time>, Arc::new(Fixed(0.0)));
    (time, Arc::new(limiter))
}

/// Lets every task that can go on do so.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_call_waits_for_its_place_and_no_longer() {
    let (time, limiter) = limiter(1);
    drop(limiter.admit(Lane::Person, Duration::MAX).await.expect("the first place is free"));
    let (other, waiting) = (Arc::clone(&limiter), Arc::clone(&limiter));
    let waiting = async move { waiting.admit(Lane::Person, Duration::MAX).await.is_ok() };
    let moving = async {
        settle().await;
        assert!(matches!(other.state().ask(Lane::Person, time.now()), Verdict::Wait(_)), "still full");
        time.advance(SECOND);
    };
    let (admitted, ()) = tokio::join!(waiting, moving);
    assert!(admitted);
}

#[tokio::test]
async fn the_end_of_a_call_under_way_wakes_the_next() {
    let (time, limiter) = limiter(1);
    let under_way = limiter.admit(Lane::Person, Duration::MAX).await.expect("the first place is free");
    let waiting = limiter.admit(Lane::Person, Duration::MAX);
    let moving = async {
        settle().await;
        time.advance(10 * SECOND);
        settle().await;
        drop(under_way);
        settle().await;
        time.advance(SECOND);
    };
    let (admitted, ()) = tokio::join!(waiting, moving);
    assert!(admitted.is_ok());
}

#[tokio::test]
async fn a_call_whose_moment_passes_is_refused_with_the_reason() {
    let (time, limiter) = limiter(1);
    let permit = limiter.admit(Lane::Person, Duration::MAX).await.expect("the first place is free");
    let waiting = limiter.admit(Lane::Person, 5 * SECOND);
    let moving = async {
        settle().await;
        time.advance(6 * SECOND);
    };
    let (refused, ()) = tokio::join!(waiting, moving);
    assert_eq!(refused.err(), Some(Cause::Deadline), "the machine slept past the moment");

    permit.hear::<()>(&Err(Error::Limited { retry_after: Some(30 * SECOND) }));
    drop(permit);
    let paused = limiter.admit(Lane::Person, 10 * SECOND).await;
    assert_eq!(paused.err(), Some(Cause::Paused { until: 36 * SECOND }), "not even begun to wait");
}

#[tokio::test]
async fn a_block_refuses_at_once() {
    let (_, limiter) = limiter(5);
    let permit = limiter.admit(Lane::Person, Duration::MAX).await.expect("the first place is free");
    permit.hear::<()>(&Err(Error::Blocked));
    drop(permit);
    let hour = 3_600 * SECOND;
    let refused = limiter.admit(Lane::Background, Duration::MAX).await;
    assert_eq!(refused.err(), Some(Cause::Blocked { probe_at: hour }));
    assert_eq!(limiter.standing(), Standing::Blocked { probe_at: hour });
}
