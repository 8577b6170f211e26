/** Everything that can wait for a person, for looking at and for tests. */
import type { NeedCode, NeedDto, SendDto, SettleChoice, TheirsDto } from "../../src/bindings";
import type { FakeEngine } from "./fakeEngine";

const choices: Partial<Record<NeedCode, SettleChoice[]>> = {
  invalid: ["try_again", "give_up"],
  plan: ["try_again", "give_up"],
  colleagues_draft: ["publish_theirs", "discard_theirs", "give_up"],
  cannot_tell: ["look_again", "adopt", "give_up"],
  long_closed: ["send_now", "give_up"],
};

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** A colleague's draft of a deal, unlike ours in two values. */
export function theirsOf(person: string, canPublish: boolean): TheirsDto {
  const value = (slot: string, label: string, mine: string | null, theirs: string | null) => ({
    slot,
    label,
    mine,
    theirs,
    differs: mine !== theirs,
  });
  return {
    contract: "8812003",
    person,
    isOwn: false,
    createdAt: hoursAgo(30),
    seenAt: hoursAgo(0.2),
    canPublish,
    values: [
      value("company", "", "Öresund Kraft AB", "Öresund Kraft AB"),
      value("client.email", "", "asa@oresund.example", "inkop.avtal@oresundkraft.example"),
      value("field:amount", "Amount", "43037", "45000"),
      value("field:plan", "Plan", "Growth", "Growth"),
      value("message", "", "Hello,\n\nplease find our agreement.", null),
    ],
  };
}

function needOf(engine: FakeEngine, code: NeedCode, at: number): NeedDto {
  const deal = engine.deals[at]!;
  const contract = code === "plan" ? "8812000" : null;
  const params = {
    contract: code === "colleagues_draft" ? "8812003" : (contract ?? ""),
    text: "parties[0].participants[0].email: is not a valid e-mail",
  };
  const why = { code, params };
  const send: SendDto = {
    id: `send-${at}`,
    batch: null,
    deal: deal.id,
    dealName: deal.name,
    company: deal.company,
    recipient: deal.contact,
    email: "asa@oresundkraft.example",
    amount: deal.amount,
    state: "needs_you",
    holdLeftMs: 0,
    holdMs: 10_000,
    canUndo: false,
    waits: null,
    contract,
    why,
    differences:
      code === "differences"
        ? [
            { kind: "value", slot: "field:amount", label: "Amount", seen: "43037", now: "45000" },
            { kind: "value", slot: "client.email", label: "", seen: "asa@oresund.example", now: "" },
          ]
        : [],
    theirs: code === "colleagues_draft" ? theirsOf("Óscar Núñez", true) : null,
    choices: choices[code] ?? [],
    clickedAt: hoursAgo(at * 3),
    since: hoursAgo(at * 3 - 0.1),
  };
  engine.sends.set(send.id, send);
  return {
    id: `need-${at}`,
    why,
    deal: deal.id,
    dealName: deal.name,
    company: deal.company,
    contract,
    send,
    writeBack: null,
    draft: null,
    choices: [],
    since: send.since,
  };
}

/** One of each kind; settling one takes it off the list. */
export function answerNeeds(engine: FakeEngine): void {
  const codes: NeedCode[] = [
    "differences",
    "invalid",
    "plan",
    "colleagues_draft",
    "cannot_tell",
    "long_closed",
  ];
  const title = {
    deal: engine.deals[3]!.id,
    dealName: engine.deals[3]!.name,
    company: engine.deals[3]!.company,
  };
  engine.needs = [
    ...codes.map((code, at) => needOf(engine, code, at + 9)),
    {
      ...title,
      id: "parked",
      why: { code: "write_back_parked", params: {} },
      contract: "8812000",
      send: null,
      draft: null,
      choices: [],
      writeBack: {
        id: "work-1",
        part: "stage",
        because: "all_signed",
        text: "",
        state: "parked",
        reason: "deal_moved",
      },
      since: hoursAgo(80),
    },
    {
      ...title,
      id: "left",
      why: { code: "draft_left", params: { contract: "8812003", person: "Sara Ek" } },
      contract: "8812003",
      send: null,
      writeBack: null,
      draft: theirsOf("Sara Ek", false),
      choices: ["look_again", "discard_theirs"],
      since: hoursAgo(26),
    },
    {
      ...title,
      id: "vanished",
      why: { code: "contract_vanished", params: {} },
      contract: "8812001",
      send: null,
      writeBack: null,
      draft: null,
      choices: ["look_again", "removed"],
      since: hoursAgo(200),
    },
  ];
  const settled = (isIt: (need: NeedDto) => boolean) => {
    engine.needs = engine.needs.filter((need) => !isIt(need));
    engine.count();
    engine.emit({ kind: "needs_you" });
  };
  engine.answer({
    settle_send: ({ send, choice }) => {
      const known = engine.sends.get(send)!;
      settled((need) => need.send?.id === send);
      return { ...known, state: choice === "give_up" ? "given_up" : "queued", why: null, choices: [] };
    },
    settle_contract: ({ contract, choice }) => {
      if (choice !== "look_again") settled((need) => need.contract === contract && !need.send);
      return {};
    },
    settle_write_back: ({ id }) => {
      settled((need) => need.writeBack?.id === id);
      return {};
    },
  });
  engine.count();
}
