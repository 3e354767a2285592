import type { HttpRequest } from '@azure/functions';
import { app } from '../../shared/app';
import { ageHeader, readMaxAgeMs } from '../../shared/http/max-age';
import { catalogAgeMs } from '../../shared/operations/catalog/read-catalog';

/** How old the catalog may be by the wish of the caller, and the header that tells how old it is; for routes that take `max-age`. */
export function catalogAge(request: HttpRequest): { maxAgeMs: number; headers: Record<'age', string> } {
  const maxAgeMs = readMaxAgeMs(request);
  return { maxAgeMs, headers: ageHeader(catalogAgeMs(app().systems, maxAgeMs)) };
}
