//! The sandbox alone: prints its addresses and tokens, and runs until its standard input closes or it is told to
//! stop.

mod arguments;

use std::io::Write as _;

use anyhow::Context as _;
use sandbox::Sandbox;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = match arguments::read(std::env::args().skip(1)) {
        Ok(config) => config,
        Err(problem) => {
            let mut err = std::io::stderr().lock();
            writeln!(err, "{problem}\n\n{}", arguments::USAGE)?;
            std::process::exit(2);
        }
    };
    let sandbox = Sandbox::start(config).await?;
    print(&sandbox).context("cannot write to standard output")?;
    until_told().await
}

/// One line of JSON for programs, then the same for people.
fn print(sandbox: &Sandbox) -> std::io::Result<()> {
    let (addresses, tokens) = (sandbox.addresses(), sandbox.tokens());
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::json!({ "addresses": addresses, "tokens": tokens }))?;
    out.flush()?;
    // A program that read its line may hang up; that is no reason to end.
    let _ = print_for_people(&mut out, sandbox);
    Ok(())
}

fn print_for_people(out: &mut impl std::io::Write, sandbox: &Sandbox) -> std::io::Result<()> {
    let (addresses, tokens) = (sandbox.addresses(), sandbox.tokens());
    writeln!(out, "Kommo address       {}", addresses.kommo)?;
    writeln!(out, "Kommo token         {}", tokens.kommo)?;
    writeln!(out, "Oneflow address     {}/v1", addresses.oneflow)?;
    writeln!(out, "Oneflow API token   {}", tokens.oneflow)?;
    writeln!(out, "Oneflow user email  {}", tokens.oneflow_user_email)?;
    if let Some(control) = &addresses.control {
        writeln!(out, "Control surface     {control}")?;
    }
    out.flush()
}

/// Ends with the input (so that a parent that dies takes it along), or on Ctrl+C or SIGTERM.
async fn until_told() -> anyhow::Result<()> {
    let (ended, closed) = tokio::sync::oneshot::channel::<()>();
    // A read of the standard input cannot be cancelled: on the runtime it would hold up the end of the program.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(ended);
    });
    #[cfg(unix)]
    let terminated = async {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        signal.recv().await;
        anyhow::Ok(())
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<anyhow::Result<()>>();
    tokio::select! {
        _ = closed => Ok(()),
        ended = tokio::signal::ctrl_c() => ended.context("cannot listen for Ctrl+C"),
        ended = terminated => ended,
    }
}
