import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { FileStats } from "../../../../../../bucket/disk/file-stats.ts";
import { NewFiles } from "../../../../../../bucket/disk/new-files.ts";
import { newMachine } from "../../../../../../bucket/machine.ts";
import { SINGLE_PUT_MAX } from "../../../../../../bucket/part-size.ts";
import {
  beginLaned,
  endLaned,
  type LanedStore,
  lanedStore,
} from "../../../../../support/laned-store.ts";
import { S3Server } from "../../../../../support/s3-server.ts";

const LARGE = 2 * SINGLE_PUT_MAX;
const small = randomBytes(70_001);

let server: S3Server;
let url: string;
let folder: string;
let laned: LanedStore;

beforeEach(async () => {
  ({ server, url, folder, laned } = await beginLaned({ small }));
});
afterEach(() => endLaned({ server, laned }));

/** The first answer breaks off after 50,000 bytes. */
function breakOff(etag: string, atSecond = () => {}) {
  server.intercept = (_, response) => {
    if (server.count("GET") === 2) atSecond();
    if (server.count("GET") > 1) return false;
    response.writeHead(200, { etag: `"${etag}"`, "content-length": String(small.length) });
    response.write(small.subarray(0, 50_000), () => response.destroy());
    return true;
  };
}

test("who sends a file is told of it as the lane has read it", async () => {
  const path = join(folder, "small");
  const { ino, size } = statSync(path, { bigint: true });
  const seen: FileStats[] = [];
  const onRead = (stats: FileStats) => void seen.push(stats);
  await laned.store.putFile(path, "small", small.length, { onRead });
  await laned.store.putFile(path, "again", small.length, { onRead, noFollow: true });
  expect(laned.opened()).toBe(0);
  expect(seen).toMatchObject([
    { ino, size },
    { ino, size },
  ]);
});

describe("a file that is to have properties", () => {
  const options = ({ etag }: { etag: string }) => ({
    size: small.length,
    etag,
    making: { files: new NewFiles(newMachine().disk), propertiesOf: () => ({ mode: 0o400 }) },
  });
  const path = () => join(folder, "small-back");

  test("is made by the lane, and does not have them yet", async () => {
    const got = await laned.store.getFile("small", path(), options(server.put("small", small)));
    expect(got).toMatchObject({ hasProperties: false });
    expect(readFileSync(path()).equals(small)).toBe(true);
    expect(laned.opened()).toBe(0);
  });

  test("goes on in the main thread with what a lane has brought", async () => {
    const held = server.put("small", small);
    breakOff(held.etag, () => laned.lanes.end());
    const got = await laned.store.getFile("small", path(), options(held));
    expect(got).toMatchObject({ hasProperties: false });
    expect(readFileSync(path()).equals(small)).toBe(true);
  });

  test("is given them where the main thread carries it alone", async () => {
    laned = lanedStore(url, { program: async () => undefined });
    const held = server.put("small", small);
    breakOff(held.etag);
    const got = await laned.store.getFile("small", path(), options(held));
    expect(got).toMatchObject({ hasProperties: true });
    expect(readFileSync(path()).equals(small)).toBe(true);
    expect(statSync(path()).mode & 0o7777).toBe(0o400);
  });
});

test("lanes keep to the same limit of rate as all others, and tell what goes by the line", async () => {
  laned = lanedStore(url, { bytesPerSecond: 1 << 30 });
  writeFileSync(join(folder, "large"), randomBytes(LARGE));
  const [sent, connected] = [jest.spyOn(laned.line, "sent"), jest.spyOn(laned.line, "connected")];
  await laned.store.putFile(join(folder, "large"), "large", LARGE);
  expect(new BigInt64Array(laned.pace)[0]).toBeGreaterThan(0n);
  const told = sent.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0);
  // The main thread sends small bodies alone, which go together with their heads.
  expect(told).toBe(LARGE);
  expect(connected.mock.calls.length).toBeGreaterThan(laned.opened());
});
