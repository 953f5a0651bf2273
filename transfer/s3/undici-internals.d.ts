// undici's entry also loads its fetch, WebSocket, cache and mock code: 54 ms and 535 KB bundled, against
// 20 ms and 293 KB for these two modules (Node.js 20.20, 2026-11). Its package.json exports every path;
// the version is pinned, and a path that is gone fails the build.
declare module "undici/lib/dispatcher/agent.js" {
  import { Agent } from "undici";
  export default Agent;
}

declare module "undici/lib/api/api-request.js" {
  import type { Dispatcher } from "undici";
  /** Dispatcher.prototype.request, to be called on a dispatcher. */
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}
