import type { Client, QueryConfig } from 'pg';
import { inUnboundedSession } from './one-session';
import type { PgQuestions, Question, Row, ServerDescription } from './pg-questions';

/** 16 took SET apart from being a member. */
const BECOMES = `case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end`;
const SERVER = `
  select split_part(current_setting('server_version'), ' ', 1) as version,
         current_setting('server_version_num')::int / 10000 as major,
         array(select rolname::text from pg_catalog.pg_roles where pg_has_role(current_user, oid, ${BECOMES})) as "ownRoles"`;
/** Longer than any sensible assertion, shorter than a night. */
const PATIENCE = `set local statement_timeout = '15min'`;

/** The default of every server; this app's own sessions have an empty one. */
const DEFAULT_PATH = '"$user", public';

/** The real server, through the package `pg`. */
export function nodePostgresQuestions(): PgQuestions {
  return {
    describe: (connection, signal) => inUnboundedSession(connection, signal, describe),
    rows: (connection, question, signal) =>
      inUnboundedSession(connection, signal, (client) => readRows(client, question)),
  };
}

async function describe(client: Client): Promise<ServerDescription> {
  const { rows } = await client.query<ServerDescription>(SERVER);
  if (rows[0] === undefined) throw new Error('the server described itself in no row');
  return rows[0];
}

async function readRows(client: Client, { select, limit, searchPath }: Question): Promise<Row[]> {
  await client.query('begin read only');
  await client.query(PATIENCE);
  await client.query(`select set_config('search_path', $1, true)`, [searchPath ?? DEFAULT_PATH]);
  // the extended protocol takes one statement alone: nothing can end the transaction and go on
  await client.query(onlyStatement(`declare asked no scroll cursor for\n${select}`));
  const asText = { getTypeParser: () => (value: string) => value };
  const { rows } = await client.query<Row>({ text: `fetch ${limit} from asked`, types: asText });
  await client.query('rollback');
  return rows;
}

const onlyStatement = (text: string): QueryConfig => ({ text, queryMode: 'extended' }) as QueryConfig;
