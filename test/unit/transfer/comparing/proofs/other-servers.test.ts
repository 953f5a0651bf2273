import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Crc64Nvme } from "../../../../../bucket/crc64nvme.ts";
import { copyOf, guardedFolders as scene } from "../../../../support/guarded-folders.ts";
import { fail } from "../../../../support/s3-server.ts";

describe("a server whose ETags do not tell, and that does not say so", () => {
  test("is found out by what is the same after all", async () => {
    const { server, user, requests } = await scene({});
    let count = 0;
    server.etagOf = () => `${(count += 1)}`.padStart(32, "0");
    const here = user();
    for (let at = 0; at < 50; at++) here.write(`f${at}`, `content ${at}`);
    await here.send();
    const there = user(copyOf(here.root));
    requests();
    expect(await there.send()).toMatchObject({ files: 0, unchanged: 50 });
    expect(requests()).toEqual({ put: 0, get: 0, head: 50 });
  });

  test("nor compares: what it says of another version of an object is not believed", async () => {
    const { server, user } = await scene();
    const listed = server.put("j/f", Buffer.from("mine"));
    server.intercept = ({ method, headers }) => {
      delete headers["if-match"];
      if (method === "HEAD") server.put("j/f", Buffer.from("else"));
      return false;
    };
    const here = user();
    here.write("f", "else");
    await here.send();
    expect(server.count("PUT")).toBe(1);
    expect(listed.body.toString()).toBe("mine");
  });
});

describe("checksums of other clients", () => {
  const content = Buffer.alloc(100_000, "other");
  const crc64 = new Crc64Nvme();
  crc64.update(content);
  const sha256 = createHash("sha256").update(content).digest("base64");
  test.each<[string, Record<string, string>, number]>([
    ["CRC64NVME", { "x-amz-checksum-crc64nvme": crc64.digest().toString("base64") }, 0],
    ["SHA256", { "x-amz-checksum-sha256": sha256 }, 0],
    ["of parts", { "x-amz-checksum-crc32": "AAAAAA==-2", "x-amz-checksum-type": "COMPOSITE" }, 1],
    ["none", {}, 1],
    ["CRC32C, which is not known here", { "x-amz-checksum-crc32c": "AAAAAA==" }, 1],
    ["of another content", { "x-amz-checksum-sha1": "AAAA" }, 1],
  ])("%s: sent again %#", async (_, headers, sent) => {
    for (const end of ["", "-7"]) {
      const { server, user, requests } = await scene();
      server.checksums = false;
      server.put("j/f", content, headers).etag += end;
      const here = user();
      here.write("f", content);
      await here.send();
      expect(requests()).toEqual({ put: sent, get: 0, head: 1 });
    }
  });

  test.each(["AccessDenied", "InvalidRequest"])("%s instead: sent again", async (code) => {
    const { server, user, requests } = await scene();
    server.put("j/f", content);
    server.intercept = ({ method }, response) => {
      if (method === "HEAD") fail(response, code === "AccessDenied" ? 403 : 400, code);
      return method === "HEAD";
    };
    const here = user();
    here.write("f", content);
    await here.send();
    expect(requests()).toEqual({ put: 1, get: 0, head: 1 });
  });

  test("of an object that was replaced since it was listed say nothing", async () => {
    const { server, user } = await scene();
    server.put("j/f", Buffer.from("mine"));
    server.intercept = ({ method }) => {
      // Another client's, with what would be the right checksum of the listed one.
      if (method === "HEAD") server.put("j/f", Buffer.from("else"));
      return false;
    };
    const here = user();
    here.write("f", "else");
    await here.send();
    expect(server.count("PUT")).toBe(1);
  });
});
