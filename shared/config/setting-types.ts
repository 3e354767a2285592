import { parseSchedule } from './schedule';
import { SettingProblem } from './setting-problem';

/** One row of the settings table. `parse` gets the text, or undefined when it is not set, and throws a `SettingProblem`. */
export interface Setting<T> {
  readonly parse: (text: string | undefined) => T;
  readonly fallback: string | undefined;
  readonly accepts: string;
  readonly doc: string;
}

export function integer(fallback: number, min: number, max: number, unit: string, doc: string): Setting<number> {
  return {
    fallback: String(fallback),
    accepts: `whole number ${min}–${max} (${unit})`,
    doc,
    parse: (text) => {
      if (text === undefined) return fallback;
      const value = /^\d{1,12}$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (Number.isInteger(value) && value >= min && value <= max) return value;
      throw new SettingProblem(`must be a whole number from ${min} to ${max} (${unit})`);
    },
  };
}

/** Above 0, at most 1. */
export function share(fallback: number, doc: string): Setting<number> {
  return {
    fallback: String(fallback),
    accepts: 'above 0, at most 1',
    doc,
    parse: (text) => {
      if (text === undefined) return fallback;
      const value = /^\d{0,3}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (value > 0 && value <= 1) return value;
      throw new SettingProblem('must be a number above 0 and at most 1');
    },
  };
}

export function boolean(fallback: boolean, doc: string): Setting<boolean> {
  return {
    fallback: String(fallback),
    accepts: '`true` or `false`',
    doc,
    parse: (text) => {
      if (text === undefined) return fallback;
      const word = text.trim().toLowerCase();
      if (word === 'true' || word === '1') return true;
      if (word === 'false' || word === '0') return false;
      throw new SettingProblem('must be true or false');
    },
  };
}

export function choice<const C extends string, const F extends C | undefined>(
  choices: readonly C[],
  fallback: F,
  doc: string,
): Setting<C | F> {
  return {
    fallback,
    accepts: choices.map((word) => `\`${word}\``).join(', '),
    doc,
    parse: (text) => {
      if (text === undefined) return fallback;
      const found = choices.find((word) => word === text.trim().toLowerCase());
      if (found !== undefined) return found;
      throw new SettingProblem(`must be one of ${choices.join(', ')}`);
    },
  };
}

export function text<const F extends string | undefined>(fallback: F, doc: string): Setting<string | F> {
  return { fallback, accepts: 'text', doc, parse: (value) => value?.trim() ?? fallback };
}

/** A GUID, in lower case. */
export function guid(doc: string): Setting<string | undefined> {
  return {
    fallback: undefined,
    accepts: 'GUID',
    doc,
    parse: (value) => {
      const id = value?.trim().toLowerCase();
      if (id === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
      throw new SettingProblem('must be a GUID');
    },
  };
}

export function schedule(fallback: string, doc: string): Setting<string> {
  return {
    fallback,
    accepts: 'six-field NCRONTAB',
    doc,
    parse: (value) => {
      const expression = value?.trim() ?? fallback;
      parseSchedule(expression);
      return expression;
    },
  };
}

/** Parts of host names, lower case: a host with one of them in it matches. */
export function hostParts(fallback: string, doc: string): Setting<readonly string[]> {
  return {
    fallback,
    accepts: 'parts of host names, separated by commas',
    doc,
    parse: (value) => {
      const parts = (value ?? fallback)
        .toLowerCase()
        .split(',')
        .map((part) => part.trim());
      if (parts.every((part) => /^[a-z0-9._-]+$/.test(part))) return parts;
      throw new SettingProblem('must be parts of host names, separated by commas; patterns such as "*" are not known');
    },
  };
}
/** `schema.table.column`, separated by commas. */
export interface QualifiedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

export function columns(fallback: string, doc: string): Setting<QualifiedColumn[]> {
  return {
    fallback,
    accepts: '`schema.table.column`, separated by commas',
    doc,
    parse: (value) =>
      names(value ?? fallback).map((name) => {
        const [schema, table, column, ...rest] = name.split('.');
        if (schema && table && column && rest.length === 0) return { schema, table, column };
        throw new SettingProblem('must be schema.table.column, separated by commas');
      }),
  };
}

export function list(fallback: string | undefined, doc: string): Setting<string[]> {
  return { fallback, accepts: 'names, separated by commas', doc, parse: (value) => names(value ?? fallback ?? '') };
}

const names = (value: string): string[] =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
