/** The blobs that rows of the database point to: the families' photos and audio. Reads only. */
export interface ContentBlobs {
  /** Whether CONTENT_STORAGE is set. */
  isConfigured(): boolean;
  /**
   * Whether the blob of this URL is there. A URL of another account or of a container that is not among
   * CONTENT_CONTAINERS is of no blob that we know: false. A relative one, `photos/1.jpg`, begins with the container.
   *
   * @throws Failure `storage-unavailable`, `storage-refused`
   */
  exists(url: string, signal: AbortSignal): Promise<boolean>;
}
