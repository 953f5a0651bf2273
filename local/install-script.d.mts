/** The text of install.sh: the parts in headnode/install/, joined. */
export function installScript(): string;
