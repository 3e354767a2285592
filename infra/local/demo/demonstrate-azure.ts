import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicJob } from '../../../shared/domain/jobs/job';
import { UNTIL_TAG } from '../../../shared/domain/point-in-time/clone-tags';
import type { LocalAzure } from '../azure/local-azure';
import { DATABASE, type LocalEnvironment } from '../environment/local-environment';
import { FamilyPhotos, PHOTOS } from '../seed/family-photos';
import type { Api } from './api';
import { compareContents, type Contents, readContents } from './compare-databases';
import { areContinued, readSequences } from './compare-sequences';
import { followJob } from './follow-job';
import { query } from './query';
import type { Terminal } from './terminal';

interface Stage {
  readonly api: Api;
  readonly azure: LocalAzure;
  readonly environment: LocalEnvironment;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What was there at the moment that everything is to go back to. */
interface Before {
  readonly moment: string;
  readonly contents: ReadonlyMap<string, Contents>;
  readonly sequences: Awaited<ReturnType<typeof readSequences>>;
}

/**
 * A bad hour and the way back, with Azure played by the simulators: a table is dropped, photos are deleted and painted over;
 * a point-in-time restore brings the database back, a reconciliation the photos.
 *
 * @returns whether everything is as it was before
 */
export async function demonstrateAzure(stage: Stage): Promise<boolean> {
  const { terminal, azure, environment, signal } = stage;
  const photos = new FamilyPhotos(azure.content.connectionString, signal);
  terminal.heading('3  A bad hour: a table is dropped, photos are deleted and painted over');
  const before = await rememberBefore(environment, signal);
  terminal.line(`  ${PHOTOS} photos in the rows; the moment to go back to is ${before.moment}`);
  await breakDatabase(environment);
  const { deleted, overwritten } = await photos.damage();
  terminal.line(`  dropped transcripts, deleted moments, ${deleted} photos deleted, ${overwritten} painted over`);
  const checks = [
    await restoreBeside(stage, before),
    await bringDatabaseBack(stage, before),
    await reap(stage),
    await bringPhotosBack(stage, photos, before),
  ];
  return checks.every(Boolean);
}

async function rememberBefore({ postgres }: LocalEnvironment, signal: AbortSignal): Promise<Before> {
  // listings tell times in whole seconds: the photos lie before the moment, the damage after it
  await sleep(1_100, undefined, { signal });
  const contents = await readContents(postgres.url(DATABASE), signal);
  const sequences = await readSequences(postgres.url(DATABASE));
  const [row] = await query<{ at: Date }>(postgres.url(DATABASE), 'select clock_timestamp() as at');
  await sleep(1_100, undefined, { signal });
  return { moment: (row?.at ?? new Date()).toISOString(), contents, sequences };
}

async function breakDatabase({ postgres }: LocalEnvironment): Promise<void> {
  await query(postgres.url(DATABASE), 'drop table transcripts');
  await query(postgres.url(DATABASE), 'delete from moments where id % 3 = 0');
}

async function restoreBeside(stage: Stage, before: Before): Promise<boolean> {
  const { terminal, environment } = stage;
  terminal.heading('4  Point-in-time restore: a new server as the old one was at that moment');
  const job = await succeed(stage, '/api/pitr-restores', { pointInTime: before.moment, then: 'keep', ttlHours: 1 });
  const { server, host, parity } = job.result as unknown as { server: string; host: string; parity: unknown[] };
  terminal.line(`  server    ${server} on ${host}; ${parity.length} lines of parity with its source`);
  const url = environment.postgres.url(DATABASE).replace('127.0.0.1', host);
  return compare(stage, 'the new server', before, url);
}

async function bringDatabaseBack(stage: Stage, before: Before): Promise<boolean> {
  const { terminal, environment } = stage;
  terminal.heading('5  The same moment into the catalog, then swapped in for the live database');
  const job = await succeed(stage, '/api/pitr-restores', { pointInTime: before.moment, then: 'export' });
  const { exportedBackupId, server } = job.result as unknown as { exportedBackupId: string; server: string };
  const isDeleted = !stage.azure.arm.servers.has(server);
  terminal.line(`  backup    ${exportedBackupId}; its server is ${isDeleted ? 'deleted' : 'STILL THERE'}`);
  const swap = { backupId: exportedBackupId, mode: 'swap', confirm: DATABASE, acceptStorageGrowth: true };
  const { result } = await succeed(stage, '/api/restores', swap);
  terminal.line(`  swapped   the broken database is kept as ${String(result?.['previousDatabase'])}`);
  return (await compare(stage, 'the live database', before, environment.postgres.url(DATABASE))) && isDeleted;
}

/** Its hour is over at once: the demo sets the tag back that the reaper goes by. */
async function reap({ api, azure, terminal, signal }: Stage): Promise<boolean> {
  terminal.heading('6  The reaper deletes the new server when its time is over');
  const clones = [...azure.arm.servers.values()].filter(({ tags }) => tags[UNTIL_TAG] !== undefined);
  for (const clone of clones) clone.tags = { ...clone.tags, [UNTIL_TAG]: new Date(Date.now() - 60_000).toISOString() };
  await api.fire('tick');
  const isGone = (): boolean => clones.every(({ name }) => !azure.arm.servers.has(name));
  for (let looks = 0; looks < 300 && !isGone(); looks += 1) await sleep(200, undefined, { signal });
  for (const { name } of clones) terminal.line(`  ${name} is ${isGone() ? 'deleted' : 'STILL THERE'}`);
  return clones.length > 0 && isGone();
}

async function bringPhotosBack(stage: Stage, photos: FamilyPhotos, { moment }: Before): Promise<boolean> {
  const { terminal, environment } = stage;
  terminal.heading('7  Reconcile: the photos go back to the same moment as the rows that name them');
  const plan = await succeed(stage, '/api/reconciliations', { at: moment, dryRun: true });
  terminal.line(`  dry run   ${tally(plan, 'would come back')}`);
  terminal.line(`  done      ${tally(await succeed(stage, '/api/reconciliations', { at: moment }))}`);
  // those that are live with other content are brought back only when somebody says so
  const wish = { container: 'photos', prefix: '', deletedFrom: moment, overwrite: true };
  terminal.line(`  undelete  ${tally(await succeed(stage, '/api/undeletes', wish))}, with "overwrite"`);
  const { urls, equal } = await photos.follow(environment.postgres.url(DATABASE));
  terminal.line(`  ${equal} of ${urls} URLs in the rows lead to the photo that was there`);
  return urls > 0 && equal === urls;
}

function tally({ result }: PublicJob, became = 'brought back'): string {
  const { checked, present, restored, failed } = result as unknown as Record<string, number | undefined>;
  const looked = checked === undefined ? '' : `${checked} URLs, ${present ?? 0} of them there, `;
  return `${looked}${restored ?? 0} photos ${became}, ${failed ?? 0} failed`;
}

async function compare({ terminal, signal }: Stage, what: string, before: Before, url: string): Promise<boolean> {
  const relations = ({ what: name }: { readonly what: string }): boolean => name !== 'sequences';
  const compared = compareContents(before.contents, await readContents(url, signal)).filter(relations);
  const different = compared.filter(({ isEqual }) => !isEqual).map(({ what: name }) => name);
  if (!areContinued(before.sequences, await readSequences(url))) different.push('sequences');
  const rows = compared.reduce((sum, { rows: own }) => sum + own, 0).toLocaleString('en');
  const verdict = different.length === 0 ? 'equal' : `DIFFERENT: ${different.join(', ')}`;
  terminal.line(
    `  ${what}: ${compared.length} relations, ${rows} rows, ${before.sequences.length} sequences   ${verdict}`,
  );
  return different.length === 0;
}

/** @throws Error when the job does not succeed */
async function succeed({ api, terminal, signal }: Stage, path: string, body: object): Promise<PublicJob> {
  const { jobId } = await api.start(path, body);
  const job = await followJob(api, jobId, terminal, signal);
  if (job.state === 'succeeded') return job;
  const { code, detail, hint } = job.error ?? {};
  throw new Error(`POST ${path}: the job ${job.state}: ${code ?? ''}: ${detail ?? ''}\n${hint ?? ''}`);
}
