import { CloudSubmitError } from "../../protocol/error.ts";
import { isJobData } from "./customer-key.ts";
import type { BucketEndpoint } from "./endpoint.ts";
import type { RequestSettings } from "./request-settings.ts";

type Headers = Readonly<Record<string, string>>;

/** Headers that settings add to requests: which ones depends on what a request is for. */
export class AddedHeaders {
  readonly #always: Headers;
  readonly #making: Headers;
  /** The same with a customer's key, which takes the place of any other encryption; undefined: there is none. */
  readonly #ofData: { always: Headers; making: Headers } | undefined;

  /** @throws CloudSubmitError `config`: a customer's key goes over no line that others can read; nor does S3 take it there */
  constructor(
    { headers, making, acl, customerKey }: RequestSettings,
    { tls, loopback }: Pick<BucketEndpoint, "tls" | "loopback">,
  ) {
    this.#always = headers;
    this.#making = { ...headers, ...making, ...acl };
    if (!customerKey) return;
    if (!tls && !loopback)
      throw new CloudSubmitError("config", "--sse-c-key: the endpoint must begin with https://");
    const always = { ...headers, ...customerKey.headers };
    this.#ofData = { always, making: { ...always, ...acl } };
  }

  /** Those of one request: the same object each time, which nobody may change. */
  of({
    method,
    key,
    makes,
  }: {
    method: string;
    key?: string | undefined;
    makes?: true | undefined;
  }): Headers {
    const ofData = this.#ofData;
    if (ofData && key !== undefined && method !== "DELETE" && isJobData(key))
      return makes ? ofData.making : ofData.always;
    return makes ? this.#making : this.#always;
  }
}
