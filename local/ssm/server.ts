import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { answerControl } from "../faults/control.ts";
import type { RuleBook } from "../faults/rule-book.ts";
import type { SsmRule } from "./faults.ts";
import { SsmError } from "./ssm-error.ts";

/** One operation of the API: takes the request's JSON, gives the answer's. */
export type Operation = (body: Record<string, unknown>) => object;

const TARGET = /^AmazonSSM\.(\w+)$/;

/**
 * The SSM API's wire format, AWS JSON 1.1: the operation in X-Amz-Target, errors as `__type`.
 * `GET /health` answers 200 for readiness probes.
 */
export function ssmServer(
  operations: ReadonlyMap<string, Operation>,
  faults: RuleBook<SsmRule>,
): Server {
  return createServer((request, response) => {
    void answerControl(request, response, faults).then(async (done) => {
      if (done) return;
      const { status, body } = await answer(request, operations);
      response.writeHead(status, {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": randomUUID(),
      });
      response.end(JSON.stringify(body));
    });
  });
}

async function answer(
  request: IncomingMessage,
  operations: ReadonlyMap<string, Operation>,
): Promise<{ status: number; body: object }> {
  if (request.method === "GET") return { status: 200, body: { status: "ready" } };
  try {
    const name = TARGET.exec(String(request.headers["x-amz-target"]))?.[1] ?? "";
    const operation = operations.get(name);
    if (operation === undefined) {
      throw new SsmError("UnknownOperationException", `The local SSM has no operation ${name}`);
    }
    return { status: 200, body: operation(await readJson(request)) };
  } catch (error) {
    if (error instanceof SsmError) {
      return { status: 400, body: { __type: error.type, message: error.message } };
    }
    console.error(error);
    return { status: 500, body: { __type: "InternalServerError", message: String(error) } };
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
  } catch {
    throw new SsmError("ValidationException", "The request is not JSON");
  }
}
