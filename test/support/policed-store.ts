import { S3Error } from "../../bucket/s3/s3-error.ts";
import { MemoryStore } from "./memory-store.ts";

/** Whether a policy allows an action of S3 on a key, or on the bucket for a listing of a prefix. */
export type Allowed = (action: string, target: { key: string } | { listed: string }) => boolean;

/** A bucket in memory that refuses, as S3 does, what a policy does not allow. */
export function policedStore(allowed: Allowed): MemoryStore {
  const store = new MemoryStore();
  const actions: Record<string, string> = {
    get: "s3:GetObject",
    getFile: "s3:GetObject",
    proof: "s3:GetObject",
    put: "s3:PutObject",
    putFile: "s3:PutObject",
    delete: "s3:DeleteObject",
  };
  store.before = (operation, key) => {
    // Of each key by itself.
    if (operation === "deleteMany") return;
    if (operation === "list") {
      if (!allowed("s3:ListBucket", { listed: key })) throw denied();
      return;
    }
    const action = actions[operation];
    if (action === undefined) throw new Error(`${operation}: which action is that?`);
    if (!allowed(action, { key })) throw denied();
    // S3 does not tell a missing object from a forbidden one to those who may not list the whole bucket: a
    // GET carries no s3:prefix for a condition to be true of.
    if (actions[operation] === "s3:GetObject" && !store.objects.has(key)) throw denied();
  };
  // As S3's client has it: what may not be seen is not told of.
  const proof = store.proof.bind(store);
  store.proof = (key, etag) =>
    proof(key, etag).catch((error: unknown) => {
      if (error instanceof S3Error && error.name === "AccessDenied") return undefined;
      throw error;
    });
  return store;
}

function denied(): Error {
  return new S3Error("AccessDenied", "Access Denied", { status: 403 });
}
