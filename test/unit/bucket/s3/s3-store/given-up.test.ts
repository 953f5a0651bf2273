import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../../bucket/part-size.ts";
import { UploadStateFolder } from "../../../../../bucket/s3/upload-states.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const s3 = s3Scene();
const size = 12 * SINGLE_PUT_MAX;
const bytes = randomBytes(size);
let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), "large");
});

const asked = (method: string) => s3.server.seen.filter((seen) => seen.method === method);
const partsSent = () => asked("PUT").map((seen) => Number(seen.query.get("partNumber")));
const rangesAsked = () => asked("GET").map((seen) => String(seen.headers.range));

test("of a large file that is sent no part is begun any more; a later transfer sends the others", async () => {
  const states = join(temporaryFolder(), "states");
  const store = s3.access({ states: new UploadStateFolder(states) }).store("b");
  writeFileSync(path, bytes);
  const failing = store.forTransfer!();
  const isGivenUp = new Promise<void>((resolve) => {
    s3.server.intercept = async (seen) => {
      const part = Number(seen.query.get("partNumber"));
      // The second one may come after all others.
      if (part > 2) await isGivenUp;
      if (part !== 2) return;
      failing.giveUp!();
      resolve();
    };
  });
  const sending = failing.putFile(path, "k", size);
  await expect(sending).rejects.toMatchObject({ name: "GivenUp" });
  expect(partsSent().length).toBeLessThan(12);
  expect([asked("DELETE"), readdirSync(states)]).toEqual([[], [expect.any(String)]]);
  s3.server.intercept = () => false;
  await store.putFile(path, "k", size);
  expect(partsSent().toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
  expect(s3.server.objects.get("k")!.body.equals(bytes)).toBe(true);
});

test("of a large object no range is begun any more; a later transfer asks for the others", async () => {
  s3.server.put("k", bytes);
  const failing = s3.store.forTransfer!();
  s3.server.intercept = (seen) => {
    if (seen.method === "GET") failing.giveUp!();
  };
  await expect(failing.getFile("k", path)).rejects.toMatchObject({ name: "GivenUp" });
  expect(rangesAsked().length).toBeLessThan(12);
  await s3.store.getFile("k", path);
  expect(new Set(rangesAsked()).size).toBe(rangesAsked().length);
  expect(rangesAsked()).toHaveLength(12);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test.each(["NetworkError", "SlowDown"])(
  "no further attempt is made after %s, and the error is that of the last one",
  async (name) => {
    const failing = s3.store.forTransfer!();
    s3.server.intercept = (_seen, response) => {
      failing.giveUp!();
      if (name === "NetworkError") response.destroy();
      else response.writeHead(503).end(`<Error><Code>${name}</Code></Error>`);
      return true;
    };
    await expect(failing.put("k", "x")).rejects.toMatchObject({ name });
    expect([s3.server.seen.length, s3.waits]).toEqual([1, []]);
  },
);

test("what was begun is removed all the same, and others on the bucket go on", async () => {
  const failing = s3.store.forTransfer!();
  failing.giveUp!();
  await expect(failing.put("k", "x")).rejects.toMatchObject({ name: "GivenUp" });
  await failing.delete("k");
  for (const other of [s3.store, s3.store.forTransfer!(), failing.forTransfer!()])
    await other.put("k", "x");
  expect([asked("DELETE").length, asked("PUT").length]).toEqual([1, 3]);
});
