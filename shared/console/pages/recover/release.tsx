import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BackupLine, Page, RollbackPlan } from '../../api/answers';
import { call } from '../../api/call';
import { useDatabases } from '../../api/use-databases';
import { useQuery } from '../../api/use-query';
import { Ask, whyNot } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { DatabaseChoice } from '../../parts/database-choice';
import { Facts } from '../../parts/facts';
import { Choice } from '../../parts/fields';
import { ProblemBox, Warnings } from '../../parts/problem-box';
import { Loading } from '../../parts/loading';
import { When } from '../../parts/when';
import { changeQuery, place } from '../../route';
import { texts } from '../../texts';
import { dialogOf } from '../timeline/dialog-of';

const { release: words } = texts.recover;
type Way = RollbackPlan['ways'][number];

/** The playbook that takes a release back, step by step; the page does those that the app can do. */
export function ReleasePage(): JSX.Element {
  const { version = '', database = '' } = place.value.query;
  const databases = useDatabases() ?? [];
  const chosen = databases.length === 1 ? (databases[0] ?? '') : database;
  const backups = useQuery<Page<BackupLine>>('/backups', { query: { kind: 'pre-release', limit: 200 } });
  const known = (backups.answer?.items ?? []).flatMap(({ release }) => (release === null ? [] : [release]));
  const versions = [...new Set([...(version === '' ? [] : [version]), ...known])];
  const reason = whyNot('getRollbackPlan');
  if (reason !== undefined) return <p class="box plain">{reason}</p>;
  return (
    <>
      <div class="filters">
        <Choice
          label={words.version}
          hint={words.versionHint}
          value={version}
          options={[['', texts.choose], ...versions.map((name) => [name, name] as const)]}
          onChange={(name) => changeQuery({ version: name })}
        />
        <DatabaseChoice beginsWithNone value={chosen} onChange={(name) => changeQuery({ database: name })} />
      </div>
      {version === '' || chosen === '' ? null : <Playbook key={version} version={version} database={chosen} />}
    </>
  );
}

function Playbook({ version, database }: { readonly version: string; readonly database: string }): JSX.Element {
  const path = `/releases/${encodeURIComponent(version)}`;
  const { answer, problem } = useQuery<RollbackPlan>(`${path}/rollback-plan`, { query: { database } });
  const [isMarked, setIsMarked] = useState(false);
  return (
    <>
      <div class="buttons">
        <Ask
          operation="postReleaseVerified"
          label={texts.backup.markRelease(version)}
          explains={texts.backup.markReleaseExplains}
          onConfirm={async () => {
            await call('POST', `${path}/verified`);
            setIsMarked(true);
          }}
        />
        <span role="status">{isMarked ? words.marked : ''}</span>
      </div>
      {problem === undefined ? null : <ProblemBox problem={problem} />}
      {answer === undefined ? problem === undefined ? <Loading /> : null : <ShownPlaybook plan={answer} />}
    </>
  );
}

function ShownPlaybook({ plan }: { readonly plan: RollbackPlan }): JSX.Element {
  const { schema, redeploy, backup } = plan;
  return (
    <>
      <Facts
        facts={[
          [texts.plan.redeploy, redeploy === null ? words.nobodyKnows : redeploy.version],
          [texts.backups.backup, backup?.backupId],
          [
            words.schema,
            schema.hasChanged === null ? texts.plan.unknown : words.changed[schema.hasChanged ? 'yes' : 'no'],
          ],
          [words.revisions, `${schema.before ?? texts.none} → ${schema.live ?? texts.none}`],
        ]}
      />
      <Warnings warnings={plan.warnings} />
      <ol class="ways">
        {plan.ways.map((way, index) => (
          <WayBack key={way.way} way={way} isBest={index === 0 && way.missing.length === 0} />
        ))}
      </ol>
    </>
  );
}

function WayBack({ way, isBest }: { readonly way: Way; readonly isBest: boolean }): JSX.Element {
  return (
    <li class={`card ${way.missing.length > 0 ? 'blocked' : ''}`}>
      <h2>
        {words.ways[way.way]} {isBest ? <Badge state={texts.advice.best} tone="good" /> : null}
      </h2>
      <p>{way.when}</p>
      {way.recoveryPoint === null ? null : (
        <p class="muted">
          {texts.advice.backTo} <When at={way.recoveryPoint} />
        </p>
      )}
      {way.missing.map((text) => (
        <p key={text} class="box warn">
          {text}
        </p>
      ))}
      <ol>
        {way.steps.map((step) => (
          <Step key={step.what} step={step} />
        ))}
      </ol>
    </li>
  );
}

function Step({ step: { what, call: made } }: { readonly step: Way['steps'][number] }): JSX.Element {
  const dialog = dialogOf({ call: made });
  return (
    <li>
      <p>{what}</p>
      {made === null ? null : (
        <p>
          <code>
            {made.method} {made.path}
          </code>{' '}
          {dialog === undefined ? null : <a href={dialog}>{texts.advice.open}</a>}
        </p>
      )}
    </li>
  );
}
