import { z } from 'zod';

const ticketShape = z.object({ v: z.literal(1), jobId: z.string() });

/** The job of a ticket; JSON text may arrive parsed already. Undefined: it is no ticket of ours. */
export function jobOfTicket(message: unknown): string | undefined {
  try {
    const value: unknown = typeof message === 'string' ? JSON.parse(message) : message;
    return ticketShape.parse(value).jobId;
  } catch {
    return undefined;
  }
}
