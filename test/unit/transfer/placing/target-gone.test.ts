import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { PARTIAL_FOLDER } from "../../../../transfer/placing/partial-files.ts";
import { orTargetGone } from "../../../../transfer/placing/target-gone.ts";
import { TransferSummary } from "../../../../transfer/summary.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();

const MISHAPS: [string, (root: string) => void][] = [
  ["removed", (root) => rmSync(root, { recursive: true })],
  [
    "replaced by an empty one",
    (root) => {
      rmSync(root, { recursive: true });
      mkdirSync(root);
    },
  ],
  [
    "replaced by a file",
    (root) => {
      rmSync(root, { recursive: true });
      writeFileSync(root, "");
    },
  ],
  ["robbed of unfinished files", (root) => rmSync(join(root, PARTIAL_FOLDER), { recursive: true })],
];

test.each(
  MISHAPS.flatMap(([what, mishap]) =>
    [9, SINGLE_PUT_MAX + 9].map((bytes) => [what, bytes, mishap] as const),
  ),
)("a target that was %s while %s bytes came is said in our words", async (_, bytes, mishap) => {
  const body = Buffer.alloc(bytes, "x");
  s3.server.put("job/in/a", body);
  s3.server.put("job/in/b", body);
  const root = join(temporaryFolder(), "target");
  let isDone = false;
  s3.server.intercept = ({ method, key }) => {
    if (method !== "GET" || key !== "job/in/b" || isDone) return false;
    isDone = true;
    mishap(root);
    return false;
  };
  const ended: unknown = await downloadFolder(s3.store, "job", root).catch((one: unknown) => one);
  expect(isDone).toBe(true);
  // Whoever was written already is there, or is told as skipped, where a file stands in the way.
  if (!(ended instanceof TransferSummary))
    expect(ended).toMatchObject({ path: root, reason: { code: "target-gone" } });
  s3.server.intercept = () => false;
  rmSync(root, { recursive: true, force: true });
  expect(await downloadFolder(s3.store, "job", root)).toMatchObject({ files: 2, skippedCount: 0 });
});

test.each([
  ["of another folder", { code: "ENOENT", path: "/elsewhere/x" }],
  ["of no file", { code: "ENOENT" }],
  ["of another kind", { code: "EACCES", path: "/root/x" }],
])("an error %s stays what it is", (_, fields) => {
  const error = Object.assign(new Error("no"), fields);
  expect(orTargetGone(error, "/root")).toBe(error);
});
