import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type Checksum,
  fileChecksum,
  firstChecksum,
  hasChecksum,
} from "../../../bucket/checksum.ts";
import { Crc64Nvme } from "../../../bucket/crc64nvme.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Check values of the text 123456789. Sources: RFC 3720 B.4's relatives in the "Catalogue of parametrised CRC algorithms". */
const KNOWN: Checksum[] = [
  "crc32:y/Q5Jg==",
  `sha256:${createHash("sha256").update("123456789").digest("base64")}`,
  `sha1:${createHash("sha1").update("123456789").digest("base64")}`,
  `crc64nvme:${Buffer.from("ae8b14860a799888", "hex").toString("base64")}`,
];

test.each(KNOWN)("%s is that of the check text, and of no other", async (checksum) => {
  const file = join(temporaryFolder(), "f");
  writeFileSync(file, "123456789");
  expect(hasChecksum(Buffer.from("123456789"), checksum)).toBe(true);
  expect(hasChecksum(Buffer.from("123456788"), checksum)).toBe(false);
  expect(await fileChecksum(file, checksum)).toBe(checksum);
});

test("a CRC-64 does not depend on the pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (pieces) => {
      const whole = new Crc64Nvme();
      whole.update(Buffer.concat(pieces));
      const inPieces = new Crc64Nvme();
      for (const piece of pieces) inPieces.update(piece);
      expect(inPieces.digest()).toEqual(whole.digest());
    }),
  );
});

test("a file of many pieces has the checksum of all of them", async () => {
  const file = join(temporaryFolder(), "f");
  const content = Buffer.alloc(2_500_000, "0123456789abcdef");
  writeFileSync(file, content);
  for (const known of KNOWN) {
    const checksum = (await fileChecksum(file, known)) as Checksum;
    expect(hasChecksum(content, checksum)).toBe(true);
  }
});

test("an algorithm that is not known has nothing", async () => {
  for (const text of ["crc32c:AAAAAA==", "constructor:x", ":", ""]) {
    const checksum = text as Checksum;
    expect(hasChecksum(Buffer.alloc(0), checksum)).toBe(false);
    expect(await fileChecksum("/none", checksum)).toBeUndefined();
  }
});

test("the quickest of several is taken", () => {
  const texts = { crc64nvme: "x", crc32: "y" } as Record<string, string>;
  expect(firstChecksum((algorithm) => texts[algorithm])).toBe("crc32:y");
  expect(firstChecksum(() => undefined)).toBeUndefined();
});
