/**
 * An engine made of memory, behind the same two addresses as the headless host: for looking at the interface and for
 * its own tests. It knows just enough to tell the story of a send; the real rules are in Rust.
 */
import type {
  ActivityRow,
  AppState,
  BatchDto,
  Commands,
  ContractDto,
  ContractRow,
  DealRow,
  IpcError,
  NeedDto,
  PreviewDto,
  SendDto,
  SendRequest,
  UiEvent,
} from "../../src/bindings";
import { contractOf } from "./fakeContract";
import { makeDeals, now } from "./fakeData";
import { previewOf } from "./fakePreview";

type End = "signed" | "declined" | "expired";

const kinds = { signed: "all_signed", declined: "declined", expired: "expired" } as const;
const states = { signed: "signed", declined: "declined", expired: "waiting" } as const;

type Handlers = {
  [C in keyof Commands]?: (request: Commands[C][0]) => Commands[C][1] | Promise<Commands[C][1]>;
};

export class FakeEngine {
  deals: DealRow[];
  contracts = new Map<string, ContractDto>();
  sends = new Map<string, SendDto>();
  needs: NeedDto[] = [];
  activity: ActivityRow[] = [];
  /** Every command that was asked, in order. */
  journal: string[] = [];
  state: AppState;
  /** Commands that never answer: for looking at first loads. */
  silent = new Set<keyof Commands>();
  /** Commands that answer only when the test lets them. */
  held = new Map<keyof Commands, Promise<void>>();
  failing = new Map<keyof Commands, IpcError>();
  /** Deals whose click in a batch is refused. */
  refusing = new Map<string, IpcError>();

  #listeners = new Set<(event: UiEvent) => void>();
  #more: Handlers = {};

  constructor(
    public holdMs = 10_000,
    count = 140,
  ) {
    this.deals = makeDeals(count);
    this.state = {
      profile: { kind: "sample", account: "Nordkonsult AB", user: "1" },
      blocked: null,
      keychain: "ready",
      unreadable: 0,
      kommo: { ok: true, trouble: null, since: null, until: null },
      oneflow: { ok: true, trouble: null, since: null, until: null },
      counts: { toSend: 0, won: 0, awaiting: 0, unread: 0, needsYou: 0 },
      asOf: new Date(now).toISOString(),
      progress: null,
      leaving: [],
      tokenEnds: null,
      preferences: {
        language: "en",
        theme: "system",
        density: "compact",
        letterKeys: true,
        holdSeconds: holdMs / 1000,
        notifyEachSignature: false,
      },
      version: "0.1.0",
    };
    this.count();
  }

  listen(listener: (event: UiEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: UiEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Answers for the commands of set-up and settings are given by who tests those. */
  answer(handlers: Handlers): void {
    Object.assign(this.#more, handlers);
  }

  count(): void {
    const contracts = [...this.contracts.values()];
    this.state = {
      ...this.state,
      counts: {
        toSend: this.deals.filter(({ status }) =>
          ["ready", "leaving", "sending", "needs_attention"].includes(status.kind),
        ).length,
        won: this.deals.length,
        awaiting: contracts.filter(({ row }) => row.status === "awaiting").length,
        unread: this.activity.filter(({ unread }) => unread).length,
        needsYou: this.needs.length,
      },
      leaving: [...this.sends.values()].filter(({ canUndo }) => canUndo),
    };
    this.emit({ kind: "state", state: this.state });
  }

  async call(command: keyof Commands, request: unknown): Promise<unknown> {
    this.journal.push(command);
    if (this.silent.has(command)) return new Promise(() => undefined);
    await this.held.get(command);
    const failure = this.failing.get(command);
    if (failure) throw failure;
    const handlers: Handlers = { ...this.#handlers, ...this.#more };
    const handler = handlers[command] as ((request: unknown) => unknown) | undefined;
    if (!handler)
      throw { code: "bad_request", params: {}, retryAfterMs: null, incident: null } satisfies IpcError;
    return handler(request);
  }

  readonly #handlers: Handlers = {
    app_state: () => this.state,
    set_preferences: (preferences) => {
      this.state = { ...this.state, preferences };
      return this.state;
    },
    open_link: () => ({}),
    refresh: () => ({}),
    stop_refresh: () => ({}),
    deal_filters: () => ({
      pipelines: ["New business", "Renewals", "Partners"].map((name) => ({ id: name, name })),
      owners: ["Karin Lind", "Óscar Núñez", "Sara Ek"].map((name) => ({ id: name, name })),
    }),
    deals_page: (query) => {
      const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
      const search = fold(query.search);
      const found = this.deals
        .filter(
          (deal) =>
            search ||
            query.scope === "all" ||
            ["ready", "leaving", "sending", "needs_attention"].includes(deal.status.kind),
        )
        .filter((deal) => fold(`${deal.name} ${deal.company} ${deal.contact}`).includes(search))
        .filter((deal) => query.pipelines.length === 0 || query.pipelines.includes(deal.pipeline));
      const keyed = (deal: DealRow) =>
        query.sort === "amount"
          ? Number(deal.amount?.amount ?? 0)
          : query.sort === "won_on"
            ? Date.parse(deal.wonOn!)
            : fold(deal[query.sort]);
      found.sort((a, b) => (keyed(a) < keyed(b) ? -1 : 1) * (query.descending ? -1 : 1));
      const { toSend, won } = this.state.counts;
      return {
        rows: found.slice(query.offset, query.offset + query.limit),
        offset: query.offset,
        total: found.length,
        toSend,
        won,
        asOf: this.state.asOf,
      };
    },
    deal: ({ deal }) => {
      const row = this.deals.find(({ id }) => id === deal)!;
      const send = [...this.sends.values()].filter((one) => one.deal === deal).at(-1) ?? null;
      return {
        row,
        send,
        contracts: [...this.contracts.values()].map((one) => one.row).filter((one) => one.deal === deal),
      };
    },
    set_aside: ({ deals, aside }) => {
      for (const deal of this.deals)
        if (deals.includes(deal.id)) deal.status = { kind: aside ? "set_aside" : "ready" };
      this.count();
      return { count: deals.length };
    },
    preview: ({ deal, replaces, edits }) => this.preview(deal, replaces, edits as Record<string, string>),
    send: (request) => this.#send(request),
    undo_send: ({ send }) => this.#move(send, { state: "undone", canUndo: false }, { kind: "ready" }),
    send_now: ({ send }) => {
      this.#goOn(send);
      return this.sends.get(send)!;
    },
    send_several: ({ batch, clicks }) => {
      const refused = clicks.filter(({ deal }) => this.refusing.has(deal));
      for (const click of clicks) if (!refused.includes(click)) this.#send(click, batch);
      const because = (deal: string) => this.refusing.get(deal)!;
      return {
        ...this.#batch(batch),
        refused: refused.map(({ send, deal }) => ({ send, deal, error: because(deal) })),
      };
    },
    undo_batch: ({ batch }) => {
      for (const { id, canUndo } of this.#batch(batch).sends)
        if (canUndo) this.#move(id, { state: "undone", canUndo: false }, { kind: "ready" });
      return this.#batch(batch);
    },
    send_batch_now: ({ batch }) => {
      for (const { id } of this.#batch(batch).sends) this.#goOn(id);
      return this.#batch(batch);
    },
    settle_send: ({ send }) =>
      this.#move(send, { state: "given_up", why: null, choices: [] }, { kind: "ready" }),
    contracts_page: ({ search, statuses, offset, limit }) => {
      const rows = [...this.contracts.values()]
        .map(({ row }) => row)
        .filter((row) => statuses.length === 0 || statuses.includes(row.status))
        .filter((row) => `${row.company} ${row.dealName}`.toLowerCase().includes(search.toLowerCase()))
        .reverse();
      return {
        rows: rows.slice(offset, offset + limit),
        offset,
        total: rows.length,
        awaiting: this.state.counts.awaiting,
      };
    },
    contract: ({ contract }) => this.contracts.get(contract)!,
    save_signed_pdf: ({ contract }) => ({ name: `${contract}-signed.pdf` }),
    settle_write_back: () => ({}),
    activity_page: ({ offset, limit }) => ({
      rows: this.activity.slice(offset, offset + limit),
      offset,
      total: this.activity.length,
    }),
    activity_read: () => {
      this.activity = this.activity.map((row) => ({ ...row, unread: false }));
      this.count();
      return this.state;
    },
    needs_you: () => this.needs,
    sample_act: ({ act, contract }) => {
      const id = contract ?? [...this.contracts.keys()].at(-1)!;
      this.end(id, act === "client_signs" ? "signed" : act === "client_declines" ? "declined" : "expired");
      return {};
    },
    start_sample: () => this.state,
    leave_sample: () => {
      this.deals = makeDeals(this.deals.length);
      this.sends.clear();
      this.state = { ...this.state, profile: { kind: "none" }, leaving: [] };
      return this.state;
    },
  };

  preview(id: string, replaces: string | null, edits: Record<string, string>): PreviewDto {
    return previewOf(
      this.deals.find((one) => one.id === id)!,
      replaces,
      edits,
    );
  }

  #batch(id: string): BatchDto {
    const sends = [...this.sends.values()].filter(({ batch }) => batch === id);
    return { id, sends, refused: [], canUndo: sends.some(({ canUndo }) => canUndo) };
  }

  #send(
    { send: id, deal: dealId, preview: seen, replaces, edits }: SendRequest,
    batch: string | null = null,
  ): SendDto {
    const known = this.sends.get(id);
    if (known) return known;
    const deal = this.deals.find((one) => one.id === dealId)!;
    const preview = this.preview(dealId, replaces, edits as Record<string, string>);
    if (preview.id !== seen)
      throw { code: "preview_changed", params: {}, retryAfterMs: null, incident: null } satisfies IpcError;
    const text = (slot: string) => preview.values.find((one) => one.slot === slot)!.text;
    const send: SendDto = {
      ...clickOf(deal, id, this.holdMs),
      batch,
      company: text("company"),
      recipient: text("client.name"),
      email: text("client.email"),
    };
    this.sends.set(id, send);
    deal.status = { kind: "leaving", send: id };
    setTimeout(() => this.#goOn(id), this.holdMs);
    this.emit({ kind: "send", send });
    this.count();
    return send;
  }

  #goOn(id: string): void {
    if (this.sends.get(id)?.state !== "held") return;
    const steps: [SendDto["state"], number][] = [
      ["creating", 0],
      ["completing", 300],
      ["publishing", 600],
      ["published", 900],
    ];
    for (const [state, after] of steps) {
      setTimeout(() => {
        const send = this.sends.get(id)!;
        if (state !== "published")
          return void this.#move(id, { state, canUndo: false, holdLeftMs: 0 }, { kind: "sending", send: id });
        const contract = String(8_812_000 + this.contracts.size);
        this.contracts.set(contract, contractOf(send, contract));
        this.#move(id, { state, contract }, { kind: "awaiting", contract, signed: 0, signatories: 2 });
        this.emit({ kind: "contracts", contracts: [] });
      }, after);
    }
  }

  #move(id: string, change: Partial<SendDto>, status: DealRow["status"]): SendDto {
    const send = { ...this.sends.get(id)!, ...change, since: new Date().toISOString() };
    this.sends.set(id, send);
    this.deals.find((deal) => deal.id === send.deal)!.status = status;
    this.count();
    this.emit({ kind: "send", send });
    return send;
  }

  /** A click that came to a halt. */
  halt(dealAt: number, change: Partial<SendDto>): SendDto {
    const deal = this.deals[dealAt]!;
    const id = `0198f000-0000-7000-8000-${String(dealAt).padStart(12, "0")}`;
    const preview = this.preview(deal.id, null, {});
    const text = (slot: string) => preview.values.find((one) => one.slot === slot)!.text;
    const send: SendDto = {
      ...clickOf(deal, id, this.holdMs),
      company: text("company"),
      recipient: text("client.name"),
      email: text("client.email"),
      holdLeftMs: 0,
      canUndo: false,
      ...change,
    };
    this.sends.set(id, send);
    deal.status = { kind: "needs_attention", send: id, why: send.why };
    if (send.choices.length > 0 && send.why) {
      this.needs.push({
        id,
        why: send.why,
        deal: deal.id,
        dealName: deal.name,
        company: send.company,
        contract: send.contract,
        send,
        writeBack: null,
        draft: null,
        choices: [],
        since: new Date(Date.now() - 20 * 60_000).toISOString(),
      });
    }
    this.count();
    return send;
  }

  /** Puts a contract out as if it had been sent long ago. */
  out(dealAt: number, status: ContractRow["status"] = "awaiting"): string {
    const deal = this.deals[dealAt]!;
    const preview = this.preview(deal.id, null, {});
    const text = (slot: string) => preview.values.find((one) => one.slot === slot)!.text;
    const contract = String(8_812_000 + this.contracts.size);
    const send = {
      deal: deal.id,
      dealName: deal.name,
      company: text("company"),
      recipient: text("client.name"),
      email: text("client.email"),
      amount: deal.amount,
    } as SendDto;
    this.contracts.set(contract, contractOf(send, contract));
    deal.status = { kind: "awaiting", contract, signed: 0, signatories: 2 };
    if (status === "signed" || status === "declined" || status === "expired") this.end(contract, status);
    this.count();
    return contract;
  }

  /** The deal of a contract moves on in Kommo. */
  drift(id: string): void {
    const values = [
      { kind: "value", slot: "field:amount", label: "Amount", seen: "23757", now: "31000" },
      { kind: "value", slot: "client.email", label: "", seen: "karin@example.com", now: "" },
    ] satisfies ContractDto["drift"]["values"];
    this.contracts.set(id, { ...this.contracts.get(id)!, canReplace: true, drift: { values, price: null } });
  }

  end(id: string, status: End): void {
    const contract = this.contracts.get(id)!;
    const at = new Date().toISOString();
    const kind = kinds[status];
    const state = states[status];
    this.contracts.set(id, {
      ...contract,
      row: { ...contract.row, status, signed: status === "signed" ? 2 : 0, changedAt: at },
      people: contract.people.map((person) => ({
        ...person,
        state: person.ours && state === "declined" ? "waiting" : state,
        at,
      })),
      timeline: [
        ...contract.timeline,
        { kind, name: status === "declined" ? contract.row.recipient : null, at },
      ],
      hasSignedPdf: status === "signed",
      canReplace: status !== "signed",
      writtenBack: [
        ...contract.writtenBack,
        {
          id: `${id}-n`,
          part: "note",
          because: kind,
          text: "Oneflow: all parties have signed the contract",
          state: "done",
          reason: null,
        },
        ...(status === "signed"
          ? ([
              {
                id: `${id}-s`,
                part: "stage",
                because: kind,
                text: "",
                state: "parked",
                reason: "deal_moved",
              },
              { id: `${id}-f`, part: "file", because: kind, text: "", state: "waiting", reason: null },
            ] as const)
          : []),
      ],
    });
    const deal = this.deals.find((one) => one.id === contract.row.deal)!;
    deal.status = { kind: status, contract: id };
    this.activity.unshift({
      id: `${this.activity.length}`,
      kind,
      name: status === "declined" ? contract.row.recipient : null,
      contract: id,
      dealName: deal.name,
      company: contract.row.company,
      amount: deal.amount,
      at,
      unread: true,
    });
    this.count();
    this.emit({ kind: "contracts", contracts: [id] });
    this.emit({ kind: "activity" });
    this.emit({ kind: "deals" });
  }
}

/** A click whose hold has just begun. */
function clickOf(deal: DealRow, id: string, holdMs: number): SendDto {
  const now = new Date().toISOString();
  return {
    id,
    deal: deal.id,
    dealName: deal.name,
    company: deal.company,
    recipient: deal.contact,
    email: "",
    amount: deal.amount,
    state: "held",
    holdLeftMs: holdMs,
    holdMs,
    canUndo: true,
    batch: null,
    waits: null,
    theirs: null,
    contract: null,
    why: null,
    differences: [],
    choices: [],
    clickedAt: now,
    since: now,
  };
}
