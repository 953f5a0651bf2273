import { local } from "./local.mjs";

/** Brings up the local cloud that faults are put into, afresh: it is not the one that people use. */
export default function cloudUp() {
  local("down");
  local("up");
}
