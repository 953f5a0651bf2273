import type { IncomingMessage } from "node:http";
import { FUNCTION_MARK } from "./environment.ts";
import { keysToDelete } from "./half-deleted.ts";

/** Who sends a request. */
export type Side = "agent" | "functions";
export type Operation = "read" | "write" | "list" | "delete";

/** One request to S3, as far as fault rules look at it. */
export interface S3Request {
  readonly side: Side;
  readonly operation: Operation;
  /** Of a listing, the prefix that it is limited to; of a removal of many objects, their keys, a line each. */
  readonly key: string;
}

/** Reads what a request is about; buckets are addressed by path. */
export function s3Request(request: IncomingMessage, body: Buffer): S3Request {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const [, , ...segments] = path.split("/");
  const key = segments.map(decodeURIComponent).join("/");
  const operation = operationOf(request.method ?? "", key, query);
  const side = request.headers["user-agent"]?.includes(FUNCTION_MARK) ? "functions" : "agent";
  const listed = operation === "list" && new URLSearchParams(query).get("prefix");
  const removed = operation === "delete" && key === "" && keysToDelete(body).join("\n");
  return { side, operation, key: listed || removed || key };
}

function operationOf(method: string, key: string, query: string): Operation {
  if (method === "DELETE") return "delete";
  if (method === "PUT" || method === "POST")
    return new URLSearchParams(query).has("delete") ? "delete" : "write";
  return key === "" ? "list" : "read";
}
