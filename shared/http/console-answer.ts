import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { ConsoleAsset } from '../systems/console-assets/console-assets';

export const signInAnswer = z
  .discriminatedUnion('authMode', [
    z.object({ authMode: z.literal('entra'), tenantId: z.string(), clientId: z.string(), scope: z.string() }),
    z.object({
      authMode: z.literal('local'),
      issuerUrl: z.string().nullable().describe('null: only npm run token makes tokens'),
    }),
    z.object({ authMode: z.literal('keys') }),
  ])
  .meta({ id: 'SignIn' });

const ENTRA = 'https://login.microsoftonline.com';

/**
 * The page loads from its own origin alone and runs no inline script; trusted types keep texts from becoming markup even by a
 * mistake of ours. It talks to this API, and to who signs its user in.
 */
function contentSecurityPolicy(issuer: string | null): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${issuer ?? ENTRA}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** `issuer`: the local issuer's origin; null: Microsoft Entra. Names below `assets/` have a hash, so they keep for ever. */
export function consoleAnswer(
  name: string,
  { contentType, content, gzipped }: ConsoleAsset,
  request: { readonly acceptEncoding: string | null; readonly issuer: string | null },
): HttpResponseInit {
  const takesGzip = /\bgzip\b/.test(request.acceptEncoding ?? '');
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-security-policy': contentSecurityPolicy(request.issuer),
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
    },
    body: takesGzip ? gzipped : content,
  };
}
