/** A signal that is aborted after so many milliseconds; at once when there are none. */
export function abortedAfter(ms: number): AbortSignal {
  return ms > 0 ? AbortSignal.timeout(ms) : AbortSignal.abort();
}
