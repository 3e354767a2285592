import { parseArgs } from 'node:util';
import { POSTGRES_MAJORS, type PostgresMajor } from '../environment/embedded-postgres';

export interface DemoOptions {
  readonly sizeBytes: number;
  readonly major: PostgresMajor | undefined;
  /** Go on with point-in-time restore, undelete and reconcile on simulators of Azure. */
  readonly isAzureSimulated: boolean;
}

export const OPTION_HELP = `  --size 100MB      family data to make, 1MB to 20GB (default 100MB)
  --major 17        PostgreSQL server: ${POSTGRES_MAJORS.join(', ')} (default 17)
  --azure           also point-in-time restore and photos brought back, with Azure simulated (\`npm start\` always has it)
  --help            this text`;

/** Ends the program with exit code 2 when an option cannot be used. @returns undefined for --help */
export function readOptionsOrExit(): DemoOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${OPTION_HELP}\n`);
    process.exit(2);
  }
}

/** @returns undefined for --help @throws Error for an option that cannot be used */
export function readOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ size: { type: 'string' }, major: { type: 'string' }, azure: { type: 'boolean' }, help: { type: 'boolean' } },
    },
  });
  if (values.help === true) return undefined;
  const major = POSTGRES_MAJORS.find((candidate) => String(candidate) === values.major);
  if (values.major !== undefined && major === undefined) {
    throw new Error(`--major must be one of ${POSTGRES_MAJORS.join(', ')}`);
  }
  return { sizeBytes: readSize(values.size ?? '100MB'), major, isAzureSimulated: values.azure === true };
}

function readSize(text: string): number {
  const match = /^(\d{1,5})\s*(MB|GB)$/i.exec(text.trim());
  const bytes = Number(match?.[1]) * (match?.[2]?.toUpperCase() === 'GB' ? 1e9 : 1e6);
  if (bytes >= 1e6 && bytes <= 20e9) return bytes;
  throw new Error('--size must be from 1MB to 20GB, for example 200MB');
}
