import { z } from 'zod';

/** An option of the command line, made from a field of the schema that the app parses. */
export interface Field {
  /** Where it stands in the body or query: `['release', 'version']`. */
  readonly path: readonly string[];
  /** `release-version`, without the dashes. */
  readonly flag: string;
  readonly type: 'flag' | 'number' | 'text' | 'list';
  readonly choices: readonly string[] | undefined;
  readonly description: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const flagOf = (path: readonly PropertyKey[]): string => path.map((name) => kebab(String(name))).join('-');

/** The fields of a schema, those of objects in it included, in the schema's order. */
export function fieldsOf(schema: z.ZodType | undefined): Field[] {
  return schema === undefined ? [] : collect(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema, []);
}

function collect({ properties = {} }: JsonSchema, above: readonly string[]): Field[] {
  return Object.entries(properties).flatMap(([name, schema]): Field[] => {
    const path = [...above, name];
    if (schema.type === 'object') return collect(schema, path);
    const choices = schema.const === undefined ? schema.enum : [schema.const];
    return [
      {
        path,
        flag: flagOf(path),
        type: typeOf(schema),
        choices: choices?.map(String),
        description: schema.description ?? '',
      },
    ];
  });
}

function typeOf({ type }: JsonSchema): Field['type'] {
  if (type === 'boolean') return 'flag';
  if (type === 'array') return 'list';
  return type === 'integer' || type === 'number' ? 'number' : 'text';
}

/** What was given, by flag, as the object that the schema parses. A number that is none stays text: the schema says so. */
export function objectOf(fields: readonly Field[], given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { path, flag, type } of fields) {
    const value = given[flag];
    if (value === undefined) continue;
    const isNumber = type === 'number' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
    let place = object;
    for (const name of path.slice(0, -1)) place = (place[name] ??= {}) as Record<string, unknown>;
    place[path.at(-1) ?? ''] = isNumber ? Number(value) : value;
  }
  return object;
}

/** What is wrong with the object, in the words of the schema and the names of the options; undefined: nothing. */
export function complaint(schema: z.ZodType, object: unknown, argumentsOf: readonly string[]): string | undefined {
  const result = schema.safeParse(object);
  if (result.success) return undefined;
  return result.error.issues
    .map(({ path, message }) => {
      const flag = flagOf(path.filter((part) => typeof part === 'string'));
      const name = argumentsOf.includes(flag) ? `<${flag}>` : `--${flag}`;
      return `${name}: ${message.startsWith('Invalid input') ? 'is missing or of the wrong type' : message}`;
    })
    .join('; ');
}
