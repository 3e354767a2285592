import { routeConstraint } from './route-constraints';

/** A route template such as `jobs/{jobId}` or `files/{*path}`, ready to match paths. */
export interface RouteTemplate {
  /** The parameters, decoded; undefined when the path is another one. Letter case does not matter in literals. */
  match(path: string): Readonly<Record<string, string>> | undefined;
}

interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly defaultValue: string | undefined;
  readonly checks: readonly ((value: string) => boolean)[];
}

/** Either literal text or parameters with text around them. */
interface Segment {
  readonly expression: RegExp;
  readonly parameters: readonly Parameter[];
}

const PARAMETER = /\{((?:[^{}]|\{\{|\}\})*)\}/g;

/** @throws Error for a malformed template or an unknown constraint: the real host then answers 503 to everything. */
export function parseRouteTemplate(template: string): RouteTemplate {
  if (template.startsWith('/') || template.startsWith('~')) {
    throw new Error(`the route template '${template}' must not start with '/' or '~'`);
  }
  const segments = template === '' ? [] : splitSegments(template).map((text) => parseSegment(text, template));
  assertSound(segments, template);
  return {
    match: (path) =>
      matchSegments(
        segments,
        path.split('/').filter((part) => part !== ''),
      ),
  };
}

/** At slashes that do not stand inside braces, where a regular expression may have some. */
function splitSegments(template: string): string[] {
  const withoutParameters = template.replaceAll(PARAMETER, (parameter) => '\0'.repeat(parameter.length));
  if (/[{}]/.test(withoutParameters)) throw new Error(`the route template '${template}' has an unmatched brace`);
  const segments: string[] = [];
  let start = 0;
  for (let index = 0; index <= template.length; index += 1) {
    if (index === template.length || withoutParameters[index] === '/') {
      segments.push(template.slice(start, index));
      start = index + 1;
    }
  }
  if (segments.at(-1) === '') segments.pop(); // a slash at the end
  return segments;
}

function parseSegment(text: string, template: string): Segment {
  if (text === '') throw new Error(`the route template '${template}' has an empty segment`);
  const parameters: Parameter[] = [];
  let source = '';
  let end = 0;
  for (const match of text.matchAll(PARAMETER)) {
    if (match.index === end && end > 0)
      throw new Error(`the route template '${template}' has two parameters without text between them`);
    const parameter = parseParameter(match[1] ?? '', template);
    parameters.push(parameter);
    source += escapeLiteral(text.slice(end, match.index)) + (match[0] === text ? '(.+)' : '(.+?)');
    end = match.index + match[0].length;
  }
  source += escapeLiteral(text.slice(end));
  return { expression: new RegExp(`^${source}$`, 'i'), parameters };
}

function parseParameter(text: string, template: string): Parameter {
  const match = /^(\*{0,2})([^*?:=/]+?)((?::(?:[^:(=?]|\((?:[^()]|\([^()]*\))*\))+)*)(\?)?(?:=(.*))?$/s.exec(text);
  if (match === null) throw new Error(`the route template '${template}' has a malformed parameter '{${text}}'`);
  const [, stars, name, constraints, question, defaultValue] = match;
  return {
    name: name ?? '',
    isCatchAll: stars !== '',
    isOptional: question !== undefined,
    defaultValue,
    checks: [...(constraints ?? '').matchAll(/:((?:[^:(]|\((?:[^()]|\([^()]*\))*\))+)/g)].map((found) =>
      routeConstraint(found[1] ?? ''),
    ),
  };
}

function assertSound(segments: readonly Segment[], template: string): void {
  const names = segments.flatMap(({ parameters }) => parameters.map(({ name }) => name.toLowerCase()));
  if (new Set(names).size < names.length) throw new Error(`the route template '${template}' names a parameter twice`);
  const catchAll = segments.findIndex(({ parameters }) => parameters.some(({ isCatchAll }) => isCatchAll));
  if (catchAll >= 0 && catchAll < segments.length - 1) {
    throw new Error(`the route template '${template}' has a catch-all parameter before its end`);
  }
}

function matchSegments(
  segments: readonly Segment[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const first = segment.parameters[0];
    const part = first?.isCatchAll === true ? path.slice(index).join('/') : path[index];
    if (first !== undefined && (part === undefined || part === '')) {
      if (!first.isOptional && !first.isCatchAll && first.defaultValue === undefined) return undefined;
      if (first.defaultValue !== undefined) params[first.name] = first.defaultValue;
      continue;
    }
    if (part === undefined || !takeValues(segment, part, params)) return undefined;
    if (first?.isCatchAll === true) return params;
  }
  return path.length <= segments.length ? params : undefined;
}

function takeValues(segment: Segment, part: string, params: Record<string, string>): boolean {
  const match = segment.expression.exec(segment.parameters.length === 0 ? decode(part) : part);
  if (match === null) return false;
  for (const [index, { name, checks }] of segment.parameters.entries()) {
    const value = decode(match[index + 1] ?? '');
    if (!checks.every((check) => check(value))) return false;
    params[name] = value;
  }
  return true;
}

/** As the host decodes a path: everything but an escaped slash. */
function decode(part: string): string {
  try {
    return part
      .split(/(%2f)/i)
      .map((piece) => (/^%2f$/i.test(piece) ? piece : decodeURIComponent(piece)))
      .join('');
  } catch {
    return part;
  }
}

function escapeLiteral(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
