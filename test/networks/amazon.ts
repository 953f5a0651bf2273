import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { S3Server } from "../support/s3-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS, Versitygw } from "../transfer/versitygw.ts";

export const REGION = "eu-west-1";
/** The bucket's name at AWS. */
export const BUCKET_HOST = `bucket.s3.${REGION}.amazonaws.com`;

const NAMES = ["s3", "s3.dualstack", "events", "sts", "ssm", "logs", "cloudformation"]
  .map((service) => `${service}.${REGION}.amazonaws.com`)
  .concat("s3.amazonaws.com", "s3.us-east-1.amazonaws.com", "events.us-east-1.amazonaws.com")
  // Where there is IPv6.
  .concat(`events.${REGION}.api.aws`);

/** Names in its certificates. */
export const AWS_NAMES = [
  ...NAMES,
  ...NAMES.filter((name) => name.startsWith("s3.")).map((name) => `*.${name}`),
].map((name) => `DNS:${name}`);

/** Called before each request; true: it has answered. */
export type Intercept = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/** AWS behind its own names and TLS: S3 that verifies every signature, and as much of other services as sites need. */
export class Amazon {
  /** `METHOD host/path` of every request. */
  readonly seen: string[] = [];
  /** Bytes of bodies that have come in and gone out, by the address of the other side. */
  readonly moved = new Map<string, number>();
  intercept: Intercept = () => false;
  /** Has what requests with temporary credentials do: the other S3 knows none. It takes any signature. */
  readonly temporary: S3Server;
  readonly #s3: Versitygw;
  readonly #temporaryPort: number;
  readonly #objects: string;
  readonly #direct: S3;
  readonly #doors = new Set<Server>();

  private constructor(s3: Versitygw, objects: string, temporary: S3Server, port: number) {
    this.#s3 = s3;
    this.#objects = objects;
    this.#direct = new S3({
      region: REGION,
      endpointUrl: `http://127.0.0.1:${s3.port}`,
      credentials: CREDENTIALS,
    });
    this.temporary = temporary;
    this.#temporaryPort = port;
  }

  /** @param domain that its bucket's name is below */
  static async start(domain = `s3.${REGION}.amazonaws.com`): Promise<Amazon> {
    const folder = temporaryFolder();
    const options = ["--region", REGION, "--virtual-domain", domain];
    const s3 = await Versitygw.start(folder, false, options);
    const temporary = new S3Server();
    const { port } = new URL(await temporary.start());
    const amazon = new Amazon(s3, join(folder, "data", "bucket"), temporary, Number(port));
    // Loads what the client needs: jest refuses that between two tests, where cases go on that run side by side.
    await amazon.bucket.put("begun", "");
    return amazon;
  }

  /** Has it answer at an address, with a certificate; returns the port. */
  async open(
    certificate: { key: string; cert: string },
    address = "127.0.0.1",
    port = 0,
  ): Promise<number> {
    const door = createServer(certificate, (asked, response) => {
      this.#handle(asked, response).catch(() => response.destroy());
    });
    // Clients go away in the middle of a handshake, too.
    door.on("tlsClientError", () => undefined);
    this.#doors.add(door);
    door.listen(port, address);
    await once(door, "listening");
    return (door.address() as AddressInfo).port;
  }

  /** The bucket from where nothing is in the way. */
  get bucket(): ObjectStore {
    return this.#direct.store("bucket");
  }

  /** An object of the bucket; undefined: there is none. */
  object(key: string): Buffer | undefined {
    const file = join(this.#objects, key);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  async stop(): Promise<void> {
    for (const door of this.#doors) {
      door.closeAllConnections();
      door.close();
    }
    await this.#s3.stop();
    await this.temporary.stop();
  }

  async #handle(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host = "" } = asked.headers;
    this.seen.push(`${asked.method} ${host}${asked.url}`);
    const { remoteAddress = "" } = asked.socket;
    const count = (bytes: Buffer) =>
      void this.moved.set(remoteAddress, (this.moved.get(remoteAddress) ?? 0) + bytes.length);
    asked.on("data", count).pause();
    if (await this.intercept(asked, response)) return;
    if (host.startsWith("events.")) return answerEvents(asked, response);
    if (host.startsWith("sts.")) return answerSts(asked, response);
    // As a whole, and on a connection of its own: versitygw answers 400 where a request does not begin in time.
    this.#forward(asked, await buffer(asked), response, count);
  }

  #forward(
    asked: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    count: (bytes: Buffer) => void,
  ): void {
    const { expect: _, ...headers } = asked.headers;
    const { method = "GET", url = "/" } = asked;
    const isTemporary = headers["x-amz-security-token"] !== undefined;
    const to = isTemporary
      ? { port: this.#temporaryPort, path: `/b${url}` }
      : { port: this.#s3.port, path: url };
    const options = { host: "127.0.0.1", method, headers, agent: false, ...to } as const;
    const onward = request(options, (answer) => {
      const id = { "x-amz-request-id": "R1" };
      response.writeHead(answer.statusCode ?? 502, { ...id, ...answer.headers });
      answer.on("data", count);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => response.writableFinished || onward.destroy());
    onward.end(body);
  }
}

function answerEvents(asked: IncomingMessage, response: ServerResponse): void {
  asked.resume().on("end", () => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] }));
  });
}

function answerSts(asked: IncomingMessage, response: ServerResponse): void {
  asked.resume().on("end", () => {
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const credentials = `<Credentials><AccessKeyId>${CREDENTIALS.accessKeyId}</AccessKeyId><SecretAccessKey>${CREDENTIALS.secretAccessKey}</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expiration}</Expiration></Credentials>`;
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>${credentials}</AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`,
    );
  });
}
