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

test("without an order each is put into its place as it comes", async () => {
  const placed: string[] = [];
  const place = async ({ path }: { path: string }) => void placed.push(path);
  const together = new Arrivals(() => false, place);
  await together.take(file("b", 2));
  await together.take(file("a", 1));
  expect(placed).toEqual([]);
  await together.placeWaiting();
  expect(placed).toEqual(["a", "b"]);
  const alone = new Arrivals(undefined, place);
  await alone.take(file("c", 2));
  expect(placed).toEqual(["a", "b", "c"]);
});
