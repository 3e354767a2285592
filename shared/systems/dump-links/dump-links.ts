/** Links by which somebody without a login of the storage account reads one blob of the dump container for a while. */
export interface DumpLinks {
  /**
   * A link that reads this blob and nothing else until `expiresAt`. It is a secret: it goes to the caller and nowhere
   * else. Over TLS only, but for an emulator on this machine.
   *
   * @throws Failure `not-configured` when the connection can sign nothing, `storage-unavailable`, `storage-refused`
   */
  readOnly(blob: string, expiresAt: Date): Promise<string>;
}
