import type { ObjectWriter } from "../../bucket/object-store.ts";
import type { Input } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";

/** Nobody is to write them: they are inputs, and the same for as long as the sweep is there. */
const MODE = "0444";

/**
 * Puts small files of a sweep below a prefix: a request for each.
 *
 * @returns them as a manifest names them
 */
export async function putTexts(
  store: ObjectWriter,
  prefix: string,
  texts: Readonly<Record<string, string | Buffer>>,
  readKey?: string,
): Promise<Input[]> {
  const metadata = {
    mode: MODE,
    ...(readKey !== undefined && { [READ_KEY_METADATA]: readKey }),
  };
  const put = async ([path, text]: [string, string | Buffer]): Promise<Input> => {
    let version: string | undefined;
    const etag = await store.put(keyOf(prefix, path), text, {
      metadata,
      onVersion: (id) => void (version = id),
    });
    const size = Buffer.byteLength(text);
    const named = version === undefined ? {} : { version };
    return { path, size, etag: etag ?? "", ...named, mode: MODE };
  };
  return Promise.all(Object.entries(texts).map(put));
}
