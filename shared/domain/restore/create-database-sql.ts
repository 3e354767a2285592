import type { DatabaseProperties } from '../backup/manifest';
import { quoteIdentifier, quoteLiteral } from '../sql-names';

/**
 * CREATE DATABASE with the encoding and locale of the one that was dumped, in the words of the server's major: providers
 * are named from 15 on, `builtin` from 17 on. A server that lacks the provider gets the libc locale of the same database.
 */
export function createDatabaseSql(
  name: string,
  { encoding, locale }: Pick<DatabaseProperties, 'encoding' | 'locale'>,
  serverMajor: number,
): string {
  const options = [
    'TEMPLATE template0',
    `ENCODING ${quoteLiteral(encoding)}`,
    ...(locale.collate === null ? [] : [`LC_COLLATE ${quoteLiteral(locale.collate)}`]),
    ...(locale.ctype === null ? [] : [`LC_CTYPE ${quoteLiteral(locale.ctype)}`]),
    ...provider(locale, serverMajor),
  ];
  return `CREATE DATABASE ${quoteIdentifier(name)} ${options.join(' ')}`;
}

function provider({ provider: name, locale }: DatabaseProperties['locale'], serverMajor: number): string[] {
  if (serverMajor < 15) return [];
  if (name === 'icu' && locale !== null) return ['LOCALE_PROVIDER icu', `ICU_LOCALE ${quoteLiteral(locale)}`];
  if (name === 'builtin' && locale !== null && serverMajor >= 17) {
    return ['LOCALE_PROVIDER builtin', `BUILTIN_LOCALE ${quoteLiteral(locale)}`];
  }
  return ['LOCALE_PROVIDER libc'];
}
