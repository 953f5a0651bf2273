import { isNativeError } from "node:util/types";

/** Why a TLS connection is refused. */
export type TlsFault = "untrusted" | "otherName" | "outOfDate" | "noTls" | "other";

/** By the code that Node.js and OpenSSL give; the first that fits. Source: Node.js documentation, "X509 certificate error codes". */
const FAULTS: readonly [RegExp, TlsFault][] = [
  [/ALTNAME|HOSTNAME_MISMATCH/, "otherName"],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, "outOfDate"],
  [/^(?:EPROTO$|ERR_SSL)/, "noTls"],
  [/UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|SELF_SIGNED|^CERT_UNTRUSTED$|^INVALID_CA$/, "untrusted"],
];

/** Why, and the setting and file whose authorities were trusted in place of the system's, as `SETTING: FILE`. */
export interface KnownTlsFault {
  fault: TlsFault;
  authorities: string | undefined;
}

/** Tells from an error, or the ones that are its cause. */
export function tlsFault(error: unknown): KnownTlsFault {
  let fault: TlsFault | undefined;
  let authorities: string | undefined;
  for (let at = error; isNativeError(at); at = at.cause) {
    const known = at as Error & { code?: unknown; authorities?: string };
    const code = String(known.code);
    fault ??= FAULTS.find(([pattern]) => pattern.test(code))?.[1];
    authorities ??= known.authorities;
  }
  return { fault: fault ?? "other", authorities };
}
