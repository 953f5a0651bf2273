import { readCertificates } from "../../bucket/network/certificates.ts";
import { flagError } from "../errors/flag-error.ts";
import type { ValuesOf } from "../verb.ts";
import type { NETWORK_FLAGS } from "./network-flags.ts";

/** In place of a value: what was set is taken away. */
const NONE = "none";

type NetworkFlags = ValuesOf<typeof NETWORK_FLAGS>;

/** Characters of the install document's parameter. */
const CA_MAX = 16_384;

/** The values of install.sh's options; empty where a flag was not given: what is there is kept. */
export interface NetworkOptions {
  proxy: string;
  proxyBypass: string;
  /** Certificates, PEM, in base64. */
  ca: string;
}

/**
 * The agent's way to AWS, as its installation takes it.
 *
 * @throws CloudSubmitError `usage` for a value that cannot be used, `config` when the certificates cannot be read
 */
export function networkOptions({
  proxy = "",
  proxyBypass = "",
  caFile,
}: NetworkFlags): NetworkOptions {
  if (proxy !== "" && proxy !== NONE && !URL.canParse(proxy))
    throw flagError("proxy", (say) => say("problem.proxy"));
  return { proxy, proxyBypass, ca: caFile === undefined ? "" : authorities(caFile) };
}

function authorities(file: string): string {
  if (file === NONE) return NONE;
  const ca = Buffer.from(readCertificates("--ca-file", file)).toString("base64");
  if (ca.length > CA_MAX) throw flagError("caFile", (say) => say("problem.caTooLong"));
  return ca;
}
