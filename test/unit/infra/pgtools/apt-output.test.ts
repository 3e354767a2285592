import { parseShowsrc } from '../../../../infra/pgtools/apt-output';

const DSC = '1'.repeat(64);
const UPSTREAM = '2'.repeat(64);
const DEBIAN = '3'.repeat(64);

function stanza(packageName: string, version: string): string {
  return `Package: ${packageName}
Binary: libpq-dev, libpq5
Version: ${version}
Files:
 ceee16ee8d3ad9a9904f74da2a5b415f 4522 ${packageName}_${version}.dsc
Checksums-Sha256:
 ${DSC} 4522 ${packageName}_${version}.dsc
 ${UPSTREAM} 22292547 ${packageName}_17.12.orig.tar.bz2
 ${UPSTREAM} 833 ${packageName}_17.12.orig.tar.bz2.asc
 ${DEBIAN} 35996 ${packageName}_${version}.debian.tar.xz
Package-List: 
 libpq5 deb libs optional arch=any
Directory: pool/main/p/${packageName}
`;
}

describe('the reading of apt-cache showsrc', () => {
  it('gives a version with its three files and sha256 hashes', () => {
    expect(parseShowsrc(stanza('postgresql-17', '17.12-0+deb13u1'), 'postgresql-17')).toEqual([
      {
        version: '17.12-0+deb13u1',
        files: [
          { name: 'postgresql-17_17.12-0+deb13u1.debian.tar.xz', sha256: DEBIAN, sizeBytes: 35996 },
          { name: 'postgresql-17_17.12-0+deb13u1.dsc', sha256: DSC, sizeBytes: 4522 },
          { name: 'postgresql-17_17.12.orig.tar.bz2', sha256: UPSTREAM, sizeBytes: 22292547 },
        ],
      },
    ]);
  });

  it('gives a version once that several archives list, and leaves other packages out', () => {
    const output = [
      stanza('postgresql-17', '17.12-0+deb13u1'),
      stanza('postgresql-17', '17.12-0+deb13u1'),
      stanza('postgresql-17', '17.9-0+deb13u1'),
      stanza('postgresql-18', '18.6-3'),
    ].join('\n');
    const versions = parseShowsrc(output, 'postgresql-17').map(({ version }) => version);
    expect(versions).toEqual(['17.12-0+deb13u1', '17.9-0+deb13u1']);
  });

  it('gives nothing for no output', () => {
    expect(parseShowsrc('', 'postgresql-17')).toEqual([]);
  });
});
