import type { TLSSocket } from "node:tls";

/** Lets errors of a certificate say whose it is: a site's own authority is known by its name. */
export function nameIssuer(socket: TLSSocket, host: string): void {
  let issuer: string | undefined;
  // Before Node.js itself looks at the certificate, and closes the connection.
  socket.prependOnceListener("secure", () => {
    const { O: organization, CN: name } = socket.getPeerCertificate().issuer ?? {};
    issuer = [organization, name].flat().filter(Boolean).join(", ");
  });
  socket.prependOnceListener("error", (error: NodeJS.ErrnoException) => {
    if (!/CERT|SIGNED|ISSUER|UNABLE_TO/.test(error.code ?? "")) return;
    const by = issuer ? `, issued by ${JSON.stringify(issuer)}` : "";
    error.message = `${host}${by}: ${error.message}`;
  });
}
