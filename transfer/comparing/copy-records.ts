import { type Checksum, crc32Checksum } from "../../bucket/checksum.ts";
import { decodeCrc32 } from "../../bucket/s3/crc32.ts";
import { HashedRecords, hashWords } from "../names/hashed-records.ts";

/** State of a path in a user's folder when it was last sent or fetched. */
export interface LocalCopy {
  /** ETag of the object with the same content. */
  etag: string;
  /** Of the object: ETags of some buckets do not depend on the content. */
  checksum?: Checksum | undefined;
}

/** How a file was when it was noted. */
export interface Mark {
  /** Changes with any change to the file. */
  text: string;
  /** Whether it alone tells that the content is the same: the file had not changed for a while before it was read. */
  isSettled: boolean;
}

/** In a record: the MD5 of the ETag, or its place among the texts; a hash of the mark; the CRC32, or a place; flags. */
const [ETAG, MARK, CHECKSUM, FLAGS] = [0, 4, 6, 7] as const;
const WORDS = 8;
/** One mark is compared with one other: 64 bits of its hash will do. */
const MARK_WORDS = CHECKSUM - MARK;

/** There is a copy. */
const THERE = 1;
/** Noted, or forgotten, since it was kept. */
const NOTED = 2;
const ETAG_IS_TEXT = 4;
const HAS_CRC32 = 8;
const CHECKSUM_IS_TEXT = 16;
/** Of the mark: it alone tells that the content is the same. */
const SETTLED = 32;
/** It was noted without a mark, so none is its own. */
const UNMARKED = 64;
const OF_MARK = SETTLED | UNMARKED;
/** The number of an ETag's parts is above the flags. */
const PARTS_SHIFT = 8;

const ETAG_SHAPE = /^([0-9a-f]{32})(?:-([1-9]\d{0,5}))?$/;
const CRC32 = "crc32:";
/** Four bytes in base64, as there is one way to write them. */
const CRC32_SHAPE = /^crc32:[A-Za-z0-9+/]{5}[AQgw]==$/;

/** Copies by path in some 50 bytes each: what seldom occurs, such as other ETags than S3's, is held as text. */
export class CopyRecords {
  readonly #records = new HashedRecords(WORDS);
  readonly #texts: string[];
  readonly #places = new Map<string, number>();
  #notes = 0;
  #lastMark: { text: string; words: Uint32Array } | undefined;

  /** @param texts as they were kept with the records */
  constructor(texts: readonly string[] = []) {
    this.#texts = [...texts];
    for (const [place, text] of this.#texts.entries()) this.#places.set(text, place);
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** How many times something was noted, or forgotten, since it was kept. */
  get notes(): number {
    return this.#notes;
  }

  /** Bytes that the records take. */
  get bytes(): number {
    return this.#records.bytes;
  }

  find(path: string): LocalCopy | undefined {
    const record = this.#records.find(path);
    return record && this.#copyOf(record);
  }

  /** Whether what was noted with a path had this mark. */
  hasMark(path: string, mark: string): boolean {
    const record = this.#records.find(path);
    return record !== undefined && isMarked(record, this.#wordsOf(mark));
  }

  /** Whether it had this mark and ETag, and the mark alone tells that the content is the same. */
  isSettled(path: string, etag: string, mark: string): boolean {
    const record = this.#records.find(path);
    if (!record || !(flagsOf(record) & SETTLED)) return false;
    return isMarked(record, this.#wordsOf(mark)) && this.#copyOf(record)?.etag === etag;
  }

  /**
   * Notes a copy, if anything of it is new.
   *
   * @param checksum undefined: the one that was known of the object with this ETag
   * @param mark undefined: the file was not looked at
   */
  note(path: string, { etag, checksum }: LocalCopy, mark: Mark | undefined): void {
    const record = this.#records.make(path);
    const held = this.#copyOf(record);
    // Some servers list no ETags: two that are empty say nothing.
    const known = checksum ?? (etag !== "" && held?.etag === etag ? held.checksum : undefined);
    const words = mark && this.#wordsOf(mark.text);
    const isMarkHeld = words
      ? isMarked(record, words) && (!mark.isSettled || (flagsOf(record) & SETTLED) !== 0)
      : (flagsOf(record) & UNMARKED) !== 0;
    if (isMarkHeld && held?.etag === etag && held.checksum === known) return;
    const ofMark = !mark ? UNMARKED : mark.isSettled ? SETTLED : 0;
    this.#fill(record, { etag, checksum: known }, NOTED | ofMark);
    if (words) record.set(words, MARK);
    this.#notes += 1;
  }

  /** A mark is mostly asked for, and then noted. */
  #wordsOf(mark: string): Uint32Array {
    if (this.#lastMark?.text !== mark)
      this.#lastMark = { text: mark, words: hashWords(mark, new Uint32Array(MARK_WORDS)) };
    return this.#lastMark.words;
  }

  forget(path: string): void {
    const record = this.#records.make(path);
    record[FLAGS] = NOTED;
    this.#notes += 1;
  }

  /** Takes over what was kept elsewhere, in place of all that was not noted here since. Places stay as they are. */
  takeKept(from: CopyRecords): void {
    for (const record of this.#records.all()) if (!isNoted(record)) record.fill(0);
    let place = 0;
    for (const record of from.#records.all()) {
      const copy = from.#copyOf(record);
      const own = copy && this.#records.makeAs(from.#records, place);
      place += 1;
      if (!own || isNoted(own)) continue;
      this.#fill(own, copy, flagsOf(record) & OF_MARK);
      own.set(record.subarray(MARK, CHECKSUM), MARK);
    }
  }

  /** All that was noted is kept now. */
  settle(): void {
    for (const record of this.#records.all()) record[FLAGS] = flagsOf(record) & ~NOTED;
    this.#notes = 0;
  }

  /** Bytes of the records of which there is a copy, in pieces that are lent; of this machine's byte order. */
  pieces(): Generator<Uint8Array> {
    return this.#records.pieces((record) => (flagsOf(record) & THERE) !== 0);
  }

  /** Where what is noted with a path is, counted from 0: it stays there. undefined: nothing was noted, and no place made. */
  placeOf(path: string): number | undefined {
    return this.#records.placeOf(path);
  }

  /** The same; makes a place where there is none, without a copy. */
  makePlace(path: string): number {
    return this.#records.makePlace(path);
  }

  /** @returns takes over the bytes of `pieces`, cut anywhere; they are lent until it returns */
  taker(): (bytes: Uint8Array) => void {
    return this.#records.taker();
  }

  #fill(record: Uint32Array, { etag, checksum }: LocalCopy, more: number): void {
    let flags = THERE | more;
    const [, md5, parts = "0"] = ETAG_SHAPE.exec(etag) ?? [];
    if (md5 === undefined) {
      flags |= ETAG_IS_TEXT;
      record[ETAG] = this.#placeOf(etag);
    } else {
      flags |= Number(parts) << PARTS_SHIFT;
      for (let at = 0; at < MARK - ETAG; at++)
        record[ETAG + at] = Number.parseInt(md5.slice(at * 8, at * 8 + 8), 16);
    }
    const crc32 = checksum === undefined ? undefined : crc32Of(checksum);
    if (crc32 !== undefined) {
      flags |= HAS_CRC32;
      record[CHECKSUM] = crc32;
    } else if (checksum !== undefined) {
      flags |= CHECKSUM_IS_TEXT;
      record[CHECKSUM] = this.#placeOf(checksum);
    }
    record[FLAGS] = flags;
  }

  #copyOf(record: Uint32Array): LocalCopy | undefined {
    const flags = flagsOf(record);
    if (!(flags & THERE)) return undefined;
    const etag = flags & ETAG_IS_TEXT ? this.#texts[record[ETAG] ?? 0] : etagOf(record);
    return { etag: etag ?? "", checksum: this.#checksumOf(record) };
  }

  #checksumOf(record: Uint32Array): Checksum | undefined {
    const value = record[CHECKSUM] ?? 0;
    if (flagsOf(record) & HAS_CRC32) return crc32Checksum(value);
    if (flagsOf(record) & CHECKSUM_IS_TEXT) return this.#texts[value] as Checksum | undefined;
    return undefined;
  }

  #placeOf(text: string): number {
    const held = this.#places.get(text);
    if (held !== undefined) return held;
    this.#places.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}

function flagsOf(record: Uint32Array): number {
  return record[FLAGS] ?? 0;
}

function isNoted(record: Uint32Array): boolean {
  return (flagsOf(record) & NOTED) !== 0;
}

/** Whether there is a copy with a mark of this hash. */
function isMarked(record: Uint32Array, words: Uint32Array): boolean {
  if ((flagsOf(record) & (THERE | UNMARKED)) !== THERE) return false;
  return words.every((word, at) => record[MARK + at] === word);
}

function etagOf(record: Uint32Array): string {
  let md5 = "";
  for (let at = ETAG; at < MARK; at++) md5 += (record[at] ?? 0).toString(16).padStart(8, "0");
  const parts = flagsOf(record) >>> PARTS_SHIFT;
  return parts === 0 ? md5 : `${md5}-${parts}`;
}

/** The number of a checksum that is a CRC32; undefined for any other. */
function crc32Of(checksum: Checksum): number | undefined {
  if (!CRC32_SHAPE.test(checksum)) return undefined;
  return decodeCrc32(checksum.slice(CRC32.length));
}
