import type { Environment } from "./proxy.ts";
import { SdkAgent, type Trust } from "./sdk-agent.ts";
import { SdkHttpAgent } from "./sdk-http-agent.ts";

/** As the SDK's own agents. */
const OPTIONS = { keepAlive: true, maxSockets: 50 };

/** Part of an SDK client's `requestHandler`. */
export interface SdkHandler {
  httpsAgent: SdkAgent;
  httpAgent: SdkHttpAgent;
}

/** Has the SDK's clients go through the proxies, and trust these certificates in place of the system's. */
export function sdkHandler(env: Environment, trust: Trust): SdkHandler {
  return {
    httpsAgent: new SdkAgent(OPTIONS, env, trust),
    httpAgent: new SdkHttpAgent(OPTIONS, env),
  };
}
