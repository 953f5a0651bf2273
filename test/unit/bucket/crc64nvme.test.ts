import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Crc64Nvme } from "../../../bucket/crc64nvme.ts";

/** Bit by bit, as it is defined. */
function reference(bytes: Uint8Array): string {
  let crc = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c_9329_ac4b_c9b5n : crc >> 1n;
  }
  return (crc ^ 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, "0");
}

test("the check value of the catalogue", () => {
  // Source: Catalogue of parametrised CRC algorithms, CRC-64/NVME.
  const crc = new Crc64Nvme();
  crc.update(Buffer.from("123456789"));
  expect(crc.digest().toString("hex")).toBe("ae8b14860a799888");
});

test("any bytes, in any pieces, wherever they lie in memory", () => {
  const piece = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(9));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const crc = new Crc64Nvme();
      for (const [bytes, offset] of pieces) {
        const whole = Buffer.alloc(bytes.length + offset + 3, 0xaa);
        whole.set(bytes, offset);
        crc.update(whole.subarray(offset, offset + bytes.length));
      }
      const all = Buffer.concat(pieces.map(([bytes]) => bytes));
      expect(crc.digest().toString("hex")).toBe(reference(all));
    }),
  );
});
