import { expect } from "@jest/globals";
import { inOrder, type Trial } from "./trial.ts";

/** Keys that are escaped in a path, in a query, in XML, or look like a command, a tag or a device. */
const HOSTILE = [
  ["a b", "a  b", " a ", "a+b", "a%b", "a%20b", "a%2Fb", "a&b=c", "a~b", "a'b", "a(b)c", "a*b"],
  ["q?x=1#f", "semi;colon", "comma,at@colon:", "a!b$c", '"quoted"', "<tag>", "back\\slash", "A"],
  ["[list]{of}|^`", "日本語/ü/é", "e\u0301", "é", "😀", "tab\tcr\rnl\n", "-", "_.", "*", "$(id)"],
  ["\x7f", "\u0085\u2028\ufeff", "]]>", "&amp;", "<!--", "...", "CON", "a.", "-rf", "~", "\uff5e"],
].flat();

/** Keys that a path must not be tidied for. */
const UNTIDY = ["a//b", "./a", "a/./b", "a/../c", "/a", "//", "folder/"];

/** Names of objects. */
export function keyPromises(t: Trial): void {
  t.about("a key", (promise) => {
    promise("may hold any character, and is put, listed, read and deleted under it", async (p) => {
      const keys = HOSTILE.map((key) => p + key);
      await t.putAll(keys);
      expect(await t.keysOf(p)).toEqual(inOrder(keys));
      for (const key of keys) expect(await t.textOf(key)).toBe(key);
      for (const key of keys) expect((await t.keysOf(key))[0]).toBe(key);
      for (const key of keys) await t.store.delete(key);
      expect(await t.keysOf(p)).toEqual([]);
    });

    promise("may hold characters that XML cannot carry", async (p) => {
      const keys = ["\x01", "\x1f", "\x0b", "a\ufffe", "a\uffff"].map((key) => p + key);
      await t.putAll(keys);
      expect(await t.keysOf(p)).toEqual(inOrder(keys));
      for (const key of keys) expect(await t.textOf(key)).toBe(key);
    });

    promise("that looks untidy is not tidied", async (p) => {
      for (const name of UNTIDY) {
        // Where objects are files, nothing can be in one that is a folder.
        const text = name.endsWith("/") ? "" : name;
        await t.store.put(p + name, text);
        expect(await t.textOf(p + name)).toBe(text);
        await t.store.delete(p + name);
        expect(await t.textOf(p + name)).toBeUndefined();
      }
    });

    promise("that looks untidy is listed as it is", async (p) => {
      const keys = UNTIDY.map((name) => p + name);
      await t.putAll(keys);
      expect(await t.keysOf(p)).toEqual(inOrder(keys));
    });

    promise("may go on after another one's end", async (p) => {
      const keys = ["a", "a/", "a/b", "a/b/c", "a-b", "a.b", "a0"].map((name) => p + name);
      await t.putAll(keys);
      expect(await t.keysOf(p)).toEqual(inOrder(keys));
      await t.store.delete(`${p}a/b`);
      expect(await t.textOf(`${p}a/b/c`)).toBe(`${p}a/b/c`);
      expect(await t.textOf(`${p}a`)).toBe(`${p}a`);
    });

    promise("of 1,024 bytes is taken", async (p) => {
      const key = ofBytes(1024, p);
      await t.store.put(key, "x");
      expect(await t.textOf(key)).toBe("x");
    });

    promise("of more than 1,024 bytes is refused: KeyTooLongError", async (p) => {
      await expect(t.store.put(ofBytes(1025, p), "x")).rejects.toMatchObject({
        name: "KeyTooLongError",
        $metadata: { httpStatusCode: 400 },
      });
    });
  });
}

/** A key of so many bytes, with fewer characters; no file system takes long names between two slashes. */
function ofBytes(bytes: number, prefix: string): string {
  const begun = `${prefix}${`${"é".repeat(50)}/`.repeat(9)}`;
  return begun + "k".repeat(bytes - Buffer.byteLength(begun));
}
