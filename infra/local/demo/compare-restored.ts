import type { Manifest } from '../../../shared/domain/backup/manifest';
import { DATABASE, type LocalEnvironment } from '../environment/local-environment';
import type { DemoTools } from './choose-demo-tools';
import { compareDatabases } from './compare-databases';
import { readSchemas, RESTORED } from './restore-by-hand';
import type { Terminal } from './terminal';

/**
 * Prints what is equal and what is not: the contents of both databases, the rows that the manifest counted in the
 * archive, and the schemas as pg_dump writes them.
 *
 * @returns whether all of it is equal
 */
export async function compareRestored(
  terminal: Terminal,
  environment: LocalEnvironment,
  tools: DemoTools,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<boolean> {
  const { postgres } = environment;
  const counted = new Map(manifest.contents.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]));
  let isAllEqual = true;
  const show = (what: string, count: number, unit: string, isEqual: boolean): void => {
    isAllEqual &&= isEqual;
    const amount = `${count.toLocaleString('en').padStart(10)} ${unit}`;
    terminal.line(`  ${what.padEnd(28)} ${amount}   ${isEqual ? 'equal' : 'DIFFERENT'}`);
  };
  for (const { what, rows, isEqual } of await compareDatabases(
    postgres.url(DATABASE),
    postgres.url(RESTORED),
    signal,
  )) {
    show(what, rows, 'rows ', isEqual && (counted.get(what) ?? rows) === rows);
  }
  const [before, after] = await readSchemas(environment, tools, signal);
  show('schema (pg_dump)', before.split('\n').length, 'lines', before === after);
  return isAllEqual;
}
