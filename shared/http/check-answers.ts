import { z } from 'zod';
import { CHECK_NAMES } from '../domain/watch/checks';
import { HOP_STATES, HOPS } from '../domain/watch/self-test';
import { listOf, time } from './answers';

export const checksAnswer = listOf(
  z
    .object({
      name: z.enum(CHECK_NAMES).describe('docs/checks.md has what each looks at'),
      database: z.string().optional().describe('configured name, for a check of each database'),
      state: z.enum(['ok', 'failing', 'unknown']).describe('unknown: it could not be looked at'),
      severity: z.enum(['degraded', 'failing']).describe('what it makes of /health while it fails'),
      since: time.describe('when the watch saw it turn to this state; now, when it has not seen that yet'),
      detail: z.string().optional().describe('what and why'),
      hint: z.string().describe('what to do next'),
    })
    .meta({ id: 'Check' }),
  'every check, of each database where it is about one',
).extend({ freshnessMaxHours: z.number().describe('how old the newest verified backup of a database may be') });

export const selfTestAnswer = z
  .object({
    state: z.enum(['ok', 'failed']).describe('failed: one hop is'),
    items: z
      .array(
        z.object({
          hop: z.enum(HOPS).describe('a step on the way to what the app needs'),
          database: z.string().optional().describe('configured name, of a hop of one database'),
          state: z.enum(HOP_STATES).describe('not-tried: one before it failed'),
          durationMs: z.number().int().describe('milliseconds that it took'),
          detail: z.string().describe('what was found, or what is wrong'),
          hint: z.string().optional().describe('what to do next'),
        }),
      )
      .describe('of each database in the order of the way, then what all share'),
  })
  .meta({ id: 'SelfTest' });
