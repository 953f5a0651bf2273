import type { QueuedRequest } from "../../bucket/job-objects/marker.ts";
import type { Arrived } from "../../protocol/event.ts";
import type { Asked } from "../../protocol/marker.ts";
import type { RequestId } from "../../protocol/request.ts";

/** A request to the Head Node, however it has arrived. */
export interface JobRequest extends RequestId {
  /** The account that asked, as S3 reports it. */
  requester?: string | undefined;
  /** The SSM command of this request. */
  command?: string | undefined;
  arrived: Arrived;
  /** Its pending marker; undefined: none was seen. */
  marker?: RequestMarker | undefined;
}

/** A pending marker, and what its key tells that can be relied on. */
export interface RequestMarker extends Pick<QueuedRequest, "key"> {
  /** The write that asked, when no agent can have taken it before; undefined: the status object is to be read. */
  asked: Asked | undefined;
}
