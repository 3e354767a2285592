import type { DequeuedMessageItem } from '@azure/storage-queue';
import type { RpcTypedData } from './core-types';

/** The message's text by the encoding of host.json; undefined when it is not in that encoding. */
export function decodeMessage(text: string, encoding: 'none' | 'base64'): string | undefined {
  if (encoding === 'none') return text;
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** What `context.triggerMetadata` is made of. */
export function messageMetadata(message: DequeuedMessageItem, text: string): Readonly<Record<string, RpcTypedData>> {
  return {
    QueueTrigger: { string: text },
    DequeueCount: { int: message.dequeueCount },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    InsertionTime: { json: JSON.stringify(message.insertedOn.toISOString()) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn.toISOString()) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn.toISOString()) },
  };
}

/** The same for a message that came by `POST /admin/functions/{name}` and is in no queue. */
export function handMadeMetadata(text: string, messageId: string): Readonly<Record<string, RpcTypedData>> {
  const now = JSON.stringify(new Date().toISOString());
  return {
    QueueTrigger: { string: text },
    DequeueCount: { int: 0 },
    Id: { string: messageId },
    PopReceipt: { string: '' },
    InsertionTime: { json: now },
    ExpirationTime: { json: now },
    NextVisibleTime: { json: now },
  };
}
