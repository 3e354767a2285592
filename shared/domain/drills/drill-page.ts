import type { DrillCheck, DrillEvidence } from './drill';

const VERDICTS: Readonly<Record<DrillEvidence['verdict'], string>> = {
  passed: 'Passed: this backup restores.',
  'content-failed': 'Failed: what was restored is not what it should be.',
  'infrastructure-failed': 'Not carried out: something other than the backup failed.',
};

/** What the phases of a drill's job do. */
const PHASES: Readonly<Record<string, string>> = {
  choose: 'choose the backup',
  restore: 'restore into the scratch database',
  analyze: 'gather statistics (ANALYZE)',
  compare: 'compare with the manifest',
  checks: 'assertions and smoke test',
  create: 'ask Azure for a temporary server',
  server: 'Azure makes the server',
  administrator: 'name its administrator',
  network: 'let it be reached',
  extensions: 'allow its extensions',
};

/** The same of a drill of a point in time. */
const MOMENT_PHASES: Readonly<Record<string, string>> = {
  ...PHASES,
  choose: 'choose the moment',
  begin: 'ask Azure for the restore',
  restore: 'Azure restores the server',
  quiet: 'still subscriptions and schedules',
  parameters: 'give it the parameters of the source',
  compare: 'compare with the backup of before',
};

const MOMENT_PASSED = 'Passed: the server comes back as it was at a moment.';

const KINDS: Readonly<Record<DrillEvidence['kind'], string>> = {
  dump: 'Restore drill',
  pitr: 'Point-in-time drill',
};

/** The evidence as a page that needs nothing else: no script, no picture, nothing fetched. Every text is escaped. */
export function drillPage(evidence: DrillEvidence): string {
  const { database, kind, verdict, failure, startedAt } = evidence;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${KINDS[kind]} of ${text(database)}, ${text(startedAt.slice(0, 10))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${KINDS[kind]} of ${text(database)}</h1>
<p class="verdict ${verdict}">${kind === 'pitr' && verdict === 'passed' ? MOMENT_PASSED : VERDICTS[verdict]}</p>
${failure === null ? '' : `<p class="why"><code>${text(failure.code)}</code> ${text(failure.detail)}</p>`}
${summary(evidence)}
${backupSection(evidence)}
${momentSection(evidence)}
${phaseSection(evidence)}
${checkSection(evidence.checks)}
${tableSection(evidence)}
${warningSection(evidence)}
<footer>Drill ${text(evidence.id)}, requested by ${text(evidence.requestedBy)}.</footer>
</main>
</body>
</html>
`;
}

function summary({ recoverySeconds, recoveryPointSeconds, compared, startedAt, finishedAt }: DrillEvidence): string {
  return facts([
    ['Recovery time, measured', recoverySeconds === null ? 'not reached' : duration(recoverySeconds)],
    [
      'Recovery point, age of what was restored',
      recoveryPointSeconds === null ? 'not known' : duration(recoveryPointSeconds),
    ],
    [
      'Rows compared',
      compared === null ? 'not reached' : `${number(compared.rows)} in ${number(compared.tables)} tables`,
    ],
    [
      'Checksums equal',
      compared === null ? 'not reached' : `${number(compared.checksums)} of ${number(compared.tables)} tables`,
    ],
    ['Schema objects compared', compared === null ? 'not reached' : number(compared.schemaEntries)],
    ['Began', time(startedAt)],
    ['Ended', time(finishedAt)],
  ]);
}

function backupSection({ backup, server, scratchDatabase, temporaryServer }: DrillEvidence): string {
  if (backup === null) return '';
  return `<h2>What was restored</h2>${facts([
    ['Backup', `${backup.backupId} (${backup.kind}, ${backup.chosen})`],
    ['Snapshot', time(backup.snapshotAt)],
    ['Size', size(backup.sizeBytes)],
    ['SHA-256', backup.sha256],
    ['Dumped from', `PostgreSQL ${backup.serverVersion}, database ${backup.database}`],
    ['Tools', `pg_dump ${backup.pgDump}, pg_restore ${backup.pgRestore}`],
    ['Restored to', server === null ? 'nothing' : `PostgreSQL ${server.version} on ${server.host}`],
    ['Scratch database', scratchDatabase ?? 'none'],
    ['Temporary server', temporaryServer ?? 'none'],
  ])}`;
}

function momentSection({ moment, server, temporaryServer }: DrillEvidence): string {
  if (moment === null) return '';
  return `<h2>What was restored</h2>${facts([
    ['Server', moment.sourceServer],
    ['To the moment', time(moment.pointInTime)],
    ['Last commit in it', moment.lastCommitAt === null ? 'not told' : time(moment.lastCommitAt)],
    ["Azure's backups begin", time(moment.windowFrom)],
    ['Compared with', moment.comparedWith ?? 'no backup of before'],
    ['Restored to', server === null ? 'nothing' : `PostgreSQL ${server.version} on ${server.host}`],
    ['Temporary server', temporaryServer ?? 'none'],
  ])}`;
}

function phaseSection({ kind, phases }: DrillEvidence): string {
  const names = kind === 'pitr' ? MOMENT_PHASES : PHASES;
  if (phases.length === 0) return '';
  const rows = phases.map(
    ({ phase, seconds }) =>
      `<tr><td>${text(names[phase] ?? phase)}</td><td class="number">${duration(seconds)}</td></tr>`,
  );
  return table('How long it took', ['Phase', 'Time'], rows, 1);
}

function checkSection(checks: readonly DrillCheck[]): string {
  if (checks.length === 0) return '';
  const rows = checks.map(
    ({ name, state, detail }) =>
      `<tr><td class="name">${text(name)}</td><td class="${state}">${state}</td><td class="name">${text(detail)}</td></tr>`,
  );
  return table('Assertions and smoke test', ['Check', 'Result', 'Detail'], rows);
}

function tableSection({ kind, tables, compared }: DrillEvidence): string {
  if (tables.length === 0) return '';
  if (kind === 'pitr') return momentTables(tables);
  const rows = tables.map(({ schema, name, rows: count, hasChecksum }) => {
    const result = compared === null ? 'not compared' : hasChecksum ? 'rows and checksum equal' : 'rows equal';
    return `<tr><td class="name">${text(schema)}.${text(name)}</td><td class="number">${number(count)}</td><td>${result}</td></tr>`;
  });
  return table('Tables', ['Table', 'Rows in the backup', 'Restored'], rows, 1);
}

function momentTables(tables: DrillEvidence['tables']): string {
  const rows = tables.map(({ schema, name, rows: count, rowsInBackup = null }) => {
    const before = rowsInBackup === null ? 'not in it' : number(rowsInBackup);
    const cells = `<td class="number">${number(count)}</td><td class="number">${before}</td>`;
    return `<tr><td>${text(schema)}.${text(name)}</td>${cells}</tr>`;
  });
  return table('Tables', ['Table', 'Rows at the moment', 'Rows in the backup of before'], rows);
}

function warningSection({ warnings }: DrillEvidence): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ code, detail }) => `<li><code>${text(code)}</code> ${text(detail)}</li>`);
  return `<h2>Warnings</h2><ul>${items.join('')}</ul>`;
}

const facts = (entries: readonly (readonly [string, string])[]): string =>
  `<dl>${entries.map(([term, value]) => `<div><dt>${term}</dt><dd>${text(value)}</dd></div>`).join('')}</dl>`;

/** `numbers`: the column that holds them. */
const table = (title: string, heads: readonly string[], rows: readonly string[], numbers = -1): string => {
  const head = heads.map(
    (name, column) => `<th scope="col"${column === numbers ? ' class="number"' : ''}>${name}</th>`,
  );
  return `<h2>${title}</h2><div class="wide"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
};

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (value: string): string => value.replaceAll(/[&<>"']/g, (character) => ESCAPED[character] ?? '');

const number = (value: number): string => value.toLocaleString('en-US');
const time = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** `1.23 GB (1,234,567,890 bytes)`: three digits, units of 1000 as storage is sold. */
function size(bytes: number): string {
  const exact = `${number(bytes)} bytes`;
  if (bytes < 1000) return exact;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  return `${(bytes / 1000 ** power).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${UNITS[power - 1] ?? ''} (${exact})`;
}

/** `2 d 3 h`, `4 min 5 s`, `1.2 s`: the two largest units. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  let left = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; }
.verdict { margin: 0; padding: .75rem 1rem; border-left: .4rem solid; background: var(--soft); font-weight: 600; }
.verdict.passed { border-color: var(--good); } .verdict.content-failed { border-color: var(--bad); } .verdict.infrastructure-failed { border-color: #bf8700; }
.why { overflow-wrap: anywhere; }
code { padding: .1rem .4rem; margin-right: .25rem; border-radius: .25rem; background: var(--soft); font-size: .9em; }
dl { margin: 1rem 0 0; }
dl div { display: grid; grid-template-columns: minmax(10rem, 18rem) 1fr; gap: .25rem 1rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
dt { opacity: .75; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
th { font-weight: 600; }
.name { overflow-wrap: anywhere; min-width: 6rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
td.failed { color: var(--bad); font-weight: 600; } td.passed { color: var(--good); }
footer { margin-top: 2.5rem; opacity: .75; overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl div { grid-template-columns: 1fr; gap: 0; } th, td { padding-right: .6rem; } }
`;
