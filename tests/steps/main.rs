//! Every step of a send and of its write-backs × everything that can go wrong with its call, the end of the app included.
//!
//! [`table`] is the table, [`steps`] its rows, [`faults`] its columns, [`cell`] what is done for each cell. Each row is a
//! test; its cells run side by side, because they mostly wait. One cell alone: `CELL=kill+ cargo nextest run --workspace
//! --filterset 'binary(steps) & test(publish)'`; `RUST_LOG` shows what the app logs.

mod cell;
mod faults;
mod steps;
mod table;

use std::{collections::BTreeSet, fmt::Write as _, sync::Once};

use futures::{StreamExt as _, stream};

/// How many cells of a row run at once.
const AT_ONCE: usize = 12;

macro_rules! rows {
    ($($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() -> anyhow::Result<()> {
                row(stringify!($name)).await
            }
        )*

        const ROWS: &[&str] = &[$(stringify!($name)),*];
    };
}

rows! {
    re_read_deal re_read_contacts re_read_company re_read_template create check_draft
    look_by_field look_at_drafts look_at_published look_at_one read_field write_field read_field_back read_draft
    publish look_once_more look_after_lost_create read_after_lost_publish
    note look_for_note watch read_events task look_for_task read_stage stage
    list_files download storage look_at_deal_files look_at_drive session part_1 part_2 attach
}

async fn row(name: &str) -> anyhow::Result<()> {
    keep_quiet();
    let step = steps::named(name).ok_or_else(|| anyhow::anyhow!("no step {name}"))?;
    #[expect(clippy::disallowed_methods, reason = "a person asks for one cell")]
    let wanted = std::env::var("CELL").ok();
    let cells = table::cells()?.into_iter().filter(|cell| cell.step == name);
    let cells = cells.filter(|cell| wanted.as_deref().is_none_or(|wanted| wanted == cell.fault));
    let runs = cells.map(|cell| {
        let step = step.clone();
        async move {
            let fault =
                faults::named(cell.fault).ok_or_else(|| anyhow::anyhow!("no fault {}", cell.fault))?;
            let ended = cell::run(&step, &fault, cell.took).await;
            ended.map_err(|error| error.context(format!("{} × {}", cell.step, cell.fault)))
        }
    });
    let ends: Vec<anyhow::Result<()>> = stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
    anyhow::ensure!(!ends.is_empty(), "the row {name} has no cells");
    let mut report = String::new();
    for error in ends.iter().filter_map(|end| end.as_ref().err()) {
        writeln!(report, "{error:?}\n")?;
    }
    anyhow::ensure!(report.is_empty(), "{report}");
    Ok(())
}

/// Hundreds of apps that log everything would be busy with that.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        // Another subscriber cannot be there: this is the first thing that a row does.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    });
}

#[test]
fn the_table_has_every_step_and_every_fault_and_every_row_is_run() -> anyhow::Result<()> {
    let cells = table::cells()?;
    let rows: BTreeSet<&str> = cells.iter().map(|cell| cell.step).collect();
    let steps: BTreeSet<&str> = steps::all().iter().map(|step| step.name).collect();
    assert_eq!(rows, steps);
    assert_eq!(rows, ROWS.iter().copied().collect());
    let columns: BTreeSet<&str> = cells.iter().map(|cell| cell.fault).collect();
    assert_eq!(columns, faults::all().iter().map(|fault| fault.name).collect());
    for step in steps::all() {
        // A call that only reads stands in the first table, one that changes something in the second.
        let of_step = cells.iter().filter(|cell| cell.step == step.name);
        let has_effects = of_step.clone().any(|cell| cell.fault == "cut+");
        assert_eq!(has_effects, step.call.changes(), "{}", step.name);
    }
    Ok(())
}
