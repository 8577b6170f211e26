import { expect, test } from "vitest";
import type { ProfileDto } from "../bindings";
import { onProfileChange, openProfile } from "./profile";

const connected: ProfileDto = {
  kind: "connected",
  account: "Nordkonsult AB",
  address: "nordkonsult.kommo.com",
  oneflow: "Nordkonsult AB",
  user: "1",
};

test("what is remembered is forgotten with its profile, and only then", () => {
  let forgotten = 0;
  onProfileChange(() => forgotten++);
  const check = (profile: ProfileDto, wanted: number, why: string) => {
    openProfile(profile);
    expect(forgotten, why).toBe(wanted);
  };
  check({ kind: "sample", account: "Nordkonsult AB", user: "1" }, 0, "the first");
  check({ kind: "sample", account: "Nordkonsult AB", user: "2" }, 0, "somebody else is me");
  check({ kind: "none" }, 1, "the sample data are left");
  check(connected, 2, "accounts are connected");
  check({ ...connected, account: "Nordkonsult Group", user: null }, 2, "the account has a new name");
  check({ kind: "none" }, 2, "it is opened again");
  check(connected, 2, "as the same");
  check({ ...connected, address: "acme.kommo.com" }, 3, "another account");
});
