import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { SINGLE_PUT_MAX } from "../../../../../bucket/part-size.ts";
import { UploadStateFolder } from "../../../../../bucket/s3/upload-states.ts";
// @ts-expect-error: a build script without types
import { lanePlugin } from "../../../../../local/lane-program.mjs";
import { LANE_PROGRAM } from "../../../../support/lane-program.ts";
import {
  beginLaned,
  endLaned,
  type LanedStore,
  lanedStore,
} from "../../../../support/laned-store.ts";
import { fail, S3Server } from "../../../../support/s3-server.ts";

const PARTS = 4;
const LARGE = (PARTS - 1) * SINGLE_PUT_MAX + 5;
const large = randomBytes(LARGE);
const small = randomBytes(70_001);

let server: S3Server;
let url: string;
let folder: string;
let laned: LanedStore;

beforeEach(async () => {
  ({ server, url, folder, laned } = await beginLaned({ large, small }));
});
afterEach(() => endLaned({ server, laned }));

const send = (name: string, size: number) => laned.store.putFile(join(folder, name), name, size);
const fetched = (name: string) => readFileSync(join(folder, `${name}-back`));
const stored = (name: string) => server.objects.get(name)?.body ?? Buffer.alloc(0);

/** Fetches what is on the server. */
function fetch(name: string, onBytes: (bytes: number) => void = () => {}) {
  const { body, etag } = server.put(name, name === "large" ? large : small);
  const options = { size: body.length, etag, onBytes };
  return laned.store.getFile(name, join(folder, `${name}-back`), options);
}

/** Does something at the third request of a kind that takes long. */
function atThird(method: string, act: () => void) {
  let seen = 0;
  server.intercept = (request) => {
    const isOne =
      request.method === method && (method === "GET" || request.query.has("partNumber"));
    if (isOne && ++seen === 3) act();
    return false;
  };
}

describe("lanes carry", () => {
  test("small files and parts up, and the main thread opens no connection for their bytes", async () => {
    await send("small", small.length);
    expect(laned.opened()).toBe(0);
    await send("large", LARGE);
    // To begin the upload, and to complete it: the same one, unless it was idle for too long.
    expect(laned.opened()).toBeLessThanOrEqual(2);
    expect(stored("small").equals(small)).toBe(true);
    expect(stored("large").equals(large)).toBe(true);
    expect(server.count("PUT")).toBe(1 + PARTS);
  });

  test("both down, into one file from several lanes, and every byte is told of once", async () => {
    let came = 0;
    await fetch("small");
    expect(laned.opened()).toBe(0);
    const got = await fetch("large", (bytes) => (came += bytes));
    expect(got).toMatchObject({ size: LARGE, verified: "crc32" });
    expect(fetched("large").equals(large)).toBe(true);
    expect(fetched("small").equals(small)).toBe(true);
    expect(came).toBe(LARGE);
    expect(laned.opened()).toBe(1);
    expect(laned.line.bytes).toBeGreaterThan(LARGE);
  });

  test("files that are asked for together", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `file ${index}`);
    for (const [index, name] of names.entries())
      writeFileSync(join(folder, name), Buffer.alloc(index * 1000, name));
    await Promise.all(names.map((name, index) => send(name, index * 1000)));
    for (const [index, name] of names.entries())
      expect(stored(name).equals(Buffer.alloc(index * 1000, name))).toBe(true);
    expect([laned.opened(), server.count("PUT")]).toEqual([0, 40]);
  });
});

describe("a failure in a lane is the same as in the main thread", () => {
  test("S3 refuses", async () => {
    server.intercept = (_, response) => (fail(response, 403, "AccessDenied"), true);
    await expect(send("small", small.length)).rejects.toMatchObject({
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
      action: "s3:PutObject",
    });
    expect(server.seen).toHaveLength(1);
  });

  test("a file is shorter by now", async () => {
    truncateSync(join(folder, "small"), 70_000);
    await expect(send("small", small.length)).rejects.toMatchObject({
      code: "transfer",
      reason: { code: "became-shorter" },
    });
  });

  test("a disk is full", async () => {
    const { etag } = server.put("small", small);
    const writing = laned.store.getFile("small", "/dev/full", { size: small.length, etag });
    await expect(writing).rejects.toMatchObject({ code: "ENOSPC" });
  });

  test("an object is damaged on its way, twice", async () => {
    const held = server.put("small", small);
    held.body = Buffer.alloc(small.length);
    const options = { size: small.length, etag: held.etag };
    await expect(laned.store.getFile("small", join(folder, "x"), options)).rejects.toMatchObject({
      reason: { code: "object-damaged" },
    });
    expect(server.count("GET")).toBe(2);
  });

  test("an answer breaks off: the rest is asked for", async () => {
    const { etag } = server.put("small", small);
    server.intercept = (_, response) => {
      if (server.count("GET") > 1) return false;
      response.writeHead(200, { etag: `"${etag}"`, "content-length": String(small.length) });
      response.write(small.subarray(0, 50_000), () => response.destroy());
      return true;
    };
    await laned.store.getFile("small", join(folder, "small-back"), { size: small.length, etag });
    expect(fetched("small").equals(small)).toBe(true);
    expect(server.seen.at(-1)?.headers.range).toBe(`bytes=50000-${small.length - 1}`);
  });
});

describe("a lane that ends half-way loses nothing", () => {
  test("up", async () => {
    atThird("PUT", () => laned.lanes.end());
    await send("large", LARGE);
    expect(stored("large").equals(large)).toBe(true);
    expect(laned.opened()).toBeGreaterThan(1);
  });

  test("down", async () => {
    atThird("GET", () => laned.lanes.end());
    await fetch("large");
    expect(fetched("large").equals(large)).toBe(true);
    expect(laned.opened()).toBeGreaterThan(1);
  });

  test.each([
    ["throws", 'throw new Error("x")'],
    ["ends", "process.exit(3)"],
    ["has no memory", "for (const all = []; ; ) all.push(new Array(1e6).fill(all))"],
  ])("by itself: it %s at its first order", async (_, act) => {
    const dying = `require("node:worker_threads").parentPort.on("message", () => { ${act} });`;
    laned = lanedStore(url, { program: async () => `${dying}${LANE_PROGRAM}` });
    await send("large", LARGE);
    await fetch("small");
    expect(stored("large").equals(large)).toBe(true);
    expect(fetched("small").equals(small)).toBe(true);
    expect(laned.lanes.count).toBe(0);
  });

  test.each([
    ["that ends at once", async () => "process.exit(1)"],
    ["that is none", async () => "this is none"],
    ["that was not built in", async () => undefined],
  ])("with a program %s there are no lanes", async (_, program) => {
    laned = lanedStore(url, { program });
    await send("large", LARGE);
    expect(stored("large").equals(large)).toBe(true);
    expect(laned.lanes.count).toBe(0);
  });

  test("and an upload that breaks off goes on with the parts that lanes have sent", async () => {
    const states = new UploadStateFolder(join(folder, "states"));
    laned = lanedStore(url, { states });
    server.intercept = ({ query }, response) => {
      const number = Number(query.get("partNumber") ?? 1);
      // The first two are there by then.
      if (number <= 2) return false;
      if (number === 3) laned.lanes.end();
      response.destroy();
      return true;
    };
    await expect(send("large", LARGE)).rejects.toMatchObject({ name: "NetworkError" });
    server.intercept = () => false;
    server.seen.length = 0;
    laned = lanedStore(url, { states });
    await send("large", LARGE);
    expect(stored("large").equals(large)).toBe(true);
    expect(server.count("PUT")).toBe(PARTS - 2);
  });

  test("and a download goes on with the ranges that lanes have brought", async () => {
    server.intercept = ({ headers }, response) => {
      if (!/bytes=(?!0-)/.test(headers.range ?? "")) return false;
      response.destroy();
      return true;
    };
    await expect(fetch("large")).rejects.toMatchObject({ name: "NetworkError" });
    server.intercept = () => false;
    server.seen.length = 0;
    await fetch("large");
    expect(fetched("large").equals(large)).toBe(true);
    expect(server.count("GET")).toBe(PARTS - 1);
  });
});

/** A program with two lanes that sends the small file. */
async function sender(): Promise<string> {
  const bundle = await build({
    stdin: {
      contents: `
        import { S3 } from "./s3.ts";
        import { newMachine } from "../machine.ts";
        const credentials = { accessKeyId: "a", secretAccessKey: "s" };
        const machine = { ...newMachine(), lanes: 2 };
        const s3 = new S3({ machine, region: "us-east-1", endpointUrl: "${url}", credentials });
        const [path, size] = ["${join(folder, "small")}", ${small.length}];
        void s3.store("b").putFile(path, "of the program", size);`,
      resolveDir: fileURLToPath(new URL("../../../../../bucket/s3", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    write: false,
    plugins: [lanePlugin],
  });
  const program = join(folder, "program.cjs");
  writeFileSync(program, bundle.outputFiles[0]?.text ?? "");
  return program;
}

test("a program ends although it has lanes", async () => {
  const run = spawn(process.execPath, [await sender()], { stdio: "inherit" });
  expect(await once(run, "exit")).toEqual([0, null]);
  expect(stored("of the program").equals(small)).toBe(true);
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("a limit of addresses that leaves none for a thread does not end the program", async () => {
  const tell = "console.log(/VmSize:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status'))[1])";
  const used = Number(execFileSync(process.execPath, ["-e", tell], { encoding: "utf8" }));
  const limited = ["-c", 'ulimit -v "$1" && exec "$2" "$3"', "sh", String(used + 512 * 1024)];
  const run = spawn("sh", [...limited, process.execPath, await sender()], { stdio: "inherit" });
  expect(await once(run, "exit")).toEqual([0, null]);
  expect(stored("of the program").equals(small)).toBe(true);
});
