import { Agent, type AgentOptions } from "node:https";
import type { Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import { bracketed } from "./host.ts";
import { type Environment, proxyFor } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

type Done = (error: Error | null, socket?: Socket) => void;
type Target = ConnectionOptions & { host: string; port: number };

/** Connections of the SDK's clients to endpoints of https: through the proxies, and with the authorities, that S3's connections have, too. */
export class SdkAgent extends Agent {
  readonly #env: Environment;
  readonly #ca: () => Promise<string | undefined>;

  constructor(options: AgentOptions, env: Environment, ca: () => Promise<string | undefined>) {
    super(options);
    this.#env = env;
    this.#ca = ca;
  }

  // Node.js takes a socket later, too, by the callback.
  createConnection(options: unknown, done: unknown): never {
    const callback = done as Done;
    void this.#open(options as Target).then((socket) => callback(null, socket), callback);
    return undefined as never;
  }

  async #open(options: Target): Promise<Socket> {
    const { host, port } = options;
    const ca = await this.#ca();
    const proxy = proxyFor(new URL(`https://${bracketed(host)}:${port}`), this.#env);
    const socket = proxy && (await openTunnel(proxy, { host, port }, ca));
    return connect({
      ...options,
      ...(ca !== undefined && { ca }),
      ...(socket && { socket }),
    });
  }
}
