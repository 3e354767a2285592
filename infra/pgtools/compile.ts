import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { BuildDependencies } from './build-dependencies';
import { inFolder, run, type Workplace } from './command';
import type { FetchedSources } from './fetch-sources';

/** Where make puts each tool inside the source tree. */
export const BUILT_TOOLS = {
  pg_dump: 'src/bin/pg_dump/pg_dump',
  pg_restore: 'src/bin/pg_dump/pg_restore',
  pg_dumpall: 'src/bin/pg_dump/pg_dumpall',
  psql: 'src/bin/psql/psql',
} as const;

/**
 * Read by PostgreSQL's makefiles after their own definitions. It links libpq in, with the position-independent twins of
 * the common libraries that libpq was compiled against, and takes away the rules by which each folder would build the
 * others with everything in them (shared libraries, server parts): `compile` builds what is needed, in order.
 */
const MAKEFILE_CUSTOM = `
libpq = $(libpq_builddir)/libpq.a -L$(top_builddir)/src/common -lpgcommon_shlib -L$(top_builddir)/src/port -lpgport_shlib
submake-libpq submake-libpgport submake-libpgfeutils submake-generated-headers: ;
`;

/** Unpacks the sources with Debian's patches on top, as dpkg-source would, and gives their folder. */
export async function unpackSources(
  place: Workplace,
  fetched: FetchedSources,
  dependencies: BuildDependencies,
): Promise<string> {
  const tree = join(place.folder, 'source');
  mkdirSync(tree);
  const upstream = fetched.source.files.find(({ name }) => name.includes('.orig.tar.'));
  const debian = fetched.source.files.find(({ name }) => name.includes('.debian.tar.'));
  const inTree = inFolder(place, tree, dependencies.env);
  await run(
    inTree,
    'tar',
    '--extract',
    '--strip-components=1',
    '--no-same-owner',
    '--file',
    join(fetched.folder, upstream?.name ?? ''),
  );
  await run(inTree, 'tar', '--extract', '--no-same-owner', '--file', join(fetched.folder, debian?.name ?? ''));
  for (const name of parseSeries(readFileSync(join(tree, 'debian/patches/series'), 'utf8'))) {
    // The options are dpkg-source's: a patch that fits only roughly is an error.
    await run(inTree, 'patch', '-p1', '-N', '-t', '-u', '-E', '-F0', '-V', 'never', '-i', join('debian/patches', name));
  }
  return tree;
}

/** The patches of a quilt series, in order. */
export function parseSeries(text: string): string[] {
  return text
    .split('\n')
    .map(
      (line) =>
        line
          .replace(/(^|\s)#.*$/, '')
          .trim()
          .split(/\s+/)[0] ?? '',
    )
    .filter((name) => name !== '');
}

/** Configures for small self-contained clients: no ICU, no readline, no Kerberos, no LDAP, no translations. */
export async function configure(place: Workplace, tree: string, dependencies: BuildDependencies): Promise<void> {
  const settings = {
    CFLAGS: '-O2 -pipe',
    CPPFLAGS: dependencies.includeFolders.map((folder) => `-I${folder}`).join(' '),
    LDFLAGS: `-L${dependencies.staticLibraries}`,
    // pkg-config would answer for the machine's shared libraries. A blank counts as an answer to configure, none does not.
    PKG_CONFIG: '/bin/false',
    ZSTD_CFLAGS: ' ',
    ZSTD_LIBS: '-lzstd',
    LZ4_CFLAGS: ' ',
    LZ4_LIBS: '-llz4',
  };
  const features = [
    '--without-icu',
    '--without-readline',
    '--with-openssl',
    '--with-lz4',
    '--with-zstd',
    '--disable-rpath',
  ];
  const variables = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  await run(inFolder(place, tree, dependencies.env), './configure', ...features, ...variables);
  writeFileSync(join(tree, 'src/Makefile.custom'), MAKEFILE_CUSTOM);
}

/** Builds the four tools and the libraries below them, and nothing else of PostgreSQL. */
export async function compile(place: Workplace, tree: string, dependencies: BuildDependencies): Promise<void> {
  const inTree = inFolder(place, tree, dependencies.env);
  const make = (folder: string, ...targets: string[]): Promise<string> =>
    run(inTree, 'make', `-j${String(cpus().length)}`, '-s', '-C', folder, ...targets);
  await make('src/backend', 'generated-headers');
  await make('src/common', 'libpgcommon.a', 'libpgcommon_shlib.a');
  await make('src/port', 'libpgport.a', 'libpgport_shlib.a');
  await make('src/fe_utils');
  await make('src/interfaces/libpq', 'libpq.a');
  await make('src/bin/pg_dump');
  await make('src/bin/psql');
}
