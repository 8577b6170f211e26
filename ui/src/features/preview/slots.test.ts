import { expect, test } from "vitest";
import type { PreviewValueDto } from "../../bindings";
import { breakable, byPart } from "./slots";

const value = (slot: string, label = ""): PreviewValueDto => ({
  slot,
  label,
  text: "x",
  origin: { kind: "default" },
});

test("values stand under their headings, in the order they came", () => {
  const values = [
    value("company"),
    value("field:plan", "Plan"),
    value("client.email"),
    value("subject"),
    value("name"),
  ];
  expect(byPart(values).map(([part, found]) => [part, found.map(({ slot }) => slot)])).toEqual([
    ["parties", ["company", "client.email"]],
    ["contract", ["field:plan", "name"]],
    ["invitation", ["subject"]],
  ]);
});

test("a part without values has no heading", () => {
  expect(byPart([value("name")]).map(([part]) => part)).toEqual(["contract"]);
});

test("an address is broken before what joins its parts, and never inside a word", () => {
  expect(breakable("karin.lind@nordkonsult.example")).toEqual(["karin", ".lind", "@nordkonsult", ".example"]);
  expect(breakable("Agreement with Nord-Konsult."), "words break by themselves").toEqual([
    "Agreement with Nord-Konsult.",
  ]);
});
