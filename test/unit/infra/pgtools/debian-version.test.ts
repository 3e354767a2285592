import { compareDebianVersions, upstreamVersion } from '../../../../infra/pgtools/debian-version';

describe('the order of Debian versions', () => {
  it.each([
    ['17.9-0+deb13u1', '17.11-0+deb13u1', 'numbers count as numbers, not as text'],
    ['18.6-2', '18.6-3', 'a higher revision is newer'],
    ['18~rc1-1', '18.0-1', 'a tilde is older than anything'],
    ['17.11~beta1', '17.11', 'a tilde is older than the end'],
    ['17.11-0', '17.11-0+deb13u1', 'a longer revision is newer'],
    ['15.18-0+deb12u1', '15.20-0+deb12u1', 'zeros at the end of a number count'],
    ['99.0-1', '1:0.1-1', 'an epoch beats every version'],
    ['2.36', '2.36.1', 'more parts are newer'],
    ['1.0a', '1.0+', 'letters are older than other characters'],
  ])('puts %s before %s: %s', (older, newer) => {
    expect(Math.sign(compareDebianVersions(older, newer))).toBe(-1);
    expect(Math.sign(compareDebianVersions(newer, older))).toBe(1);
  });

  it('finds equal versions equal', () => {
    expect(compareDebianVersions('17.11-0+deb13u1', '17.11-0+deb13u1')).toBe(0);
    expect(compareDebianVersions('0:17.11', '17.011')).toBe(0);
  });

  it('takes the upstream version out of epoch and revision', () => {
    expect(upstreamVersion('17.11-0+deb13u1')).toBe('17.11');
    expect(upstreamVersion('1:18.6-3')).toBe('18.6');
    expect(upstreamVersion('18.6')).toBe('18.6');
  });
});
