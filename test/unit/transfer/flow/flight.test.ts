import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const s3 = s3Scene();
const PIECES = 24;
const large = Buffer.alloc(PIECES * SINGLE_PUT_MAX, 7);

/** Refuses one object; answers to pieces of the large one come after that. */
function refuseOne() {
  const pieces: string[] = [];
  let refuse = () => {};
  const refused = new Promise<void>((resolve) => (refuse = resolve));
  s3.server.intercept = async (seen, response) => {
    if (seen.key.endsWith("refused")) {
      response.once("finish", refuse);
      fail(response, 403, "AccessDenied");
      return true;
    }
    const piece = seen.query.get("partNumber") ?? seen.headers.range;
    if (piece === undefined) return false;
    pieces.push(piece);
    await refused;
    return false;
  };
  return pieces;
}

test("an upload that has failed does not send first all of a large file that is under way", async () => {
  const pieces = refuseOne();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "large"), large);
  writeFileSync(join(folder, "refused"), "x");
  const sending = uploadFolder(s3.store, folder, "p", { outsideLinks: "refuse" });
  await expect(sending).rejects.toMatchObject({ name: "AccessDenied" });
  expect(pieces.length).toBeLessThan(PIECES);
  await s3.store.put("another", "x");
});

test("a download that has failed does not fetch first all of a large object that is under way", async () => {
  const pieces = refuseOne();
  s3.server.put("p/large", large);
  s3.server.put("p/refused", Buffer.from("x"));
  const fetching = downloadFolder(s3.store, "p", temporaryFolder());
  await expect(fetching).rejects.toMatchObject({ name: "AccessDenied" });
  expect(pieces.length).toBeLessThan(PIECES);
  await s3.store.put("another", "x");
});
