//! The TypeScript side of the line, written from the Rust side.
//!
//! `cargo run -p countersign-ipc --bin bindings` writes `ui/src/bindings/index.ts`; a test fails when it is stale.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::{
    command::with_commands,
    dto::{
        ActivityPage, ActivityQuery, AppState, BatchDto, BatchRef, ContractDto, ContractRequest,
        ContractsPage, ContractsQuery, DealDetail, DealFilters, DealRequest, DealsPage, DealsQuery,
        FinishRequest, KommoTest, KommoTestRequest, Link, NeedDto, Nothing, OneflowTest, OneflowTestRequest,
        PeopleChoice, Preferences, PreviewDto, PreviewRequest, Proposal, ProposalRequest,
        ReplaceTokenRequest, SampleActRequest, SavedFile, SendDto, SendRef, SendRequest, SendSeveralRequest,
        SetAsideAnswer, SetAsideBeforeRequest, SetAsideRequest, SettingsDto, SettleContractRequest,
        SettleRequest, SetupFile, SourceChoices, TemplateChoice, UiEvent, WriteBackRequest,
    },
    error::IpcError,
};

const HEAD: &str = "// Written by `cargo run -p countersign-ipc --bin bindings`. Do not edit.\n";

/// The whole of `ui/src/bindings/index.ts`.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut types = Declarations { config: &config, found: BTreeMap::new() };
    let mut commands = String::from(
        "/** Every command with what it takes and what it answers. */\nexport interface Commands {\n",
    );
    macro_rules! add_commands {
        ($($name:ident($request:ty) -> $answer:ty,)+) => {$(
            types.add::<$request>();
            types.add::<$answer>();
            commands.push_str(&format!(
                "  {}: [{}, {}];\n",
                stringify!($name), <$request>::name(&config), <$answer>::name(&config),
            ));
        )+};
    }
    with_commands!(add_commands);
    types.add::<UiEvent>();
    types.add::<IpcError>();
    commands.push_str("}\n");
    let declarations: Vec<String> = types.found.into_values().collect();
    format!("{HEAD}\n{commands}\n{}\n", declarations.join("\n\n"))
}

struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl Declarations<'_> {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        self.visit::<T>();
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only types of ours have a path; lists and maps are written in place.
        if T::output_path().is_some() {
            let declaration = format!("export {}", T::decl(self.config));
            if self.found.insert(T::ident(self.config), declaration).is_some() {
                return;
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn committed_bindings_are_fresh() {
        let committed = include_str!("../../../../ui/src/bindings/index.ts");
        assert_eq!(committed, super::typescript(), "run `cargo run -p countersign-ipc --bin bindings`");
    }
}
