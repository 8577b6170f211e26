//! What must be true in both services after a story, whatever happened on the way.

use anyhow::ensure;

use crate::world::{Call, World};

/// One customer was invited once: one contract is out for the deal, nothing else was published, no draft is left.
pub fn one_is_out(world: &World, deal: i64) -> anyhow::Result<()> {
    let contracts = world.contracts_of(deal);
    let out = world.out_for(deal);
    ensure!(out.len() == 1, "{} contracts are out for deal {deal}: {contracts:#?}", out.len());
    ensure!(contracts.len() == 1, "a draft was left beside the contract: {contracts:#?}");
    let published = world.accepted(&Call::PUBLISH);
    ensure!(published == 1, "{published} publishes were accepted");
    Ok(())
}

/// The same, and it took exactly one create.
pub fn one_create_one_publish(world: &World, deal: i64) -> anyhow::Result<()> {
    one_is_out(world, deal)?;
    let created = world.accepted(&Call::CREATE);
    ensure!(created == 1, "{created} creates were accepted");
    Ok(())
}

/// Nothing was made in Oneflow.
pub fn nothing_was_created(world: &World, deal: i64) -> anyhow::Result<()> {
    let asked = world.asked(&Call::CREATE);
    ensure!(asked.is_empty(), "a create was asked for: {asked:#?}");
    ensure!(world.contracts_of(deal).is_empty(), "a contract is there");
    Ok(())
}

/// The deal names its contract, and has exactly these notes and tasks of ours, in any order.
pub fn written_back(
    world: &World,
    deal: i64,
    contract: &str,
    notes: &[&str],
    tasks: &[&str],
) -> anyhow::Result<()> {
    let field = world.contract_field(deal);
    ensure!(field.as_deref() == Some(contract), "the deal's field holds {field:?}, not {contract}");
    same_texts("notes", &world.notes(deal), notes)?;
    same_texts("tasks", &world.tasks(deal), tasks)
}

/// The signed PDF is attached once.
pub fn one_pdf(world: &World, deal: i64, contract: &str) -> anyhow::Result<()> {
    let files = world.deal(deal).files;
    let [file] = files.as_slice() else { anyhow::bail!("{} files are attached: {files:#?}", files.len()) };
    ensure!(file.is_pdf, "{file:?} is no PDF");
    let name = format!("{contract}-signed-{}.pdf", &file.sha256[..8]);
    ensure!(file.name == name, "the file is named {}, not {name}", file.name);
    Ok(())
}

fn same_texts(what: &str, found: &[String], wanted: &[&str]) -> anyhow::Result<()> {
    // The key at the end differs for each occurrence.
    let mut texts: Vec<&str> =
        found.iter().map(|text| text.split_once(" [cs:").map_or(text.as_str(), |(text, _)| text)).collect();
    texts.sort_unstable();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    ensure!(texts == wanted, "{what} of the deal are {texts:#?}, not {wanted:#?}");
    Ok(())
}
