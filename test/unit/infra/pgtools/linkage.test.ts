import { linkageFaults } from '../../../../infra/pgtools/linkage';

const DYNAMIC_SECTION = ` 0x0000000000000001 (NEEDED)             Shared library: [libm.so.6]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]`;

const VERSIONS = `  0x0010:   Name: GLIBC_2.29  Flags: none  Version: 9
  0x0030:   Name: GLIBC_2.2.5  Flags: none  Version: 3
  0x0040:   Name: GLIBC_2.34  Flags: none  Version: 2`;

describe('the check of what a built tool asks of its machine', () => {
  it('finds no fault in a tool that needs libc and libm of Debian 12', () => {
    expect(linkageFaults(`${DYNAMIC_SECTION}\n${VERSIONS}`)).toEqual([]);
  });

  it('names a library that should have been linked in', () => {
    const output = `${DYNAMIC_SECTION}\n 0x0000000000000001 (NEEDED)   Shared library: [libpq.so.5]`;
    expect(linkageFaults(output)).toEqual(['it needs libpq.so.5, which should be linked in']);
  });

  it('names a built-in search path', () => {
    const output = `${DYNAMIC_SECTION}\n 0x000000000000001d (RUNPATH)   Library runpath: [/opt/pgsql/lib]`;
    expect(linkageFaults(output)).toEqual(['it has the library search path /opt/pgsql/lib built in']);
  });

  it('takes glibc 2.36 and refuses 2.38', () => {
    const output = `${DYNAMIC_SECTION}\n Name: GLIBC_2.36\n Name: GLIBC_2.38 Name: GLIBC_2.38`;
    expect(linkageFaults(output)).toEqual(['it needs glibc 2.38, newer than 2.36']);
  });

  it('does not take silence for a good answer', () => {
    expect(linkageFaults('')).toEqual(['it names no shared library at all, so it is no dynamically linked program']);
  });
});
