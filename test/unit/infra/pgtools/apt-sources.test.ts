import {
  binaryEntries,
  findDebianArchives,
  parseListFile,
  parseSourcesFile,
  poolBases,
  sourceEntries,
} from '../../../../infra/pgtools/apt-sources';

const DEBIAN_SOURCES = `# written by the image
Types: deb
# http://dated.example/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

describe('the derivation of apt entries from the machine’s own', () => {
  it('writes source entries for every suite with a PostgreSQL on the same mirrors with the same keys', () => {
    expect(sourceEntries(findDebianArchives(parseSourcesFile(DEBIAN_SOURCES)))).toBe(`Types: deb-src
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates trixie trixie-updates forky sid
Components: main
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security trixie-security
Components: main
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg
`);
  });

  it('writes binary entries for the machine’s own suites only', () => {
    const entries = binaryEntries(findDebianArchives(parseSourcesFile(DEBIAN_SOURCES)));
    expect(entries.match(/^Suites: .*$/gm)).toEqual(['Suites: bookworm bookworm-updates', 'Suites: bookworm-security']);
    expect(entries.match(/^Types: .*$/gm)).toEqual(['Types: deb', 'Types: deb']);
  });

  it('reads one-line entries with options, and drops what ties them to an architecture', () => {
    const text = `# deb http://no.example/debian bookworm main
deb [arch=amd64,i386 signed-by=/etc/apt/keyrings/own.gpg trusted=yes] http://mirror.example/debian bookworm main contrib # note
deb-src http://mirror.example/debian bookworm main`;
    expect(parseListFile(text)).toEqual([
      {
        types: ['deb'],
        uris: ['http://mirror.example/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        options: { 'signed-by': '/etc/apt/keyrings/own.gpg', trusted: 'yes' },
      },
      {
        types: ['deb-src'],
        uris: ['http://mirror.example/debian'],
        suites: ['bookworm'],
        components: ['main'],
        options: {},
      },
    ]);
  });

  it('keeps a key that is written out over many lines', () => {
    const text = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFit
 -----END PGP PUBLIC KEY BLOCK-----
`;
    expect(sourceEntries(findDebianArchives(parseSourcesFile(text)))).toContain(
      'signed-by: \n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBFit\n -----END PGP PUBLIC KEY BLOCK-----\n',
    );
  });

  it('keeps a dated path in the address of the pool, once, and has no pool behind a list of mirrors', () => {
    const text = `deb http://mirror.example/archive/debian/20250520T000000Z bookworm main
deb http://mirror.example/archive/debian/20250520T000000Z/ bookworm-updates main
deb mirror+file:/etc/apt/mirrors/debian.list bookworm main`;
    const archives = findDebianArchives(parseListFile(text));
    expect(archives.main).toHaveLength(3);
    expect(poolBases(archives.main)).toEqual(['http://mirror.example/archive/debian/20250520T000000Z']);
  });

  it.each([
    ['another vendor under a Debian suite', 'deb https://packages.example/cloud bookworm main'],
    ['a repository without main', 'deb http://mirror.example/debian bookworm contrib'],
    ['another distribution', 'deb http://archive.example/ubuntu noble main'],
  ])('does not take %s for Debian’s archive', (_what, line) => {
    expect(findDebianArchives(parseListFile(line))).toEqual({ main: [], security: [] });
  });

  it('knows a mirror under any path by Debian’s key', () => {
    const line =
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/os bookworm main';
    expect(findDebianArchives(parseListFile(line)).main).toHaveLength(1);
  });
});
