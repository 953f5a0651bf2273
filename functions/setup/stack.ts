import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import { logger } from "./telemetry.ts";

/**
 * The middy stack of every function: log context, and an event that has been checked against `schema`. An event that does not fit is logged and dropped: Lambda would only repeat it.
 */
export function withStack<Schema extends z.ZodType, Result>(
  schema: Schema,
  handle: (event: z.infer<Schema>, context: Context) => Promise<Result>,
) {
  return middy()
    .use(injectLambdaContext(logger))
    .handler(async (event: unknown, context: Context): Promise<Result | undefined> => {
      const parsed = schema.safeParse(event);
      if (!parsed.success) {
        logger.error("event dropped: not of the expected shape", {
          issues: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
        });
        return undefined;
      }
      return handle(parsed.data, context);
    });
}
