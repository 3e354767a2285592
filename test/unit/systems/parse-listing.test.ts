import { describe, expect, it } from '@jest/globals';
import { parseListing } from '../../../shared/systems/azure-storage/parse-listing';

const page = (blobs: string, marker = '<NextMarker />'): string =>
  `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://a.blob.core.windows.net/" ContainerName="c"><MaxResults>2</MaxResults><Blobs>${blobs}</Blobs>${marker}</EnumerationResults>`;
const blob = (name: string, rest = ''): string =>
  `<Blob>${name}<Properties><Last-Modified>Wed, 25 Nov 2026 02:00:07 GMT</Last-Modified><Content-Length>1234</Content-Length><Content-MD5 /></Properties>${rest}</Blob>`;

describe('a page of blobs', () => {
  it('gives name, size, time, metadata and tags of each, and where the next page begins', () => {
    const metadata =
      '<Metadata><jobid>j1</jobid><note>a &lt;b&gt; &amp; &quot;c&quot; &#x41;&#66;</note><empty /></Metadata>';
    const tags =
      '<Tags><TagSet><Tag><Key>kind</Key><Value>nightly</Value></Tag><Tag><Key>hold</Key><Value>none</Value></Tag></TagSet></Tags>';
    const bare = blob('<Name>a&amp;b &apos;c&apos;.dump</Name>', '<OrMetadata />');
    const xml = page(blob('<Name>nightly/x.dump</Name>', metadata + tags) + bare, '<NextMarker>2!1&amp;</NextMarker>');
    const common = { sizeBytes: 1234, modifiedAt: '2026-11-25T02:00:07.000Z' };
    expect(parseListing(xml)).toEqual({
      blobs: [
        {
          ...{ name: 'nightly/x.dump', ...common, metadata: { jobid: 'j1', note: 'a <b> & "c" AB' } },
          tags: { kind: 'nightly', hold: 'none' },
        },
        { name: "a&b 'c'.dump", ...common, metadata: {}, tags: {} },
      ],
      next: '2!1&',
    });
  });

  it('takes a name that XML cannot hold as it is encoded', () => {
    expect(parseListing(page(blob('<Name Encoded="true">a%EF%BF%BE%26.dump</Name>'))).blobs[0]?.name).toBe(
      'a\uFFFE&.dump',
    );
  });

  it('is empty when there is none, and no page at all when it was cut', () => {
    expect(parseListing(page(''))).toEqual({ blobs: [], next: undefined });
    expect(() => parseListing(page(blob('<Name>a</Name>')).slice(0, 250))).toThrow('ends inside a blob');
  });

  it('keeps metadata and tags apart, whatever their names are', () => {
    const odd =
      '<Metadata><Key>k</Key><Value>v</Value><Name>n</Name></Metadata><Tags><TagSet><Tag><Key>Metadata</Key><Value>t</Value></Tag></TagSet></Tags>';
    expect(parseListing(page(blob('<Name>a</Name>', odd))).blobs[0]).toMatchObject({
      ...{ name: 'a', metadata: { Key: 'k', Value: 'v', Name: 'n' }, tags: { Metadata: 't' } },
    });
  });
});
