import { commandStatusSchema } from "../protocol/event.ts";
import { realPorts } from "./aws/ports.ts";
import { commandEnded } from "./requests/command-ended.ts";
import { functionConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger } from "./setup/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/** An SSM command did not do its work → the request is sent again, or ends with SSM's reason. */
export const handler = withStack(commandStatusSchema, async (event) => {
  const { "command-id": commandId, "document-name": documentName, status } = event.detail;
  if (documentName !== config.documentName) {
    logger.info("nothing to do", { reason: "another document", documentName });
    return;
  }
  const decision = await commandEnded(event, config, ports);
  logger.info("a command ended", { commandId, status, ...decision });
});
