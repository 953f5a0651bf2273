import { join } from "node:path";
import type { Requests } from "../jobs/requests.ts";
import { parseRequest } from "./messages.ts";
import { Spool, type SpoolPorts } from "./spool.ts";
import { SPOOL_FOLDERS } from "./spool-folders.ts";

/** Spool of hooks/request.sh: requests, which are answered. */
export function requestSpool(ports: SpoolPorts, requests: Requests): Spool {
  return new Spool({
    ...ports,
    folder: join(ports.home, SPOOL_FOLDERS.requests),
    handle: async (text, name) => {
      const request = parseRequest(text);
      if (request) await requests.take(request);
      else ports.log("error", "a spool file that is no request was dropped", { file: name });
    },
  });
}
