import { describe, expect, it } from '@jest/globals';
import { consoleAnswer } from '../../../shared/http/console-answer';

const asset = { contentType: 'text/html; charset=utf-8', content: Buffer.from('page'), gzipped: Buffer.from('zip') };
const headersOf = (issuer: string | null, acceptEncoding: string | null): Record<string, string> =>
  consoleAnswer('index.html', asset, { acceptEncoding, issuer }).headers as Record<string, string>;

describe('the answer with the page', () => {
  it('lets it talk to this app and to Microsoft Entra, or to the local issuer, and to nobody else', () => {
    const policy = headersOf(null, null)['content-security-policy'] ?? '';
    expect(policy).toContain("connect-src 'self' https://login.microsoftonline.com;");
    expect(headersOf('http://127.0.0.1:7072', null)['content-security-policy']).toBe(
      policy.replace('https://login.microsoftonline.com', 'http://127.0.0.1:7072'),
    );
  });

  it('is compressed for who takes that, and says so to caches', () => {
    expect(headersOf(null, 'br, gzip')).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(headersOf(null, null)).not.toHaveProperty('content-encoding');
    expect(consoleAnswer('index.html', asset, { acceptEncoding: null, issuer: null }).body).toBe(asset.content);
  });
});
