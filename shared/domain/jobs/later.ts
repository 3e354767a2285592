/**
 * What an operation gives back when it waits for something outside that takes its time, such as a server that Azure makes:
 * the job returns its ticket and holds no instance meanwhile. That is neither a retry nor a worker's death.
 */
export class Later {
  constructor(
    /** Until the ticket comes into view again; Azure Queue Storage holds it back for 7 days at most. */
    readonly delaySeconds: number,
    /** What is waited for, as the job's progress shows it. */
    readonly message: string,
  ) {}
}
