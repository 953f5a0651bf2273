import { afterEach, beforeEach } from "@jest/globals";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { S3, type S3Access } from "../../bucket/s3/s3.ts";
import { S3Server } from "./s3-server.ts";
import { testClock } from "./test-clock.ts";

/** S3 at a server of a test: no waits between attempts, and fixed credentials. */
export function s3Over(endpointUrl: string, more: S3Access = {}): S3 {
  return new S3({
    region: "us-east-1",
    endpointUrl,
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    clock: testClock(),
    ...more,
  });
}

/** For each test a server, a store on its bucket, and the waits between attempts that it would have made. */
export function s3Scene() {
  const waits: number[] = [];
  const access = (more: S3Access = {}) =>
    s3Over(scene.url, {
      clock: { ...testClock(waits), random: () => 1 },
      ...more,
    });
  const scene = { waits, access, server: new S3Server(), url: "", store: {} as ObjectStore };
  beforeEach(async () => {
    waits.length = 0;
    scene.server = new S3Server();
    scene.url = await scene.server.start();
    scene.store = access().store("b");
  });
  afterEach(() => scene.server.stop());
  return scene;
}
