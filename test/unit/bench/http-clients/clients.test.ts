import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CLIENTS } from "../../../../bench/http-clients/clients.ts";

const kept = new Map<string, Buffer>();
const server = createServer((request, response) => {
  const { url = "", method } = request;
  const came: Buffer[] = [];
  request.on("data", (bytes: Buffer) => void came.push(bytes));
  request.on("end", () => {
    if (method === "PUT") kept.set(url, Buffer.concat(came));
    const body = kept.get(url);
    response.writeHead(body ? 200 : 404).end(method === "GET" ? body : undefined);
  });
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe.each(Object.keys(CLIENTS))("%s", (name) => {
  test("sends bodies, brings them, and refuses what is not there", async () => {
    const { port } = server.address() as AddressInfo;
    const client = CLIENTS[name]?.(`http://127.0.0.1:${port}`, undefined, 4);
    const path = `/${encodeURIComponent(name)}`;
    const headers = { host: `127.0.0.1:${port}` };
    const get = async (at: string) => {
      const pieces: Buffer[] = [];
      const onBytes = (bytes: Buffer) => void pieces.push(Buffer.from(bytes));
      await client?.exchange({ method: "GET", path: at, headers, body: undefined, onBytes });
      return Buffer.concat(pieces);
    };
    for (const size of [1, 4096, 3_000_000]) {
      const body = Buffer.alloc(size, size % 251);
      const sized = { ...headers, "content-length": String(size) };
      const onBytes = () => undefined;
      await client?.exchange({ method: "PUT", path, headers: sized, body, onBytes });
      expect((await get(path)).equals(body)).toBe(true);
    }
    await expect(get("/nothing")).rejects.toThrow("the endpoint answers 404");
    client?.close();
  });
});
