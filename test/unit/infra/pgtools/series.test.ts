import { parseSeries } from '../../../../infra/pgtools/compile';

describe('the reading of a patch series', () => {
  it('gives the patches in order without comments, options and blank lines', () => {
    const text = '# Debian\n50-per-version-dirs.patch\n\nfilter-debug-prefix-map -p1\n  jit-s390x # for one machine\n';
    expect(parseSeries(text)).toEqual(['50-per-version-dirs.patch', 'filter-debug-prefix-map', 'jit-s390x']);
  });
});
