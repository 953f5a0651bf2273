import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Disk } from "../../../bucket/disk/disk.ts";
import { LIMITS, limitsAt, newMachine } from "../../../bucket/machine.ts";
import { SINGLE_PUT_MAX } from "../../../bucket/part-size.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import { uploadFolder } from "../../../transfer/upload.ts";
import { countBusiest } from "../../support/count-busiest.ts";
import { projectFiles } from "../../support/project-files.ts";
import { s3Over } from "../../support/s3-over.ts";
import { S3Server } from "../../support/s3-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const server = new S3Server();
let url: string;
beforeAll(async () => {
  url = await server.start();
});
afterAll(() => server.stop());

describe("limits that are passed in hold for all that transfers", () => {
  const requests = { start: 3, fewest: 3, low: 3, max: 3 };
  const machine = newMachine({ ...LIMITS, requests, parts: 2, partsMost: 2, flight: 64 });

  test.each([
    ["requests for small files", 40, 10, 3],
    ["parts of large files", 2, 4 * SINGLE_PUT_MAX, 2],
  ])("%s", async (what, files, bytes, most) => {
    const [from, to] = [temporaryFolder(), temporaryFolder()];
    for (let n = 0; n < files; n++) writeFileSync(join(from, `${n}`), Buffer.alloc(bytes, n));
    const store = s3Over(url, { machine }).store("b");
    // A line that is known to be fast.
    await store.put("known", Buffer.alloc(SINGLE_PUT_MAX));
    const up = countBusiest(server, most);
    await uploadFolder(store, from, what, { outsideLinks: "refuse", machine });
    const down = countBusiest(server, most);
    await downloadFolder(store, what, to, { machine });
    expect([up.busiest, down.busiest]).toEqual([most, most]);
  });
});

describe("under a limit of rate", () => {
  const KiB = 1024;
  const MiB = 1024 * KiB;

  test("no more is under way at once than it needs, and never too little", () => {
    expect(limitsAt(LIMITS, undefined)).toEqual({ requests: LIMITS.requests, parts: LIMITS.parts });
    fc.assert(
      fc.property(fc.integer({ min: 16 * KiB, max: MiB * MiB }), (rate) => {
        const { requests, parts } = limitsAt(LIMITS, rate);
        expect(requests.start).toBeLessThanOrEqual(Math.max(4, rate / (64 * KiB) + 1));
        expect(requests.start).toBeGreaterThanOrEqual(4);
        expect(requests.low).toBeLessThanOrEqual(requests.start);
        expect(requests.max).toBe(LIMITS.requests.max);
        expect(parts).toBeGreaterThanOrEqual(2);
        expect(parts).toBeLessThanOrEqual(LIMITS.parts);
      }),
    );
    expect(limitsAt(LIMITS, 1024 * MiB)).toEqual(limitsAt(LIMITS, undefined));
  });

  test("all clients of a machine share it, small and large objects together", async () => {
    server.intercept = () => false;
    const machine = newMachine();
    const [one, other] = [1, 2].map(() => s3Over(url, { machine, limitRate: "1G" }).store("b"));
    const used = () => Number(new BigInt64Array(machine.pace)[0]);
    const takes = (before: number) => ((used() - before) * 1024 * MiB) / 1e9;
    // Time that is made up for is no part of what they took.
    const full = () => {
      new BigInt64Array(machine.pace)[0] = process.hrtime.bigint();
      return used();
    };
    const before = full();
    await Promise.all([
      one?.put("a", Buffer.alloc(MiB)),
      other?.put("b", Buffer.alloc(MiB)),
      ...Array.from({ length: 100 }, (_, at) => one?.put(`${at}`, Buffer.alloc(10 * KiB))),
    ]);
    const sent = 2 * MiB + 1000 * KiB;
    expect(takes(before)).toBeGreaterThanOrEqual(sent);
    const again = full();
    await Promise.all(
      [one?.get("a"), other?.get("b")].map(async (got) => {
        for await (const _ of (await got)?.body ?? []);
      }),
    );
    expect(takes(again)).toBeGreaterThanOrEqual(2 * MiB);
  });
});

test("a transfer asks the disk that it is given, and no other", async () => {
  server.intercept = () => false;
  const from = temporaryFolder();
  for (let n = 0; n < 20; n++) writeFileSync(join(from, `${n}`), `${n}`);
  const ask = Object.getOwnPropertyDescriptor(Disk.prototype, "ask")?.value as Disk["ask"];
  const given = (count: { asked: number }) => {
    const machine = newMachine();
    machine.disk.ask = (now, later, bytes) => {
      count.asked += 1;
      return ask.call(machine.disk, now, later, bytes) as never;
    };
    return machine;
  };
  const [up, down] = [{ asked: 0 }, { asked: 0 }];
  const [upMachine, downMachine] = [given(up), given(down)];
  Disk.prototype.ask = () => {
    throw new Error("a disk that nobody gave");
  };
  try {
    await uploadFolder(s3Over(url, { machine: upMachine }).store("b"), from, "disk", {
      outsideLinks: "refuse",
      machine: upMachine,
    });
    const store = s3Over(url, { machine: downMachine }).store("b");
    const summary = await downloadFolder(store, "disk", temporaryFolder(), {
      machine: downMachine,
    });
    expect(summary.files).toBe(20);
  } finally {
    Disk.prototype.ask = ask;
  }
  expect(Math.min(up.asked, down.asked)).toBeGreaterThanOrEqual(20);
});

test("a machine is made once in each program, where it is wired", () => {
  const product = projectFiles().filter((name) => /^(cli|headnode)\/.*\.ts$/.test(name));
  const makers = product.filter((name) =>
    /\bnewMachine\(|new Disk\(/.test(readFileSync(name, "utf8")),
  );
  expect(makers).toEqual([
    "cli/context.ts",
    "cli/slurm/fetcher/fetcher-verb.ts",
    "headnode/main.ts",
  ]);
});
