/** `sshare`: nothing is known here of shares. Tools that look for an account in its lines go on without one. */
export async function run(): Promise<number> {
  return 0;
}
