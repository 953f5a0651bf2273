import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { fileEtag } from "../../../bucket/etag.ts";
import { SINGLE_PUT_MAX } from "../../../bucket/part-size.ts";
import { collect } from "../collect.ts";
import type { Trial } from "./trial.ts";

/** Files that become objects, and objects that become files. */
export function filePromises(t: Trial): void {
  t.about("a file", (promise) => {
    const SIZES = [0, 1, SINGLE_PUT_MAX, SINGLE_PUT_MAX + 1, 2 * SINGLE_PUT_MAX + 1234];

    promise("of any size goes up and comes down: bytes, metadata, ETag, progress", async (p) => {
      for (const size of SIZES) {
        const bytes = randomBytes(size);
        const path = t.file(bytes);
        let [up, down] = [0, 0];
        const etag = await t.store.putFile(path, `${p}k`, size, {
          metadata: { mtime: "1.5" },
          onBytes: (count) => void (up += count),
        });
        expect(etag).toBe(await fileEtag(path, size));
        const back = join(t.folder, "back");
        const fetched = await t.store.getFile(`${p}k`, back, {
          onBytes: (count) => void (down += count),
        });
        expect(fetched).toMatchObject({ size, etag, metadata: { mtime: "1.5" } });
        expect(fetched!.verified).toMatch(/^(crc32|md5)$/);
        expect(readFileSync(back).equals(bytes)).toBe(true);
        expect([up, down]).toEqual([size, size]);
        expect(await collect(t.store.list(p))).toMatchObject([{ size, etag }]);
      }
    });

    promise("goes up as far as was said, though it is longer", async (p) => {
      await t.store.putFile(t.file("content and more"), `${p}k`, 7);
      expect(await t.textOf(`${p}k`)).toBe("content");
    });

    promise("that is shorter than was said is an error, and no object", async (p) => {
      for (const size of [10, SINGLE_PUT_MAX + 10])
        await expect(t.store.putFile(t.file("12345"), `${p}k`, size)).rejects.toMatchObject({
          code: "transfer",
        });
      expect(await t.store.get(`${p}k`)).toBeUndefined();
    });

    promise("that is not there is an error, and no object", async (p) => {
      await expect(t.store.putFile(join(t.folder, "none"), `${p}k`, 5)).rejects.toMatchObject({
        code: "ENOENT",
      });
      expect(await t.store.get(`${p}k`)).toBeUndefined();
    });

    promise("is replaced by what comes down, however long it was", async (p) => {
      await t.store.put(`${p}k`, "short");
      const path = t.file("something longer");
      await t.store.getFile(`${p}k`, path, { size: 5 });
      expect(readFileSync(path, "utf8")).toBe("short");
    });

    promise("comes down as the object is now, though a listing said otherwise", async (p) => {
      for (const size of SIZES.slice(1, 4)) {
        const former = await t.store.put(`${p}k`, "former");
        const bytes = randomBytes(size);
        const etag = await t.store.putFile(t.file(bytes), `${p}k`, size);
        const path = join(t.folder, "now");
        const fetched = await t.store.getFile(`${p}k`, path, { size: 6, etag: former! });
        expect(fetched).toMatchObject({ size, etag });
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }
    });

    promise("exactly, comes as the version that was written, or not at all", async (p) => {
      for (const size of SIZES.slice(1, 4)) {
        const bytes = randomBytes(size);
        const key = `${p}${size}`;
        let versionId: string | undefined;
        const etag = await t.store.putFile(t.file(bytes), key, size, {
          onVersion: (id) => void (versionId = id),
        });
        const path = join(t.folder, "exact");
        const fetch = async (exact: { versionId: string | undefined }) => {
          const fetched = await t.store.getFile(key, path, { size, etag, exact });
          return fetched && readFileSync(path).equals(bytes);
        };
        expect(await fetch({ versionId })).toBe(true);
        expect(await fetch({ versionId: undefined })).toBe(true);
        await t.store.put(key, "another");
        expect(await fetch({ versionId: undefined })).toBeUndefined();
        if (versionId !== undefined) expect(await fetch({ versionId })).toBe(true);
        expect(await fetch({ versionId: "none" })).toBeUndefined();
        await t.store.delete(key);
        expect(await fetch({ versionId: undefined })).toBeUndefined();
        if (versionId !== undefined) expect(await fetch({ versionId })).toBe(true);
      }
    });

    promise(
      "exactly, is accepted by the metadata of what comes, or else is not there",
      async (p) => {
        for (const size of SIZES.slice(1, 4)) {
          const file = t.file(randomBytes(size));
          const key = `${p}${size}`;
          let versionId: string | undefined;
          const write = (color: string) =>
            t.store.putFile(file, key, size, {
              metadata: { color },
              onVersion: (id) => void (versionId ??= id),
            });
          const etag = await write("red");
          const fetch = async (color: string, version?: string) => {
            const holds = { name: "color", value: color };
            const exact = { versionId: version, holds };
            const got = await t.store.getFile(key, join(t.folder, "exact"), { size, etag, exact });
            return got?.metadata.color;
          };
          expect(await fetch("red")).toBe("red");
          expect(await fetch("blue", versionId)).toBeUndefined();
          // The same bytes once more.
          if ((await write("blue")) !== etag) continue;
          expect(await fetch("red")).toBeUndefined();
          if (versionId !== undefined) expect(await fetch("red", versionId)).toBe("red");
        }
      },
    );
  });
}
