import { expect, test } from "@jest/globals";
import { bracketed, unbracketed } from "../../../../bucket/network/host.ts";

test.each([
  ["::1", "[::1]"],
  ["127.0.0.1", "127.0.0.1"],
  ["s3.example", "s3.example"],
])("%s is %s in a URL", (host, hostname) => {
  expect(bracketed(host)).toBe(hostname);
  expect(new URL(`http://${hostname}:1`).hostname).toBe(hostname);
  expect(unbracketed(hostname)).toBe(host);
});
