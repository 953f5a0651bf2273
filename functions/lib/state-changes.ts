import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CloudSubmitError } from "../../protocol/error.ts";
import { EVENT_SOURCE, STATE_CHANGE, type StateChange } from "../../protocol/event.ts";

/** Publishes "Job State Change" on an event bus. */
export class StateChanges {
  readonly #client: EventBridgeClient;
  readonly #bus: string;

  constructor(client: EventBridgeClient, bus: string) {
    this.#client = client;
    this.#bus = bus;
  }

  /** @throws CloudSubmitError `aws` when EventBridge does not take the event */
  async publish(change: StateChange): Promise<void> {
    const put = await this.#client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#bus,
            Source: EVENT_SOURCE,
            DetailType: STATE_CHANGE,
            Detail: JSON.stringify(change),
          },
        ],
      }),
    );
    const refused = put.Entries?.find((entry) => entry.ErrorCode);
    if (refused)
      throw new CloudSubmitError("aws", `EventBridge: ${refused.ErrorCode} ${refused.ErrorMessage}`);
  }
}
