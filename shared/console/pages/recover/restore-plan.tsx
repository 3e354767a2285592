import type { ComponentChildren, JSX } from 'preact';
import type { RestorePlan } from '../../api/answers';
import { size } from '../../format/size';
import { duration } from '../../format/time';
import { Copyable, Facts, Whole } from '../../parts/facts';
import { Warnings } from '../../parts/problem-box';
import { When } from '../../parts/when';
import { texts } from '../../texts';

const { plan: words } = texts;

/** The plan as the API tells it: what is made, renamed, destroyed, and what stands in the way. */
export function ShownRestorePlan({ plan }: { readonly plan: RestorePlan }): JSX.Element {
  return (
    <>
      <Destroys destroys={plan.destroys} />
      <PlanFacts plan={plan} />
      <Names title={words.endsSessions} names={plan.endsSessions} />
      <Names title={words.survives} names={plan.survives} />
      <Names title={words.missingRoles} names={plan.missingRoles} />
      {plan.missingRights.map(({ right, sql }) => (
        <Copyable key={right} label={words.missingRight(right)} text={sql} />
      ))}
      <Warnings warnings={plan.warnings} />
      <Whole title={words.whole} value={plan} />
    </>
  );
}

function Destroys({ destroys }: { readonly destroys: readonly string[] }): JSX.Element {
  if (destroys.length === 0) return <p class="box good">{words.destroysNothing}</p>;
  return (
    <div class="box bad">
      <h3>{words.destroys}</h3>
      <ul class="long">
        {destroys.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </div>
  );
}

function PlanFacts({ plan }: { readonly plan: RestorePlan }): JSX.Element {
  const { backup, target, space, redeploy, safetyDump } = plan;
  return (
    <Facts
      facts={[
        [texts.backups.backup, backup.backupId],
        [words.stateOf, <When key="at" at={backup.snapshotAt} />],
        [words.server, `${target.name === null ? '' : `${target.name} · `}${target.host} · PostgreSQL ${target.major}`],
        [words.database, plan.database],
        [words.previous, plan.previousDatabase],
        [words.creates, plan.creates.join(', ')],
        [words.renames, renamesOf(plan.renames)],
        [words.tables, plan.tables === null ? null : plan.tables.map((t) => `${t.schema}.${t.name}`).join(', ')],
        [words.expected, plan.expectedSeconds === null ? words.neverMeasured : duration(plan.expectedSeconds)],
        [words.space, spaceOf(space)],
        [
          words.safetyDump,
          safetyDump === null ? null : safetyDump === 'taken-first' ? words.takenFirst : safetyDump.backupId,
        ],
        [words.redeploy, redeploy === null ? null : redeploy.version],
      ]}
    />
  );
}

export function renamesOf(renames: readonly { readonly from: string; readonly to: string }[]): ComponentChildren {
  if (renames.length === 0) return null;
  return (
    <ul class="bare">
      {renames.map(({ from, to }) => (
        <li key={from}>
          <code>{from}</code> → <code>{to}</code>
        </li>
      ))}
    </ul>
  );
}

const spaceOf = ({ neededBytes, freeBytes }: RestorePlan['space']): string =>
  words.spaceOf(size(neededBytes), freeBytes === null ? words.unknown : size(freeBytes));

export function Names({
  title,
  names,
}: {
  readonly title: string;
  readonly names: readonly string[];
}): JSX.Element | null {
  if (names.length === 0) return null;
  return (
    <div class="box plain">
      <h3>{title}</h3>
      <ul class="long">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </div>
  );
}
