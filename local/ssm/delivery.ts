import { setTimeout as timer } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { Command, CommandStatus } from "./command.ts";
import { exitStatus } from "./exit-status.ts";
import type { SsmRule } from "./faults.ts";
import { LongTimer } from "./long-timer.ts";
import type { StepEnd } from "./run-script.ts";
import { SsmAgent, type SsmAgentOptions } from "./ssm-agent.ts";

/** Sleeps without keeping a program from ending. */
const sleep = (ms: number) => timer(ms, undefined, { ref: false });

/** Milliseconds from one time that refused commands are delivered again to the next. */
const AGAIN_MS = 100;

export interface DeliveryOptions extends Omit<SsmAgentOptions, "replies"> {
  /** Called after each change of a command's status. */
  readonly changed: (command: Command, status: CommandStatus) => void;
  /** Whether commands of this rule still wait for the Head Node to come back. */
  readonly isHeld?: (rule: SsmRule) => boolean;
  /** Decides in which order refused commands are delivered again. */
  readonly random: Pick<Random, "fraction">;
}

/**
 * SSM's side of a command: brings it to the SSM agent, again and in another order when that refuses it, takes
 * what it replies, and gives the command up when delivery and execution time-out are over together.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #agent: SsmAgent;
  /** Commands that the agent had no room for, each with its place among them, which chance gives. */
  readonly #refused = new Map<Command, number>();
  /** Commands that were held back until another one of their prefix is delivered. */
  readonly #heldBack = new Set<Command>();
  readonly #expiries = new Map<Command, LongTimer>();
  #again: NodeJS.Timeout | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#agent = new SsmAgent({
      ...options,
      replies: {
        started: (command) => this.#started(command),
        ended: (command, end) => this.#ended(command, end),
      },
    });
  }

  /** Takes a command on; its fields and `changed` tell how it goes. */
  submit(command: Command): void {
    if (command.instanceId === undefined) return this.#end(command, "Success", "NoInstancesInTag");
    this.#expiries.set(command, new LongTimer(command.expiresAt, () => this.#expire(command)));
    this.#deliver(command).catch((error: unknown) => this.#options.log(String(error)));
  }

  /** Brings a command to the agent, unless a fault is in the way. */
  async #deliver(command: Command): Promise<void> {
    const { rule } = command;
    const delayMs = rule?.delayMs ?? 0;
    switch (rule?.fault) {
      case "lost":
        return;
      case "fail":
      case "fail-silently":
        return this.#end(command, "Failed", "Failed");
      case "undeliverable":
        return this.#end(command, "Failed", "Undeliverable");
      case "time-out":
        await sleep(delayMs);
        return this.#end(command, "TimedOut", "DeliveryTimedOut");
      case "expire":
        // The SSM agent has it, and dies with it.
        command.startedAt = Date.now();
        this.#change(command, "InProgress", "InProgress");
        await sleep(delayMs);
        return this.#expire(command);
      case "late":
      case "refused":
        await sleep(delayMs);
        break;
      case "reordered":
        this.#heldBack.add(command);
        await sleep(delayMs);
        if (!this.#heldBack.delete(command)) return;
        break;
      case "hold":
        while (this.#options.isHeld?.(rule) === true && this.#isOpen(command)) await sleep(200);
        break;
      default:
    }
    this.#offer(command);
  }

  #offer(command: Command): void {
    if (!this.#isOpen(command)) return;
    if (this.#agent.offer(command) === "buffer-full") {
      // Once for each, so that the order does not depend on how often it was refused.
      if (!this.#refused.has(command)) this.#refused.set(command, this.#options.random.fraction());
      this.#again ??= setInterval(() => this.#offerAgain(), AGAIN_MS);
      return;
    }
    this.#refused.delete(command);
    if (command.rule?.fault === "repeated") this.#agent.offer(command);
    // Commands that were held back for its sake come after it.
    for (const earlier of this.#heldBack) {
      if (earlier.parameters["Prefix"]?.[0] !== command.parameters["Prefix"]?.[0]) continue;
      this.#heldBack.delete(earlier);
      this.#offer(earlier);
    }
  }

  /** Offers again in an unspecified order, until the agent is full. */
  #offerAgain(): void {
    const inOrder = [...this.#refused].toSorted(([, a], [, b]) => a - b);
    for (const [command] of inOrder) {
      this.#offer(command);
      if (this.#refused.has(command)) break;
    }
    if (this.#refused.size > 0) return;
    clearInterval(this.#again);
    this.#again = undefined;
  }

  #started(command: Command): void {
    if (!this.#isOpen(command)) return;
    command.startedAt = Date.now();
    // Replies that change places: it is told of when it has ended.
    if (command.rule?.fault !== "reordered") this.#change(command, "InProgress", "InProgress");
  }

  #ended(command: Command, end: StepEnd | undefined): void {
    const { rule } = command;
    if (rule?.fault === "repeated") this.#agent.offer(command);
    if (rule?.fault === "twice" && !command.isRepeated) {
      command.isRepeated = true;
      this.#agent.forget(command.commandId);
      return this.#offer(command);
    }
    if (end === undefined) return this.#end(command, "Failed", "Failed");
    if (!this.#isOpen(command)) return;
    command.exitCode = end.exitCode;
    command.stdout = end.stdout;
    command.stderr = end.stderr;
    command.hasRun = true;
    const { status, details } = exitStatus(end.exitCode);
    this.#end(command, status, details);
    if (rule?.fault === "reordered") this.#options.changed(command, "InProgress");
  }

  /** However far it has come. Source: Systems Manager API Reference, Command, ExpiresAfter. */
  #expire(command: Command): void {
    this.#end(command, "TimedOut", "DeliveryTimedOut");
  }

  #end(command: Command, status: CommandStatus, details: string): void {
    if (!this.#isOpen(command)) return;
    this.#expiries.get(command)?.cancel();
    this.#expiries.delete(command);
    this.#refused.delete(command);
    this.#heldBack.delete(command);
    command.endedAt = Date.now();
    this.#change(command, status, details);
  }

  #change(command: Command, status: CommandStatus, details: string): void {
    command.status = status;
    command.statusDetails = details;
    this.#options.changed(command, status);
  }

  #isOpen(command: Command): boolean {
    return command.endedAt === undefined;
  }
}
