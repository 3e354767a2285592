import type { Client } from 'pg';
import type { PgConnection } from '../../domain/pg-connection';
import { connect, type PgSession } from './client';
import { ANSWER_TIMEOUT_MS, BOUNDED, UNBOUNDED } from './session-settings';

type Work<T> = (client: Client) => Promise<T>;

/** A session for questions that must not hang. */
export async function inBoundedSession<T>(
  connection: PgConnection,
  signal: AbortSignal | undefined,
  work: Work<T>,
): Promise<T> {
  return closing(await connect(connection, BOUNDED, signal, ANSWER_TIMEOUT_MS), work);
}

/** A session for work that takes as long as it takes, whatever time-outs the server, database or role is set to. */
export async function inUnboundedSession<T>(
  connection: PgConnection,
  signal: AbortSignal | undefined,
  work: Work<T>,
): Promise<T> {
  return closing(await connect(connection, UNBOUNDED, signal), work);
}

async function closing<T>(session: PgSession, work: Work<T>): Promise<T> {
  try {
    return await session.ask(work);
  } finally {
    await session.close();
  }
}
