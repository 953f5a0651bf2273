import type { ObjectStore } from "../../bucket/object-store.ts";
import { isRefusal } from "../../bucket/s3/retry.ts";
import { messageOf } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";

/**
 * A store that tells the refusal of one file's object from that of all. What S3 refuses for one object (it is
 * archived, was written with a customer's key, a policy or KMS denies it) it refuses for good; what it refuses for all,
 * such as for a role that is not known everywhere yet, time or an administrator puts right. S3's codes do not tell: 403
 * may be either. So a refusal is followed by another question, and then by the same one again.
 *
 * @param other asks S3 for something that it has to grant as well; it throws what S3 says
 * @returns the store; what it refuses of one object is a FileError `object-refused`
 */
export function withObjectRefusals(store: ObjectStore, other: () => Promise<unknown>): ObjectStore {
  const told = async <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    await other();
    try {
      return await ask();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const why = reason("object-refused", { error: messageOf(error) });
      throw new FileError(key, why, { cause: error });
    }
  };
  return {
    list: store.list.bind(store),
    get: (key, options) => told(key, () => store.get(key, options)),
    delete: (key) => store.delete(key),
    deleteMany: (keys) => store.deleteMany(keys),
    proof: (key, etag) => store.proof(key, etag),
    getFile: (key, path, options) => told(key, () => store.getFile(key, path, options)),
    put: (key, body, options) => told(key, () => store.put(key, body, options)),
    putFile: (path, key, size, options) => told(key, () => store.putFile(path, key, size, options)),
  };
}
