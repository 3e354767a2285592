import { z } from 'zod';
import { Failure } from '../../domain/failure';
import type { OwnIdentity } from './flex-server';

const claims = z.looseObject({ oid: z.string().min(1), tid: z.string().min(1) });

/** Whose token it is. It is the app's own, straight from its issuer, so nothing has to be verified. */
export function readIdentity(token: string): OwnIdentity {
  try {
    const { oid, tid } = claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
    return { objectId: oid, tenantId: tid };
  } catch {
    // no `cause`: it may have a part of the token
    throw new Failure('azure-refused', "the token of the app's identity does not say whose it is");
  }
}
