/** A contract as it looks a minute after it was sent. */
import type { ContractDto, SendDto } from "../../src/bindings";

export function contractOf(send: SendDto, contract: string): ContractDto {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  return {
    row: {
      key: `c${contract}`,
      contract,
      send: send.id ?? null,
      deal: send.deal,
      dealName: send.dealName,
      company: send.company,
      recipient: send.recipient,
      amount: send.amount,
      status: "awaiting",
      signed: 0,
      signatories: 2,
      sentAt: at(1),
      changedAt: at(1),
      expiresAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    },
    name: `Agreement with ${send.company} - Growth`,
    people: [
      { name: send.recipient, email: send.email, ours: false, signatory: true, state: "opened", at: at(0.5) },
      {
        name: "Karin Lind",
        email: "karin.lind@nordkonsult.example",
        ours: true,
        signatory: true,
        state: "waiting",
        at: null,
      },
    ],
    timeline: [
      { kind: "clicked", name: null, at: at(2) },
      { kind: "created", name: null, at: at(1.2) },
      { kind: "sent", name: null, at: at(1) },
      { kind: "opened", name: send.recipient, at: at(0.5) },
    ],
    writtenBack: [
      {
        id: `${contract}-field`,
        part: "field",
        because: "sent",
        text: contract,
        state: "done",
        reason: null,
      },
      {
        id: `${contract}-note`,
        part: "note",
        because: "sent",
        text: `Oneflow: contract #${contract} sent for signing -> ${send.email}`,
        state: "done",
        reason: null,
      },
    ],
    send: null,
    hasSignedPdf: false,
    canReplace: false,
    values: [
      { slot: "company", label: "", text: send.company },
      { slot: "field:plan", label: "Plan", text: "Growth" },
      { slot: "field:amount", label: "Amount", text: send.amount?.amount ?? "" },
    ],
    drift: { values: [], price: null },
  };
}
