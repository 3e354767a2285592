import type { HostedFunction, Trigger } from './function-catalog';
import { parseRouteTemplate } from './route-template';

type HttpFunction = HostedFunction<Trigger & { kind: 'http' }>;

export interface RouteMatch {
  readonly hosted: HttpFunction;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the function for a request: undefined is a 404, also when only the method differs. */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

/**
 * Goes through the functions in alphabetical order of their names and takes the first that matches, as the real host
 * does: a literal route is not preferred to a parameter.
 * @throws Error when one template is malformed: that takes the whole host down, not only its function.
 */
export function makeRouteTable(functions: readonly HttpFunction[], routePrefix: string): FindRoute {
  const prefix = routePrefix === '' || routePrefix.endsWith('/') ? routePrefix : `${routePrefix}/`;
  const rows = functions.map((hosted) => {
    parseRouteTemplate(hosted.trigger.route); // by itself first: a leading slash would hide behind the prefix
    return { hosted, template: parseRouteTemplate(`${prefix}${hosted.trigger.route}`) };
  });
  return (method, path) => {
    for (const { hosted, template } of rows) {
      if (hosted.trigger.methods.length > 0 && !hosted.trigger.methods.includes(method.toUpperCase())) continue;
      const params = template.match(path);
      if (params !== undefined) return { hosted, params };
    }
    return undefined;
  };
}
