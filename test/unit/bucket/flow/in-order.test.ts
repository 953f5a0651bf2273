import { expect, test } from "@jest/globals";
import { inOrder } from "../../../../bucket/flow/in-order.ts";

/** Tasks that end when they are told to. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const task = (item: string) =>
    new Promise<string>((resolve, reject) => {
      begun.push(item);
      ends.set(item, (error) => (error ? reject(error) : resolve(item.toUpperCase())));
    });
  const end = async (item: string, error?: Error) => {
    ends.get(item)?.(error);
    await new Promise(setImmediate);
  };
  return { begun, task, end };
}

test("runs a bounded number side by side, and hands results on in the order of the items", async () => {
  const { begun, task, end } = tasks();
  const got: string[] = [];
  const all = inOrder(["a", "b", "c"], 2, task, (result, item) => got.push(`${item}${result}`));
  await new Promise(setImmediate);
  expect(begun).toEqual(["a", "b"]);
  await end("b");
  expect([begun, got]).toEqual([["a", "b", "c"], []]);
  await end("a");
  expect(got).toEqual(["aA", "bB"]);
  await end("c");
  await all;
  expect(got).toEqual(["aA", "bB", "cC"]);
});

test("after a failure it begins nothing, hands on what had begun, and throws the first item's failure", async () => {
  const { begun, task, end } = tasks();
  const got: string[] = [];
  const all = inOrder(["a", "b", "c", "d"], 3, task, (result) => got.push(result));
  const failed = expect(all).rejects.toThrow("a failed");
  await new Promise(setImmediate);
  await end("b", new Error("b failed"));
  await end("a", new Error("a failed"));
  await end("c");
  await failed;
  expect([begun, got]).toEqual([["a", "b", "c"], ["C"]]);
});

test("nothing to do is done at once; a failure to hand a result on is one, too", async () => {
  await inOrder([], 2, async () => 1, expect);
  const fails = inOrder(
    [1, 2],
    2,
    async (one) => one,
    () => {
      throw new Error("no place");
    },
  );
  await expect(fails).rejects.toThrow("no place");
});
