import { join } from "node:path";
import type { Queue } from "../queue/queue.ts";
import { isQuestion, parseRequest } from "./messages.ts";
import { Spool, type SpoolPorts } from "./spool.ts";
import { SPOOL_FOLDERS } from "./spool-folders.ts";

/** Spool of hooks/request.sh: each file is a command that has come. */
export function requestSpool(ports: SpoolPorts, queue: Pick<Queue, "rung">): Spool {
  return new Spool({
    ...ports,
    folder: join(ports.home, SPOOL_FOLDERS.requests),
    handle: async (text, name) => {
      const request = parseRequest(text);
      if (request) await queue.rung(request);
      else if (!isQuestion(text))
        ports.log("error", "a spool file that is no request was dropped", { file: name });
    },
  });
}
