import type { Answer } from './azurite-account';
import { escape } from './list-blobs';

const SERVICE_VERSION = '2025-07-05';

/** An error as the blob service writes it. */
export function refusal(status: number, code: string, message: string): Answer {
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escape(message)}</Message></Error>`;
  return { ...success(status, { 'content-type': 'application/xml', 'x-ms-error-code': code }), body: Buffer.from(xml) };
}

export function success(status: number, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'x-ms-version': SERVICE_VERSION, date: new Date().toUTCString(), ...headers },
    body: Buffer.alloc(0),
  };
}

export const notSimulated = (what: string): Answer =>
  refusal(501, 'NotSimulated', `the simulator of blob recovery does not simulate ${what}`);
