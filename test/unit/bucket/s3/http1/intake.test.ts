import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Intake } from "../../../../../bucket/s3/http1/intake.ts";

const turn = () => new Promise(setImmediate);

/** An intake whose taker waits at pieces that contain `wait`, and fails at `fail`. */
function taking() {
  const told: string[] = [];
  const state = { told, under: 0, most: 0 };
  const intake = new Intake({
    take: (bytes) => {
      const text = bytes.toString();
      told.push(text);
      if (text === "fail") throw new Error(text);
      if (!text.includes("wait")) return undefined;
      state.most = Math.max(state.most, ++state.under);
      return turn().then(() => void (state.under -= 1));
    },
    ready: () => void told.push("ready"),
    fail: (error) => void told.push(`failed: ${(error as Error).message}`),
  });
  /** In memory that is used again. */
  const push = (text: string) => {
    const lent = Buffer.from(text);
    const isReady = intake.push(lent);
    lent.fill("!");
    return isReady;
  };
  const taken = () => new Promise<void>((resolve) => intake.whenTaken(resolve));
  return { intake, state, push, taken };
}

test("without a wait, bytes are passed on at once and nothing else happens", () => {
  const { intake, state, push } = taking();
  expect([push("a"), push("b")]).toEqual([true, true]);
  intake.whenTaken(() => void state.told.push("taken"));
  expect(state.told).toEqual(["a", "b", "taken"]);
});

test("bytes that come during a wait come in their turn, one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom("a", "wait 1", "b", "wait 2")), async (texts) => {
      const { intake, state, push, taken } = taking();
      for (const text of texts) push(text);
      expect(intake.isWaiting).toBe(texts.some((text) => text.includes("wait")));
      await taken();
      expect(state.told.filter((text) => text !== "ready")).toEqual(texts);
      expect(state.most).toBeLessThanOrEqual(1);
      expect([intake.isWaiting, intake.hasMore]).toEqual([false, false]);
    }),
  );
});

test("after a failure nothing of what waited is passed on", async () => {
  const { state, push, taken } = taking();
  expect(["wait", "fail", "a"].map(push)).toEqual([false, false, false]);
  await taken();
  expect(state.told).toEqual(["wait", "fail", "failed: fail", "ready"]);
});
