import { Agent, type AgentOptions, type ClientRequest, type IncomingMessage } from "node:http";
import { bracketed } from "./host.ts";
import { type Environment, type Proxy, plain, proxyFor } from "./proxy.ts";
import { proxyHeaders, proxyRefusal } from "./tunnel.ts";

interface Target {
  host: string;
  port: number;
}

/** Node.js calls this for each request of an agent; its types do not have it. */
interface TakesRequests {
  addRequest(request: ClientRequest, options: Target): void;
}
const agents = Agent.prototype as unknown as TakesRequests;

/** Connections of the SDK's clients to endpoints of http: a proxy is sent the requests themselves. */
export class SdkHttpAgent extends Agent implements TakesRequests {
  readonly #env: Environment;

  constructor(options: AgentOptions, env: Environment) {
    super(options);
    this.#env = env;
  }

  /** @throws CloudSubmitError `config` for a proxy that cannot be used */
  addRequest(request: ClientRequest, target: Target): void {
    const origin = `http://${bracketed(target.host)}:${target.port}`;
    const proxy = proxyFor(new URL(origin), this.#env);
    if (proxy === undefined) return agents.addRequest.call(this, request, target);
    const { host, port } = plain(proxy);
    // Source: RFC 9112, "absolute-form".
    request.path = `${origin.replace(/:80$/, "")}${request.path}`;
    for (const [name, value] of Object.entries(proxyHeaders(proxy))) request.setHeader(name, value);
    nameRefusals(request, proxy);
    return agents.addRequest.call(this, request, { ...target, host, port });
  }
}

/** Makes an error of the proxy's own answers: AWS's have a request id. */
function nameRefusals(request: ClientRequest, proxy: Proxy): void {
  const listeners = request.listeners("response") as ((response: IncomingMessage) => void)[];
  request.removeAllListeners("response");
  request.once("response", (response) => {
    const { statusCode: status = 0, headers } = response;
    const isAws = ["x-amzn-requestid", "x-amz-request-id"].some((name) => name in headers);
    if (status === 407 || (status >= 300 && !isAws)) request.destroy(proxyRefusal(proxy, status));
    else for (const listener of listeners) listener(response);
  });
}
