import type { LookupAddress } from "node:dns";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { sharedLookup } from "../../../../bucket/network/shared-lookup.ts";

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** A system's lookup that answers when the test says so. */
function slowSystem() {
  const asked: { host: string; done: Found }[] = [];
  const ask = ((host: string, _: unknown, done: Found) => asked.push({ host, done })) as never;
  return { asked, look: promisify(sharedLookup(ask)) as Look };
}
type Look = (host: string, options: object) => Promise<unknown>;

const four = (last: number) => ({ address: `10.0.0.${last}`, family: 4 });
const six = (last: number) => ({ address: `fd00::${last}`, family: 6 });

describe("a name that is being looked up", () => {
  test("is asked for once, however many want it, and again afterwards", async () => {
    const { asked, look } = slowSystem();
    const all = Array.from({ length: 100 }, () => look("s3", { all: true }));
    const other = look("sts", { all: true });
    expect(asked.map(({ host }) => host)).toEqual(["s3", "sts"]);
    for (const { done } of asked) done(null, [four(1)]);
    expect(await Promise.all([...all, other])).toEqual(
      Array.from({ length: 101 }, () => [four(1)]),
    );
    void look("s3", { all: true });
    expect(asked).toHaveLength(3);
  });

  test("fails for all of them, and is asked for again", async () => {
    const { asked, look } = slowSystem();
    const both = [look("s3", { all: true }), look("s3", {})];
    asked[0]?.done(Object.assign(new Error("away"), { code: "EAI_AGAIN" }), []);
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "EAI_AGAIN" });
    void look("s3", {});
    expect(asked).toHaveLength(2);
  });

  test("is not shared by those who ask for something else", () => {
    const { asked, look } = slowSystem();
    void look("s3", { all: true });
    void look("s3", { all: true, family: 6 });
    expect(asked).toHaveLength(2);
  });
});

test("addresses are given out in turn, each family in its place", async () => {
  const { asked, look } = slowSystem();
  const all = [1, 2, 3].map(() => look("s3", { all: true }));
  asked[0]?.done(null, [six(1), six(2), four(1), four(2), four(3)]);
  expect(await Promise.all(all)).toEqual([
    [six(1), six(2), four(1), four(2), four(3)],
    [six(2), six(1), four(2), four(3), four(1)],
    [six(1), six(2), four(3), four(1), four(2)],
  ]);
});

test("who wants one address gets one", async () => {
  const { asked, look } = slowSystem();
  const one = look("s3", {});
  asked[0]?.done(null, [four(7)]);
  expect(await one).toBe("10.0.0.7");
});
