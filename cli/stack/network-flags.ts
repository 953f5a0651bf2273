import type { Flags } from "../verb.ts";

/** Flags of the verbs that install the agent: its way to AWS, and that of its installation. */
export const NETWORK_FLAGS = {
  proxy: {
    value: "url",
    pattern: [/^(none|https?:\/\/([\w.-]+|\[[\dA-Fa-f:.]+\]):\d{1,5}\/?)$/, "problem.proxy"],
    help: "proxy, http://HOST:PORT (none: no more)",
  },
  proxyBypass: {
    value: "hosts",
    pattern: [/^[\w.,:*[\]-]{1,1000}$/, "problem.proxyBypass"],
    help: "hosts without it (none: no more)",
  },
  caFile: {
    value: "file",
    help: "certificates (none: no more)",
  },
} as const satisfies Flags;
