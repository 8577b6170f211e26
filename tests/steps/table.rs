//! The table: every step of a send and of its write-backs, every way in which its call can go wrong, and how it ends.
//!
//! In every cell one contract is out at the end, made by one create and sent by one publish, no draft is left, and the
//! deal has its field, each note, task and file once, and the stage it was to get. The word says what that took:
//!
//! | word | took |
//! |---|---|
//! | `.` | nothing: it came by itself |
//! | `token` | a new token: work waited for it |
//! | `hour` | an hour: Kommo blocked this address and was tried again |
//! | `again` | a person who said "Try again": the service refused, the draft stayed |
//! | `click` | a new click: the service refused, nothing was made |
//!
//! Columns are explained in `faults`, rows in `steps`.

/// Calls that only read: whether the request took effect makes no difference.
pub(crate) const READS: &str = "
                         cut   slow  429   429s  500   502   504   trunc garb  drip  401   403   off   kill

re_read_deal             .     .     .     .     .     .     .     .     .     .     token hour  .     .
re_read_contacts         .     .     .     .     .     .     .     .     .     .     token hour  .     .
re_read_company          .     .     .     .     .     .     .     .     .     .     token hour  .     .
re_read_template         .     .     .     .     .     .     .     .     .     .     token .     .     .

check_draft              .     .     .     .     .     .     .     .     .     .     token .     .     .
look_by_field            .     .     .     .     .     .     .     .     .     .     token .     .     .
look_at_drafts           .     .     .     .     .     .     .     .     .     .     token .     .     .
look_at_published        .     .     .     .     .     .     .     .     .     .     token .     .     .
look_at_one              .     .     .     .     .     .     .     .     .     .     token .     .     .
read_field               .     .     .     .     .     .     .     .     .     .     token hour  .     .
read_field_back          .     .     .     .     .     .     .     .     .     .     token hour  .     .
read_draft               .     .     .     .     .     .     .     .     .     .     token .     .     .
look_once_more           .     .     .     .     .     .     .     .     .     .     token .     .     .
look_after_lost_create   .     .     .     .     .     .     .     .     .     .     token .     .     .
read_after_lost_publish  .     .     .     .     .     .     .     .     .     .     token .     .     .

look_for_note            .     .     .     .     .     .     .     .     .     .     token hour  .     .
watch                    .     .     .     .     .     .     .     .     .     .     token .     .     .
read_events              .     .     .     .     .     .     .     .     .     .     token .     .     .
look_for_task            .     .     .     .     .     .     .     .     .     .     token hour  .     .
read_stage               .     .     .     .     .     .     .     .     .     .     token hour  .     .

list_files               .     .     .     .     .     .     .     .     .     .     token .     .     .
download                 .     .     .     .     .     .     .     .     .     .     token .     .     .
storage                  .     .     .     .     .     .     .     .     .     .     .     .     .     .
look_at_deal_files       .     .     .     .     .     .     .     .     .     .     token hour  .     .
look_at_drive            .     .     .     .     .     .     .     .     .     .     token .     .     .
";

/// Calls that change something: `-` without the effect, `+` with it, `~` with it later.
pub(crate) const CHANGES: &str = "
             cut-  cut+  10s~  55s~  slow~ slow- 429   429s  500-  500+  502-  502+  504-  504+  trunc garb  drip  401   403   off-  off+  kill- kill~ kill+

create       .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token click .     .     .     .     .
write_field  .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token hour  .     .     .     .     .
publish      .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token again .     .     .     .     .

note         .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token hour  .     .     .     .     .
task         .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token hour  .     .     .     .     .
stage        .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token hour  .     .     .     .     .

session      .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token .     .     .     .     .     .
part_1       .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token .     .     .     .     .     .
part_2       .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token .     .     .     .     .     .
attach       .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     .     token hour  .     .     .     .     .
";

/// What it took to end well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Took {
    Nothing,
    Token,
    Hour,
    TryAgain,
    Click,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) step: &'static str,
    pub(crate) fault: &'static str,
    pub(crate) took: Took,
}

/// All cells, row by row.
pub(crate) fn cells() -> anyhow::Result<Vec<Cell>> {
    let mut cells = read(READS)?;
    cells.extend(read(CHANGES)?);
    Ok(cells)
}

fn read(table: &'static str) -> anyhow::Result<Vec<Cell>> {
    let mut lines = table.lines().filter(|line| !line.trim().is_empty());
    let faults: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().collect();
    let mut cells = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let step = words.next().unwrap_or_default();
        let ends: Vec<&str> = words.collect();
        anyhow::ensure!(ends.len() == faults.len(), "the row {step} has {} cells", ends.len());
        for (fault, end) in faults.iter().zip(ends) {
            cells.push(Cell { step, fault, took: took(end)? });
        }
    }
    Ok(cells)
}

fn took(word: &str) -> anyhow::Result<Took> {
    Ok(match word {
        "." => Took::Nothing,
        "token" => Took::Token,
        "hour" => Took::Hour,
        "again" => Took::TryAgain,
        "click" => Took::Click,
        other => anyhow::bail!("the table has no word {other}"),
    })
}
