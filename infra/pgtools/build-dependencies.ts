import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { createPrivateApt, downloadPackages, readDebianArchives, updateLists } from './apt';
import { binaryEntries } from './apt-sources';
import { isOnPath } from './can-build';
import { attempt, CommandFailed, inFolder, run, type Workplace } from './command';
import { PgToolsError } from './failure';

/** What configure and make need beyond a C compiler: where it is, be it the machine's or fetched for this build only. */
export interface BuildDependencies {
  readonly env: NodeJS.ProcessEnv;
  /** A folder with nothing but static libraries: a linker that looks there first never sees a shared one. */
  readonly staticLibraries: string;
  readonly includeFolders: readonly string[];
}

const TOOLS: Readonly<Record<string, string>> = {
  make: 'make',
  bison: 'bison',
  flex: 'flex',
  patch: 'patch',
  bzip2: 'bzip2',
  xz: 'xz-utils',
};

/** Library to link in, and the Debian package that has its archive and headers. */
const LIBRARIES: Readonly<Record<string, string>> = {
  'libssl.a': 'libssl-dev',
  'libcrypto.a': 'libssl-dev',
  'libzstd.a': 'libzstd-dev',
  'liblz4.a': 'liblz4-dev',
  'libz.a': 'zlib1g-dev',
};

/** Modules that PostgreSQL's generators use and that Debian's minimal perl-base lacks. */
const PERL_MODULES = ['FindBin', 'Data::Dumper', 'Getopt::Long', 'File::Spec'];

const MULTIARCH = 'x86_64-linux-gnu';

/** Finds what the build needs on this machine and fetches what is missing into the build's folder. Needs no root. */
export async function prepareBuildDependencies(place: Workplace): Promise<BuildDependencies> {
  const prefix = join(place.folder, 'prefix');
  const missing = await missingPackages(place);
  if (missing.length > 0) await fetchInto(prefix, place, missing);
  const env = prefixEnvironment(prefix, place.env);
  const staticLibraries = await collectStaticLibraries(inFolder(place, place.folder, env), prefix);
  const includeFolders = [join(prefix, 'usr/include'), join(prefix, 'usr/include', MULTIARCH)].filter((name) =>
    existsSync(name),
  );
  return { env, staticLibraries, includeFolders };
}

async function missingPackages(place: Workplace): Promise<string[]> {
  const path = place.env['PATH'];
  const missing = new Set(Object.entries(TOOLS).flatMap(([tool, name]) => (isOnPath(tool, path) ? [] : [name])));
  for (const [library, name] of Object.entries(LIBRARIES)) {
    if ((await findLibrary(place, library)) === undefined) missing.add(name);
  }
  const perl = await attempt(place, 'perl', [...PERL_MODULES.map((name) => `-M${name}`), '-e', '1']);
  if (perl.code !== 0) missing.add('perl');
  return [...missing];
}

async function fetchInto(prefix: string, place: Workplace, packages: readonly string[]): Promise<void> {
  const apt = createPrivateApt(place, join(place.folder, 'apt-packages'), binaryEntries(readDebianArchives()));
  try {
    await updateLists(apt);
    for (const file of await downloadPackages(apt, packages)) {
      // A second C library on the library path would break every command that is started with it.
      if (!/^(libc6|libc-bin)_/.test(basename(file))) await run(place, 'dpkg-deb', '-x', file, prefix);
    }
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new PgToolsError(
      `the build needs ${packages.join(', ')}, and fetching them failed: ${error.message}`,
      `install them: apt-get update && apt-get install ${packages.join(' ')}`,
      place.logFile,
    );
  }
}

/** The variables that make unpacked packages work where they were not meant to be. */
function prefixEnvironment(prefix: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inPrefix = (name: string): string => join(prefix, name);
  const perlFolders = ['usr/share/perl', join('usr/lib', MULTIARCH, 'perl')].map(inPrefix).flatMap(subfolders);
  const fetched: NodeJS.ProcessEnv = {
    ...(existsSync(inPrefix('usr/bin/m4')) ? { M4: inPrefix('usr/bin/m4') } : {}),
    ...(existsSync(inPrefix('usr/share/bison')) ? { BISON_PKGDATADIR: inPrefix('usr/share/bison') } : {}),
    ...(perlFolders.length > 0 ? { PERL5LIB: perlFolders.join(':') } : {}),
  };
  if (!existsSync(prefix)) return fetched;
  const libraries = [inPrefix(join('usr/lib', MULTIARCH)), inPrefix(join('lib', MULTIARCH))];
  return {
    ...fetched,
    PATH: `${inPrefix('usr/bin')}:${inPrefix('bin')}:${env['PATH'] ?? ''}`,
    LD_LIBRARY_PATH: libraries.join(':'),
  };
}

async function collectStaticLibraries(place: Workplace, prefix: string): Promise<string> {
  const folder = join(place.folder, 'static-libraries');
  mkdirSync(folder);
  for (const [library, name] of Object.entries(LIBRARIES)) {
    const fetched = join(prefix, 'usr/lib', MULTIARCH, library);
    const found = existsSync(fetched) ? fetched : await findLibrary(place, library);
    if (found === undefined)
      throw new PgToolsError(
        `${library} was not found, not even in ${name}`,
        `install it: apt-get install ${name}`,
        place.logFile,
      );
    symlinkSync(found, join(folder, library));
  }
  return folder;
}

/** The compiler prints a library's full path when it has it, and else the bare name that it was asked for. */
async function findLibrary(place: Workplace, library: string): Promise<string | undefined> {
  const { code, stdout } = await attempt(place, isOnPath('gcc') ? 'gcc' : 'cc', [`-print-file-name=${library}`]);
  const path = stdout.trim();
  return code === 0 && isAbsolute(path) ? path : undefined;
}

function subfolders(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
