import type { JobKind } from '../jobs/job';

/** Which part of the installation this app is: two apps with two identities may share the work (product.md §5). */
export const APP_ROLES = ['backup', 'recovery', 'all'] as const;
export type AppRole = (typeof APP_ROLES)[number];

/** Whose work each kind is. What writes to a database, a server or the content is the recovery app's alone. */
const APP_OF_KIND: Readonly<Record<JobKind, Exclude<AppRole, 'all'>>> = {
  adopt: 'backup',
  'azure-backup': 'backup',
  backup: 'backup',
  copy: 'backup',
  drill: 'recovery',
  'drop-previous': 'recovery',
  'pitr-restore': 'recovery',
  reconcile: 'recovery',
  restore: 'recovery',
  'storage-policies': 'backup',
  undelete: 'recovery',
  undo: 'recovery',
  verify: 'backup',
};

/** Whether an app of this role announces, runs and ends jobs of this kind. */
export const runsKind = (role: AppRole, kind: JobKind): boolean => role === 'all' || APP_OF_KIND[kind] === role;

/** The queue that an app of this role sends its tickets to and takes them from. */
export const ticketQueue = (role: AppRole): string =>
  role === 'recovery' ? 'lifebook-recovery-jobs' : 'lifebook-backup-jobs';

/** Where the host sets tickets aside that failed five times. */
export const poisonQueue = (role: AppRole): string => `${ticketQueue(role)}-poison`;

/** Who did what is due: the timer, or a call that found the timer frozen. Only the former says that the timer lives. */
export type TickSource = 'tick' | 'catch-up';

export type TickName = TickSource | `recovery-${TickSource}`;

/** Under which name the app notes that: two apps share the state, and each has a timer of its own. */
export const tickName = (role: AppRole, source: TickSource): TickName =>
  role === 'recovery' ? `recovery-${source}` : source;
