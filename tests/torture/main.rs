//! `cargo xtask torture`: many clicks on many seats, while everything goes wrong that can, and a check of every promise
//! afterwards.
//!
//! The seats are headless hosts: processes of their own with real files, which are killed, stopped, and given back old
//! files. They share one sandbox, whose clock all of them follow. What happens is a [`plan`] made from a seed; what it
//! was worth says the [`check`].
#![expect(clippy::print_stdout, reason = "the table is what a run is for")]

mod arguments;
mod calm;
mod check;
mod colleagues;
mod event;
mod evidence;
mod faults;
mod happens;
mod ledger;
mod people;
mod plan;
mod readings;
mod report;
mod run;
mod seat;
mod shrink;

use std::{process::ExitCode, time::Instant};

use arguments::{Arguments, usage};
use plan::{Order, Plan};

#[tokio::main]
async fn main() -> ExitCode {
    let random_seed = rand::random::<u32>();
    let Some(arguments) = Arguments::read(std::env::args().skip(1), random_seed.into()) else {
        eprintln!("{}", usage());
        return ExitCode::from(2);
    };
    match runs(&arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            // Nothing is known of the promises then.
            ExitCode::from(3)
        }
    }
}

/// One run, or as many as fit into the time; whether all kept every promise.
async fn runs(arguments: &Arguments) -> anyhow::Result<bool> {
    let began = Instant::now();
    let mut all_well = true;
    for later in 0.. {
        let order = Order { seed: arguments.order.seed.wrapping_add(later), ..arguments.order };
        all_well &= one_run(order, arguments).await?;
        if arguments.lasts.is_none_or(|lasts| began.elapsed() >= lasts) {
            break;
        }
    }
    Ok(all_well)
}

async fn one_run(order: Order, arguments: &Arguments) -> anyhow::Result<bool> {
    let mut plan = Plan::of(order);
    plan.readings.extend(&arguments.readings);
    println!(
        "Torture: {} sends, {} seats, seed {}, {} events",
        order.sends,
        order.seats,
        order.seed,
        plan.events.len()
    );
    let readings: Vec<&str> = plan.readings.iter().map(|reading| reading.name()).collect();
    println!("  the other way round: {}", readings.join(", "));
    let evidence = run::run(&plan, &arguments.how).await?;
    let wrongs = check::check(&evidence);
    report::print(&evidence, &wrongs);
    if wrongs.is_empty() {
        println!("Every promise was kept.\n");
        return Ok(true);
    }
    println!("\n{} promises were broken with seed {}:", wrongs.len(), order.seed);
    for wrong in &wrongs {
        println!("  {wrong}");
    }
    if arguments.shortens {
        println!("\nThe same with fewer events:");
        let shortest = shrink::shorten(&plan, &wrongs, &arguments.how).await?;
        println!("\nThe shortest list of events that shows it ({}):", shortest.events.len());
        for planned in &shortest.events {
            println!("  {planned}");
        }
    }
    println!();
    Ok(false)
}
