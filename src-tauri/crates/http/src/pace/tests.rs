use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn kommo() -> PaceState {
    begun(5)
}

/// As at the start of the app, at 0 s.
fn begun(at_first: u32) -> PaceState {
    let pace = Pace {
        all: Rate { calls: 5, window: SECOND },
        background: Rate { calls: 2, window: SECOND },
        at_first,
    };
    PaceState::new(pace, at(0))
}

fn go(state: &mut PaceState, lane: Lane, now: Duration) -> Ticket {
    match state.ask(lane, now) {
        Verdict::Go(ticket) => ticket,
        other => panic!("expected a place at {now:?}, got {other:?}"),
    }
}

/// Takes a place and gives it back at once.
fn call(state: &mut PaceState, lane: Lane, now: Duration) -> Ticket {
    let ticket = go(state, lane, now);
    state.ended(ticket, now);
    ticket
}

#[test]
fn background_calls_have_their_own_smaller_share() {
    let mut state = kommo();
    call(&mut state, Lane::Background, at(0));
    call(&mut state, Lane::Background, at(100));
    assert_eq!(state.ask(Lane::Background, at(200)), Verdict::Wait(Some(at(1_000))));
    for _ in 0..3 {
        call(&mut state, Lane::Person, at(200));
    }
    assert_eq!(state.ask(Lane::Person, at(300)), Verdict::Wait(Some(at(1_000))), "five in all");
    call(&mut state, Lane::Person, at(1_000));
    assert_eq!(
        state.ask(Lane::Background, at(1_000)),
        Verdict::Wait(Some(at(1_100))),
        "the place that came free is taken again"
    );
}

#[test]
fn the_first_window_leaves_room_for_what_was_asked_before_the_start() {
    let mut state = begun(2);
    call(&mut state, Lane::Person, at(100));
    call(&mut state, Lane::Background, at(200));
    assert_eq!(state.ask(Lane::Person, at(300)), Verdict::Wait(Some(at(1_000))), "two, not five");
    for _ in 0..3 {
        call(&mut state, Lane::Person, at(1_000));
    }
    assert_eq!(state.ask(Lane::Person, at(1_000)), Verdict::Wait(Some(at(1_100))), "five in any window");
}

#[test]
fn a_place_counts_until_a_window_after_its_end_however_long_the_call_took() {
    let mut state = kommo();
    let slow: Vec<Ticket> = (0..5).map(|_| go(&mut state, Lane::Person, at(0))).collect();
    assert_eq!(state.ask(Lane::Person, at(900)), Verdict::Wait(None), "only an end makes room");
    for ticket in &slow {
        state.ended(*ticket, at(900));
    }
    assert_eq!(
        state.ask(Lane::Person, at(1_000)),
        Verdict::Wait(Some(at(1_900))),
        "the service may have seen all five at 900 ms"
    );
    go(&mut state, Lane::Person, at(1_900));
}

#[test]
fn no_window_of_arrivals_ever_holds_more_than_the_rate() {
    let mut state = kommo();
    let mut arrivals = Vec::new();
    let mut open: VecDeque<(Ticket, Duration)> = VecDeque::new();
    for step in 0..4_000_u64 {
        let now = at(step * 5);
        while let Some((ticket, end)) = open.front().copied()
            && end <= now
        {
            state.ended(ticket, end);
            open.pop_front();
        }
        if let Verdict::Go(ticket) = state.ask(Lane::Person, now) {
            // Latency swings between 0 and 700 ms; the request arrives just before its answer.
            let latency = at((step * 7_919) % 700);
            let end = now + latency;
            arrivals.push(end);
            let place = open.iter().position(|(_, other)| *other > end).unwrap_or(open.len());
            open.insert(place, (ticket, end));
        }
    }
    arrivals.sort_unstable();
    assert!(arrivals.len() > 40, "the limiter lets calls through: {}", arrivals.len());
    for six in arrivals.windows(6) {
        assert!(six[0] + SECOND <= six[5], "six arrivals from {:?} to {:?}", six[0], six[5]);
    }
}

#[test]
fn a_429_pauses_everything_for_the_time_asked_then_halves_the_pace() {
    let mut state = kommo();
    let ticket = call(&mut state, Lane::Background, at(0));
    let until = state.limited(ticket, at(100), Some(Duration::from_mins(5)), 0.0);
    assert_eq!(until, at(300_100));
    assert_eq!(state.ask(Lane::Person, at(200)), Verdict::Paused { until });
    assert_eq!(state.standing(at(200)), Standing::Paused { until });

    let after = at(300_100);
    assert_eq!(state.standing(after), Standing::Slowed { until: at(600_100) });
    call(&mut state, Lane::Person, after);
    call(&mut state, Lane::Person, after);
    assert_eq!(state.ask(Lane::Person, after), Verdict::Wait(Some(after + SECOND)), "two of five");

    let recovered = at(600_100);
    assert_eq!(state.standing(recovered), Standing::Open);
    for _ in 0..5 {
        call(&mut state, Lane::Person, recovered);
    }
}

#[test]
fn pauses_without_a_time_double_and_start_again_after_an_answer() {
    let mut state = kommo();
    let mut now = at(0);
    for expected in [1, 2, 4, 8, 16, 32, 64, 64] {
        let ticket = call(&mut state, Lane::Person, now);
        let until = state.limited(ticket, now, None, 0.0);
        assert_eq!(until, now + Duration::from_secs(expected));
        now = until;
    }
    let ticket = call(&mut state, Lane::Person, now);
    state.answered(ticket);
    let ticket = call(&mut state, Lane::Person, now);
    assert_eq!(state.limited(ticket, now, None, 0.0), now + SECOND);
}

#[test]
fn calls_refused_together_are_one_strike() {
    let mut state = kommo();
    let together: Vec<Ticket> = (0..5).map(|_| call(&mut state, Lane::Person, at(0))).collect();
    for ticket in &together {
        state.limited(*ticket, at(50), None, 0.0);
    }
    assert_eq!(state.standing(at(60)), Standing::Paused { until: at(1_050) });
    state.answered(together[0]);
    let next = call(&mut state, Lane::Person, at(1_050));
    assert_eq!(state.limited(next, at(1_050), None, 0.0), at(3_050), "a late answer does not end the run");
}

#[test]
fn jitter_only_adds_and_stays_small() {
    for (asked, fraction, expected_ms) in
        [(Some(4), 0.0, 4_000), (Some(4), 1.0, 5_000), (Some(300), 1.0, 310_000), (None, 1.0, 1_250)]
    {
        let mut state = kommo();
        let ticket = call(&mut state, Lane::Person, at(0));
        let until = state.limited(ticket, at(0), asked.map(Duration::from_secs), fraction);
        assert_eq!(until, at(expected_ms), "{asked:?} {fraction}");
    }
}

#[test]
fn a_block_stops_everything_but_one_probe_an_hour() {
    let mut state = kommo();
    let early = call(&mut state, Lane::Person, at(0));
    let hour = Duration::from_hours(1);
    assert_eq!(state.blocked(at(0)), hour);
    state.answered(early);
    assert_eq!(state.ask(Lane::Person, at(3_599_000)), Verdict::Blocked { probe_at: hour });
    let lost = go(&mut state, Lane::Background, hour);
    assert_eq!(
        state.ask(Lane::Person, hour),
        Verdict::Wait(None),
        "the probe is under way: wait for its answer"
    );
    state.ended(lost, hour);
    assert_eq!(
        state.ask(Lane::Person, hour + SECOND),
        Verdict::Blocked { probe_at: 2 * hour },
        "the probe was lost"
    );
    let probe = call(&mut state, Lane::Background, 2 * hour);
    state.answered(probe);
    assert_eq!(state.standing(2 * hour), Standing::Open);
    call(&mut state, Lane::Person, 2 * hour);
}
