import { jobRecordJsonSchema } from "./record.ts";

process.stdout.write(`${JSON.stringify(jobRecordJsonSchema(), null, 2)}\n`);
