import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { monthOfJob } from '../../domain/jobs/job-id';
import { Failure } from '../../domain/failure';
import { hasEnded, JOB_KINDS, JOB_STATES, type JobRecord } from '../../domain/jobs/job';
import type { Duty } from '../../domain/jobs/what-is-due';
import type { TickName } from '../../domain/access/app-role';
import type { JobLedger, RememberedRequest, VersionedRecord } from './job-ledger';
import type { StateContainer } from './state-container';

const openName = (jobId: string): string => `jobs/${jobId}.json`;
const doneName = (jobId: string): string => `jobs/done/${monthOfJob(jobId)}/${jobId}.json`;
const factsName = (jobId: string, name: string): string => `jobs/facts/${jobId}/${name}.json`;
const keyName = (key: string): string => `keys/${key}.json`;
const lastName = (what: TickName | Duty): string => `locks/last-${what}.json`;

const INSTALLATION = 'installation.json';
const installationShape = z.object({ id: z.string() });

/** What the engine needs to find in a record; the rest is as it was written. */
const recordShape = z.looseObject({
  recordVersion: z.literal(1),
  jobId: z.string(),
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  attempt: z.number(),
});
const keyShape = z.object({ jobId: z.string(), bodyHash: z.string(), at: z.iso.datetime() });

/** The ledger in the state container: `jobs/`, `jobs/done/yyyy-mm/`, `keys/`, `backups/` (docs/format.md). */
export class AzureBlobJobLedger implements JobLedger {
  private installation: string | undefined;

  constructor(private readonly state: StateContainer) {}

  async create(record: JobRecord): Promise<'created' | 'exists'> {
    const version = await this.state.write(openName(record.jobId), record, 'absent');
    if (version === undefined) return 'exists';
    if ((await this.state.read(doneName(record.jobId))) === undefined) return 'created';
    // it had ended and was filed away: the new record must not run it again
    await this.state.remove(openName(record.jobId));
    return 'exists';
  }

  async read(jobId: string): Promise<VersionedRecord | undefined> {
    const open = await this.state.read(openName(jobId));
    const found = open ?? (await this.state.read(doneName(jobId)));
    if (found === undefined) return undefined;
    return { record: parseRecord(jobId, found.value), version: found.version, isFiled: open === undefined };
  }

  update(record: JobRecord, version: string): Promise<string | undefined> {
    return this.state.write(openName(record.jobId), record, { version });
  }

  async amend(jobId: string, change: (record: JobRecord) => JobRecord): Promise<void> {
    for (;;) {
      const found = await this.read(jobId);
      if (found === undefined) return;
      const name = found.isFiled ? doneName(jobId) : openName(jobId);
      if ((await this.state.write(name, change(found.record), { version: found.version })) !== undefined) return;
    }
  }

  async *listOpen(): AsyncIterable<JobRecord> {
    for await (const name of this.state.names('jobs/', false)) {
      const found = await this.state.read(name);
      // what another version wrote must not keep the others from being seen
      if (found !== undefined && recordShape.safeParse(found.value).success) yield found.value as JobRecord;
    }
  }

  async *listIds(): AsyncIterable<string> {
    const newestFirst = async (folder: string): Promise<string[]> => {
      const ids: string[] = [];
      for await (const name of this.state.names(folder, false)) ids.push(name.slice(folder.length, -'.json'.length));
      return ids.reverse();
    };
    // an old job may still be open: it stands among the filed ones of its time
    const open = await newestFirst('jobs/');
    let last: string | undefined;
    for (const month of (await this.state.folders('jobs/done/')).reverse()) {
      for (const id of await newestFirst(month)) {
        while (open[0] !== undefined && open[0] > id) yield (last = open.shift() ?? '');
        if (id !== last) yield (last = id);
      }
    }
    for (const id of open) if (id !== last) yield id;
  }

  /** First the copy, then the removal: in between the job is there twice, never not at all. */
  async fileAway(jobId: string): Promise<void> {
    const found = await this.state.read(openName(jobId));
    if (found === undefined || !hasEnded(parseRecord(jobId, found.value))) return;
    await this.state.write(doneName(jobId), found.value, 'any');
    if (!(await this.state.removeVersion(openName(jobId), found.version))) {
      // opened again in between: the copy is not its end
      return this.state.remove(doneName(jobId));
    }
    for await (const facts of this.state.names(`jobs/facts/${jobId}/`, true)) await this.state.remove(facts);
  }

  async saveFacts(jobId: string, name: string, facts: unknown): Promise<void> {
    await this.state.write(factsName(jobId, name), facts, 'any');
  }

  async readFacts(jobId: string, name: string): Promise<unknown> {
    return (await this.state.read(factsName(jobId, name)))?.value;
  }

  async reserveBackupId(backupId: string, jobId: string): Promise<boolean> {
    const name = `backups/${backupId}.json`;
    if ((await this.state.write(name, { jobId }, 'absent')) !== undefined) return true;
    const held = z.looseObject({ jobId: z.string() }).safeParse((await this.state.read(name))?.value);
    return held.success && held.data.jobId === jobId;
  }

  async rememberKey(key: string, value: RememberedRequest, forgetBefore: Date): Promise<RememberedRequest | undefined> {
    const name = keyName(key);
    for (;;) {
      if ((await this.state.write(name, value, 'absent')) !== undefined) return undefined;
      const found = await this.state.read(name);
      if (found === undefined) continue;
      const earlier = remembered(found.value, forgetBefore);
      if (earlier !== undefined) return earlier;
      if ((await this.state.write(name, value, { version: found.version })) !== undefined) return undefined;
    }
  }

  async recallKey(key: string, forgetBefore: Date): Promise<RememberedRequest | undefined> {
    const found = await this.state.read(keyName(key));
    return found === undefined ? undefined : remembered(found.value, forgetBefore);
  }

  /** Never changes once it is there, so it is asked for once. */
  async installationId(): Promise<string> {
    this.installation ??= await this.readInstallation();
    return this.installation;
  }

  private async readInstallation(): Promise<string> {
    const made = { id: randomUUID() };
    const found = await this.state.read(INSTALLATION);
    if (found === undefined && (await this.state.write(INSTALLATION, made, 'absent')) !== undefined) return made.id;
    return installationShape.parse((found ?? (await this.state.read(INSTALLATION)))?.value).id;
  }

  noteTick(name: TickName, at: Date): Promise<void> {
    return this.noteTime(name, at);
  }

  lastTickAt(name: TickName): Promise<Date | undefined> {
    return this.lastTime(name);
  }

  noteDuty(duty: Duty, at: Date): Promise<void> {
    return this.noteTime(duty, at);
  }

  lastDutyAt(duty: Duty): Promise<Date | undefined> {
    return this.lastTime(duty);
  }

  private async noteTime(what: TickName | Duty, at: Date): Promise<void> {
    await this.state.write(lastName(what), { at: at.toISOString() }, 'any');
  }

  private async lastTime(what: TickName | Duty): Promise<Date | undefined> {
    const found = z.object({ at: z.iso.datetime() }).safeParse((await this.state.read(lastName(what)))?.value);
    return found.success ? new Date(found.data.at) : undefined;
  }
}

function remembered(value: unknown, forgetBefore: Date): RememberedRequest | undefined {
  const earlier = keyShape.parse(value);
  return Date.parse(earlier.at) >= forgetBefore.getTime() ? earlier : undefined;
}

function parseRecord(jobId: string, value: unknown): JobRecord {
  if (recordShape.safeParse(value).success) return value as JobRecord;
  throw new Failure('storage-conflict', `the record of ${jobId} was written by another version of this app`);
}
