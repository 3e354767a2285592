import { daysLeft, type Generation } from './kept-blobs';

/** A place in a listing: where Azurite is asked to go on, and the last entry given. */
export interface ListPlace {
  readonly azuriteMarker: string;
  readonly after: string;
}

interface Entry {
  /** Sorts by name, then snapshots and versions by time, the live blob last, as Azure lists them. */
  readonly order: string;
  readonly xml: () => string;
}

export interface ListOptions {
  readonly include: ReadonlySet<string>;
  readonly maxResults: number;
  readonly place: ListPlace;
  readonly now: Date;
  readonly softDeleteDays: number | undefined;
}

export interface KeptBlob {
  readonly name: string;
  readonly generations: readonly Generation[];
}

/**
 * A page of Azurite's listing with what the simulator keeps merged into it. `versionOf` gives the id of a live blob's
 * version, where versions are kept.
 */
export function mergeListing(
  azuriteXml: string,
  kept: readonly KeptBlob[],
  options: ListOptions,
  versionOf: (name: string) => string | undefined,
): string {
  const live = [...azuriteXml.matchAll(/<Blob>.*?<\/Blob>/gs)].map(([xml]) => liveEntry(xml, versionOf));
  const azuriteNext = /<NextMarker>([^<]*)<\/NextMarker>/.exec(azuriteXml)?.[1] ?? '';
  const { place, maxResults } = options;
  const end = azuriteNext === '' ? undefined : live.at(-1)?.order;
  const isOnPage = ({ order }: { readonly order: string }): boolean =>
    order > place.after && (end === undefined || order <= end);
  const own = kept.flatMap(({ name, generations }) =>
    generations
      .map((one) => ({ one, order: orderOf(name, one.kind === 'base' ? '~' : one.id) }))
      .filter((entry) => isOnPage(entry) && isAsked(entry.one, options.include))
      .map(({ one, order }) => ({ order, xml: () => keptXml(name, one, options) })),
  );
  const entries = [...live.filter(isOnPage), ...own].sort((one, other) => (one.order < other.order ? -1 : 1));
  const page = entries.slice(0, maxResults);
  const last = page.at(-1)?.order ?? place.after;
  const next =
    page.length < entries.length
      ? writePlace({ ...place, after: last })
      : azuriteNext === ''
        ? ''
        : writePlace({ azuriteMarker: unescape(azuriteNext), after: last });
  return azuriteXml
    .replace(/<Blobs\s*\/>|<Blobs>.*<\/Blobs>/s, `<Blobs>${page.map(({ xml }) => xml()).join('')}</Blobs>`)
    .replace(/<NextMarker\s*\/>|<NextMarker>[^<]*<\/NextMarker>/, `<NextMarker>${next}</NextMarker>`);
}

export const writePlace = (place: ListPlace): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Undefined: a marker that no listing gave. */
export function readPlace(marker: string | null): ListPlace | undefined {
  if (marker === null || marker === '') return { azuriteMarker: '', after: '' };
  try {
    const place = JSON.parse(Buffer.from(marker, 'base64url').toString()) as Partial<ListPlace>;
    const { azuriteMarker, after } = place;
    return typeof azuriteMarker === 'string' && typeof after === 'string' ? { azuriteMarker, after } : undefined;
  } catch {
    return undefined;
  }
}

function liveEntry(xml: string, versionOf: (name: string) => string | undefined): Entry {
  const name = unescape(/<Name>([^<]*)<\/Name>/.exec(xml)?.[1] ?? '');
  const version = versionOf(name);
  const mark =
    version === undefined ? '' : `<VersionId>${version}</VersionId><IsCurrentVersion>true</IsCurrentVersion>`;
  return { order: orderOf(name, '~'), xml: () => xml.replace('</Name>', () => `</Name>${mark}`) };
}

function isAsked({ kind, deletedAt }: Generation, include: ReadonlySet<string>): boolean {
  if (deletedAt !== undefined && !include.has('deleted')) return false;
  return kind === 'base' || include.has(`${kind}s`);
}

function keptXml(name: string, kept: Generation, { include, now, softDeleteDays }: ListOptions): string {
  const { content, deletedAt } = kept;
  const deleted =
    deletedAt === undefined
      ? ''
      : `<DeletedTime>${deletedAt.toUTCString()}</DeletedTime><RemainingRetentionDays>${daysLeft(deletedAt, now, softDeleteDays)}</RemainingRetentionDays>`;
  return [
    `<Blob><Name>${escape(name)}</Name>`,
    deletedAt === undefined ? '' : '<Deleted>true</Deleted>',
    kept.kind === 'snapshot' ? `<Snapshot>${kept.id}</Snapshot>` : '',
    kept.kind === 'version' ? `<VersionId>${kept.id}</VersionId>` : '',
    `<Properties><Creation-Time>${content.lastModified.toUTCString()}</Creation-Time>`,
    `<Last-Modified>${content.lastModified.toUTCString()}</Last-Modified><Etag>${escape(content.etag.replaceAll('"', ''))}</Etag>`,
    `<Content-Length>${content.bytes.length}</Content-Length><Content-Type>${escape(content.contentType)}</Content-Type>`,
    `<BlobType>BlockBlob</BlobType>${deleted}</Properties>`,
    include.has('metadata') ? `<Metadata>${metadataXml(content.metadata)}</Metadata>` : '',
    '</Blob>',
  ].join('');
}

const orderOf = (name: string, id: string): string => `${name}\u0000${id}`;

function metadataXml(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([name, value]) => `<${name}>${escape(value)}</${name}>`)
    .join('');
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
