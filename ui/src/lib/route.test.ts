import { expect, test } from "vitest";
import { parseRoute, routeAddress, type Route } from "./route.svelte";

test.each<[string, Route]>([
  ["#/deals", { place: "deals", item: undefined, replaces: undefined }],
  ["#/deals/1041", { place: "deals", item: "1041", replaces: undefined }],
  ["#/deals/1041/8812", { place: "deals", item: "1041", replaces: "8812" }],
  ["#/needs-you", { place: "needs-you", item: undefined, replaces: undefined }],
  ["#/contracts/a%2Fb", { place: "contracts", item: "a/b", replaces: undefined }],
])("the address %s leads there and back", (address, route) => {
  expect(parseRoute(address)).toEqual(route);
  expect(routeAddress(route.place, route.item, route.replaces)).toBe(address);
});

test.each(["", "#", "#/nowhere", "#/nowhere/7"])(
  "an address that leads nowhere (%s) shows the deals",
  (address) => {
    expect(parseRoute(address)).toEqual({ place: "deals", item: undefined, replaces: undefined });
  },
);

test("a broken escape is read as it stands", () => {
  expect(parseRoute("#/contracts/%E0%A4%A").item).toBe("%E0%A4%A");
});
