import { asFailure } from '../../domain/failure';

/** Said of a route (`POST restores`) that is not among those that this app serves, and where else it is served; else nothing. */
export const notServed = (routes: ReadonlySet<string>, route: string, elsewhere = ''): string[] =>
  routes.has(route) ? [] : [`this app does not serve ${route.replace(' ', ' /api/')}${elsewhere}`];

/** Why something cannot be had, in the words of its failure; nothing when it can. */
export function reasonOf(ask: () => unknown): string[] {
  try {
    ask();
    return [];
  } catch (error) {
    return [asFailure(error).detail];
  }
}
