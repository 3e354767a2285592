import { pgtoolsCacheDir } from '../../../../infra/pgtools/cache';

describe('the folder of the built client tools', () => {
  it('lies in the user’s cache folder', () => {
    expect(pgtoolsCacheDir({ HOME: '/home/ada' })).toBe('/home/ada/.cache/lifebook-backup/pgtools/linux-x64');
  });

  it('follows XDG_CACHE_HOME', () => {
    expect(pgtoolsCacheDir({ HOME: '/home/ada', XDG_CACHE_HOME: '/var/cache/ada' })).toBe(
      '/var/cache/ada/lifebook-backup/pgtools/linux-x64',
    );
  });

  it.each(['', 'relative/path'])('ignores XDG_CACHE_HOME "%s", as its specification says', (value) => {
    expect(pgtoolsCacheDir({ HOME: '/home/ada', XDG_CACHE_HOME: value })).toBe(
      '/home/ada/.cache/lifebook-backup/pgtools/linux-x64',
    );
  });
});
