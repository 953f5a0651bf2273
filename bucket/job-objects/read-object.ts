import type { Readable } from "node:stream";
import type { ObjectFacts, ObjectLister, ObjectReader, ObjectStore } from "../object-store.ts";
import { Untold } from "./untold.ts";

/** Store operations that reading one object needs. */
export type ReadStore = ObjectReader & ObjectLister;

/** An object that was read whole. */
export interface WholeObject extends ObjectFacts {
  /** undefined: it is longer than it may be, and was not read. */
  bytes: Buffer | undefined;
}

/**
 * Reads an object of the protocol; undefined when there is none.
 *
 * For users whose policy lets them list their own prefixes only, S3 answers a GET of a missing object with
 * AccessDenied; then the listing tells. Source: Amazon S3 API Reference, GetObject, "Permissions".
 *
 * @param maxBytes reads no more: any user may have written it
 * @throws Untold when neither may be asked; else what S3 says
 */
export async function readObject(
  store: ReadStore,
  key: string,
  maxBytes: number,
): Promise<WholeObject | undefined> {
  try {
    const got = await store.get(key);
    if (!got) return undefined;
    const { body, ...facts } = got;
    if (facts.size <= maxBytes) return { ...facts, bytes: await readBounded(body, maxBytes) };
    body.destroy();
    return { ...facts, bytes: undefined };
  } catch (error) {
    if (!isDenied(error)) throw error;
    try {
      for await (const entry of store.list(key)) if (entry.key === key) throw error;
    } catch (failure) {
      if (failure !== error && isDenied(failure)) throw new Untold(key, error);
      throw failure;
    }
    return undefined;
  }
}

/** The facts of an object, without its content: one request. Undefined when there is none. @throws as readObject */
export function peekObject(
  store: Pick<ObjectStore, "get" | "list">,
  key: string,
  maxBytes: number,
): Promise<WholeObject | undefined> {
  const beginning = {
    get: (one: string) => store.get(one, { range: { start: 0, end: 1 } }),
    list: store.list.bind(store),
  };
  return readObject(beginning, key, maxBytes);
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && error.name === "AccessDenied";
}

/** The same as text; undefined when there is none that is short enough. */
export async function readText(
  store: ReadStore,
  key: string,
  maxBytes: number,
): Promise<string | undefined> {
  return (await readObject(store, key, maxBytes))?.bytes?.toString("utf8");
}

/** Counts the bytes that come, whatever was announced. */
async function readBounded(body: Readable, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
