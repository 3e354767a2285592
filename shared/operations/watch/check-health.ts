import { assessHealth, type Health } from '../../domain/watch/health';
import { type CheckNeeds, gatherCheckFacts } from './gather-check-facts';

/** Health from the checks, looked at now. Never throws. */
export async function checkHealth(systems: CheckNeeds): Promise<Health> {
  return assessHealth(await gatherCheckFacts(systems));
}
