/** A ticket (product.md §3) is `{"v":1,"jobId":"…"}`, plain text. */
export const TICKET_VERSION = 1;

export const writeTicket = (jobId: string): string => JSON.stringify({ v: TICKET_VERSION, jobId });

/** The job of a ticket; the host may hand JSON text over parsed. Undefined: it is no ticket of ours. */
export function jobOfTicket(message: unknown): string | undefined {
  const ticket = parsed(message) as { v?: unknown; jobId?: unknown } | null;
  if (typeof ticket !== 'object' || ticket?.v !== TICKET_VERSION) return undefined;
  return typeof ticket.jobId === 'string' ? ticket.jobId : undefined;
}

function parsed(message: unknown): unknown {
  if (typeof message !== 'string') return message;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}
