import type { Client } from 'pg';
import type { PgConnection } from '../../domain/pg-connection';
import { quoteIdentifier } from '../../domain/sql-names';
import { inBoundedSession } from './one-session';
import type { PgClones, QuietedClone, QuietOutcome } from './pg-clones';

const DATABASES = `
  select datname as name from pg_catalog.pg_database
   where datallowconn and not datistemplate and pg_catalog.has_database_privilege(oid, 'CONNECT') order by 1`;

/** The catalog is shared, but a subscription is altered in its own database only. */
const SUBSCRIPTIONS = `
  select s.subname as name from pg_catalog.pg_subscription s
    join pg_catalog.pg_database d on d.oid = s.subdbid
   where d.datname = current_database() and s.subenabled order by 1`;

const CRON_JOBS = `select jobid::text, coalesce(jobname, command) as name, schedule from cron.job order by jobid`;

/** Sessions whose kind this login may not see count as clients. */
const SESSIONS = `
  select count(*)::int as sessions from pg_catalog.pg_stat_activity
   where coalesce(backend_type, 'client backend') = 'client backend'
     and usename is not null and usename <> 'azuresu' and coalesce(application_name, '') <> 'lifebook-backup'`;

/** The real server, through the package `pg`. */
export function nodePostgresClones(): PgClones {
  return {
    quiet: async (admin, { keepJobs }, signal) => {
      const names = await inBoundedSession(admin, signal, async (client) => {
        const { rows } = await client.query<{ name: string }>(DATABASES);
        return rows.map(({ name }) => name);
      });
      const quieted: QuietedClone[] = [];
      for (const database of names) {
        const connection: PgConnection = { ...admin, database };
        quieted.push(await inBoundedSession(connection, signal, (client) => quietOne(client, database, keepJobs)));
      }
      return {
        subscriptions: quieted.flatMap(({ subscriptions }) => subscriptions),
        cronJobs: quieted.flatMap(({ cronJobs }) => cronJobs),
      };
    },
    countSessions: (connection, signal) =>
      inBoundedSession(connection, signal, async (client) => {
        const { rows } = await client.query<{ sessions: number }>(SESSIONS);
        return rows[0]?.sessions ?? 0;
      }),
  };
}

async function quietOne(client: Client, database: string, keepJobs: boolean): Promise<QuietedClone> {
  const subscriptions: QuietedClone['subscriptions'][number][] = [];
  for (const { name } of (await client.query<{ name: string }>(SUBSCRIPTIONS)).rows) {
    const outcome = await attempt(client, 'disabled', `alter subscription ${quoteIdentifier(name)} disable`, []);
    subscriptions.push({ database, name, outcome });
  }
  const cronJobs: QuietedClone['cronJobs'][number][] = [];
  for (const job of await readCronJobs(client)) {
    const outcome = keepJobs
      ? 'kept'
      : await attempt(client, 'unscheduled', 'select cron.unschedule($1::bigint)', [job.jobid]);
    cronJobs.push({ database, name: job.name.slice(0, 200), schedule: job.schedule, outcome });
  }
  return { subscriptions, cronJobs };
}

async function readCronJobs(client: Client): Promise<{ jobid: string; name: string; schedule: string }[]> {
  const there = await client.query<{ there: boolean }>(`select to_regclass('cron.job') is not null as there`);
  if (there.rows[0]?.there !== true) return [];
  return (await client.query<{ jobid: string; name: string; schedule: string }>(CRON_JOBS)).rows;
}

async function attempt(client: Client, done: QuietOutcome, text: string, values: string[]): Promise<QuietOutcome> {
  try {
    await client.query(text, values);
    return done;
  } catch (error) {
    // an SQLSTATE: the server answered, and the session goes on
    const { code, message } = error as { code?: string; message?: string };
    if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return `refused: ${message ?? code}`;
  }
}
