import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { LocalConfig, Ports } from "../../../local/config.ts";
import { choosePorts, rememberedPorts } from "../../../local/ports.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function configWith(ports: Partial<Ports> = {}): LocalConfig {
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  return { home, ports } as LocalConfig;
}

/** Listens on a port. */
function listen(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
}

const nobody = () => false;

test("ports are free, differ, and are the same the next time", async () => {
  const config = configWith();
  const ports = await choosePorts(config, nobody);
  expect(new Set(Object.values(ports)).size).toBe(5);
  for (const port of Object.values(ports)) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThanOrEqual(29_999);
  }
  expect(await choosePorts(config, nobody)).toEqual(ports);
  expect(rememberedPorts(config)).toEqual(ports);
});

test("one that somebody else took meanwhile is replaced; one of our own running parts stays", async () => {
  const config = configWith();
  const ports = await choosePorts(config, nobody);
  await listen(ports.aws);
  await listen(ports.ssm);
  const next = await choosePorts(config, (name, port) => name === "ssm" && port === ports.ssm);
  expect(next).toEqual({ ...ports, aws: expect.any(Number) });
  expect(Object.values(ports)).not.toContain(next.aws);
});

test("one that is asked for is taken, or said to be taken already", async () => {
  const { aws } = await choosePorts(configWith(), nobody);
  expect(await choosePorts(configWith({ aws }), nobody)).toMatchObject({ aws });
  await listen(aws);
  await expect(choosePorts(configWith({ aws }), nobody)).rejects.toThrow(
    `CLOUD_SUBMIT_LOCAL_AWS_PORT: port ${aws} is taken; choose another or unset it`,
  );
});

test("a file of ports that is torn is as good as none", async () => {
  const config = configWith();
  writeFileSync(join(config.home, "ports.json"), '{"aws": 2');
  expect(Object.keys(await choosePorts(config, nobody)).toSorted()).toEqual([
    "aws",
    "s3proxy",
    "slurmctld",
    "slurmd",
    "ssm",
  ]);
});
