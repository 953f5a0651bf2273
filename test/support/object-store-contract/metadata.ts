import { expect } from "@jest/globals";
import { collect } from "../collect.ts";
import type { Trial } from "./trial.ts";

/** Metadata of an object, by the contract. */
export function metadataPromises(t: Trial): void {
  t.about("metadata", (promise) => {
    /** The printable ASCII characters. */
    const printable = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).join("");

    promise(
      "of all printable characters comes back, without white space at its ends",
      async (p) => {
        const odd = { all: `x${printable}x`, quotes: `"a" 'b' \\c`, list: "a,b;c=d", lone: ":" };
        await t.store.put(`${p}k`, "x", { metadata: { ...odd, ends: " \t a \t" } });
        expect((await t.store.get(`${p}k`))!.metadata).toEqual({ ...odd, ends: "a" });
      },
    );

    promise("may be empty", async (p) => {
      await t.store.put(`${p}k`, "x", { metadata: { empty: "" } });
      expect((await t.store.get(`${p}k`))!.metadata).toEqual({ empty: "" });
    });

    promise("that no header can carry is refused before anything is written", async (p) => {
      for (const value of ["a\nb", "a\r\nx-amz-acl: public-read", "\0", "\x7f", "日本", "é"])
        await expect(t.store.put(`${p}k`, "x", { metadata: { value } })).rejects.toMatchObject({
          code: "transfer",
        });
      await expect(t.store.put(`${p}k`, "x", { metadata: { "a: b": "c" } })).rejects.toMatchObject({
        code: "transfer",
      });
      expect(await collect(t.store.list(p))).toEqual([]);
    });

    promise("of 2 KiB in all is taken", async (p) => {
      const metadata = { name: "v".repeat(2048 - 4) };
      await t.store.put(`${p}k`, "x", { metadata });
      expect((await t.store.get(`${p}k`))!.metadata).toEqual(metadata);
    });

    promise("of more than 2 KiB is refused: MetadataTooLarge", async (p) => {
      const metadata = { name: "v".repeat(2048 - 3) };
      await expect(t.store.put(`${p}k`, "x", { metadata })).rejects.toMatchObject({
        name: "MetadataTooLarge",
        $metadata: { httpStatusCode: 400 },
      });
      expect(await t.store.get(`${p}k`)).toBeUndefined();
    });
  });
}
