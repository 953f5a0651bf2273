import { down, type Progress, status, up } from "./cloud.ts";
import { loadConfig } from "./config.ts";

const progress: Progress = (service, what, took) => {
  console.log(`${service.padEnd(10)} ${what.padEnd(13)} ${(took / 1000).toFixed(1)} s`);
};

const verbs: Record<string, () => Promise<number>> = {
  async up() {
    await up(progress);
    console.log(`ready; for a shell: . ${loadConfig().envFile}`);
    return 0;
  },
  async down() {
    await down(progress);
    return 0;
  },
  async status() {
    const services = status();
    for (const { name, pid, port } of services) {
      const where = `${pid === undefined ? "" : `pid ${pid}`}${port ? `  127.0.0.1:${port}` : ""}`;
      console.log(`${name.padEnd(10)} ${pid === undefined ? "down" : "up  "} ${where}`.trimEnd());
    }
    return services.every(({ pid }) => pid !== undefined) ? 0 : 1;
  },
};

try {
  const verb = verbs[process.argv[2] ?? ""];
  if (verb === undefined) throw new Error(`say one of: ${Object.keys(verbs).join(", ")}`);
  process.exitCode = await verb();
} catch (error) {
  console.error(`local cloud: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
