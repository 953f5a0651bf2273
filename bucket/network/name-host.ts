import type { TLSSocket } from "node:tls";

/**
 * Lets errors of a connection say whose they are, and those of a certificate who issued it: that is how a site's own
 * authority is known.
 *
 * @param authorities the setting and file with those that are trusted in place of the system's
 */
export function nameHost(socket: TLSSocket, host: string, authorities?: string): void {
  let issuer: string | undefined;
  // Before Node.js itself looks at the certificate, and closes the connection.
  socket.prependOnceListener("secure", () => {
    const { O: organization, CN: name } = socket.getPeerCertificate().issuer ?? {};
    issuer = [organization, name].flat().filter(Boolean).join(", ");
  });
  socket.prependOnceListener("error", (error: TlsFailure) => {
    const { code = "", message } = error;
    if (authorities !== undefined) error.authorities = authorities;
    if (message.includes(host) && !isAboutTrust(code)) return;
    const by = isAboutTrust(code) && issuer ? `, issued by ${JSON.stringify(issuer)}` : "";
    // OpenSSL's own message names its source files.
    const why = /^(EPROTO|ERR_SSL)/.test(code)
      ? `no TLS: ${error.reason ?? code}`
      : message || code;
    error.message = `${host}${by}: ${why}`;
  });
}

interface TlsFailure extends NodeJS.ErrnoException {
  /** OpenSSL's. */
  reason?: string;
  authorities?: string;
}

const isAboutTrust = (code: string) => /CERT|SIGNED|ISSUER|UNABLE_TO/.test(code);
