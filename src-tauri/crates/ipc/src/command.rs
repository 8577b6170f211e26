//! The one list of commands. Router, TypeScript types and handlers come from it; a missing handler does not compile.

/// Calls `$then!` with every command as `name(Request) -> Answer`.
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            app_state(Nothing) -> AppState,
            set_preferences(Preferences) -> AppState,
            open_link(Link) -> Nothing,
            retry_keychain(Nothing) -> AppState,

            start_sample(Nothing) -> AppState,
            leave_sample(Nothing) -> AppState,
            sample_act(SampleActRequest) -> Nothing,

            test_kommo(KommoTestRequest) -> KommoTest,
            test_oneflow(OneflowTestRequest) -> OneflowTest,
            setup_people(Nothing) -> PeopleChoice,
            setup_templates(Nothing) -> TemplateChoice,
            setup_proposal(ProposalRequest) -> Proposal,
            create_contract_field(Nothing) -> Proposal,
            add_marker_fields(Nothing) -> Proposal,
            finish_setup(FinishRequest) -> AppState,
            leave_setup(Nothing) -> Nothing,
            save_setup_file(Nothing) -> SavedFile,
            open_setup_file(Nothing) -> Option<SetupFile>,
            replace_token(ReplaceTokenRequest) -> AppState,
            settings(Nothing) -> SettingsDto,
            save_settings(SettingsDto) -> SettingsDto,
            mapping_sources(Nothing) -> SourceChoices,

            deals_page(DealsQuery) -> DealsPage,
            deal_filters(Nothing) -> DealFilters,
            deal(DealRequest) -> DealDetail,
            refresh(Nothing) -> Nothing,
            stop_refresh(Nothing) -> Nothing,
            set_aside(SetAsideRequest) -> SetAsideAnswer,
            set_aside_before(SetAsideBeforeRequest) -> SetAsideAnswer,

            preview(PreviewRequest) -> PreviewDto,
            send(SendRequest) -> SendDto,
            undo_send(SendRef) -> SendDto,
            send_now(SendRef) -> SendDto,
            settle_send(SettleRequest) -> SendDto,
            send_several(SendSeveralRequest) -> BatchDto,
            batch(BatchRef) -> BatchDto,
            undo_batch(BatchRef) -> BatchDto,
            send_batch_now(BatchRef) -> BatchDto,

            contracts_page(ContractsQuery) -> ContractsPage,
            contract(ContractRequest) -> ContractDto,
            save_signed_pdf(ContractRequest) -> SavedFile,
            settle_write_back(WriteBackRequest) -> Nothing,

            activity_page(ActivityQuery) -> ActivityPage,
            activity_read(Nothing) -> AppState,
            needs_you(Nothing) -> Vec<NeedDto>,
            settle_contract(SettleContractRequest) -> Nothing,
        }
    };
}

pub(crate) use with_commands;
