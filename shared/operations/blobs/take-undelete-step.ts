import { Failure } from '../../domain/failure';
import type { RecoveryOutcome } from '../../domain/blobs/recovery-tally';
import type { PromoteStep, UndeleteStep } from '../../domain/blobs/undelete-plan';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'contentStore'>;

interface Place {
  readonly container: string;
  /** The step may have been taken by an attempt that did not live to tell. */
  readonly isAgain: boolean;
}

/**
 * Takes one step of an undelete. What Azure refuses for this one blob is its outcome.
 *
 * @throws Failure when no other blob would fare better: storage does not answer or refuses the identity
 */
export async function takeUndeleteStep(
  systems: Needs,
  { container, isAgain }: Place,
  step: UndeleteStep,
  signal: AbortSignal,
): Promise<RecoveryOutcome> {
  const { name } = step;
  try {
    if (step.do === 'skip') return { name, became: 'skipped', reason: step.reason };
    if (step.do === 'promote') return await promote(systems, { container, isAgain }, step, signal);
    if (isAgain && (await systems.contentStore.head(container, name, signal)) !== undefined) {
      return { name, became: 'restored' };
    }
    if ((await systems.contentStore.undelete(container, name, signal)) === 'done') return { name, became: 'restored' };
    return { name, became: 'failed', reason: 'it is gone: its retention time ended meanwhile' };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'storage-conflict') throw error;
    return { name, became: 'failed', reason: error.detail };
  }
}

/** Undelete first where the source is deleted, keep what is live, then copy: at each moment all content is somewhere. */
async function promote(systems: Needs, place: Place, step: PromoteStep, signal: AbortSignal): Promise<RecoveryOutcome> {
  const { contentStore } = systems;
  const { container, isAgain } = place;
  const { name, source, undeleteFirst } = step;
  const isDone = async (): Promise<boolean> =>
    isCopyOf(source.id, (await contentStore.head(container, name, signal))?.copiedFrom);
  if (isAgain && (await isDone())) return { name, became: 'restored' };
  if (undeleteFirst && (await contentStore.undelete(container, name, signal)) === 'gone') {
    return { name, became: 'failed', reason: 'it is gone: its retention time ended meanwhile' };
  }
  const changed: RecoveryOutcome = {
    name,
    became: 'skipped',
    reason: 'it was written meanwhile; nothing was overwritten',
  };
  // the undelete may have brought the blob itself back, older than what is to come over it
  const over = step.over ?? (undeleteFirst ? (await contentStore.head(container, name, signal))?.etag : undefined);
  if (over !== undefined && source.kind === 'snapshot') {
    if ((await contentStore.snapshot(container, name, over, signal)) === 'changed') return changed;
  }
  const copied = await contentStore.promote({ container, name, source, over }, signal);
  // the answer to the first try may have been lost: then it is our own copy that is there
  return copied === 'done' || (await isDone()) ? { name, became: 'restored' } : changed;
}

function isCopyOf(id: string, copiedFrom: string | undefined): boolean {
  if (copiedFrom === undefined) return false;
  const query = new URL(copiedFrom).searchParams;
  return query.get('snapshot') === id || query.get('versionid') === id;
}
