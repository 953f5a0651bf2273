import { posix } from "node:path";
import type { ObjectStore, StoredObject } from "../../../bucket/object-store.ts";
import { keyOf } from "../../../protocol/objects.ts";
import { writtenReason } from "../../../protocol/reason.ts";
import { parseSymlink, symlinkProblem } from "../../../transfer/links/symlink.ts";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { plainPath } from "../../jobs/object-name.ts";
import { nearNames } from "../../output/near-names.ts";
import { reasonWords } from "../../output/reason-words.ts";

/** Bytes of a request: so many are read at once, and asked for again when the line breaks. */
const PIECE = 1 << 20;
/** Pieces that are asked for before they can be written. */
const AHEAD = 8;
/** Links that are followed, one after the other. */
const LINKS_MAX = 8;
/** Objects that are looked at for names like the one that is not there. */
const LOOK_MAX = 10_000;

/**
 * `fetch JOB:PATH`: writes one object to standard output, and nothing else, in pieces of a bounded size.
 *
 * @throws CloudSubmitError `usage` when there is no such object, with names like it; `transfer` when it is replaced
 * meanwhile
 */
export async function printObject(context: Context, prefix: string, path: string): Promise<void> {
  const { store } = context;
  let at = path;
  for (let links = 0; ; links++) {
    const object = at === "" ? undefined : await beginningOf(store, keyOf(prefix, at));
    const plain = plainPath(at);
    if (!object && plain !== at) {
      at = plain;
      continue;
    }
    if (!object) throw await noSuchObject(store, prefix, at);
    const target = parseSymlink(object.metadata);
    if (target === undefined) return writeObject(context, keyOf(prefix, at), object);
    object.body.destroy();
    const problem = symlinkProblem(at, target);
    if (problem || links === LINKS_MAX)
      throw new CommandError("transfer", (say) =>
        say("problem.notPrinted", {
          name: `${prefix}:${at}`,
          reason: reasonWords(say, writtenReason(problem ?? { code: "link-loop", values: {} })),
        }),
      );
    at = posix.join(posix.dirname(at), target);
  }
}

async function writeObject(
  context: Context,
  key: string,
  { body, size, etag }: StoredObject,
): Promise<void> {
  let written = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    await context.write(chunk);
    written += chunk.length;
  }
  const ahead: Promise<Uint8Array[] | Error>[] = [];
  let asked = written;
  while (written < size) {
    for (; ahead.length < AHEAD && asked < size; asked += PIECE)
      ahead.push(
        piece(context.store, key, etag, { start: asked, end: Math.min(size, asked + PIECE) }),
      );
    const next = await ahead.shift();
    if (!Array.isArray(next)) throw next ?? replaced(key);
    for (const chunk of next) {
      await context.write(chunk);
      written += chunk.length;
    }
  }
}

/** The bytes of a range of the object with this ETag; what fails is told when its turn comes. */
async function piece(
  store: ObjectStore,
  key: string,
  etag: string,
  range: { start: number; end: number },
): Promise<Uint8Array[] | Error> {
  try {
    const got = await store.get(key, { ifMatch: etag, range });
    if (!got) return replaced(key);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of got.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
    }
    return length === range.end - range.start ? chunks : replaced(key);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function replaced(key: string): CommandError {
  return new CommandError("transfer", (say) => say("problem.objectReplaced", { key }));
}

/** The beginning of an object. Where S3 may not tell those who ask that there is none, the listing does. */
async function beginningOf(store: ObjectStore, key: string): Promise<StoredObject | undefined> {
  try {
    return await store.get(key, { range: { start: 0, end: PIECE } });
  } catch (error) {
    if (!isDenied(error)) throw error;
    for await (const entry of store.list(key)) {
      if (entry.key === key) throw error;
      break;
    }
    return undefined;
  }
}

async function noSuchObject(store: ObjectStore, prefix: string, path: string): Promise<Error> {
  const paths: string[] = [];
  for await (const { key } of store.list(`${prefix}/`)) {
    if (!key.endsWith("/")) paths.push(key.slice(prefix.length + 1));
    if (paths.length === LOOK_MAX) break;
  }
  if (paths.length === 0)
    return new CommandError("no-such-job", (say) => say("problem.noSuchJob", { prefix }));
  const near = nearNames(path, paths).map((name) => JSON.stringify(`${prefix}:${name}`));
  return new CommandError("usage", (say) =>
    say(near.length > 0 ? "problem.noSuchObjectNear" : "problem.noSuchObject", {
      name: JSON.stringify(`${prefix}:${path}`),
      prefix,
      near: near.join(", "),
    }),
  );
}
