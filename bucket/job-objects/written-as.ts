/** How a text of the protocol is written. */
export const TEXT = { contentType: "text/plain; charset=utf-8" };

/** How a JSON text of the protocol is written. */
export const JSON_TEXT = { contentType: "application/json" };
