import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Crc64Nvme } from "../../../../bucket/crc64nvme.ts";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { GuardedS3, type Guards } from "../../../support/guarded-s3.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const MiB = 1024 * 1024;
const servers: GuardedS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A bucket, and folders of users with what their machines remember of them. */
async function scene(guards: Guards = { kms: true }) {
  const server = new GuardedS3(guards);
  servers.push(server);
  server.pageSize = 1000;
  const store = s3Over(await server.start()).store("b");
  const user = (root = temporaryFolder()) => {
    const states = temporaryFolder();
    const withCopies = async <T>(work: (copies: LocalCopies) => Promise<T>): Promise<T> => {
      const copies = await LocalCopies.open(states, root);
      const done = await work(copies);
      await copies.save(Date.now());
      return done;
    };
    return {
      root,
      write: (path: string, content: string | Buffer) => writeFileSync(join(root, path), content),
      send: () =>
        withCopies((copies) =>
          uploadFolder(store, root, "j", {
            outsideLinks: "follow",
            insideLinks: "keep",
            copies,
            onCopy: ({ path, stats }, etag, sum) => copies.note(path, etag, stats, sum),
          }),
        ),
      fetch: () =>
        withCopies((copies) =>
          downloadFolder(store, "j", root, { outsideLinks: "follow", keep: { copies } }),
        ),
    };
  };
  /** Requests since the last time, without listings. */
  const requests = () => {
    const seen = server.seen.splice(0).filter(({ key }) => key !== "");
    const count = (method: string) => seen.filter((one) => one.method === method).length;
    return { put: count("PUT") + count("POST"), get: count("GET"), head: count("HEAD") };
  };
  return { server, user, requests };
}

const NOTHING = { put: 0, get: 0, head: 0 };

/** A folder of every kind: small, above what is read at once, in parts, empty, links. */
function fill(root: string) {
  mkdirSync(join(root, "d/empty"), { recursive: true });
  for (let at = 0; at < 12; at++) writeFileSync(join(root, `d/f${at}`), `content ${at}`);
  writeFileSync(join(root, "nothing"), "");
  writeFileSync(join(root, "middle"), Buffer.alloc(3 * MiB, "abc"));
  writeFileSync(join(root, "large"), Buffer.alloc(9 * MiB, "abcdefg"));
  symlinkSync("d/f1", join(root, "link"));
}
/** Objects that have a content to be compared: all but the empty file and the empty folder. */
const COMPARED = 15;

function copyOf(root: string): string {
  const copy = temporaryFolder();
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

describe("an unchanged folder, where ETags tell nothing of the content", () => {
  test("is not sent again: where it was sent from, without a further request", async () => {
    const { user, requests } = await scene();
    const here = user();
    fill(here.root);
    expect(await here.send()).toMatchObject({ files: 17, unchanged: 0 });
    requests();
    expect(await here.send()).toMatchObject({ files: 0, unchanged: 16 });
    expect(requests()).toEqual(NOTHING);
    for (const path of ["d/f1", "middle", "large"]) utimesSync(join(here.root, path), 1, 2);
    expect(await here.send()).toMatchObject({ files: 0, unchanged: 16 });
    expect(requests()).toEqual(NOTHING);
  });

  test("is not sent again from another machine, by one request for each file, and then by none", async () => {
    const { user, requests } = await scene();
    const here = user();
    fill(here.root);
    await here.send();
    const there = user(copyOf(here.root));
    requests();
    expect(await there.send()).toMatchObject({ files: 0, unchanged: 16 });
    expect(requests()).toEqual({ ...NOTHING, head: COMPARED });
    expect(await there.send()).toMatchObject({ files: 0, unchanged: 16 });
    expect(requests()).toEqual(NOTHING);
  });

  test("is not fetched again: neither where it was sent from, nor fetched to, nor another copy", async () => {
    const { user, requests } = await scene();
    const here = user();
    fill(here.root);
    await here.send();
    requests();
    expect(await here.fetch()).toMatchObject({ files: 0, unchanged: 16, besideCount: 0 });
    expect(requests()).toEqual(NOTHING);
    const there = user();
    expect(await there.fetch()).toMatchObject({ files: 16 });
    expect(readlinkSync(join(there.root, "link"))).toBe("d/f1");
    requests();
    expect(await there.fetch()).toMatchObject({ files: 0, unchanged: 16, besideCount: 0 });
    expect(requests()).toEqual(NOTHING);
    const other = user(copyOf(here.root));
    expect(await other.fetch()).toMatchObject({ files: 0, unchanged: 16, besideCount: 0 });
    expect(requests()).toEqual({ ...NOTHING, head: COMPARED });
    expect(await other.fetch()).toMatchObject({ unchanged: 16 });
    expect(requests()).toEqual(NOTHING);
  });

  test("a file of the same size that was changed is sent, and no other", async () => {
    const { server, user, requests } = await scene();
    const here = user();
    fill(here.root);
    await here.send();
    const there = user(copyOf(here.root));
    requests();
    for (const { root, send } of [here, there]) {
      writeFileSync(join(root, "d/f3"), "CONTENT 3");
      writeFileSync(join(root, "middle"), Buffer.alloc(3 * MiB, "abd"));
      writeFileSync(join(root, "large"), Buffer.alloc(9 * MiB, "abcdefh"));
      await send();
      expect(server.objects.get("j/d/f3")!.body.toString()).toBe("CONTENT 3");
      expect(server.objects.get("j/large")!.body.subarray(0, 7).toString()).toBe("abcdefh");
    }
    // Two small files and one of two parts, from the first; the second sees that they are there.
    expect(requests()).toEqual({ put: 2 + 2 + 2, get: 0, head: COMPARED });
  });

  test("a file that a user touched is still replaced by a fetch; one that was edited is kept", async () => {
    const { server, user } = await scene();
    const here = user();
    here.write("a", "was sent");
    here.write("b", "was sent");
    await here.send();
    server.put("j/a", Buffer.from("results!"));
    server.put("j/b", Buffer.from("results!"));
    utimesSync(join(here.root, "a"), 1, 2);
    here.write("b", "edited!!");
    await here.fetch();
    const read = (path: string) => readFileSync(join(here.root, path), "utf8");
    expect([read("a"), read("b"), read("b.fetched")]).toEqual(["results!", "edited!!", "results!"]);
  });

  test("the bucket holds what the folder holds, whatever was changed, by whomever", async () => {
    const path = fc.constantFrom("a", "b", "c");
    const content = fc.constantFrom("1", "2", "33", "");
    const step = fc.oneof(
      fc.record({ write: path, content }),
      fc.record({ theirs: path, content }),
      fc.constant({ send: "here" as const }),
      fc.constant({ send: "there" as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { server, user } = await scene();
        const here = user();
        // The same folder, of which this machine remembers nothing.
        const there = user(here.root);
        for (const one of [...steps, { send: "here" as const }]) {
          if ("write" in one) here.write(one.write, one.content);
          else if ("theirs" in one) server.put(`j/${one.theirs}`, Buffer.from(one.content));
          else await (one.send === "here" ? here : there).send();
        }
        for (const name of readdirSync(here.root))
          expect(server.objects.get(`j/${name}`)!.body).toEqual(
            readFileSync(join(here.root, name)),
          );
        await server.stop();
        servers.pop();
      }),
      { numRuns: 40 },
    );
  });
});

describe("where ETags do tell", () => {
  test("changed files cost four requests more, however many there are", async () => {
    const { user, requests } = await scene({});
    const here = user();
    for (let at = 0; at < 50; at++) here.write(`f${at}`, `content ${at}`);
    await here.send();
    const there = user(copyOf(here.root));
    for (let at = 0; at < 50; at++) there.write(`f${at}`, `CONTENT ${at}`);
    requests();
    expect(await there.send()).toMatchObject({ files: 50 });
    expect(requests()).toEqual({ put: 50, get: 0, head: 4 });
    for (let at = 0; at < 50; at++) there.write(`f${at}`, `Content ${at}`);
    await there.send();
    // Its own objects it need not ask about.
    expect(requests()).toEqual({ put: 50, get: 0, head: 0 });
  });
});

describe("checksums of other clients", () => {
  const content = Buffer.alloc(100_000, "other");
  const crc64 = new Crc64Nvme();
  crc64.update(content);
  const sha256 = createHash("sha256").update(content).digest("base64");
  test.each<[string, Record<string, string>, number]>([
    ["CRC64NVME", { "x-amz-checksum-crc64nvme": crc64.digest().toString("base64") }, 0],
    ["SHA256", { "x-amz-checksum-sha256": sha256 }, 0],
    ["of parts", { "x-amz-checksum-crc32": "AAAAAA==-2", "x-amz-checksum-type": "COMPOSITE" }, 1],
    ["none", {}, 1],
    ["CRC32C, which is not known here", { "x-amz-checksum-crc32c": "AAAAAA==" }, 1],
    ["of another content", { "x-amz-checksum-sha1": "AAAA" }, 1],
  ])("%s: sent again %#", async (_, headers, sent) => {
    for (const end of ["", "-7"]) {
      const { server, user, requests } = await scene();
      server.checksums = false;
      server.put("j/f", content, headers).etag += end;
      const here = user();
      here.write("f", content);
      await here.send();
      expect(requests()).toEqual({ put: sent, get: 0, head: 1 });
    }
  });

  test.each(["AccessDenied", "InvalidRequest"])("%s instead: sent again", async (code) => {
    const { server, user, requests } = await scene();
    server.put("j/f", content);
    server.intercept = ({ method }, response) => {
      if (method === "HEAD") fail(response, code === "AccessDenied" ? 403 : 400, code);
      return method === "HEAD";
    };
    const here = user();
    here.write("f", content);
    await here.send();
    expect(requests()).toEqual({ put: 1, get: 0, head: 1 });
  });

  test("of an object that was replaced since it was listed say nothing", async () => {
    const { server, user } = await scene();
    server.put("j/f", Buffer.from("mine"));
    server.intercept = ({ method }) => {
      // Another client's, with what would be the right checksum of the listed one.
      if (method === "HEAD") server.put("j/f", Buffer.from("else"));
      return false;
    };
    const here = user();
    here.write("f", "else");
    await here.send();
    expect(server.count("PUT")).toBe(1);
  });
});
