import type { Settings } from '../../config/settings';
import { asFailure, type Failure } from '../../domain/failure';

export interface JobTiming {
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  readonly waitSeconds: number;
  readonly retryLimit: number;
  readonly retryDelaySeconds: number;
  readonly deadlineMinutes: number;
}

/** How long a job waits behind another one when its own setting cannot be read. */
export const WAIT_SECONDS = 30;

/** The JOB_… settings, all before a job is claimed; a failure is then how the job ends, not how its worker dies. */
export function readTiming(settings: Settings): JobTiming | Failure {
  try {
    const leaseSeconds = settings.get('JOB_LEASE_SECONDS');
    return {
      leaseSeconds,
      // three beats to a lease, so that one may be lost
      heartbeatSeconds: Math.min(settings.get('JOB_HEARTBEAT_SECONDS'), leaseSeconds / 3),
      waitSeconds: settings.get('JOB_WAIT_SECONDS'),
      retryLimit: settings.get('JOB_RETRY_LIMIT'),
      retryDelaySeconds: settings.get('JOB_RETRY_DELAY_SECONDS'),
      deadlineMinutes: settings.get('JOB_DEADLINE_MINUTES'),
    };
  } catch (error) {
    return asFailure(error);
  }
}
