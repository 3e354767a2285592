/** Whether an `Accept` header names HTML, and JSON not before it: browsers do, programs that say nothing do not. */
export function prefersHtml(accept: string | null): boolean {
  const types = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  const html = types.indexOf('text/html');
  const jsonAt = types.indexOf('application/json');
  return html !== -1 && (jsonAt === -1 || html < jsonAt);
}
