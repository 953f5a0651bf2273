import { markerOfKey } from "../../protocol/marker.ts";
import { type Requester, requesterOf } from "../../protocol/requester.ts";
import { readMarker } from "./marker.ts";
import type { ReadStore } from "./read-object.ts";

/** The write that asked, as far as a marker tells of it. */
export interface WhoAsked {
  requester: Requester | undefined;
  requestedAt: string | undefined;
  /** Of the status object; none where the marker does not hold it. */
  metadata: Readonly<Record<string, string>>;
}

/** Who asked for what a pending marker stands for: by its key, else by one request. */
export async function whoAsked(store: ReadStore, key: string): Promise<WhoAsked> {
  const asked = markerOfKey(key)?.asked;
  if (asked)
    return {
      requester: requesterOf(asked.account, asked.metadata),
      requestedAt: new Date(asked.time).toISOString(),
      metadata: asked.metadata,
    };
  const marker = await readMarker(store, key);
  return { requester: marker?.requester, requestedAt: marker?.requestedAt, metadata: {} };
}
