import type { FunctionComponent } from 'preact';
import { texts } from '../texts';
import { AuditPage } from './audit';
import { AdoptPage } from './backups/adopt';
import { BackupPage } from './backups/backup';
import { BackupsPage } from './backups/backups';
import { DrillPage } from './drills/drill';
import { DrillsPage } from './drills/drills';
import { JobPage } from './jobs/job';
import { JobsPage } from './jobs/jobs';
import { NoSuchPage } from './no-such-page';
import { OverviewPage } from './overview/overview';
import { PitrPage } from './recover/pitr';
import { RecoverPage } from './recover/recover';
import { ReconcilePage } from './recover/reconcile';
import { ReleasePage } from './recover/release';
import { RestorePage } from './recover/restore';
import { UndeletePage } from './recover/undelete';
import { UndoPage } from './recover/undo';
import { RetentionPage } from './retention';
import { StoragePage } from './storage/storage';
import { TimelinePage } from './timeline/timeline';

export interface PageProps {
  /** What follows the page's own name in the address. */
  readonly params: readonly string[];
}

interface Page {
  readonly title: string;
  readonly Body: FunctionComponent<PageProps>;
}

const { section, recover } = texts;
/** Every address; `*` is an id. */
const PAGES: Readonly<Record<string, Page>> = {
  '': { title: section.overview, Body: OverviewPage },
  timeline: { title: section.timeline, Body: TimelinePage },
  recover: { title: section.recover, Body: RecoverPage },
  'recover/restore': { title: recover.restore.title, Body: RestorePage },
  'recover/pitr': { title: recover.pitr.title, Body: PitrPage },
  'recover/release': { title: recover.release.title, Body: ReleasePage },
  'recover/undelete': { title: recover.undelete.title, Body: UndeletePage },
  'recover/reconcile': { title: recover.reconcile.title, Body: ReconcilePage },
  'recover/undo/*': { title: recover.undo.title, Body: UndoPage },
  backups: { title: section.backups, Body: BackupsPage },
  'backups/*': { title: texts.backup.title, Body: BackupPage },
  adopt: { title: texts.adopt.title, Body: AdoptPage },
  jobs: { title: section.jobs, Body: JobsPage },
  'jobs/*': { title: texts.job.title, Body: JobPage },
  drills: { title: section.drills, Body: DrillsPage },
  'drills/*': { title: texts.drill.title, Body: DrillPage },
  retention: { title: section.retention, Body: RetentionPage },
  storage: { title: texts.storage.title, Body: StoragePage },
  audit: { title: section.audit, Body: AuditPage },
};

export function pageOf(path: readonly string[]): Page {
  const address = path.join('/');
  const withId = [...path.slice(0, -1), '*'].join('/');
  return PAGES[address] ?? PAGES[withId] ?? { title: texts.noSuchPage.title, Body: NoSuchPage };
}
