import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { checkPutEvents, type StateChange, stateChangeEntry } from "../../protocol/event.ts";

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
    const command = new PutEventsCommand({ Entries: [stateChangeEntry(this.#bus, change)] });
    checkPutEvents(await this.#client.send(command));
  }
}
