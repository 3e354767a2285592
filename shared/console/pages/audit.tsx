import type { JSX } from 'preact';
import { AUDIT_OUTCOMES } from '../../domain/access/audit';
import type { AuditRecord } from '../api/answers';
import { useList } from '../api/use-list';
import { whyNot } from '../parts/action';
import { Badge } from '../parts/badge';
import { Filters } from '../parts/filters';
import { Listed } from '../parts/listed';
import type { Column } from '../parts/table';
import { When } from '../parts/when';
import { addressOf, place } from '../route';
import { texts } from '../texts';

const { audit: words } = texts;

function Outcome({ outcome, code }: Pick<AuditRecord, 'outcome' | 'code'>): JSX.Element {
  return (
    <>
      <Badge state={outcome} /> {code}
    </>
  );
}

const COLUMNS: readonly Column<AuditRecord>[] = [
  { title: words.at, cell: ({ at }) => <When at={at} />, sortBy: ({ at }) => at },
  {
    title: words.outcome,
    cell: (record) => <Outcome {...record} />,
    sortBy: ({ outcome }) => outcome,
    isWide: true,
  },
  { title: words.who, cell: ({ who }) => who, sortBy: ({ who }) => who },
  {
    title: words.what,
    cell: (record) => (
      <>
        <div class="narrow">
          <Outcome {...record} />
        </div>
        <code>{record.call}</code>{' '}
        {record.jobId === undefined ? null : (
          <a href={addressOf(['jobs', record.jobId])}>{texts.theJob(record.jobId)}</a>
        )}
      </>
    ),
    sortBy: ({ what }) => what,
  },
  {
    title: words.from,
    cell: ({ from }) => `${from.address} ${from.userAgent}`,
    isWide: true,
  },
];

/** Who changed what, and who was refused. */
export function AuditPage(): JSX.Element {
  const reason = whyNot('listAudit');
  const { outcome, what } = place.value.query;
  // a route's name has letters only; half a typed one would be refused
  const list = useList<AuditRecord>(reason === undefined ? '/audit' : null, {
    outcome,
    what: /^[A-Za-z]+$/.test(what ?? '') ? what : undefined,
  });
  if (reason !== undefined) return <p class="box plain">{reason}</p>;
  return (
    <>
      <Filters
        choices={[
          { name: 'outcome', label: words.outcome, options: AUDIT_OUTCOMES },
          { name: 'what', label: words.route },
        ]}
      />
      <Listed
        caption={texts.section.audit}
        columns={COLUMNS}
        list={list}
        keyOf={({ at, subject, what: name, from }) => `${at} ${subject} ${name} ${from.address}`}
        empty={words.empty}
      />
    </>
  );
}
