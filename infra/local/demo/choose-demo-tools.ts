import { join } from 'node:path';
import { listPathTools } from '../../../shared/systems/pg-tools/path-tools';
import { canBuildPgTools } from '../../pgtools/can-build';
import { pgtoolsCacheDir } from '../../pgtools/cache';
import { ensurePgTools } from '../../pgtools/ensure';
import { POSTGRES_MAJORS, type PostgresMajor } from '../environment/embedded-postgres';
import { listBundledTools } from '../../../shared/systems/pg-tools/bundled-tools';

/** The client tools that a demo uses, and a server major that they can dump. */
export interface DemoTools {
  readonly origin: 'bundled' | 'path';
  readonly version: string;
  readonly serverMajor: PostgresMajor;
  /** Holds pg_dump and pg_restore, for the restore by hand. */
  readonly binFolder: string;
  /** PGTOOLS_DIR of the app; without bundled tools a folder that has none, so that it looks on PATH. */
  readonly pgtoolsDir: string;
}

const USUAL_MAJOR = 17;
/** The bundled majors; a server is dumped with the smallest that is new enough. */
const BUNDLED_MAJORS = [17, 18];

/**
 * Bundled tools where they are or can be built, else those on PATH. Nothing has been started when this fails.
 *
 * @throws Error that names both remedies
 */
export async function chooseDemoTools(
  wantedMajor: PostgresMajor | undefined,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<DemoTools> {
  const serverMajor = wantedMajor ?? USUAL_MAJOR;
  const toolMajor = BUNDLED_MAJORS.find((major) => major >= serverMajor) ?? serverMajor;
  const bundled = await takeBundled(toolMajor, onProgress, signal);
  if (bundled.tools !== undefined) return { origin: 'bundled', serverMajor, ...bundled.tools };
  const onPath = await listPathTools(process.env['PATH'] ?? '');
  const usable = onPath.filter(({ major }) => major >= (wantedMajor ?? POSTGRES_MAJORS[0]));
  const tools = wantedMajor === undefined ? usable.at(-1) : usable[0];
  if (tools === undefined) throw new Error(remedies(serverMajor, bundled.obstacle));
  const newest = [...POSTGRES_MAJORS].reverse().find((major) => major <= tools.major) ?? POSTGRES_MAJORS[0];
  return {
    origin: 'path',
    version: tools.version,
    serverMajor: wantedMajor ?? newest,
    binFolder: join(tools.files.pg_dump, '..'),
    pgtoolsDir: '/nonexistent',
  };
}

type Bundled =
  | { readonly tools: Pick<DemoTools, 'version' | 'binFolder' | 'pgtoolsDir'> }
  | { readonly tools: undefined; readonly obstacle: string };

/** What is built already, or can be now; a build that fails (no network, no package sources) is no end: PATH may do. */
async function takeBundled(major: number, onProgress: (line: string) => void, signal: AbortSignal): Promise<Bundled> {
  const isPresent = (await listBundledTools([pgtoolsCacheDir()])).some((tools) => tools.major === major);
  const ability = await canBuildPgTools();
  if (!isPresent && !ability.ok) {
    return { tools: undefined, obstacle: `add what a build needs: ${ability.missing.join('; ')}` };
  }
  try {
    const { dir } = await ensurePgTools([major], onProgress, { acceptSigned: true, signal });
    const built = (await listBundledTools([dir])).find((tools) => tools.major === major);
    const binFolder = join(dir, String(major), 'bin');
    return { tools: { version: built?.version ?? '', binFolder, pgtoolsDir: dir } };
  } catch (error) {
    signal.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    onProgress(`${major}: not built: ${detail}`);
    return { tools: undefined, obstacle: `mend the build of the client tools: ${detail}` };
  }
}

function remedies(serverMajor: number, obstacle: string): string {
  return [
    `There are no PostgreSQL client tools for a server ${serverMajor} here, and none can be built. Either`,
    `  - install PostgreSQL client tools, ${serverMajor} or newer (Debian, Ubuntu: apt-get install postgresql-client), or`,
    `  - ${obstacle}.`,
    'Nothing was started.',
  ].join('\n');
}
