import { compareDebianVersions } from './debian-version';

/** The glibc of the oldest image that the app runs on: Debian 12, under Node 22 in Azure Functions. */
export const NEWEST_GLIBC = '2.36';

/** All that a built tool may ask of the machine that it runs on. */
const ALLOWED_LIBRARIES = new Set(['libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2']);

/**
 * What would keep a binary from running elsewhere, as sentences; none when it is as relocatable as promised.
 * Takes the output of `readelf --dynamic --version-info --wide`.
 */
export function linkageFaults(readelf: string): string[] {
  const libraries = [...readelf.matchAll(/\(NEEDED\)\s+Shared library: \[([^\]]+)\]/g)].map((match) => match[1] ?? '');
  const searchPaths = [...readelf.matchAll(/\((?:RPATH|RUNPATH)\)\s+[^[]*\[([^\]]*)\]/g)].map(
    (match) => match[1] ?? '',
  );
  const glibcs = [...new Set([...readelf.matchAll(/\bGLIBC_(\d+(?:\.\d+)+)/g)].map((match) => match[1] ?? ''))];
  const foreign = libraries.filter((name) => !ALLOWED_LIBRARIES.has(name));
  const tooNew = glibcs.filter((version) => compareDebianVersions(version, NEWEST_GLIBC) > 0);
  return [
    ...(libraries.length === 0 ? ['it names no shared library at all, so it is no dynamically linked program'] : []),
    ...foreign.map((name) => `it needs ${name}, which should be linked in`),
    ...searchPaths.map((path) => `it has the library search path ${path} built in`),
    ...tooNew.map((version) => `it needs glibc ${version}, newer than ${NEWEST_GLIBC}`),
  ];
}
