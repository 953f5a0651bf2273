import { CloudSubmitError } from "../../protocol/error.ts";
import { unbracketed } from "./host.ts";

/** Environment variables, of which lower case comes first, as for curl and the AWS CLI. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that name proxies. */
const NAMES = ["https_proxy", "http_proxy", "all_proxy"];

/** A proxy that requests to a host go through. */
export interface Proxy {
  tls: boolean;
  host: string;
  port: number;
  /** Value of the header Proxy-Authorization. */
  authorization: string | undefined;
  /** For messages: without user and password. */
  name: string;
  /** The variable that names it. */
  variable: string;
}

/**
 * The proxy for a URL; undefined: none. HTTPS_PROXY for https, HTTP_PROXY for http, else ALL_PROXY; not for the hosts of
 * NO_PROXY.
 *
 * @throws CloudSubmitError `config` when it cannot be used
 */
export function proxyFor({ protocol, hostname, port }: URL, env: Environment): Proxy | undefined {
  const isTls = protocol === "https:";
  const found = valueOf(env, isTls ? "https_proxy" : "http_proxy") ?? valueOf(env, "all_proxy");
  if (found === undefined) return undefined;
  const bypass = valueOf(env, "no_proxy")?.text ?? "";
  const isBypassed = isInList(hostname, port || (isTls ? "443" : "80"), bypass);
  return isBypassed ? undefined : parseProxy(found.text, found.variable);
}

/**
 * A proxy that takes requests over plain HTTP.
 *
 * @throws CloudSubmitError `config` when it is reached by TLS
 */
export function plain(proxy: Proxy): Proxy {
  if (!proxy.tls) return proxy;
  const why = `${proxy.variable}: for an endpoint of http:// the proxy must begin with http://, too`;
  throw new CloudSubmitError("config", why);
}

/** Whether any proxy is named. */
export function hasProxies(env: Environment): boolean {
  return NAMES.some((name) => valueOf(env, name) !== undefined);
}

/** The variables that say whether there is a proxy, and which, alone. */
export function proxyVariables(env: Environment): Record<string, string> {
  const names = [...NAMES, "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

function valueOf(env: Environment, lower: string) {
  for (const variable of [lower, lower.toUpperCase()]) {
    const text = env[variable]?.trim();
    if (text) return { text, variable };
  }
  return undefined;
}

function parseProxy(text: string, variable: string): Proxy {
  const full = text.includes("://") ? text : `http://${text}`;
  // The value may contain a password: it is never repeated.
  if (!/^https?:\/\//i.test(full))
    throw new CloudSubmitError("config", `${variable}: a proxy begins with http:// or https://`);
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!url || url.port === "0" || hasLateUser(url)) {
    const how =
      "write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with a PORT of 1 to 65535";
    const encoded = "and in a user or password # as %23, / as %2F, ? as %3F, @ as %40";
    throw new CloudSubmitError("config", `${variable}: this is no valid URL: ${how}, ${encoded}`);
  }
  const tls = url.protocol === "https:";
  const port = Number(url.port || (tls ? 443 : 80));
  const user = decoded(url.username, variable);
  const password = decoded(url.password, variable);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  return {
    tls,
    host: unbracketed(url.hostname),
    port,
    authorization: url.username === "" ? undefined : `Basic ${basic}`,
    name: `${url.hostname}:${port}`,
    variable,
  };
}

/**
 * Whether a user or password has ended the host, as by a `#`: what is taken for the host, and the port, is then a part of them.
 */
function hasLateUser({ pathname, search, hash }: URL): boolean {
  return `${pathname}${search}${hash}`.includes("@");
}

function decoded(text: string, variable: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    const how = "write % in a user or password as %25";
    throw new CloudSubmitError("config", `${variable}: ${how}`, { cause });
  }
}

/**
 * Whether a list of NO_PROXY has a host: by its whole name or by the end of it after a dot, alone or with its port; `*` has
 * all. Source: curl(1), "NO_PROXY", and Python's urllib.request.proxy_bypass_environment, which the AWS CLI asks.
 */
function isInList(hostname: string, port: string, list: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", wanted] =
        /^\*?\.?(\[[^\]]*\]|[^:]*|[0-9a-f:]*)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === "" || (wanted !== undefined && wanted !== port)) return false;
      return unbracketed(host) === unbracketed(name) || host.endsWith(`.${name}`);
    });
}
