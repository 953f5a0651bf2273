import type { StateChange } from "../../protocol/event.ts";
import { isAllowedAddress } from "../../protocol/notify.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { type EndMessage, endMessage } from "./end-message.ts";

/** How an address stands to the topic: it has agreed, was asked and has not answered, or wants no more of it. */
export type Subscribed = "confirmed" | "pending" | "ended";

/** The way to those who are told. */
export interface NotifyPorts {
  /** Every address that the topic knows; as it was some time ago, if the one that matters had agreed by then. */
  subscriptions: (address: string) => Promise<ReadonlyMap<string, Subscribed>>;
  /**
   * Has SNS ask an address whether it agrees to be written to.
   *
   * @returns SNS's words when it takes no such address
   * @throws when SNS fails
   */
  ask: (address: string) => Promise<string | undefined>;
  /** Writes to an address, if it has agreed; to nobody otherwise. */
  publish: (address: string, message: EndMessage) => Promise<void>;
}

/** Decision on one change, for the one log line. */
export type NotifyDecision =
  | { did: "nothing to do" | "notify refused"; reason: string }
  | { did: "asked" | "notified"; subscription: Subscribed | "asked" };

/** Addresses of a topic. SNS has 200 filter policies for one. Source: AWS General Reference, "Amazon SNS endpoints and quotas". */
const ADDRESSES_MAX = 100;

/**
 * Tells the address that a submission names of its end. An address that the topic does not know is asked first, at the
 * beginning of its job if there is one, so that it can have agreed by the end. One that was asked is not asked again.
 *
 * @param allowed addresses, and domains with their @
 * @throws when SNS fails; Lambda then repeats the invocation, which at worst writes twice
 */
export async function notify(
  change: StateChange,
  allowed: readonly string[],
  topic: NotifyPorts,
): Promise<NotifyDecision> {
  const { notify: address, to } = change;
  if (address === undefined) return { did: "nothing to do", reason: "no address is named" };
  if (!isAllowedAddress(address, allowed))
    return { did: "notify refused", reason: "the address is not one of notifyAllowed" };
  const known = await topic.subscriptions(address);
  const subscription = known.get(address) ?? "asked";
  if (subscription === "asked") {
    if (known.size >= ADDRESSES_MAX)
      return { did: "notify refused", reason: `the topic has ${ADDRESSES_MAX} addresses already` };
    const refused = await topic.ask(address);
    if (refused !== undefined) return { did: "notify refused", reason: refused };
  }
  if (!FINAL_STATES.has(to)) return { did: "asked", subscription };
  await topic.publish(address, endMessage(change));
  return { did: "notified", subscription };
}
