import { expect, test } from "@jest/globals";
import { Arrivals, inTurn } from "../../../../transfer/placing/in-turn.ts";

const file = (path: string, mtime?: number) => ({
  path,
  properties: mtime === undefined ? {} : { mtime },
  folder: "",
  part: "",
  isLocal: false,
  isPlaced: false,
  object: { metadata: {}, size: 0, etag: "", checksum: undefined },
});
const paths = (files: { path: string }[]) => files.map(({ path }) => path);

test("what is named comes first, then the oldest", () => {
  const files = [file("result", 3), file("old", 1), file("log", 9), file("none"), file("err", 8)];
  const first = (path: string) => ["log", "err"].includes(path);
  expect(paths(inTurn(files, first))).toEqual(["err", "log", "none", "old", "result"]);
});

test("without an order none waits for its turn", () => {
  const together = new Arrivals(() => false);
  expect([file("b", 2), file("a", 1)].map((one) => together.holds(one))).toEqual([true, true]);
  expect(paths(together.waiting)).toEqual(["a", "b"]);
  const alone = new Arrivals(undefined);
  expect([alone.holds(file("c", 2)), alone.waiting]).toEqual([false, []]);
});
