import type { ClientRequest, IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { S3Error } from "../s3/s3-error.ts";
import { bracketed } from "./host.ts";
import { nameHost } from "./name-host.ts";
import type { Proxy } from "./proxy.ts";
import { proxyUnreached } from "./proxy-unreached.ts";

/** How long a proxy, which may have to ask others, is waited for. */
export interface TunnelWait {
  timeoutMs: number;
  /** Asked after that: whether to wait as long again. */
  goOn: () => boolean;
}

const WAIT: TunnelWait = { timeoutMs: 20_000, goOn: () => false };

/** The end of a tunnel. */
export interface TunnelTarget {
  host: string;
  port: number;
}

/**
 * A connection through a proxy to a host, by CONNECT. Source: RFC 9110, "CONNECT".
 *
 * @param ca certificates to trust in place of the system's, for a proxy that is reached by TLS
 * @param authorities the setting and file that these are from
 * @throws S3Error that names the proxy: `ProxyError` when it refuses, `TlsError` when it is not trusted, `NetworkError` or
 *   `TimeoutError` else
 */
export async function openTunnel(
  proxy: Proxy,
  { host, port }: TunnelTarget,
  ca: string | undefined,
  { timeoutMs, goOn }: TunnelWait = WAIT,
  authorities?: string,
): Promise<Socket> {
  const { request } = await import(proxy.tls ? "node:https" : "node:http");
  const target = `${bracketed(host)}:${port}`;
  const headers = { host: target, ...proxyHeaders(proxy) };
  const options = { host: proxy.host, port: proxy.port, method: "CONNECT", path: target, headers };
  return new Promise((resolve, reject) => {
    const connect = request({
      ...options,
      agent: false,
      // Else Node.js takes the name in the header Host for that of the proxy.
      servername: isIP(proxy.host) === 0 ? proxy.host : "",
      ...(ca !== undefined && { ca }),
    }) as ClientRequest;
    const fail = (error: S3Error) => {
      reject(error);
      connect.destroy();
    };
    const onTimeout = () => {
      // A request tells of a time-out only once.
      if (goOn()) connect.socket?.setTimeout(timeoutMs, onTimeout);
      else {
        const why = `it did not answer within ${timeoutMs / 1000} s`;
        fail(proxyUnreached(proxy, new S3Error("TimeoutError", why)));
      }
    };
    connect.setTimeout(timeoutMs, onTimeout);
    if (proxy.tls)
      connect.once("socket", (socket) => nameHost(socket as TLSSocket, proxy.name, authorities));
    connect.once("error", (cause) => fail(proxyUnreached(proxy, cause)));
    // Every answer to CONNECT comes so, a refusal, too.
    connect.once(
      "connect",
      ({ statusCode = 0 }: IncomingMessage, socket: Socket, first: Buffer) => {
        if (statusCode !== 200) return fail(proxyRefusal(proxy, statusCode));
        socket.setTimeout(0);
        if (first.length > 0) socket.unshift(first);
        return resolve(socket);
      },
    );
    connect.end();
  });
}

/** Headers for a proxy itself. */
export function proxyHeaders({ authorization }: Proxy): Record<string, string> {
  return authorization === undefined ? {} : { "proxy-authorization": authorization };
}

/** The error for a proxy's own answer: 502 to 504 may pass. */
export function proxyRefusal({ name, variable, authorization }: Proxy, status: number): S3Error {
  if (status === 407) {
    const how =
      authorization === undefined
        ? "wants a user and a password"
        : "refuses the user or the password";
    const fix = `put them into ${variable}, as http://USER:PASSWORD@${name}`;
    return new S3Error("ProxyError", `the proxy ${name} ${how}: ${fix}`);
  }
  if (status >= 500) {
    const error = new S3Error("NetworkError", `the proxy ${name} answered ${status}`);
    // By this the SDK's clients try again, too.
    return Object.assign(error, { $retryable: {} });
  }
  return new S3Error(
    "ProxyError",
    `the proxy ${name}, of ${variable}, refuses the connection: ${status}`,
  );
}
