import type { RetentionPolicy } from '../../domain/retention/retention';
import type { Systems } from '../../systems/systems';

/** @throws Failure `invalid-settings`: an absurd policy is refused as a whole, never obeyed in part */
export function retentionPolicy({ settings }: Pick<Systems, 'settings'>): RetentionPolicy {
  return {
    nightlyDays: settings.get('RETAIN_NIGHTLY_DAYS'),
    weekly: settings.get('RETAIN_WEEKLY'),
    monthly: settings.get('RETAIN_MONTHLY'),
    preReleaseDays: settings.get('RETAIN_PRE_RELEASE_DAYS'),
    manualDays: settings.get('RETAIN_MANUAL_DAYS'),
    safetyDays: settings.get('RETAIN_SAFETY_DAYS'),
    minVerified: settings.get('RETAIN_MIN_VERIFIED'),
    expireMaxShare: settings.get('EXPIRE_MAX_SHARE'),
  };
}
