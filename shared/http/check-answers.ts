import { z } from 'zod';
import { CHECK_NAMES } from '../domain/checks';
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
);
