import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Pool } from "undici";
import { Connection } from "../../bucket/s3/connection.ts";
import { requestHead } from "../../bucket/s3/request-head.ts";

/** A request of the benchmark. */
export interface Asked {
  method: "GET" | "PUT";
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** Takes a piece of the answer's body, which is lent only until it returns. */
  onBytes: (bytes: Buffer) => void;
}

/** A client that keeps its connections. */
export interface HttpClient {
  /** Makes one request, and reads its answer to the end. @throws for any status but 200 */
  exchange(asked: Asked): Promise<void>;
  close(): void;
}

/** @param ca authorities, PEM; undefined over plain HTTP */
type Make = (origin: string, ca: string | undefined, connections: number) => HttpClient;

function checkStatus(status: number | undefined): void {
  if (status !== 200) throw new Error(`the endpoint answers ${status}`);
}

const own: Make = (origin, ca) => {
  const connection = new Connection({ ca: async () => ca });
  return {
    exchange: async ({ method, path, headers, body, onBytes }) => {
      const socket = await connection.socket(origin);
      const head = requestHead(method, path, headers);
      const response = await socket.send({ method, head, body, length: body?.length ?? 0 });
      checkStatus(response.status);
      await response.pipe(onBytes);
    },
    close: () => undefined,
  };
};

const nodeHttp: Make = (origin, ca, maxSockets) => {
  const { protocol, hostname: host, port } = new URL(origin);
  const isTls = protocol === "https:";
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, maxSockets, ca })
    : new HttpAgent({ keepAlive: true, maxSockets });
  const request = isTls ? httpsRequest : httpRequest;
  return {
    exchange: ({ method, path, headers, body, onBytes }) =>
      new Promise((resolve, reject) => {
        const onAnswer = (answer: IncomingMessage) => {
          if (answer.statusCode !== 200)
            reject(new Error(`the endpoint answers ${answer.statusCode}`));
          answer.on("data", onBytes).on("end", resolve).on("error", reject);
        };
        request({ agent, host, port, method, path, headers }, onAnswer)
          .on("error", reject)
          .end(body);
      }),
    close: () => agent.destroy(),
  };
};

const undici: Make = (origin, ca, connections) => {
  const pool = new Pool(origin, { connections, connect: { ca } });
  return {
    exchange: ({ method, path, headers, body, onBytes }) =>
      new Promise((resolve, reject) => {
        pool.dispatch(
          { method, path, headers, body: body ?? null },
          {
            onConnect: () => undefined,
            onHeaders: (status) => {
              checkStatus(status);
              return true;
            },
            onData: (bytes) => {
              onBytes(bytes);
              return true;
            },
            onComplete: () => resolve(),
            onError: reject,
          },
        );
      }),
    close: () => void pool.destroy(),
  };
};

/** The clients that are compared, by name. */
export const CLIENTS: Readonly<Record<string, Make>> = { own, "node:http": nodeHttp, undici };
