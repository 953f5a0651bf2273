import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { copyOf, guardedFolders as scene } from "../../../support/guarded-folders.ts";

const MiB = 1024 * 1024;
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

describe("an unchanged folder, where ETags tell nothing of the content", () => {
  test("is not sent again: where it was sent from, without a further request", async () => {
    const { user, requests } = await scene();
    const here = user();
    fill(here.root);
    expect(await here.send()).toMatchObject({ files: 16, unchanged: 0 });
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
    const { server, user } = await scene();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        server.objects.clear();
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
      }),
      { numRuns: 15 },
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
