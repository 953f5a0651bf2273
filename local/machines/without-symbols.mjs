// Takes the symbols and the debugging information out of a 64-bit ELF program: what no running program reads, a quarter of
// Node.js's file. binutils' `strip` does the same for its own machine's programs only.

const SECTION_HEADER = 64;
/** Places in the file's header. Source: elf(5), Elf64_Ehdr. */
const HEADER = { sections: 40, entryBytes: 58, count: 60, names: 62 };
/** Places in a section's header. Source: elf(5), Elf64_Shdr. */
const SECTION = { name: 0, type: 4, flags: 8, offset: 24, size: 32, link: 40, info: 44 };
const NOBITS = 8;
const ALLOC = 2n;

/**
 * @param {Buffer} program a 64-bit ELF program, low byte first
 * @returns {Buffer} the same program, without the sections that are not in memory when it runs
 * @throws Error when it is no such program, or laid out in another order than linkers do
 */
export function withoutSymbols(program) {
  if (program.subarray(0, 6).toString("latin1") !== "\x7fELF\x02\x01")
    throw new Error("it is no 64-bit ELF program");
  const table = Number(program.readBigUInt64LE(HEADER.sections));
  const headers = Array.from({ length: program.readUInt16LE(HEADER.count) }, (_, at) => {
    const begin = table + at * SECTION_HEADER;
    return Buffer.from(program.subarray(begin, begin + SECTION_HEADER));
  });
  const names = headers[program.readUInt16LE(HEADER.names)];
  const kept = headers.filter((header, at) => at === 0 || isLoaded(header));
  const end = Math.max(...kept.map(endOf));
  if (
    headers.some((header) => !kept.includes(header) && endOf(header) > 0 && offsetOf(header) < end)
  )
    throw new Error("its symbols are not behind all that is loaded");
  const places = new Map(kept.map((header, at) => [headers.indexOf(header), at]));
  for (const header of kept) moveLinks(header, places);
  const nameBytes = program.subarray(offsetOf(names), endOf(names));
  const own = Buffer.from(names);
  own.writeBigUInt64LE(BigInt(end), SECTION.offset);
  const padding = Buffer.alloc((8 - ((end + nameBytes.length) % 8)) % 8);
  const result = Buffer.concat([program.subarray(0, end), nameBytes, padding, ...kept, own]);
  result.writeBigUInt64LE(BigInt(end + nameBytes.length + padding.length), HEADER.sections);
  result.writeUInt16LE(kept.length + 1, HEADER.count);
  result.writeUInt16LE(kept.length, HEADER.names);
  return result;
}

const offsetOf = (header) => Number(header.readBigUInt64LE(SECTION.offset));
const isLoaded = (header) => (header.readBigUInt64LE(SECTION.flags) & ALLOC) !== 0n;

/** Where a section ends in the file; 0 for one that has no bytes there. */
function endOf(header) {
  if (header.readUInt32LE(SECTION.type) === NOBITS) return 0;
  const size = Number(header.readBigUInt64LE(SECTION.size));
  return size === 0 ? 0 : offsetOf(header) + size;
}

/** Sections name each other by number, and have other numbers now. */
function moveLinks(header, places) {
  // Of relocations, sh_info is a section, too; of the others, a count.
  const isRelocation = [4, 9].includes(header.readUInt32LE(SECTION.type));
  for (const at of [SECTION.link, ...(isRelocation ? [SECTION.info] : [])])
    header.writeUInt32LE(places.get(header.readUInt32LE(at)) ?? 0, at);
}
