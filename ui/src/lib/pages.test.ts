import { beforeEach, describe, expect, test } from "vitest";
import { Pages, type Slice } from "./pages.svelte";

interface Asked {
  offset: number;
  answer: (slice: Slice<string>) => Promise<void>;
  refuse: (thrown: unknown) => Promise<void>;
}

let asked: Asked[];
let pages: Pages<string>;

/** A list of `total` rows in which a row tells its place and the state of the list. */
const slice = (offset: number, total: number, state: string): Slice<string> => ({
  offset,
  total,
  rows: Array.from({ length: Math.min(100, total - offset) }, (_, at) => `${state}${offset + at}`),
});

const settled = () => new Promise<void>((done) => setTimeout(done));

beforeEach(() => {
  asked = [];
  pages = new Pages(
    (offset) =>
      new Promise((resolve, reject) => {
        asked.push({
          offset,
          answer: (found) => (resolve(found), settled()),
          refuse: (thrown) => (reject(thrown as Error), settled()),
        });
      }),
  );
});

const offsets = () => asked.map(({ offset }) => offset);

describe("a list held as pages", () => {
  test("asks for what comes into sight, once", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 1000, "a"));
    pages.see(80, 130);
    pages.see(82, 132);
    expect(offsets()).toEqual([0, 100]);
    await asked[1]!.answer(slice(100, 1000, "a"));
    expect([pages.at(99), pages.at(100), pages.at(200), pages.total]).toEqual([
      "a99",
      "a100",
      undefined,
      1000,
    ]);
  });

  test("asks for the next page before it comes into sight", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 250, "a"));
    pages.see(10, 39);
    expect(offsets()).toEqual([0]);
    pages.see(20, 50);
    expect(offsets()).toEqual([0, 100]);
    pages.see(110, 140);
    expect(offsets()).toEqual([0, 100]);
    pages.see(160, 190);
    pages.see(220, 250);
    expect(offsets(), "and for none beyond the end").toEqual([0, 100, 200]);
  });

  test("keeps what is in sight until newer has come", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 300, "old"));
    void pages.refresh();
    expect(pages.at(5)).toBe("old5");
    await asked[1]!.answer(slice(0, 299, "new"));
    expect([pages.at(5), pages.total]).toEqual(["new5", 299]);
  });

  test("forgets pages of an older state that are out of sight", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 300, "old"));
    pages.see(90, 150);
    pages.see(150, 180);
    await asked[1]!.answer(slice(100, 300, "old"));
    await asked[2]!.answer(slice(200, 300, "old"));
    void pages.refresh();
    await asked[3]!.answer(slice(100, 300, "new"));
    expect([pages.at(0), pages.at(150)]).toEqual([undefined, "new150"]);
  });

  test("drops an answer to an older question", async () => {
    void pages.restart();
    void pages.restart();
    await asked[1]!.answer(slice(0, 2, "second"));
    await asked[0]!.answer(slice(0, 9, "first"));
    expect([pages.at(0), pages.total]).toEqual(["second0", 2]);
  });

  test("says what went wrong and keeps its rows", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 10, "a"));
    void pages.refresh();
    await asked[1]!.refuse({ code: "offline", params: {}, retryAfterMs: null, incident: null });
    expect([pages.error?.code, pages.at(3), pages.isLoading]).toEqual(["offline", "a3", false]);
    void pages.refresh();
    await asked[2]!.answer(slice(0, 10, "b"));
    expect(pages.error).toBeUndefined();
  });

  test("never holds more than twenty pages", async () => {
    void pages.restart();
    await asked[0]!.answer(slice(0, 100_000, "a"));
    for (let page = 1; page <= 30; page++) {
      pages.see(page * 100, page * 100 + 20);
      await asked.at(-1)!.answer(slice(page * 100, 100_000, "a"));
    }
    expect([...pages.loaded()].length).toBe(2000);
    expect([pages.at(5), pages.at(3005)]).toEqual([undefined, "a3005"]);
  });
});
