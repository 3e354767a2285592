/** The queue of tickets. A ticket is `{"v":1,"jobId":"…"}`, plain text; the job record is the truth (product.md §3). */
export interface JobQueue {
  /** Sends a ticket that comes into view after `delaySeconds`. Fails with `storage-unavailable` or `storage-refused`. */
  announce(jobId: string, delaySeconds: number): Promise<void>;
}
