import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { catchUp } from '../../shared/catch-up';
import { endpoint } from '../../shared/http/endpoint';
import type { Handler, Route } from '../../shared/http/route';
import { noteAudit } from '../../shared/operations/audit/note-audit';

const registered: Route[] = [];

/** The routes that this app serves, in the order of their registration. */
export const registeredRoutes = (): readonly Route[] => registered;

/** The calls that this app serves, as `POST restores`: what it does not serve is told as missing. */
export const servedCalls = (): ReadonlySet<string> =>
  new Set(registered.map(({ method, path }) => `${method} ${path}`));

/** Describes a route and gives what registers it: the only way to a function that answers HTTP. */
export function route<const Path extends string, Query = Nothing, Body = Nothing>(
  description: Route<Path, Query, Body>,
  handler: Handler<Path, Query, Body>,
): () => void {
  return () => {
    // decided once: what the host is told to check is what the endpoint relies on
    const guard = process.env['AUTH_MODE']?.trim().toLowerCase() === 'keys' ? 'function-key' : 'token';
    registered.push(description);
    functions.http(description.name, {
      methods: [description.method],
      route: description.path,
      authLevel: guard === 'function-key' && description.role !== 'none' ? 'function' : 'anonymous',
      handler: endpoint(
        () => {
          const { systems, tokenVerifier } = app();
          return { guard, tokenVerifier, catchUp, audit: (entry) => noteAudit(systems, entry) };
        },
        description,
        handler,
      ),
    });
  };
}

type Nothing = Readonly<Record<string, never>>;
