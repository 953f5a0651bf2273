import { readFileSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { type Asked, CLIENTS, type HttpClient } from "./clients.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** A course of requests: each thread makes its share of them. */
export interface HttpCourse {
  name: string;
  method: Asked["method"];
  /** Bytes of each body. */
  size: number;
  requests: number;
  /** Under way in each thread. */
  atOnce: number;
}

export const COURSES: readonly HttpCourse[] = [
  { name: "GET of 4 KiB", method: "GET", size: 4 * KiB, requests: 10_000, atOnce: 32 },
  { name: "PUT of 4 KiB", method: "PUT", size: 4 * KiB, requests: 10_000, atOnce: 32 },
  { name: "GET of 8 MiB", method: "GET", size: 8 * MiB, requests: 128, atOnce: 8 },
  { name: "PUT of 8 MiB", method: "PUT", size: 8 * MiB, requests: 128, atOnce: 8 },
];

/** Of a process that works through a course. */
export interface HttpWork {
  client: string;
  course: HttpCourse;
  threads: number;
  /** `http://host:port` of the endpoint. */
  origin: string;
  /** File of its authority. */
  caFile: string | undefined;
}

/** Wall and CPU seconds of all threads, without their start and the first requests. */
export interface HttpTimes {
  wall: number;
  cpu: number;
}

export const BUCKET = "http-clients";
/** Part of the requests that are made before time runs. */
const WARM_UP = 0.1;

function asked({ method, size }: HttpCourse, host: string, number: number): Asked {
  const body = method === "PUT" ? Buffer.alloc(size, number % 256) : undefined;
  const headers: Record<string, string> = { host };
  if (body) headers["content-length"] = String(size);
  const path = method === "GET" ? `/${BUCKET}/of-${size}` : `/${BUCKET}/put-${number % 8}`;
  // As a transfer does: each byte is summed where it comes.
  let sum = 0;
  const onBytes = (bytes: Buffer) => void (sum = crc32(bytes, sum));
  return { method, path, headers, body, onBytes };
}

/** Makes so many requests, as many at a time as the course says. */
async function make(client: HttpClient, course: HttpCourse, host: string, requests: number) {
  let left = requests;
  const one = async (lane: number) => {
    const request = asked(course, host, lane);
    while (left-- > 0) await client.exchange(request);
  };
  await Promise.all(Array.from({ length: course.atOnce }, (_, lane) => one(lane)));
}

/** The part of one thread: the first requests, then, when it is told to, the others. */
async function share({
  client: name,
  course,
  threads,
  origin,
  caFile,
}: HttpWork): Promise<() => Promise<void>> {
  const ca = caFile === undefined ? undefined : readFileSync(caFile, "utf8");
  const client = CLIENTS[name]?.(origin, ca, course.atOnce);
  if (!client) throw new Error(`there is no client ${name}`);
  const { host } = new URL(origin);
  const requests = Math.ceil(course.requests / threads);
  await make(client, course, host, Math.ceil(requests * WARM_UP));
  return async () => {
    await make(client, course, host, requests);
    client.close();
  };
}

/** A thread beside this one, in the same manner. */
async function beside(work: HttpWork, file: string): Promise<() => Promise<void>> {
  const thread = new Worker(file, { workerData: work });
  const next = () =>
    new Promise<void>(
      (resolve, reject) => void thread.once("message", resolve).once("error", reject),
    );
  await next();
  return async () => {
    const done = next();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage("go");
    await done;
  };
}

/**
 * Works through a course by so many threads.
 *
 * @param file this program's, which each thread runs
 */
export async function workThrough(work: HttpWork, file: string): Promise<HttpTimes> {
  const others = Array.from({ length: work.threads - 1 }, () => beside(work, file));
  const parts = await Promise.all([share(work), ...others]);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(parts.map((go) => go()));
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
}

/** In a thread of workThrough: does its part. */
export async function workInThread(): Promise<void> {
  if (isMainThread || !parentPort) return;
  const port = parentPort;
  const go = await share(workerData as HttpWork);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const tell = (text: string) => port.postMessage(text);
  port.once("message", () => void go().then(() => tell("done")));
  tell("ready");
}
