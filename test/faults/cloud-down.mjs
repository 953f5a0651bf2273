import { local } from "./local.mjs";

/** Leaves nothing running; logs stay until the next run. */
export default function cloudDown() {
  local("down");
}
