import { connect } from "node:tls";
import { afterEach, expect, test } from "@jest/globals";
import { nameHost } from "../../../../bucket/network/name-host.ts";
import { RawServer } from "../../../support/raw-server.ts";

let server: RawServer | undefined;
afterEach(() => server?.stop());

/** The error of a TLS connection to a server that does this. */
async function errorOf(onConnection: Parameters<typeof RawServer.start>[0]): Promise<string> {
  server = await RawServer.start(onConnection);
  const port = Number(new URL(server.origin).port);
  const socket = connect({ host: "127.0.0.1", port });
  nameHost(socket, "s3.example");
  return new Promise((resolve) => {
    socket.once("error", (error) => resolve(error.message));
  });
}

test("a connection that is reset says to whom it was", async () => {
  const message = await errorOf((socket) => socket.once("data", () => socket.resetAndDestroy()));
  expect(message).toBe("s3.example: read ECONNRESET");
});

test("a server without TLS is named as one, not with OpenSSL's source files", async () => {
  const message = await errorOf((socket) => socket.write("HTTP/1.1 302 Found\r\n\r\n"));
  expect(message).toBe("s3.example: no TLS: wrong version number");
});
