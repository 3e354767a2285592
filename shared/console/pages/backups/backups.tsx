import type { JSX } from 'preact';
import { BACKUP_STATES } from '../../../domain/catalog/catalog';
import { BACKUP_KINDS } from '../../../domain/backup/manifest';
import type { BackupLine } from '../../api/answers';
import { useDatabases } from '../../api/use-databases';
import { useList } from '../../api/use-list';
import { count } from '../../format/size';
import { Badge } from '../../parts/badge';
import { Filters } from '../../parts/filters';
import { Listed } from '../../parts/listed';
import { SIZE } from '../../parts/size-column';
import type { Column } from '../../parts/table';
import { When } from '../../parts/when';
import { addressOf, place } from '../../route';
import { texts } from '../../texts';

const { backups } = texts;

const COLUMNS: readonly Column<BackupLine>[] = [
  {
    title: backups.backup,
    cell: ({ backupId, blob }) =>
      backupId === null ? (
        <a href={addressOf(['adopt'], { blob })}>{blob}</a>
      ) : (
        <a href={addressOf(['backups', backupId])}>{backupId}</a>
      ),
    sortBy: ({ backupId, blob }) => backupId ?? blob,
  },
  {
    title: texts.state,
    cell: ({ state, hold, isShrunken }) => (
      <>
        <Badge state={state} /> {hold === 'held' ? <Badge state={hold} /> : null}{' '}
        {isShrunken ? <Badge state={backups.shrunken} tone="warn" /> : null}
      </>
    ),
    sortBy: ({ state }) => state,
  },
  { title: texts.kind, cell: ({ kind }) => kind ?? texts.none, sortBy: ({ kind }) => kind ?? '', isWide: true },
  {
    title: backups.snapshot,
    cell: ({ snapshotAt }) => <When at={snapshotAt} />,
    sortBy: ({ snapshotAt }) => snapshotAt,
    isWide: true,
  },
  SIZE,
  {
    title: backups.rows,
    cell: ({ rows }) => (rows === null ? texts.none : count(rows)),
    sortBy: ({ rows }) => rows ?? -1,
    isNumber: true,
    isWide: true,
  },
  { title: backups.release, cell: ({ release }) => release, sortBy: ({ release }) => release ?? '', isWide: true },
];

export function BackupsPage(): JSX.Element {
  const { database, kind, state } = place.value.query;
  const list = useList<BackupLine>('/backups', { database, kind, state });
  return (
    <>
      <div class="buttons">
        <a class="button" href={addressOf(['adopt'])}>
          {backups.adopt}
        </a>
      </div>
      <Filters
        choices={[
          { name: 'database', label: texts.database, options: useDatabases() ?? [] },
          { name: 'kind', label: texts.kind, options: BACKUP_KINDS },
          { name: 'state', label: texts.state, options: BACKUP_STATES },
        ]}
      />
      <Listed
        caption={texts.section.backups}
        columns={COLUMNS}
        list={list}
        keyOf={({ blob, backupId }) => `${backupId ?? ''} ${blob}`}
        empty={backups.empty}
      />
    </>
  );
}
