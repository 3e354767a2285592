import type { ArchiveSchema } from '../archive/archive-schema';
import type { BackupState } from '../catalog/catalog';
import type { MeasuredRun } from '../catalog/expected-duration';
import type { Manifest } from '../backup/manifest';
import type { Place } from './restore-guard';
import type { ServerSpace } from './restore-space';
import type { LiveObjects, TargetFacts } from './target-facts';

/** Everything that a restore is planned from. */
export interface RestoreFacts {
  readonly manifest: Manifest;
  readonly state: BackupState;
  /** Says why, when the state is `damaged`. */
  readonly damage: string | undefined;
  readonly archive: ArchiveSchema;
  /** The database that is asked for: the live one, or the new one's server with the name of the dump's. */
  readonly place: Place;
  /** Why replacing it needs its name typed; undefined: it does not. */
  readonly guardedBecause: string | undefined;
  readonly target: TargetFacts;
  /** Of `place.database`; there for `clean` when it exists. */
  readonly objects: LiveObjects | undefined;
  /** Schema revision of the live database; null: unknown or none. */
  readonly liveRevision: string | null;
  readonly space: ServerSpace | null;
  readonly temporaryFreeBytes: number;
  readonly usesToken: boolean;
  readonly tool: { readonly major: number; readonly version: string };
  /** A verified dump of the live database, young enough. */
  readonly safetyDump: { readonly backupId: string } | undefined;
  /** Restores of this installation that succeeded, newest first. */
  readonly measuredRuns: readonly MeasuredRun[];
}
