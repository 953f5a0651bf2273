import { expect, test } from "@jest/globals";
import { renewed } from "../../../../bucket/credentials/renewed.ts";

/** Credentials that last an hour from when they were found, by a clock that the test moves. */
function scene() {
  const state = { now: 0, looks: 0, fails: false };
  const credentials = renewed(
    async () => {
      state.looks += 1;
      if (state.fails) throw new Error("away");
      const accessKeyId = `AK${state.looks}`;
      return { accessKeyId, secretAccessKey: "s", expiration: new Date(state.now + 3_600_000) };
    },
    () => state.now,
  );
  return { state, credentials, key: async () => (await credentials()).accessKeyId };
}

test("all who ask get the same ones, until they end or newer ones are asked for", async () => {
  const { state, credentials, key } = scene();
  expect(await Promise.all([key(), key(), key()])).toEqual(["AK1", "AK1", "AK1"]);
  state.now = 3_000_000;
  expect(await key()).toBe("AK1");
  const forced = () => credentials({ forceRefresh: true });
  await Promise.all([forced(), forced()]);
  expect(await key()).toBe("AK2");
  state.now += 3_600_000;
  expect(await key()).toBe("AK3");
});

test("shortly before their end newer ones are looked for, and nobody waits", async () => {
  const { state, key } = scene();
  await key();
  state.now = 3_400_000;
  expect(await key()).toBe("AK1");
  await new Promise((resolve) => setImmediate(resolve));
  expect(await key()).toBe("AK2");
});

test("while that fails the old ones are used to their end, and it is not tried each time", async () => {
  const { state, key } = scene();
  await key();
  state.fails = true;
  state.now = 3_400_000;
  for (let times = 0; times < 5; times++) {
    expect(await key()).toBe("AK1");
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(state.looks).toBe(2);
  state.now = 3_600_001;
  await expect(key()).rejects.toThrow("away");
});
