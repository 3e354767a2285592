import type { JSX } from 'preact';
import type { Manifest } from '../../../domain/backup/manifest';
import type { Backup } from '../../api/answers';
import { useQuery } from '../../api/use-query';
import { Badge } from '../../parts/badge';
import { Copyable, Facts, Whole } from '../../parts/facts';
import { ProblemBox } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { count, size } from '../../format/size';
import { texts } from '../../texts';
import type { PageProps } from '../pages';
import { BackupActions } from './backup-actions';

const { backup: words } = texts;

/** One backup: what it is, what can be done with it, its manifest, and the commands that restore it without this app. */
export function BackupPage({ params: [backupId = ''] }: PageProps): JSX.Element {
  const { answer, problem, refresh } = useQuery<Backup>(`/backups/${encodeURIComponent(backupId)}`);
  if (answer === undefined) return problem === undefined ? <Loading /> : <ProblemBox problem={problem} />;
  const manifest = answer.manifest as unknown as Manifest;
  return (
    <>
      <div class="headline">
        <strong class="id">{backupId}</strong> <Badge state={answer.state} />{' '}
        {answer.hold === 'held' ? <Badge state="held" /> : null}
      </div>
      <Notes backup={answer} />
      <BackupActions backup={answer} manifest={manifest} onChange={refresh} />
      <BackupFacts manifest={manifest} />
      <Contents manifest={manifest} />
      <h2>{texts.byHand}</h2>
      {answer.commands.map((command, index) => (
        <Copyable key={command} text={command} label={words.command(index + 1)} />
      ))}
      <Whole title={words.manifest} value={answer.manifest} />
    </>
  );
}

/** What became known after it was taken. */
function Notes({ backup: { damaged, heldBecause, accepted } }: { readonly backup: Backup }): JSX.Element {
  return (
    <>
      {damaged === undefined ? null : (
        <p class="box bad">
          {words.damaged}: {damaged.detail} (<When at={damaged.at} />)
        </p>
      )}
      {heldBecause === undefined ? null : (
        <p class="box warn">
          {words.heldBy(heldBecause.by)}: {heldBecause.reason}
          {heldBecause.until === undefined ? null : (
            <>
              {' '}
              ({words.until} <When at={heldBecause.until} />)
            </>
          )}
        </p>
      )}
      {accepted === undefined ? null : (
        <p class="box plain">
          {words.acceptedBy(accepted.by)}: {accepted.reason}
        </p>
      )}
    </>
  );
}

function BackupFacts({ manifest }: { readonly manifest: Manifest }): JSX.Element {
  const { server, tool, dump, release, runningRelease, schemaRevision, verification } = manifest;
  return (
    <Facts
      facts={[
        [
          texts.database,
          manifest.name === manifest.database ? manifest.name : `${manifest.name} (${manifest.database})`,
        ],
        [texts.kind, manifest.kind],
        [texts.backups.snapshot, <When key="at" at={manifest.snapshotAt} />],
        [words.verifiedAt, <When key="verified" at={verification.verifiedAt} />],
        [texts.sizeLabel, size(dump.sizeBytes)],
        [words.server, `PostgreSQL ${server.version}${server.host === null ? '' : ` · ${server.host}`}`],
        [words.tool, `pg_dump ${tool.pgDump} · ${tool.compression}`],
        [texts.backups.release, release === null ? null : release.version],
        [words.running, runningRelease === null ? null : runningRelease.version],
        [words.schema, schemaRevision === null ? null : `${schemaRevision.source} ${schemaRevision.value}`],
        [words.source, manifest.source === 'live' ? null : manifest.source],
        ['sha256', <code key="sha">{dump.sha256}</code>],
        [words.blob, <code key="blob">{dump.blob}</code>],
      ]}
    />
  );
}

type ManifestTable = Manifest['contents']['tables'][number];
const TABLES: readonly Column<ManifestTable>[] = [
  {
    title: words.table,
    cell: ({ schema, name }) => `${schema}.${name}`,
    sortBy: ({ schema, name }) => `${schema}.${name}`,
  },
  { title: texts.backups.rows, cell: ({ rows }) => count(rows), sortBy: ({ rows }) => rows, isNumber: true },
  {
    title: texts.sizeLabel,
    cell: ({ bytes }) => (bytes === undefined ? '' : size(bytes)),
    sortBy: ({ bytes = 0 }) => bytes,
    isNumber: true,
  },
];

function Contents({ manifest: { contents } }: { readonly manifest: Manifest }): JSX.Element {
  return (
    <details>
      <summary>{words.contents(contents.tables.length)}</summary>
      <Table
        caption={words.contents(contents.tables.length)}
        columns={TABLES}
        items={contents.tables}
        keyOf={({ schema, name }) => `${schema}\u0000${name}`}
      />
      {contents.notIncluded.length === 0 ? null : (
        <>
          <h3>{words.notIncluded}</h3>
          <ul>
            {contents.notIncluded.map(({ kind, name, reason }) => (
              <li key={`${kind} ${name}`}>
                {kind} {name}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
