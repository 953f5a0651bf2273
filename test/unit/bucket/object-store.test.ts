import { MemoryStore } from "../../support/memory-store.ts";
import { objectStoreContract } from "../../support/object-store-contract.ts";
import { s3Over } from "../../support/s3-over.ts";
import { S3Server } from "../../support/s3-server.ts";

objectStoreContract("memory-store.ts", () => {
  const missing = new MemoryStore();
  missing.isThere = false;
  return { store: new MemoryStore(), missing };
});

objectStoreContract("S3 at s3-server.ts", async () => {
  const server = new S3Server();
  server.keepsVersions = true;
  server.pageSize = 1000;
  const s3 = s3Over(await server.start());
  return { store: s3.store("b"), missing: s3.store("missing"), close: () => server.stop() };
});
