import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseShowsrc, type SourcePackage } from './apt-output';
import { findDebianArchives, parseListFile, parseSourcesFile, type DebianArchives } from './apt-sources';
import { attempt, inFolder, run, type Outcome, type Workplace } from './command';

/** An apt with lists and cache of its own: the machine's sources, lists and packages are read and never changed. */
export interface PrivateApt {
  readonly place: Workplace;
  readonly folder: string;
  readonly options: readonly string[];
}

/** apt's own downloader: it knows the machine's proxies, credentials and transports. */
const APT_HELPER = '/usr/lib/apt/apt-helper';

/** Reads the machine's apt sources, in whatever files they stand, and picks Debian's archives. */
export function readDebianArchives(): DebianArchives {
  const [file = '/etc/apt/sources.list', folder = '/etc/apt/sources.list.d'] = sourceLocations();
  const parts = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const lists = [file, ...parts.filter((name) => name.endsWith('.list'))].filter((name) => existsSync(name));
  const stanzas = parts.filter((name) => name.endsWith('.sources'));
  return findDebianArchives([
    ...lists.flatMap((name) => parseListFile(readFileSync(name, 'utf8'))),
    ...stanzas.flatMap((name) => parseSourcesFile(readFileSync(name, 'utf8'))),
  ]);
}

/** Sets up a private apt in `folder` that knows the given entries only (deb822 text). */
export function createPrivateApt(place: Workplace, folder: string, entries: string): PrivateApt {
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'sources'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'sources', 'debian.sources'), entries);
  const settings = {
    'Dir::State': join(folder, 'state'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(folder, 'sources'),
    // Which packages the machine has is still read from dpkg, so that only missing ones are fetched.
    'Dir::State::status': '/var/lib/dpkg/status',
    // As root apt would drop to the user _apt, who cannot write into a folder of ours.
    'APT::Sandbox::User': process.getuid?.() === 0 ? 'root' : '_apt',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    // The app-store metadata of a desktop, a third of the download.
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Debug::NoLocking': 'true',
  };
  return { place, folder, options: Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]) };
}

/** Fetches and checks the signed indexes. One suite that a mirror lacks does not spoil the others: see what they list. */
export function updateLists(apt: PrivateApt): Promise<Outcome> {
  return attempt(apt.place, 'apt-get', [...apt.options, 'update']);
}

/** The versions of a source package that the indexes list. */
export async function listSources(apt: PrivateApt, packageName: string): Promise<SourcePackage[]> {
  const { stdout } = await attempt(apt.place, 'apt-cache', [...apt.options, 'showsrc', '--only-source', packageName]);
  return parseShowsrc(stdout, packageName);
}

/** Downloads the files of one listed source version into `folder`; the outcome says whether they were there. */
export function downloadSource(
  apt: PrivateApt,
  packageName: string,
  version: string,
  folder: string,
): Promise<Outcome> {
  const what = `${packageName}=${version}`;
  return attempt(inFolder(apt.place, folder), 'apt-get', [...apt.options, 'source', '--download-only', what]);
}

/** Downloads one file of an archive's pool. */
export function downloadFile(apt: PrivateApt, address: string, target: string): Promise<Outcome> {
  return attempt(apt.place, APT_HELPER, [...apt.options, 'download-file', address.replaceAll('+', '%2b'), target]);
}

/** Downloads packages and what they need beyond the machine's own, and gives the files. Installs nothing. */
export async function downloadPackages(apt: PrivateApt, packages: readonly string[]): Promise<string[]> {
  const how = ['install', '--download-only', '--yes', '--no-install-recommends'];
  await run(apt.place, 'apt-get', ...apt.options, ...how, ...packages);
  const archives = join(apt.folder, 'cache', 'archives');
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

function sourceLocations(): string[] {
  const asked = ['FILE', 'Dir::Etc::sourcelist/f', 'FOLDER', 'Dir::Etc::sourceparts/d'];
  const answer = execFileSync('apt-config', ['shell', ...asked], { encoding: 'utf8' });
  return ['FILE', 'FOLDER'].map((name) => new RegExp(`^${name}='(.*)'$`, 'm').exec(answer)?.[1] ?? '').filter(Boolean);
}
