import { describe, expect, test } from "@jest/globals";
import { ja } from "../../../../../cli/messages/ja.ts";
import { sayIn } from "../../../../../cli/messages/say.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import { actionOf, doctorScene } from "../../../../support/doctor-world.ts";
import { fail } from "../../../../support/s3-server.ts";
import { testInterrupt } from "../../../../support/test-ui.ts";

const world = doctorScene();
/** Without the job, which has tests of its own. */
const DEEP = { deep: true, timeout: 0.001 };
const NAMES = ["objects", "clock", "latency", "parts", "rate", "leftovers"];

describe("doctor --deep", () => {
  test("measures the line, tries every request that transfers make, and leaves nothing behind", async () => {
    const w = await world({ elapsed: () => performance.now() });
    // Without an agent there is no job, which could leave something, too.
    await w.store.delete(HEARTBEAT_KEY);
    const { find } = await w.examine(DEEP);
    expect(NAMES.map((name) => find(name)?.verdict)).toEqual([...Array(5).fill("ok"), undefined]);
    expect(find("latency")).toMatchObject({
      detail: expect.stringMatching(
        /^[\d.]+ ms until a small request is answered \([\d.]+ to [\d.]+ ms\); a new connection: tcp/,
      ),
      measured: { medianMs: expect.any(Number), tcpMs: expect.any(Number) },
    });
    expect(find("rate")?.detail).toMatch(
      /^up .*\/s \(16\.0 MiB in [\d.]+ s; 1 GiB takes \w+\); down .*\/s \(16\.0 MiB in /,
    );
    expect(find("rate")?.measured?.upBytesPerSecond).toBeGreaterThan(1e5);
    expect([w.server.objects.size, w.server.uploads.size]).toEqual([0, 0]);
    const actions = new Set(w.server.seen.map(actionOf));
    expect(actions.size).toBe(7);
    // Nothing that anybody would notice on a bill, and nothing that starts a job.
    expect(w.server.seen.length).toBeLessThanOrEqual(40);
    const bytes = w.server.seen.reduce((sum, { body }) => sum + body.length, 0);
    expect(bytes).toBeLessThan(24 << 20);
    for (const { key } of w.server.seen.filter(({ key }) => key !== ""))
      expect(key).toMatch(/^taro--doctor-[\d-]+\/doctor-\d+\.\w+$/);
  });

  test.each([
    ["s3:PutObject", ["objects", "parts"], 0],
    ["s3:GetObject", ["objects", "parts"], 0],
    ["s3:DeleteObject", ["objects", "parts", "leftovers"], 2],
    ["s3:ListMultipartUploadParts", ["parts"], 0],
    ["s3:AbortMultipartUpload", ["parts", "leftovers"], 1],
  ])("without %s it says so, and goes on with the rest", async (action, found, left) => {
    const w = await world();
    await w.store.delete(HEARTBEAT_KEY);
    w.denied.push(action);
    const { find, code } = await w.examine(DEEP);
    expect(
      NAMES.filter((name) => ["broken", "warning"].includes(find(name)?.verdict ?? "")),
    ).toEqual(found);
    for (const name of found.filter((one) => one !== "leftovers"))
      expect(find(name)?.fix).toMatch(
        new RegExp(`^ask for ${action} below taro--doctor-[\\d-]+/: `),
      );
    expect(find("latency")?.verdict).toBe("ok");
    expect(find("clock")?.verdict).toBe("ok");
    expect(w.server.objects.size + w.server.uploads.size).toBe(left);
    // Each of these is named, with the command that removes it.
    const commands =
      find("leftovers")
        ?.detail.split(/[:;] (?=aws )/)
        .slice(1) ?? [];
    const upload = [...w.server.uploads.keys()].map((id) => `--upload-id ${id}`);
    for (const what of [...w.server.objects.keys(), ...upload])
      expect(commands.filter((one) => one.includes(what))).toHaveLength(1);
    expect(commands).toHaveLength(left);
    expect(code).toBe(1);
  });

  test("what S3 keeps of a refused upload is given up", async () => {
    const w = await world();
    w.intercept = (seen, response) => {
      if (!seen.query.has("partNumber")) return false;
      fail(response, 403, "AccessDenied");
      return true;
    };
    const { find } = await w.examine(DEEP);
    expect(find("parts")?.detail).toMatch(/^UploadPart: /);
    expect(find("rate")).toMatchObject({
      verdict: "unknown",
      detail: "up not measured; down not measured",
    });
    expect(w.server.uploads.size).toBe(0);
  });

  test.each([
    [
      "one byte of an object",
      (body: Buffer) => body.map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
    ],
    ["its end", (body: Buffer) => body.subarray(0, -1)],
  ])("finds broken that %s comes back changed", async (_name, change) => {
    const w = await world();
    w.intercept = ({ method, key }, response) => {
      const held = w.server.objects.get(key);
      if (method !== "GET" || !held) return false;
      response.writeHead(200, { etag: `"${held.etag}"` }).end(change(held.body));
      return true;
    };
    const { find } = await w.examine(DEEP);
    for (const name of ["objects", "parts"])
      expect(find(name)).toMatchObject({
        verdict: "broken",
        detail: expect.stringMatching(/^GetObject: .*read back with different content/),
      });
    expect(w.server.objects.size).toBe(0);
  });

  test("a server, or a proxy, that knows no ranges is told, and the rest is tried", async () => {
    const w = await world();
    w.intercept = (seen) => {
      delete seen.headers.range;
      return false;
    };
    const { find } = await w.examine(DEEP);
    expect(find("objects")).toMatchObject({
      verdict: "broken",
      detail: expect.stringMatching(/^GetObject: .*instead of a range/),
      fix: expect.stringMatching(/HTTPS_PROXY/),
    });
    expect(find("parts")?.verdict).toBe("ok");
    expect(w.server.objects.size).toBe(0);
  });

  test("a line that is cut ends it: what is behind is not tried, and tidied up once", async () => {
    const w = await world();
    let isCut = false;
    let asked = 0;
    w.intercept = (seen, response) => {
      isCut ||= seen.query.has("partNumber");
      if (!isCut) return false;
      asked += 1;
      response.socket?.destroy();
      return true;
    };
    const { find } = await w.examine(DEEP);
    expect(find("parts")).toMatchObject({
      verdict: "broken",
      fix: expect.stringMatching(/HTTPS_PROXY/),
    });
    expect(find("leftovers")?.detail).toMatch(
      /abort-multipart-upload --bucket b --key taro--\S+ --upload-id upload1$/,
    );
    // Twice each.
    expect(asked).toBe(4);
  });

  test("touches nothing that is below the prefix already", async () => {
    const w = await world();
    await w.store.put("mine/data.bin", "data");
    w.server.put("mine/doctor.txt", Buffer.from("mine"));
    const { find } = await w.examine({ ...DEEP, prefix: "mine" });
    expect(find("objects")?.verdict).toBe("ok");
    expect(find("job")).toMatchObject({
      verdict: "unknown",
      fix: expect.stringMatching(/--prefix/),
    });
    expect(w.store.text("mine/data.bin")).toBe("data");
    expect([...w.server.objects.keys()]).toEqual(["mine/doctor.txt"]);
    expect(w.server.objects.get("mine/doctor.txt")?.body.toString()).toBe("mine");
  });

  test("says it in Japanese", async () => {
    const w = await world({ say: sayIn(ja.messages) });
    const { find } = await w.examine(DEEP);
    expect(find("rate")?.detail).toMatch(/^上り .*、下り /);
    expect(find("latency")?.detail).toMatch(/新しい接続/);
  });
});

test.each(["GET", "PUT part", "POST", "PUT"])(
  "an interruption during %s removes what is there, and prints nothing more",
  async (which) => {
    const stop = new AbortController();
    let tidy: () => Promise<unknown> = async () => undefined;
    const tidyBy = (task: typeof tidy) => void (tidy = task);
    const interrupt = { ...testInterrupt(), signal: stop.signal, tidyBy };
    const w = await world({ interrupt });
    let told: unknown;
    w.intercept = ({ method, query }) => {
      if (`${method}${query.has("partNumber") ? " part" : ""}` === which && !stop.signal.aborted) {
        stop.abort();
        told = tidy();
      }
      return false;
    };
    await expect(w.examine(DEEP)).rejects.toThrow();
    await told;
    expect([w.out, w.err]).toEqual([[], []]);
    expect([w.server.objects.size, w.server.uploads.size]).toEqual([0, 0]);
  },
);
