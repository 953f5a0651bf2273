import type { ForwardableRequest, Forwarded } from "./forward.ts";

/** The same token for every page. */
const TOKEN = "again";

/** The request for a listing's first page, whichever page was asked for. */
export function firstPage(request: ForwardableRequest): ForwardableRequest {
  return { ...request, url: request.url?.replace(/([?&])continuation-token=[^&]*&?/, "$1") };
}

/** A page of a listing that says that there is another one, which the same token brings. */
export function repeatedPage({ status, headers, body }: Forwarded): Forwarded {
  const text = Buffer.from(
    body
      .toString()
      .replace(
        /<IsTruncated>.*?<\/IsTruncated>/,
        `<IsTruncated>true</IsTruncated><NextContinuationToken>${TOKEN}</NextContinuationToken>`,
      ),
  );
  return { status, headers: { ...headers, "content-length": String(text.length) }, body: text };
}
