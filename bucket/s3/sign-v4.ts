import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { AwsCredentialIdentity } from "@smithy/types";

const ALGORITHM = "AWS4-HMAC-SHA256";
const SERVICE = "s3";

const ORDERS_MAX = 100;

/** Names of headers as they are signed. */
interface Order {
  names: readonly string[];
  /** With `;` between them. */
  signed: string;
}

/** A request as it is signed. */
export interface Signable {
  method: string;
  /** Encoded, without the query. */
  path: string;
  /** Encoded, sorted by name. */
  query: string;
  /** Names in lower case; all of them are signed. */
  headers: Record<string, string>;
  /** SHA-256 of the body in hexadecimal, or UNSIGNED-PAYLOAD. */
  payload: string;
}

/**
 * Signs requests to S3. Source: Amazon S3 API Reference, "Signature calculations for the authorization
 * header" (Signature Version 4); a test holds it against the SDK's own signer.
 */
export class SignV4 {
  readonly #region: string;
  /** The last time that was written. */
  #time = { second: Number.NaN, text: "" };
  /** Names of headers in their order, by how they come: few, again and again. */
  readonly #orders = new Map<string, Order>();
  /** Signing key, by day and credentials: four of the five keyed hashes of a signature. */
  #key: { of: string; secret: KeyObject } | undefined;

  constructor(region: string) {
    this.#region = region;
  }

  /**
   * Adds the headers that prove who sends the request, to its own.
   *
   * @param at milliseconds since 1970, by S3's clock
   */
  sign(request: Signable, credentials: AwsCredentialIdentity, at: number): void {
    const { method, path, query, headers, payload } = request;
    const time = this.#timeOf(at);
    const day = time.slice(0, 8);
    headers["x-amz-date"] = time;
    headers["x-amz-content-sha256"] = payload;
    if (credentials.sessionToken !== undefined)
      headers["x-amz-security-token"] = credentials.sessionToken;
    const { names, signed } = this.#orderOf(Object.keys(headers));
    let lines = "";
    for (const name of names) lines += `${name}:${headers[name]}\n`;
    if (UNTRIMMED.test(lines)) lines = trimmed(lines);
    const canonical = `${method}\n${path}\n${query}\n${lines}\n${signed}\n${payload}`;
    const scope = `${day}/${this.#region}/${SERVICE}/aws4_request`;
    const text = `${ALGORITHM}\n${time}\n${scope}\n${hash("sha256", canonical, "hex")}`;
    const signature = createHmac("sha256", this.#keyFor(credentials, day))
      .update(text)
      .digest("hex");
    headers["authorization"] =
      `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  }

  #orderOf(names: string[]): Order {
    const of = names.join(";");
    let order = this.#orders.get(of);
    if (!order) {
      const sorted = names.toSorted();
      order = { names: sorted, signed: sorted.join(";") };
      if (this.#orders.size < ORDERS_MAX) this.#orders.set(of, order);
    }
    return order;
  }

  /** As `20261125T103000Z`; requests come many to a second. */
  #timeOf(at: number): string {
    const second = Math.floor(at / 1000);
    if (this.#time.second !== second) {
      const text = new Date(second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
      this.#time = { second, text: `${text}Z` };
    }
    return this.#time.text;
  }

  #keyFor({ secretAccessKey }: AwsCredentialIdentity, day: string): KeyObject {
    const of = `${day}${secretAccessKey}`;
    if (this.#key?.of !== of) {
      // As objects: given bytes, Node.js loads what it has of web cryptography first, which takes 5 ms.
      let secret = createSecretKey(`AWS4${secretAccessKey}`, "utf8");
      for (const part of [day, this.#region, SERVICE, "aws4_request"])
        secret = createSecretKey(createHmac("sha256", secret).update(part).digest());
      this.#key = { of, secret };
    }
    return this.#key.secret;
  }
}

/** White space at either end of a value, or more than one in a row. */
const UNTRIMMED = /:[\t ]|[\t ]\n|[\t ][\t ]|\t/;

/** Lines of headers as they are signed. */
function trimmed(lines: string): string {
  return lines
    .replaceAll(/[\t ]+/g, " ")
    .replaceAll(/^([^:]*:) /gm, "$1")
    .replaceAll(/ $/gm, "");
}
