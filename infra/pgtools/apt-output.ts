import { parseStanza } from './apt-sources';

/** A file of a source package, with the hash that identifies its content. */
export interface SourceFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** One version of a source package, as a signed Debian index lists it. */
export interface SourcePackage {
  readonly version: string;
  /** The .dsc, the upstream tarball and Debian's tarball. */
  readonly files: readonly SourceFile[];
}

/** Reads `apt-cache showsrc`. The main and the security archive often list the same version: it is given once. */
export function parseShowsrc(output: string, packageName: string): SourcePackage[] {
  const found = new Map<string, SourcePackage>();
  for (const text of output.split(/\n[ \t]*\n/)) {
    const fields = parseStanza(text);
    const version = fields['version'];
    if (fields['package'] !== packageName || version === undefined) continue;
    const files = parseChecksums(fields['checksums-sha256'] ?? '');
    if (files.length > 0) found.set(version, { version, files });
  }
  return [...found.values()];
}

/** Lines of `<sha256> <size> <name>`; detached signatures of the upstream tarball are not needed to build. */
function parseChecksums(field: string): SourceFile[] {
  const lines = field.matchAll(/^\s*([0-9a-f]{64})\s+(\d+)\s+(\S+)\s*$/gm);
  return [...lines]
    .map(([, sha256 = '', size = '', name = '']) => ({ name, sha256, sizeBytes: Number(size) }))
    .filter((file) => !file.name.endsWith('.asc'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
