/**
 * Orders Debian versions as dpkg does: negative when `a` is older.
 * Written out because the order decides which sources are tried first, and text order puts 17.9 above 17.11.
 */
export function compareDebianVersions(a: string, b: string): number {
  const left = splitVersion(a);
  const right = splitVersion(b);
  return (
    left.epoch - right.epoch || comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision)
  );
}

/** The upstream part of a Debian version: `17.11` of `17.11-0+deb13u1`. */
export function upstreamVersion(version: string): string {
  return splitVersion(version).upstream;
}

interface VersionParts {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

function splitVersion(version: string): VersionParts {
  const colon = version.indexOf(':');
  const epoch = colon < 0 ? 0 : Number(version.slice(0, colon));
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** dpkg's rule: runs of non-digits and of digits in turn, the first by character weight, the second as numbers. */
function comparePart(a: string, b: string): number {
  const runs = /(\D*)(\d*)/y;
  let at = 0;
  let bt = 0;
  while (at < a.length || bt < b.length) {
    const left = runAt(runs, a, at);
    const right = runAt(runs, b, bt);
    const difference = compareText(left.text, right.text) || left.number - right.number;
    if (difference !== 0) return difference;
    at = left.end;
    bt = right.end;
  }
  return 0;
}

function runAt(runs: RegExp, part: string, start: number): { text: string; number: number; end: number } {
  runs.lastIndex = start;
  const found = runs.exec(part);
  return { text: found?.[1] ?? '', number: Number(found?.[2] ?? 0), end: start + (found?.[0].length ?? 0) };
}

function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = weight(a[i]) - weight(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A tilde sorts before the end, the end before letters, letters before everything else. */
function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
