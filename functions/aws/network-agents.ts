import { hasProxies } from "../../bucket/network/proxy.ts";
import { type SdkHandler, sdkHandler } from "../../bucket/network/sdk-handler.ts";
import type { FunctionNetwork } from "../setup/config.ts";

/** As for the command line and the agent: the SDK's own agents know neither proxies nor other authorities. */
export function agentsOf({ env, ca }: FunctionNetwork): Partial<SdkHandler> {
  return hasProxies(env) || ca !== undefined ? sdkHandler(env, { ca: async () => ca }) : {};
}
