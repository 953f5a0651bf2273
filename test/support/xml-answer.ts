import type { ServerResponse } from "node:http";

/** Answers as S3 does, in XML. */
export function xml(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0"?>\n${text}`);
}
