/** Where a tool transfers to and from. */
export interface Place {
  url: string;
  bucket: string;
  /** Certificate authority of the endpoint; undefined without TLS. */
  ca: string | undefined;
  /** Of each request. */
  latencyMs: number;
}

/** A program that carries folders to S3 and back. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** How it is run, for the page. */
  readonly setting: string;
  /** Environment variables besides credentials. */
  env(place: Place): Record<string, string>;
  /** Sends a folder to a prefix that holds nothing. */
  upload(folder: string, prefix: string, place: Place): string[];
  /** Sends what has changed of a folder to a prefix that holds it; a tool without it is not measured there. */
  resync?(folder: string, prefix: string, place: Place): string[];
  /** Fetches a prefix into an empty folder. */
  download(prefix: string, folder: string, place: Place): string[];
}
