import type { S3Server } from "./s3-server.ts";

/** The most requests for content that are under way at a time, when none ends before there are `most` of them. */
export function countBusiest(server: S3Server, most: number): { busiest: number } {
  const seen = { busiest: 0 };
  let now = 0;
  let release = () => {};
  const enough = new Promise<void>((resolve) => (release = resolve));
  server.intercept = async ({ method, key }) => {
    if (key === "" || (method !== "GET" && method !== "PUT")) return;
    seen.busiest = Math.max(seen.busiest, ++now);
    // More would come by then.
    if (now === most) setTimeout(release, 50);
    await enough;
    now -= 1;
  };
  return seen;
}
