import { Agent, type AgentOptions } from "node:https";
import type { Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import { bracketed } from "./host.ts";
import { nameHost } from "./name-host.ts";
import { type Environment, proxyFor } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

type Done = (error: Error | null, socket?: Socket) => void;
type Target = ConnectionOptions & { host: string; port: number };

/** Whom a client trusts. */
export interface Trust {
  /** Certificates in place of the system's, PEM; undefined: the system's. */
  ca: () => Promise<string | undefined>;
  /** The setting and file that they are from, for messages; undefined: the system's. */
  authorities?: () => Promise<string | undefined>;
}

/** Connections of the SDK's clients to endpoints of https: through the proxies, and with the authorities, that S3's connections have, too. */
export class SdkAgent extends Agent {
  readonly #env: Environment;
  readonly #trust: Trust;

  constructor(options: AgentOptions, env: Environment, trust: Trust) {
    super(options);
    this.#env = env;
    this.#trust = trust;
  }

  // Node.js takes a socket later, too, by the callback.
  createConnection(options: unknown, done: unknown): never {
    const callback = done as Done;
    void this.#open(options as Target).then((socket) => callback(null, socket), callback);
    return undefined as never;
  }

  async #open(options: Target): Promise<Socket> {
    const { host, port } = options;
    const ca = await this.#trust.ca();
    const authorities = await this.#trust.authorities?.();
    const proxy = proxyFor(new URL(`https://${bracketed(host)}:${port}`), this.#env);
    const socket = proxy && (await openTunnel(proxy, { host, port }, ca, undefined, authorities));
    const secure = connect({
      ...options,
      ...(ca !== undefined && { ca }),
      ...(socket && { socket }),
    });
    nameHost(secure, host, authorities);
    return secure;
  }
}
