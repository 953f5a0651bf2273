import type { Checksum } from "../../bucket/checksum.ts";
import type { ObjectEntry, ObjectStore } from "../../bucket/object-store.ts";

/** So many answers of which none says that an object is the file after all are enough. */
const USELESS_MAX = 4;

/**
 * Checksums of objects whose ETag is not that of the file: with keys of KMS or the client's own, or parts of another
 * client's size, an ETag does not tell what is in an object. One request for each such object. Where ETags do tell, which
 * is asked of one object after the other, four requests, and one for each object in parts.
 */
export class Proofs {
  readonly #store: Pick<ObjectStore, "proof">;
  #isUseful = false;
  #useless = 0;
  /** The request that finds out whether to ask any more. */
  #finding: Promise<unknown> | undefined;

  constructor(store: Pick<ObjectStore, "proof">) {
    this.#store = store;
  }

  /** The checksum that S3 has of an object; undefined: there is none, or its ETag says as much. */
  async of({ key, etag }: Pick<ObjectEntry, "key" | "etag">): Promise<Checksum | undefined> {
    // One in parts is large: sending it again would cost more than to ask.
    if (etag.includes("-")) return (await this.#store.proof(key, etag))?.checksum;
    while (!this.#isUseful && this.#finding) await this.#finding;
    if (!this.#isUseful && this.#useless >= USELESS_MAX) return undefined;
    const asked = this.#ask(key, etag);
    if (!this.#isUseful)
      this.#finding = asked
        .catch(() => undefined)
        .finally(() => {
          this.#finding = undefined;
        });
    return asked;
  }

  /** The content was the same, and the ETag had said another thing: so ETags do not tell here, whatever S3 says of them. */
  foundSame(): void {
    this.#isUseful = true;
  }

  async #ask(key: string, etag: string): Promise<Checksum | undefined> {
    const proof = await this.#store.proof(key, etag);
    const checksum = proof?.checksum;
    if (checksum === undefined || proof?.isEtagMd5) this.#useless += 1;
    else this.#isUseful = true;
    return checksum;
  }
}
