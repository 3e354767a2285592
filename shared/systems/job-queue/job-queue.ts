/** The queue of tickets. A ticket is `{"v":1,"jobId":"…"}`, plain text; the job record is the truth (product.md §3). */
export interface JobQueue {
  /** Sends a ticket that comes into view after `delaySeconds`. Fails with `storage-unavailable` or `storage-refused`. */
  announce(jobId: string, delaySeconds: number): Promise<void>;
  /** About how many tickets were set aside and not taken from there; 0 when there is no such queue yet. */
  countDead(): Promise<number>;
}
