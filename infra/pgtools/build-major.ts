import { prepareBuildDependencies } from './build-dependencies';
import { collectTools } from './collect-tools';
import type { Workplace } from './command';
import { compile, configure, unpackSources } from './compile';
import { fetchSources } from './fetch-sources';
import { acceptedVersions, type SourcesLock } from './sources-lock';

/** Receives lines for people: what begins, and one per finished step with the time that it took. */
export type Progress = (line: string) => void;

/** Builds one major inside the workplace, and gives the folder of the finished and checked result. */
export async function buildMajor(
  place: Workplace,
  lock: SourcesLock,
  major: number,
  acceptSigned: boolean,
  onProgress: Progress,
): Promise<string> {
  const say = (text: string): void => onProgress(`${String(major)}: ${text}`);
  const step = timedStep(say);
  const start = Date.now();
  say("building the client tools from Debian's sources, about a minute");

  const [fetched, dependencies] = await both(
    step('downloading sources', fetchSources(place, lock, major, acceptSigned)),
    step('finding what the build needs', prepareBuildDependencies(place)),
  );
  const { version } = fetched.source;
  const newest = acceptedVersions(lock, major)[0]?.version;
  if (newest !== undefined && newest !== version) say(`${newest} cannot be had at the moment, taking ${version}`);

  const tree = await step(`unpacking and patching ${version}`, unpackSources(place, fetched, dependencies));
  await step('configuring', configure(place, tree, dependencies));
  await step('compiling', compile(place, tree, dependencies));
  const result = await step('checking the tools', collectTools(place, tree, major, version));
  say(`PostgreSQL ${version} client tools built in ${seconds(start)}`);
  return result;
}

function timedStep(say: Progress): <T>(name: string, work: Promise<T>) => Promise<T> {
  return async (name, work) => {
    const start = Date.now();
    const result = await work;
    say(`${name}… ${seconds(start)}`);
    return result;
  };
}

/** Unlike Promise.all this waits for the second when the first has failed: it must not write into a folder being removed. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

function seconds(start: number): string {
  return `${String(Math.max(1, Math.round((Date.now() - start) / 1000)))} s`;
}
