import type { Proxy } from "../../network/proxy.ts";
import { proxyHeaders } from "../../network/tunnel.ts";

/** A proxy that is sent whole requests, and itself asks the host of `origin`. */
export interface Forward {
  origin: string;
  proxy: Proxy;
}

/** The head of a request as such a proxy wants it. Source: RFC 9112, "absolute-form". */
export function forwarded(head: string, { origin, proxy }: Forward): string {
  const [line = "", ...rest] = head.split("\r\n");
  const own = Object.entries(proxyHeaders(proxy)).map(([name, value]) => `${name}: ${value}`);
  return [line.replace(" ", ` ${origin}`), ...own, ...rest].join("\r\n");
}
