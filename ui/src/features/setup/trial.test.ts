import { expect, test } from "vitest";
import { CallError } from "../../lib/engine";
import { Trial } from "./trial.svelte";

/** A trial whose answers the test gives. */
function trial() {
  const asked: { token: string; answer: (text: string) => void; refuse: (thrown: unknown) => void }[] = [];
  const made = new Trial(
    { token: "" },
    ({ token }) => new Promise<string>((answer, refuse) => asked.push({ token, answer, refuse })),
  );
  return { made, asked };
}

test("an answer counts until something else is typed", async () => {
  const { made, asked } = trial();
  made.typed.token = "abc";
  const run = made.run();
  expect(made.isRunning).toBe(true);
  asked[0]!.answer("Nordkonsult AB");
  await run;
  expect([asked[0]!.token, made.answer, made.isRunning]).toEqual(["abc", "Nordkonsult AB", false]);

  made.typed.token = "abcd";
  expect(made.answer).toBeUndefined();
});

test("a refusal counts until something else is typed", async () => {
  const { made, asked } = trial();
  const run = made.run();
  asked[0]!.refuse(
    new CallError({ code: "kommo_unauthorized", params: {}, retryAfterMs: null, incident: null }),
  );
  await run;
  expect(made.error?.code).toBe("kommo_unauthorized");
  made.typed.token = "x";
  expect(made.error).toBeUndefined();
});

test("what was typed during a trial is not what was tried", async () => {
  const { made, asked } = trial();
  const run = made.run();
  made.typed.token = "other";
  expect(made.isRunning).toBe(false);
  asked[0]!.answer("Nordkonsult AB");
  await run;
  expect(made.answer).toBeUndefined();
});

test("of two trials the later one counts, whatever comes first", async () => {
  const { made, asked } = trial();
  const first = made.run();
  const second = made.run();
  asked[1]!.answer("second");
  await second;
  asked[0]!.answer("first");
  await first;
  expect(made.answer).toBe("second");
});
