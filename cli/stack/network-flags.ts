import type { Flags } from "../verb.ts";

/** Flags of the verbs that install the agent: its way to AWS, and that of its installation. */
export const NETWORK_FLAGS = {
  proxy: {
    value: "url",
    pattern: [
      /^(none|https?:\/\/([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}\/?)$/,
      "problem.proxy",
    ],
    help: "the Head Node's proxy for AWS, http://HOST:PORT (none: none any more)",
  },
  proxyBypass: {
    value: "hosts",
    pattern: [/^[A-Za-z0-9_.,:*[\]-]{1,1000}$/, "problem.proxyBypass"],
    help: "hosts that it reaches without the proxy, with commas between (none: no more)",
  },
  caFile: {
    value: "file",
    help: "certificates, PEM, that it trusts in place of the system's (none: the system's again)",
  },
} as const satisfies Flags;
