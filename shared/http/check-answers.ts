import { z } from 'zod';
import { CHECK_NAMES } from '../domain/watch/checks';
import { HOP_STATES, HOPS } from '../domain/watch/self-test';
import { listOf } from './answers';

export const checksAnswer = listOf(
  z
    .object({
      name: z.enum(CHECK_NAMES),
      database: z.string().optional().describe('configured name, for a check of each database'),
      state: z.enum(['ok', 'failing', 'unknown']).describe('unknown: it could not be looked at'),
      severity: z.enum(['degraded', 'failing']).describe('what it makes of /health while it fails'),
      since: z.iso.datetime(),
      detail: z.string().optional().describe('what and why'),
      hint: z.string().describe('what to do next'),
    })
    .meta({ id: 'Check' }),
).extend({ freshnessMaxHours: z.number().describe('how old the newest verified backup of a database may be') });

export const selfTestAnswer = z
  .object({
    state: z.enum(['ok', 'failed']).describe('failed: one hop is'),
    items: z.array(
      z.object({
        hop: z.enum(HOPS),
        database: z.string().optional().describe('configured name, of a hop of one database'),
        state: z.enum(HOP_STATES).describe('not-tried: one before it failed'),
        durationMs: z.number().int(),
        detail: z.string().describe('what was found, or what is wrong'),
        hint: z.string().optional().describe('what to do next'),
      }),
    ),
  })
  .meta({ id: 'SelfTest' });
