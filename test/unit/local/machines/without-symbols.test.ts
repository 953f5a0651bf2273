import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
// @ts-expect-error: a build script without types
import { withoutSymbols as untyped } from "../../../../local/machines/without-symbols.mjs";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const withoutSymbols = untyped as (program: Buffer) => Buffer;

/** Places in headers, types and flags. Source: elf(5). */
const [PROGBITS, SYMTAB, STRTAB, RELA, NOBITS] = [1, 2, 3, 4, 8];
const ALLOC = 2;

interface Section {
  name: string;
  type: number;
  flags?: number;
  body?: string;
  /** Of a section without bytes in the file. */
  size?: number;
  link?: number;
  info?: number;
}

/** Sections as linkers lay them out: what is loaded first, then the symbols. */
const LINKED: Section[] = [
  { name: "", type: 0 },
  { name: ".comment", type: PROGBITS, body: "" },
  { name: ".dynstr", type: STRTAB, flags: ALLOC, body: "libc" },
  { name: ".rela", type: RELA, flags: ALLOC, body: "relocations", link: 2, info: 4 },
  { name: ".text", type: PROGBITS, flags: ALLOC, body: "the program" },
  { name: ".bss", type: NOBITS, flags: ALLOC, size: 1 << 20 },
  { name: ".symtab", type: SYMTAB, body: "symbols", link: 7, info: 3 },
  { name: ".strtab", type: STRTAB, body: "names of symbols" },
  { name: ".shstrtab", type: STRTAB },
];

/** A program of these sections, the last of which has their names. */
function program(sections: readonly Section[]): Buffer {
  const names = `\0${sections.map(({ name }) => `${name}\0`).join("")}`;
  const bodies = sections.map(({ name, body = "" }) => (name === ".shstrtab" ? names : body));
  const headers: Buffer[] = [];
  let at = 64;
  for (const [index, { name, type, flags = 0, size, link = 0, info = 0 }] of sections.entries()) {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(name === "" ? 0 : names.indexOf(`\0${name}\0`) + 1, 0);
    header.writeUInt32LE(type, 4);
    header.writeBigUInt64LE(BigInt(flags), 8);
    header.writeBigUInt64LE(BigInt(at), 24);
    header.writeBigUInt64LE(BigInt(size ?? bodies[index]!.length), 32);
    header.writeUInt32LE(link, 40);
    header.writeUInt32LE(info, 44);
    headers.push(header);
    at += bodies[index]!.length;
  }
  const elf = Buffer.alloc(64);
  elf.write("\x7fELF\x02\x01", "latin1");
  elf.writeBigUInt64LE(BigInt(at), 40);
  elf.writeUInt16LE(64, 58);
  elf.writeUInt16LE(sections.length, 60);
  elf.writeUInt16LE(sections.length - 1, 62);
  return Buffer.concat([elf, Buffer.from(bodies.join("")), ...headers]);
}

/** The sections of a program, by their headers. */
function sectionsOf(elf: Buffer): Section[] {
  const table = Number(elf.readBigUInt64LE(40));
  const headers = Array.from({ length: elf.readUInt16LE(60) }, (_, n) =>
    elf.subarray(table + 64 * n, table + 64 * (n + 1)),
  );
  const bodyOf = (header: Buffer) => {
    const at = Number(header.readBigUInt64LE(24));
    return elf.toString("latin1", at, at + Number(header.readBigUInt64LE(32)));
  };
  const names = bodyOf(headers[elf.readUInt16LE(62)]!);
  return headers.map((header) => {
    const at = header.readUInt32LE(0);
    const type = header.readUInt32LE(4);
    return {
      name: names.slice(at, names.indexOf("\0", at)),
      type,
      body: type === NOBITS ? "" : bodyOf(header),
      link: header.readUInt32LE(40),
      info: header.readUInt32LE(44),
    };
  });
}

test("what is loaded stays as and where it is, symbols go, and sections find each other", () => {
  const before = program(LINKED);
  const after = withoutSymbols(before);
  const plain = { link: 0, info: 0 };
  expect(sectionsOf(after).slice(0, -1)).toEqual([
    { name: "", type: 0, body: "", ...plain },
    { name: ".dynstr", type: STRTAB, body: "libc", ...plain },
    { name: ".rela", type: RELA, body: "relocations", link: 1, info: 3 },
    { name: ".text", type: PROGBITS, body: "the program", ...plain },
    { name: ".bss", type: NOBITS, body: "", ...plain },
  ]);
  expect(sectionsOf(after).at(-1)).toMatchObject({ name: ".shstrtab", type: STRTAB });
  const loaded = 64 + "libcrelocationsthe program".length;
  expect(after.subarray(64, loaded)).toEqual(before.subarray(64, loaded));
  expect(after.includes("symbols")).toBe(false);
  expect(withoutSymbols(after)).toEqual(after);
});

test.each([
  ["another file", Buffer.from("#!/bin/sh\n")],
  ["a program of 32 bits", Buffer.from("\x7fELF\x01\x01", "latin1")],
  ["a program with the high byte first", Buffer.from("\x7fELF\x02\x02", "latin1")],
  ["nothing", Buffer.alloc(0)],
])("%s is refused", (_name, bytes) => {
  expect(() => withoutSymbols(bytes)).toThrow("it is no 64-bit ELF program");
});

test("symbols before what is loaded would take it along: refused", () => {
  const [first, ...rest] = LINKED;
  const early = { name: ".early", type: SYMTAB, body: "symbols" };
  expect(() => withoutSymbols(program([first!, early, ...rest]))).toThrow(
    "its symbols are not behind all that is loaded",
  );
});

// Of Linux alone.
(process.platform === "linux" ? test : test.skip)(
  "a program of the system runs without them",
  () => {
    const path = join(temporaryFolder(), "sh");
    writeFileSync(path, withoutSymbols(readFileSync("/bin/sh")), { mode: 0o755 });
    const { status, stdout } = spawnSync(path, ["-c", "echo $((6 * 7))"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, "42\n"]);
  },
);
