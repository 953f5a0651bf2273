import type { Socket, TcpSocketConnectOpts } from "node:net";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import type { Rate } from "../flow/rate.ts";
import { unbracketed } from "../network/host.ts";
import { nameHost } from "../network/name-host.ts";
import { type Environment, type Proxy, plain, proxyFor } from "../network/proxy.ts";
import { openTunnel, type TunnelWait } from "../network/tunnel.ts";
import { HttpSocket, type HttpSocketOptions } from "./http1/http-socket.ts";
import { Line } from "./line.ts";
import { ADDRESSES_TRIED, S3_TIMEOUTS, type S3Timeouts } from "./s3-timeouts.ts";

const KiB = 1024;

/**
 * Bytes per read from the system. All connections share the buffer, since what was read is used, or
 * copied, before the next one reads: it stays in the processor's cache.
 */
const READ_BYTES = 256 * KiB;

/** Bytes of a body that the system is given at a time. */
const PIECE = 1024 * KiB;

export interface ConnectionOptions {
  /** Certificates to trust in place of the system's, PEM; undefined: the system's. */
  ca?: (() => Promise<string | undefined>) | undefined;
  /** The setting and file that they are from, for messages. */
  authorities?: (() => Promise<string | undefined>) | undefined;
  /** Names the proxies; undefined: there is none. */
  env?: Environment | undefined;
  timeouts?: S3Timeouts;
  /** undefined: one of its own. */
  line?: Line;
  /** Limits what goes both ways, of all connections together; undefined, or a promise of it: nothing does. */
  rate?: (() => Promise<Rate | undefined>) | undefined;
  /** Called with each socket on its way to S3, which tells how it gets there. */
  onOpen?: (socket: Socket) => void;
}

type Target = TcpSocketConnectOpts & { host: string };
type Read = (bytes: Buffer) => boolean;
/** @param via a connection to the host through a proxy */
type Open = (read: Read, via?: Socket) => Socket;

/** How a connection to a host is used. */
type Way = Pick<HttpSocketOptions, "forward" | "piece" | "rate">;

/** The connections to one host. */
interface Host {
  open: Open;
  /** Opens a connection through a proxy; undefined: there is none, or none that is needed. */
  tunnel: (() => Promise<Socket>) | undefined;
  way: Way;
  /** Used last, taken first: the others may close. */
  idle: HttpSocket[];
}

/** Keeps connections to S3 open. Idle ones do not keep a program alive. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #line: Line;
  readonly #timeouts: S3Timeouts;
  readonly #hosts = new Map<string, Host>();
  readonly #reaching = new Map<string, Promise<Host>>();
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  constructor(options: ConnectionOptions = {}) {
    this.#options = options;
    this.#line = options.line ?? new Line();
    this.#timeouts = options.timeouts ?? S3_TIMEOUTS;
  }

  /**
   * A socket for one request, whose response frees it again; it connects when the request is sent.
   *
   * @param origin `https://host[:port]`
   */
  socket(origin: string): HttpSocket | Promise<HttpSocket> {
    const host = this.#hosts.get(origin);
    return (host && freshOf(host.idle)) ?? this.#open(origin);
  }

  async #open(origin: string): Promise<HttpSocket> {
    let reaching = this.#reaching.get(origin);
    if (!reaching) {
      this.#reaching.set(origin, (reaching = this.#reach(origin)));
      reaching.catch(() => this.#reaching.delete(origin));
    }
    const host = await reaching;
    this.#hosts.set(origin, host);
    const { open, tunnel, idle, way } = host;
    const fresh = freshOf(idle);
    if (fresh) return fresh;
    const via = tunnel && (await tunnel());
    const connect = (read: Read) => {
      const socket = open(read, via);
      this.#options.onOpen?.(socket);
      return socket;
    };
    return new HttpSocket(connect, {
      timeouts: this.#timeouts,
      line: this.#line,
      ...way,
      onFree: (free) => void idle.push(free),
      onClose: (closed) => {
        const at = idle.indexOf(closed);
        if (at >= 0) idle.splice(at, 1);
      },
    });
  }

  async #reach(origin: string): Promise<Host> {
    const url = new URL(origin);
    const { protocol, hostname, port } = url;
    const isTls = protocol === "https:";
    const proxy = proxyFor(url, this.#options.env ?? {});
    const ca = isTls || proxy?.tls ? await this.#options.ca?.() : undefined;
    const authorities = ca === undefined ? undefined : await this.#options.authorities?.();
    const { sharedLookup } = await import("../network/shared-lookup.ts");
    const { connectionTimeout } = this.#timeouts;
    // Node.js has 250 ms, which is less than the way to a satellite and back.
    const perAddress = connectionTimeout / ADDRESSES_TRIED;
    const to: Target = {
      lookup: sharedLookup(),
      host: unbracketed(hostname),
      port: Number(port || (isTls ? 443 : 80)),
      noDelay: true,
      autoSelectFamilyAttemptTimeout: perAddress,
    };
    const rate = await this.#options.rate?.();
    const { piece: most = READ_BYTES } = rate ?? {};
    const isForwarded = proxy !== undefined && !isTls;
    return {
      open: isTls
        ? await this.#tls(to, most, ca, authorities)
        : await this.#plain(isForwarded ? { ...to, ...forwardTo(proxy) } : to, most),
      tunnel:
        proxy && isTls ? () => openTunnel(proxy, to, ca, this.#wait(), authorities) : undefined,
      way: {
        forward: isForwarded ? { origin, proxy } : undefined,
        piece: Math.min(PIECE, rate?.piece ?? PIECE),
        rate,
      },
      idle: [],
    };
  }

  /** How long to wait for a proxy. */
  #wait(): TunnelWait {
    const { connectionTimeout, requestTimeout } = this.#timeouts;
    if (requestTimeout !== undefined) return { timeoutMs: requestTimeout, goOn: () => false };
    return { timeoutMs: connectionTimeout * 2, goOn: this.#line.movement() };
  }

  // Loaded when they are needed: TLS alone takes 10 ms.
  async #plain(to: Target, most: number): Promise<Open> {
    const { connect } = await import("node:net");
    return (read) => connect({ ...to, onread: this.#into(read, most) });
  }

  async #tls(
    to: Target,
    most: number,
    ca: string | undefined,
    authorities: string | undefined,
  ): Promise<Open> {
    const { host } = to;
    const { connect, createSecureContext } = await import("node:tls");
    const { isIP } = await import("node:net");
    const options: TlsOptions = {
      ...to,
      // Made once: reading certificates takes longer than a handshake.
      secureContext: createSecureContext(ca === undefined ? {} : { ca }),
      ALPNProtocols: ["http/1.1"],
      ...(isIP(host) === 0 && { servername: host }),
    };
    // With it the next handshake needs no certificate.
    let session: Buffer | undefined;
    return (read, via) => {
      const socket = connect({
        ...options,
        ...(session && { session }),
        ...(via ? { socket: via } : { onread: this.#into(read, most) }),
      } as TlsOptions);
      // Bytes that come through another socket are never read into a buffer of ours.
      if (via) socket.on("data", (bytes: Buffer) => void (read(bytes) || socket.pause()));
      socket.on("session", (ticket) => (session = ticket));
      nameHost(socket, host, authorities);
      return socket;
    };
  }

  /** @param most bytes per read */
  #into(take: Read, most: number): NonNullable<TcpSocketConnectOpts["onread"]> {
    const buffer = this.#buffer.subarray(0, most);
    // Answers are often as long as the last.
    let read = buffer;
    const callback = (length: number) => {
      if (read.length !== length) read = buffer.subarray(0, length);
      return take(read);
    };
    return { buffer, callback };
  }
}

/** Requests over plain HTTP are sent to the proxy itself. */
function forwardTo(proxy: Proxy): Pick<Target, "host" | "port"> {
  const { host, port } = plain(proxy);
  return { host, port };
}

/** The connection that was used last of those that can be used again; others are closed. */
function freshOf(idle: HttpSocket[]): HttpSocket | undefined {
  for (let last = idle.pop(); last; last = idle.pop()) {
    if (last.isFresh) return last;
    last.close();
  }
  return undefined;
}
