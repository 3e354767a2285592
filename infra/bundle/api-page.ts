import type { Route } from '../../shared/http/route';
import { openapiDocument } from '../../shared/http/openapi';

type Scalar = string | number | boolean;

interface Field {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly Scalar[];
  readonly const?: Scalar;
  readonly default?: Scalar;
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}
interface Operation {
  readonly summary: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Field;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Field }>> };
}

/** docs/api.md: every call with what it takes, from the same description that `GET /api/openapi.json` is made of. */
export function apiPage(routes: readonly Route[]): string {
  const { paths } = openapiDocument(routes) as { paths: Record<string, Record<string, Operation>> };
  const served = routes
    .filter(({ path }) => !path.startsWith('console'))
    .toSorted((one, other) => one.path.localeCompare(other.path));
  const overview = served.map(
    (route) => `| [\`${callOf(route)}\`](#${anchorOf(route)}) | ${roleOf(route)} | ${route.summary} |`,
  );
  const calls = served.map((route) => {
    const operation = paths[`/${route.path}`]?.[route.method.toLowerCase()];
    if (operation === undefined) throw new Error(`${callOf(route)} is not in the OpenAPI document`);
    return callSection(route, operation);
  });
  return `# Every call

Made from the routes by \`npm run docs:settings\`; change the descriptions there (\`functions/http/\`, \`shared/http/schemas.ts\`). A machine reads
the same, with the answers, from \`GET /api/openapi.json\`.

Times are ISO 8601 UTC, sizes bytes. Roles: Admin includes Release, Release includes Read. Errors are \`application/problem+json\` with a \`code\`, a \`detail\` and a
\`hint\` ([errors.md](errors.md)); a field that is not known gets a 400 that names it. What starts a job answers \`202\` with \`Location\` and takes an \`Idempotency-Key\`: the
same key, caller and body give the same job for 7 days.

What takes \`max-age\` is made of the catalog, which is listed anew for each call. With \`Cache-Control: max-age=SECONDS\` (60 at most) it may be one that was
listed so lately, and \`Age\` says how old it is.

A body is JSON in UTF-8, of 64 KiB at most, and is read as that whatever its \`Content-Type\` says: \`curl -d\` calls it a form, and the calls of the
[runbook](runbook.md) are to be typed without one header more. No page of another site can make use of it: who calls is told by the token or key that the call brings, which a
browser adds to nothing by itself; no cookie is set or read.

| call | role | does |
|---|---|---|
${overview.join('\n')}
| \`GET /api/console\` | – | The web page |

${calls.join('\n')}`;
}

const callOf = ({ method, path }: Route): string => `${method} /api/${path}`;

const roleOf = ({ role }: Route): string => (role === 'none' ? '–' : role);

/** As GitHub makes it of a heading: lower case, no punctuation, blanks as hyphens. */
const anchorOf = (route: Route): string =>
  callOf(route)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

function callSection(route: Route, { parameters, requestBody }: Operation): string {
  const asked = parameters.filter((parameter) => parameter.in !== 'header');
  const { properties = {}, required = [] } = requestBody?.content['application/json']?.schema ?? {};
  const rows = [
    ...asked.map(({ name, in: place, required: isNeeded, description, schema }) =>
      fieldRow(name, place, isNeeded, { ...schema, ...(description === undefined ? {} : { description }) }),
    ),
    ...Object.entries(properties).map(([name, field]) => fieldRow(name, 'body', required.includes(name), field)),
  ];
  const table = rows.length === 0 ? '' : `\n| field | in | takes | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  const job = route.startsJob === true ? ', starts a job' : route.takesMaxAge === true ? ', takes `max-age`' : '';
  return `## ${callOf(route)}\n\n${route.summary}. ${route.role === 'none' ? 'Open to everybody' : route.role}${job}.\n${table}`;
}

function fieldRow(name: string, place: string, isNeeded: boolean, field: Field): string {
  const fallback = field.default === undefined ? '' : `; default \`${String(field.default)}\``;
  const shown = isNeeded ? `**\`${name}\`**` : `\`${name}\``;
  return `| ${shown} | ${place} | ${takes(field)} | ${(field.description ?? '').replaceAll('|', '\\|')}${fallback} |`;
}

/** What a field may hold, in a few words. */
function takes({ enum: values, const: only, type, items, properties }: Field): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (only !== undefined) return `\`${String(only)}\``;
  if (items !== undefined) return `list of ${takes(items)}`;
  if (properties !== undefined) return `{${Object.keys(properties).join(', ')}}`;
  return [type ?? 'any'].flat().join(' or ');
}
