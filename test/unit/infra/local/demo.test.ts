import { readOptions } from '../../../../infra/local/demo/options';
import { showBytes, showRate } from '../../../../infra/local/demo/terminal';
import { withoutAppSettings } from '../../../../infra/local/start/serve-app';

describe('the options of the demo', () => {
  it('have defaults', () => {
    expect(readOptions([])).toEqual({ sizeBytes: 100_000_000, major: undefined, isAzureSimulated: false });
    expect(readOptions(['--size', '2GB', '--major', '14', '--azure'])).toEqual({
      ...{ sizeBytes: 2_000_000_000, major: 14, isAzureSimulated: true },
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [['--size', '5']],
    [['--size', '0MB']],
    [['--size', '30GB']],
    [['--major', '13']],
    [['--what']],
    [['extra']],
  ])('are refused as %j', (args) => {
    expect(() => readOptions(args)).toThrow();
  });
});

it('shows bytes and rates', () => {
  expect(showBytes(999)).toBe('1 kB');
  expect(showBytes(12_345_678)).toBe('12.3 MB');
  expect(showRate(5_000_000, 500)).toBe('10.0 MB/s');
});

it("keeps settings of the developer's shell from an app that Core Tools run", () => {
  const environment = {
    PATH: '/bin',
    DATABASE_URL_PROD: 'x',
    AZURE_CLIENT_SECRET: 'x',
    AzureWebJobsStorage: 'x',
    DOTNET_ROOT: '/d',
  };
  expect(withoutAppSettings(environment)).toEqual({ PATH: '/bin', DOTNET_ROOT: '/d' });
});
