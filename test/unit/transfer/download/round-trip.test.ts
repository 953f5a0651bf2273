import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const strange = [
  "plain",
  "a b",
  "+plus+",
  "100%",
  "%2F",
  "it's",
  "$(touch pwned)",
  "`id`",
  "new\nline",
  "日本語.txt",
  "-rf",
  "\\",
  "..hidden",
  "tab\t",
  "é",
  '"q"',
  "a;b",
  "*",
  "~",
];

test("files, folders, times and modes survive both ways", async () => {
  const [source, target] = [temporaryFolder(), temporaryFolder()];
  const store = new MemoryStore();
  mkdirSync(join(source, "sub folder/deep"), { recursive: true });
  mkdirSync(join(source, "empty/inner"), { recursive: true });
  for (const name of strange) writeFileSync(join(source, name), `content of ${name}`);
  for (const name of strange) writeFileSync(join(source, "sub folder/deep", name), name);
  writeFileSync(join(source, "zero"), "");
  writeFileSync(join(source, "script.sh"), "#!/bin/sh\n");
  chmodSync(join(source, "script.sh"), 0o755);
  utimesSync(join(source, "plain"), 1_000_000_000, 1_000_000_000);

  const up = await uploadFolder(store, source, "job", { outsideLinks: "follow" });
  expect(up.verdict()).toMatchObject({
    verdict: "complete",
    files: 2 * strange.length + 2,
  });
  const down = await downloadFolder(store, "job", target);
  expect(down.verdict()).toMatchObject({ verdict: "complete", files: up.files, bytes: up.bytes });

  expect(execFileSync("diff", ["-r", source, target]).toString()).toBe("");
  expect(statSync(join(target, "empty/inner")).isDirectory()).toBe(true);
  expect(statSync(join(target, "script.sh")).mode & 0o777).toBe(0o755);
  expect(statSync(join(target, "plain")).mtimeMs).toBe(1_000_000_000_000);

  const before = store.writes.length;
  const again = await uploadFolder(store, source, "job", { outsideLinks: "follow" });
  expect([again.files, store.writes.length]).toEqual([0, before]);
  expect((await downloadFolder(store, "job", target)).files).toBe(0);
});

test("what cannot be uploaded is named, and the rest goes up", async () => {
  const [source, outside] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(outside, "secret"), "secret");
  writeFileSync(join(source, "good"), "good");
  symlinkSync(join(outside, "secret"), join(source, "out"));
  symlinkSync(outside, join(source, "out-folder"));
  symlinkSync("nowhere", join(source, "dangling"));
  symlinkSync(".", join(source, "loop"));
  symlinkSync("good", join(source, "inside"));
  symlinkSync("self", join(source, "self"));
  execFileSync("mkfifo", [join(source, "pipe")]);
  writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe])]), "not UTF-8");

  const store = new MemoryStore();
  const summary = await uploadFolder(store, source, "job", { outsideLinks: "refuse" });
  expect([...store.objects.keys()].toSorted()).toEqual([
    "job/dangling",
    "job/good",
    "job/inside",
    "job/loop",
  ]);
  expect(summary.skipped.map(({ path, code }) => `${path}: ${code}`).toSorted()).toEqual([
    "out-folder: link-out",
    "out: link-out",
    "pipe: not-a-file",
    "self: link-loop",
    "\ufffd\ufffd: name-not-utf8",
  ]);
});

test("a file that changes while it is read is read again; one that keeps changing is named", async () => {
  const source = temporaryFolder();
  writeFileSync(join(source, "once"), "old");
  writeFileSync(join(source, "always"), "0");
  const store = new MemoryStore();
  let changes = 0;
  store.before = (operation, key) => {
    if (operation !== "put") return;
    changes += 1;
    if (key === "job/always") appendFileSync(join(source, "always"), String(changes));
    if (key === "job/once" && store.text(key) === undefined)
      writeFileSync(join(source, "once"), "new content");
  };
  const summary = await uploadFolder(store, source, "job", { outsideLinks: "refuse" });
  expect(store.text("job/once")).toBe("new content");
  expect(summary.skipped).toEqual([
    {
      path: "always",
      code: "kept-changing",
      values: {},
      reason: "kept changing while it was read",
    },
  ]);
});

test("links out of the folder are followed for a user's own upload", async () => {
  const [source, outside] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(outside, "data"), "data");
  symlinkSync(outside, join(source, "linked"));
  const store = new MemoryStore();
  await uploadFolder(store, source, "job", { outsideLinks: "follow" });
  expect(store.text("job/linked/data")).toBe("data");
});

test("keys that would leave the folder are refused, and nothing is written outside", async () => {
  const target = join(temporaryFolder(), "inner");
  const store = new MemoryStore();
  for (const key of ["job/../escaped", "job/a/../../escaped", "job//escaped", "job/ok"])
    await store.put(key, "x");
  const summary = await downloadFolder(store, "job", target);
  expect([summary.files, summary.skippedCount]).toEqual([1, 3]);
  expect(
    execFileSync("find", [join(target, ".."), "-type", "f"])
      .toString()
      .trim(),
  ).toBe(join(target, "ok"));
});

test("a file and a folder of the same name: one comes, the other is named", async () => {
  const target = temporaryFolder();
  const store = new MemoryStore();
  await store.put("job/a", "file");
  await store.put("job/a/b", "below");
  const summary = await downloadFolder(store, "job", target);
  expect([summary.files, summary.skippedCount]).toEqual([1, 1]);
  expect(summary.skipped[0]?.code).toBe("name-conflict");
});
