/** The preview of a deal under the mapping of the published recipe. */
import type { DealRow, PreviewDto } from "../../src/bindings";

export function previewOf(deal: DealRow, replaces: string | null, edits: Record<string, string>): PreviewDto {
  const email = deal.contact
    ? `${
        deal.contact
          .split(" ")[0]!
          .normalize("NFD")
          .replace(/[^a-z]/gi, "")
          .toLowerCase() || "kontakt"
      }@example.com`
    : "";
  const value = (
    slot: string,
    label: string,
    text: string,
    origin: PreviewDto["values"][number]["origin"],
  ) =>
    slot in edits
      ? { slot, label, text: edits[slot]!, origin: { kind: "edited" as const } }
      : { slot, label, text, origin };
  const company = deal.company || deal.contact;
  const values = [
    value("company", "", company, {
      kind: "kommo",
      source: deal.company ? "company_name" : "contact_name",
      field: null,
    }),
    value("field:plan", "Plan", "Growth", { kind: "default" }),
    value("field:amount", "Amount", deal.amount?.amount ?? "", {
      kind: "kommo",
      source: "deal_price",
      field: null,
    }),
    value("field:start", "Start date", "22.11.2026", { kind: "today" }),
    value("field:terms", "Payment terms", "30 dagar netto", {
      kind: "kommo",
      source: "deal_field",
      field: "Betalningsvillkor",
    }),
    value("name", "", `Agreement with ${company} - Growth`, { kind: "composed" }),
    value("client.name", "", deal.contact, { kind: "kommo", source: "contact_name", field: null }),
    value(
      "client.email",
      "",
      email,
      email ? { kind: "kommo", source: "contact_email", field: null } : { kind: "empty" },
    ),
    value("internal.name", "", "Karin Lind", { kind: "setup" }),
    value("internal.email", "", "karin.lind@nordkonsult.example", { kind: "setup" }),
    value("subject", "", `Agreement with ${company}`, { kind: "composed" }),
    value(
      "message",
      "",
      "Hello,\n\nplease find our agreement. It can be signed on any device.\n\nBest regards,\nNordkonsult",
      { kind: "template" },
    ),
  ];
  const problems: PreviewDto["problems"] = [];
  const text = (slot: string) => values.find((one) => one.slot === slot)!.text;
  if (!text("client.email"))
    problems.push({ code: "email_missing", blocking: true, slot: "client.email", label: "", text: "" });
  if (!text("client.name"))
    problems.push({ code: "signatory_missing", blocking: true, slot: "client.name", label: "", text: "" });
  if (!("field:plan" in edits))
    problems.push({
      code: "default_used",
      blocking: false,
      slot: "field:plan",
      label: "Plan",
      text: "Growth",
    });
  if (Number(text("field:amount")) === 0)
    problems.push({
      code: "amount_zero",
      blocking: false,
      slot: "field:amount",
      label: "Amount",
      text: "0",
    });
  return {
    id: JSON.stringify([deal.id, replaces, values]),
    deal: deal.id,
    dealName: deal.name,
    amount: deal.amount,
    replaces,
    template: "Konsultavtal 2026",
    workspace: "Sales Nordics",
    values,
    problems,
    sendable: problems.every(({ blocking }) => !blocking),
    hasProducts: false,
  };
}
