import type { RestoreMode } from '../../../shared/domain/restore/restore-request';

/** What becomes of the extension that the backup needs. */
export type ExtensionFault = 'nothing' | 'not installed' | 'not allowed' | 'not trusted' | 'refused' | 'broken';

export interface ExtensionCell {
  readonly mode: RestoreMode;
  readonly fault: ExtensionFault;
  readonly expected: 'succeeded' | 'failed: extension-missing' | 'failed: restore-failed';
  /** In the detail of a failure. */
  readonly says?: string;
  /** In the hint of a failure. */
  readonly hint?: string;
  /** A database is there that was not before. */
  readonly isNewThere?: true;
}

const ALLOW = 'install the extension on the server, or add it to azure.extensions';
const MODES: readonly RestoreMode[] = ['new-database', 'swap', 'clean'];

/** What the plan sees before anything is touched. */
const PLANNED: readonly Omit<ExtensionCell, 'mode'>[] = [
  {
    ...{ fault: 'not installed', expected: 'failed: extension-missing' },
    ...{ says: '"fault_words" is not installed on the server', hint: ALLOW },
  },
  {
    ...{ fault: 'not allowed', expected: 'failed: extension-missing' },
    ...{ says: '"fault_words" is not in azure.extensions', hint: ALLOW },
  },
  {
    ...{ fault: 'not trusted', expected: 'failed: extension-missing' },
    ...{ says: '"fault_words" can be created by a superuser only', hint: ALLOW },
  },
];

/** What only CREATE EXTENSION itself tells, in the middle of the restore. */
const UNFORESEEN: readonly Omit<ExtensionCell, 'mode'>[] = [
  {
    ...{ fault: 'refused', expected: 'failed: restore-failed' },
    says: 'extension "fault_words" is not allow-listed for "azure_pg_admin" users',
    hint: 'install the extension on the target, or allow it (azure.extensions), then start again',
  },
  {
    ...{ fault: 'broken', expected: 'failed: restore-failed' },
    ...{ says: 'could not access file "fault_words_gone"', hint: 'install the extension on the target' },
  },
];

export const EXTENSION_CELLS: readonly ExtensionCell[] = [
  { mode: 'new-database', fault: 'nothing', expected: 'succeeded', isNewThere: true },
  ...MODES.flatMap((mode) => [...PLANNED, ...UNFORESEEN].map((cell) => ({ ...cell, mode }))),
];
