import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Connection } from "../../../../bucket/s3/connection.ts";
import { type RangeState, readRange } from "../../../../bucket/s3/read-range.ts";
import { RawServer } from "../../../support/raw-server.ts";
import { selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** An answer, and the disk that it goes to. */
interface Scene {
  size: number;
  /** Bytes of a chunk; undefined: the answer has a length. */
  chunk: number | undefined;
  /** Bytes of the body after which the server resets the connection or ends it; undefined: it does neither. */
  cut: { at: number; how: "destroy" | "end" } | undefined;
  /** Turns of the event loop that writes take, one after the other and round again; 0: none, it is done at once. */
  turns: number[];
  /** The write that fails; undefined: none does. */
  fails: number | undefined;
}

const source = randomBytes(400_000);
const tls = selfSigned(temporaryFolder());
const connection = new Connection({ ca: async () => tls.cert });
let scene: Scene;
const servers: RawServer[] = [];

beforeAll(async () => {
  servers.push(await RawServer.start(answer), await RawServer.start(answer, tls));
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

function answer(socket: Socket) {
  socket.on("data", () => {
    const { size, chunk, cut } = scene;
    const body = source.subarray(0, cut ? Math.min(cut.at, size) : size);
    const framing = chunk ? "transfer-encoding: chunked" : `content-length: ${size}`;
    socket.write(`HTTP/1.1 200 OK\r\netag: "e"\r\n${framing}\r\n\r\n`);
    socket.write(chunk ? inChunks(body, chunk) : body);
    if (!cut) return void (chunk && socket.write("0\r\n\r\n"));
    if (cut.how === "end") socket.end();
    else socket.write("", () => socket.destroy());
  });
}

function inChunks(body: Buffer, chunk: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunk) {
    const piece = body.subarray(at, at + chunk);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat(pieces);
}

const after = async (turns: number) => {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
};

/** A disk whose writes end when a scene says, into memory. */
function diskOf({ size, turns, fails }: Scene) {
  const file = Buffer.alloc(size);
  const state = { begun: 0, open: 0, file, full: new Error("the disk is full") };
  const end = (write: number, own: Buffer, position: number) => {
    if (write === fails) throw state.full;
    own.copy(file, position);
  };
  const write = (bytes: Buffer, position: number) => {
    const [number, own] = [state.begun++, Buffer.from(bytes)];
    const wait = turns[number % turns.length] ?? 0;
    if (wait === 0) return end(number, own, position);
    state.open += 1;
    return after(wait).then(() => {
      state.open -= 1;
      end(number, own, position);
    });
  };
  return { state, write };
}

/** Reads an answer of a server into a disk, and compares what both have said. */
async function readOver({ origin }: RawServer, from: Scene): Promise<void> {
  scene = from;
  const { size } = scene;
  const { state, write } = diskOf(scene);
  const range: RangeState = {
    key: "k",
    start: 0,
    end: undefined,
    size,
    ifMatch: undefined,
    versionId: undefined,
    holds: undefined,
    at: 0,
    crc: 0,
    last: undefined,
    headers: undefined,
  };
  const socket = await connection.socket(origin);
  const head = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
  const response = await socket.send({ method: "GET", head, body: undefined, length: 0 });
  const error = await readRange(response, range, write).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { begun, open } = state;
  response.cancel();
  await after(8);
  expect({ open, later: state.begun - begun }).toEqual({ open: 0, later: 0 });
  const hasFailed = scene.fails !== undefined && scene.fails < begun;
  if (hasFailed) expect(error).toBe(state.full);
  else if (!scene.cut || scene.cut.at >= size) expect([error, range.at]).toEqual([undefined, size]);
  else expect(error).toMatchObject({ name: "NetworkError" });
  // No byte counts that is not on the disk.
  const written = source.subarray(0, range.at);
  expect(state.file.subarray(0, range.at).equals(written)).toBe(true);
  expect(range.crc).toBe(crc32(written));
}

const sizes = fc.oneof(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 400_000 }));
const scenes = (how: "destroy" | "end"): fc.Arbitrary<Scene> =>
  fc.record({
    size: sizes,
    chunk: fc.option(fc.integer({ min: 500, max: 100_000 }), { nil: undefined }),
    cut: fc.option(fc.record({ at: fc.nat(400_000), how: fc.constant(how) }), { nil: undefined }),
    turns: fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }),
    fails: fc.option(fc.nat(4), { nil: undefined }),
  });

describe.each([
  ["plain", 0],
  ["TLS", 1],
])("over %s", (_, at) => {
  const over = (from: Scene) => readOver(servers[at] as RawServer, from);

  test.each(["destroy", "end"] as const)(
    "what counts as come is on the disk, whatever the answer, the disk and the line (%s) do",
    async (how) => {
      await fc.assert(fc.asyncProperty(scenes(how), over), { numRuns: 80 });
    },
  );

  test("a disk that is slow once, and fails then, is told of", async () => {
    const slow = { size: 150_000, chunk: undefined, cut: undefined, turns: [50, 1] };
    await over({ ...slow, fails: 0 });
    await over({ ...slow, fails: undefined });
    await over({ ...slow, fails: undefined, chunk: 5_000 });
  });

  test("what came before the other end closed is all there, however slow the disk is", async () => {
    const cut = { at: 150_000, how: "end" } as const;
    await over({ size: 150_000, chunk: undefined, cut, turns: [50], fails: undefined });
  });
});
