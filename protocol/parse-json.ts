import type * as z from "zod";

/** Parses a JSON text by `schema`; undefined when it is no JSON, or of another shape: older, torn or foreign. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
): z.infer<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
