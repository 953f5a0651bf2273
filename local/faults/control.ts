import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Rule, RuleBook } from "./rule-book.ts";

/** Where a server that takes fault rules is told of them; no bucket can have this name. */
export const CONTROL_PATH = "/_faults/";

/**
 * Answers `PUT /_faults/<id>`, which adds a rule, and `DELETE /_faults/<id>`, which removes it and says
 * how often it has struck.
 * @returns false when the request is none of these
 */
export async function answerControl<R extends Rule>(
  request: IncomingMessage,
  response: ServerResponse,
  book: RuleBook<R>,
): Promise<boolean> {
  const id = request.url?.startsWith(CONTROL_PATH) && request.url.slice(CONTROL_PATH.length);
  if (!id) return false;
  let hits = 0;
  if (request.method === "PUT") book.add({ ...(JSON.parse(await text(request)) as R), id });
  else hits = book.remove(id);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ hits }));
  return true;
}
