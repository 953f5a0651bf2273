// Prints the JSON Schema of the job record: npm run schema.
import { jobRecordJsonSchema } from "../protocol/record.ts";

process.stdout.write(`${JSON.stringify(jobRecordJsonSchema(), null, 2)}\n`);
