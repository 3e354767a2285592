/** One configured apt source, in either of apt's two file formats. Field names are deb822's, in lower case. */
export interface AptSource {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Everything else (Signed-By, Trusted, …) as it stands, a key block of many lines included. */
  readonly options: Readonly<Record<string, string>>;
}

/** The Debian archives among a machine's apt sources. Both lists keep the machine's own mirrors, dated paths and keys. */
export interface DebianArchives {
  readonly main: readonly AptSource[];
  readonly security: readonly AptSource[];
}

/** The suites that hold PostgreSQL sources: 15 in bookworm, 17 in trixie, 18 in forky and sid. */
const MAIN_SUITES = ['bookworm', 'bookworm-updates', 'trixie', 'trixie-updates', 'forky', 'sid'];
const SECURITY_SUITES = ['bookworm-security', 'trixie-security'];

const PLACED_FIELDS = new Set([
  'types',
  'uris',
  'suites',
  'components',
  'enabled',
  'architectures',
  'languages',
  'targets',
]);

/** Reads a `*.list` file: one source per line, options in square brackets. */
export function parseListFile(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!match) continue;
    const [, type = '', options = '', uri = '', suite = '', components = ''] = match;
    sources.push({
      types: [type],
      uris: [uri],
      suites: [suite],
      components: words(components),
      options: parseLineOptions(options),
    });
  }
  return sources;
}

/** Reads a `*.sources` file: one deb822 stanza per source. Disabled stanzas are left out. */
export function parseSourcesFile(text: string): AptSource[] {
  const uncommented = text.replace(/^#.*\n?/gm, '');
  return uncommented
    .split(/\n[ \t]*\n/)
    .map(parseStanza)
    .filter((fields) => fields['uris'] !== undefined && !/^(no|false|0|off)$/i.test(fields['enabled'] ?? 'yes'))
    .map((fields) => ({
      types: words(fields['types']),
      uris: words(fields['uris']),
      suites: words(fields['suites']),
      components: words(fields['components']),
      options: Object.fromEntries(Object.entries(fields).filter(([name]) => !PLACED_FIELDS.has(name))),
    }));
}

/** Splits a deb822 stanza into fields; continuation lines stay part of their field's value, unchanged. */
export function parseStanza(stanza: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let name = '';
  for (const line of stanza.split('\n')) {
    const start = /^([A-Za-z0-9-]+):[ \t]*(.*)$/.exec(line);
    if (start) {
      name = (start[1] ?? '').toLowerCase();
      fields[name] = start[2] ?? '';
    } else if (name !== '' && /^[ \t]/.test(line)) {
      fields[name] = `${fields[name] ?? ''}\n${line}`;
    }
  }
  return fields;
}

/** Picks Debian's own archives. Other repositories use Debian's suite names too, so the path or the key must say Debian. */
export function findDebianArchives(sources: readonly AptSource[]): DebianArchives {
  const debian = sources.filter((source) => source.components.includes('main') && isDebian(source));
  const isSecurity = (source: AptSource): boolean => source.suites.some((suite) => /-security$|\/updates$/.test(suite));
  return { main: debian.filter((source) => !isSecurity(source)), security: debian.filter(isSecurity) };
}

function isDebian(source: AptSource): boolean {
  const named = source.uris.some((uri) => /[/:]debian(-security)?(\.list)?(\/|$)/.test(uri));
  return named || (source.options['signed-by'] ?? '').includes('debian-archive');
}

/** Entries for the source packages of every suite that has a PostgreSQL, on the machine's own mirrors with its own keys. */
export function sourceEntries(archives: DebianArchives): string {
  return [
    ...archives.main.map((source) => stanza('deb-src', source, MAIN_SUITES)),
    ...archives.security.map((source) => stanza('deb-src', source, SECURITY_SUITES)),
  ].join('\n');
}

/** Entries for the binary packages of the machine's own release: what is missing for the build comes from there. */
export function binaryEntries(archives: DebianArchives): string {
  return [...archives.main, ...archives.security].map((source) => stanza('deb', source, source.suites)).join('\n');
}

/** Base addresses to fetch a file of the pool from. A mirror list is no address of a file, so those are left out. */
export function poolBases(sources: readonly AptSource[]): string[] {
  const uris = sources.flatMap((source) => source.uris).filter((uri) => /^(https?|file|copy):/.test(uri));
  return [...new Set(uris.map((uri) => uri.replace(/\/+$/, '')))];
}

function stanza(type: string, source: AptSource, suites: readonly string[]): string {
  const options = Object.entries(source.options).map(([name, value]) => `${name}: ${value}\n`);
  return `Types: ${type}\nURIs: ${source.uris.join(' ')}\nSuites: ${suites.join(' ')}\nComponents: main\n${options.join('')}`;
}

function parseLineOptions(options: string): Record<string, string> {
  const pairs = words(options).map((option): [string, string] => {
    const equals = option.indexOf('=');
    return [option.slice(0, equals).toLowerCase(), option.slice(equals + 1).replaceAll(',', ' ')];
  });
  return Object.fromEntries(pairs.filter(([name]) => !['arch', 'lang', 'target'].includes(name)));
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
