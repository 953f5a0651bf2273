import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** STS, as far as roles are taken: checks the code of a device, which is good for one session; takes any signature. */
export class StsServer {
  readonly asked: Record<string, string>[] = [];
  /** Codes that are good once. */
  readonly codes = new Set<string>();
  /** Seconds that a session lasts. */
  seconds = 3600;
  readonly #server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => this.#answer(Object.fromEntries(new URLSearchParams(text)), response));
  });

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #answer(asked: Record<string, string>, response: ServerResponse): void {
    this.asked.push(asked);
    const { Action: action, SerialNumber: serial, TokenCode: code = "" } = asked;
    response.setHeader("content-type", "text/xml");
    if (serial !== undefined && !this.codes.delete(code)) {
      response.statusCode = 403;
      const message = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
      response.end(
        `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
      return;
    }
    const number = this.asked.length;
    const ends = new Date(Date.now() + this.seconds * 1000).toISOString();
    response.end(
      `<${action}Response><${action}Result><Credentials><AccessKeyId>ASIA${number}</AccessKeyId>` +
        `<SecretAccessKey>s</SecretAccessKey><SessionToken>t${number}</SessionToken>` +
        `<Expiration>${ends}</Expiration></Credentials></${action}Result></${action}Response>`,
    );
  }
}
