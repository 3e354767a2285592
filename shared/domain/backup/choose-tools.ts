import { Failure } from '../failure';

/** What choosing needs to know of a set of client tools. */
export interface ToolFacts {
  readonly major: number;
  readonly version: string;
  readonly compressions: readonly string[];
}

/** pg_dump releases known to lose data (azure-facts.md, "PostgreSQL"). */
const LOSE_DATA: Readonly<Record<string, string>> = {
  '18.1': 'loses sequence positions (mended in 18.2)',
};

/**
 * The smallest bundled major that is at least the server's and can do zstd; else the smallest such on PATH, with
 * whatever compression it knows. pg_dump must be at least as new as the server.
 *
 * @throws Failure `pg-tools-missing`, `pg-tools-too-old`, `pg-tools-lose-data`
 */
export function chooseTools<T extends ToolFacts>(serverMajor: number, bundled: readonly T[], onPath: readonly T[]): T {
  if (bundled.length + onPath.length === 0) {
    throw new Failure('pg-tools-missing', 'there are no PostgreSQL client tools, neither bundled nor on PATH');
  }
  const newEnough = (tools: T): boolean => tools.major >= serverMajor;
  const bySize = (one: T, other: T): number => one.major - other.major;
  const candidates = [
    ...bundled.filter((tools) => newEnough(tools) && tools.compressions.includes('zstd')).sort(bySize),
    ...onPath.filter(newEnough).sort(bySize),
  ];
  const chosen = candidates.find((tools) => LOSE_DATA[tools.version] === undefined);
  if (chosen !== undefined) return chosen;
  const [faulty] = candidates;
  if (faulty !== undefined) {
    throw new Failure('pg-tools-lose-data', `pg_dump ${faulty.version} ${LOSE_DATA[faulty.version] ?? ''}`);
  }
  const newest = [...bundled, ...onPath].sort(bySize).at(-1);
  throw new Failure(
    'pg-tools-too-old',
    `the server is PostgreSQL ${serverMajor}, the newest client tools are ${newest?.version ?? 'none'}`,
  );
}
