import { keyOf, SWEEP_FILE, SWEEP_MAX_BYTES } from "../../protocol/objects.ts";
import type { ObjectStore } from "../object-store.ts";
import { peekObject } from "./read-object.ts";

/** Whether there is a sweep of this name, or what a newer version wrote for one: one request, without what it holds. */
export async function isSweep(
  store: Pick<ObjectStore, "get" | "list">,
  name: string,
): Promise<boolean> {
  return (await peekObject(store, keyOf(name, SWEEP_FILE), SWEEP_MAX_BYTES)) !== undefined;
}
