import type { IncomingMessage } from "node:http";
import { FUNCTION_MARK } from "./environment.ts";

/** Who sends a request. */
export type Side = "agent" | "functions";
export type Operation = "read" | "write" | "list" | "delete";

/** One request to S3, as far as fault rules look at it. */
export interface S3Request {
  readonly side: Side;
  readonly operation: Operation;
  /** Of a listing, the prefix that it is limited to. */
  readonly key: string;
}

/** Reads what a request is about from its first lines; buckets are addressed by path. */
export function s3Request(request: IncomingMessage): S3Request {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const [, , ...segments] = path.split("/");
  const key = segments.map(decodeURIComponent).join("/");
  const operation = operationOf(request.method ?? "", key, query);
  const side = request.headers["user-agent"]?.includes(FUNCTION_MARK) ? "functions" : "agent";
  const listed = operation === "list" && new URLSearchParams(query).get("prefix");
  return { side, operation, key: listed || key };
}

function operationOf(method: string, key: string, query: string): Operation {
  if (method === "DELETE") return "delete";
  if (method === "PUT" || method === "POST") return query === "delete" ? "delete" : "write";
  return key === "" ? "list" : "read";
}
