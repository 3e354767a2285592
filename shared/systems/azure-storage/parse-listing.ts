import type { StoredBlob } from '../../domain/catalog/catalog';

export interface ListedPage {
  readonly blobs: readonly StoredBlob[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly next: string | undefined;
}

/**
 * Reads the answer of `List Blobs` (REST reference, version 2023-11-03) by looking for its elements in their fixed order:
 * Name, Properties, Metadata, Tags. The service escapes every value, so no `<` in one can be taken for an element.
 */
export function parseListing(xml: string): ListedPage {
  const blobs: StoredBlob[] = [];
  let end = 0;
  for (;;) {
    const begin = xml.indexOf('<Blob>', end);
    if (begin === -1) break;
    end = xml.indexOf('</Blob>', begin);
    if (end === -1) throw new Error('the list of blobs ends inside a blob');
    blobs.push(parseBlob(xml.slice(begin + '<Blob>'.length, end)));
  }
  const next = /<NextMarker>([^<]+)<\/NextMarker>/.exec(xml.slice(end))?.[1];
  return { blobs, next: next === undefined ? undefined : unescape(next) };
}

function parseBlob(xml: string): StoredBlob {
  const propertiesEnd = xml.indexOf('</Properties>');
  const head = xml.slice(0, propertiesEnd);
  const metadataEnd = Math.max(propertiesEnd, xml.indexOf('</Metadata>', propertiesEnd));
  return {
    name: nameIn(head),
    sizeBytes: Number(textIn(head, 'Content-Length')),
    modifiedAt: new Date(textIn(head, 'Last-Modified')).toISOString(),
    metadata: metadataIn(xml.slice(propertiesEnd, metadataEnd)),
    tags: tagsIn(xml.slice(metadataEnd)),
  };
}

/** One with characters that XML cannot hold comes percent-encoded, and says so. */
function nameIn(head: string): string {
  const [, attributes = '', text = ''] = /<Name([^>]*)>([^<]*)<\/Name>/.exec(head) ?? [];
  return attributes.includes('Encoded="true"') ? decodeURIComponent(text) : unescape(text);
}

function textIn(head: string, element: string): string {
  const begin = head.indexOf(`<${element}>`);
  if (begin === -1) return '';
  return head.slice(begin + element.length + 2, head.indexOf('<', begin + 1));
}

function metadataIn(xml: string): Record<string, string> {
  const pairs = xml.slice(xml.indexOf('<Metadata>') + '<Metadata>'.length).matchAll(/<([^\s<>/]+)>([^<]*)<\/\1>/g);
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, unescape(value)]));
}

function tagsIn(xml: string): Record<string, string> {
  const pairs = xml.matchAll(/<Key>([^<]*)<\/Key>\s*<Value>([^<]*)<\/Value>/g);
  return Object.fromEntries([...pairs].map(([, key = '', value = '']) => [unescape(key), unescape(value)]));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#x?[0-9a-f]+|\w+);/gi, (all, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? all;
    const isHex = entity[1] === 'x' || entity[1] === 'X';
    return String.fromCodePoint(Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}
