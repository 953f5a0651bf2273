import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isMainThread } from "node:worker_threads";
import { askedFor, countOf } from "../asked.ts";
import { benchConfig } from "../config.ts";
import { Endpoint } from "../endpoint.ts";
import { inTurn } from "../in-turn.ts";
import { table } from "../report/markdown.ts";
import { spread } from "../statistics.ts";
import { CLIENTS } from "./clients.ts";
import {
  BUCKET,
  COURSES,
  type HttpTimes,
  type HttpWork,
  workInThread,
  workThrough,
} from "./work.ts";

// HTTP clients of Node.js beside the project's own: requests from memory, without S3's signatures, by one thread and by two.

const asked = askedFor({
  rounds: { type: "string", default: "5" },
  /** For a process of this program: what it is to do, as JSON. */
  work: { type: "string" },
});
const rounds = countOf("rounds", asked.rounds);
const execute = promisify(execFile);
const FILE = fileURLToPath(import.meta.url);

async function measured(work: HttpWork): Promise<HttpTimes> {
  const { stdout } = await execute(process.execPath, [FILE, "--work", JSON.stringify(work)]);
  return JSON.parse(stdout) as HttpTimes;
}

/** The objects that GETs ask for. */
async function putObjects(origin: string): Promise<void> {
  for (const { size } of COURSES) {
    const body = Buffer.alloc(size, 1);
    const answer = await fetch(`${origin}/${BUCKET}/of-${size}`, { method: "PUT", body });
    if (!answer.ok) throw new Error(`the endpoint answers ${answer.status}`);
  }
}

const names = Object.keys(CLIENTS);

/** One row: all clients by turns; seconds, and multiples of the own client's. */
async function row(work: Omit<HttpWork, "client">, rounds: number): Promise<string[]> {
  const times = new Map<string, HttpTimes[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const client of inTurn(names, round))
      times.get(client)?.push(await measured({ ...work, client }));
  const median = (name: string, of: keyof HttpTimes) =>
    spread((times.get(name) ?? []).map((one) => one[of])).median;
  const [first = ""] = names;
  const cell = (name: string) => {
    const [wall, cpu] = [median(name, "wall"), median(name, "cpu")];
    const times = `${wall.toFixed(2)} s, CPU ${cpu.toFixed(2)} s`;
    if (name === first) return times;
    const [more, moreCpu] = [wall / median(first, "wall"), cpu / median(first, "cpu")];
    return `${times} (${more.toFixed(2)}, ${moreCpu.toFixed(2)})`;
  };
  const { course, threads, origin } = work;
  const way = origin.startsWith("https") ? "TLS" : "HTTP";
  const by = threads === 1 ? "1 thread" : `${threads} threads`;
  return [
    `${course.requests.toLocaleString("en")} × ${course.name}, ${way}, ${by}`,
    ...names.map(cell),
  ];
}

async function main(): Promise<void> {
  if (!isMainThread) return workInThread();
  if (asked.work !== undefined) {
    const times = await workThrough(JSON.parse(asked.work) as HttpWork, FILE);
    console.log(JSON.stringify(times));
    return;
  }
  const config = benchConfig();
  const endpoint = await Endpoint.start(config);
  try {
    const { http, https } = endpoint.ports;
    const ways = [
      { origin: `http://127.0.0.1:${http}`, caFile: undefined },
      { origin: `https://localhost:${https}`, caFile: endpoint.ca },
    ];
    await putObjects(`http://127.0.0.1:${http}`);
    const rows: string[][] = [];
    for (const course of COURSES)
      for (const way of ways)
        for (const threads of [1, 2]) rows.push(await row({ course, threads, ...way }, rounds));
    console.log(`${config.machine}\n\n${table(["requests", ...names], rows)}`);
  } finally {
    await endpoint.stop();
  }
}

await main();
