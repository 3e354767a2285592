import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { errorCodeOf } from '../environment/error-code';
import { issuerFolder } from './issuer-folder';

export const ALGORITHM = 'RS256';

/**
 * The issuer's private key with its `kid`, made on first use. Several processes may come first at once: the key that is
 * linked to its final name first wins, and all of them use that one. The public keys are written after it and again
 * whenever they differ, so that a crash in between mends itself.
 */
export async function loadSigningKey(folder = issuerFolder()): Promise<JWK & { kid: string }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'private.jwk.json');
  const key = (await readKey(file)) ?? (await makeKey(folder, file));
  await publish(folder, key);
  return key;
}

async function makeKey(folder: string, file: string): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const draft = join(folder, `.draft-${randomUUID()}`);
  await writeFile(
    draft,
    JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' }),
    {
      mode: 0o600,
    },
  );
  try {
    await link(draft, file);
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const winner = await readKey(file);
  if (winner === undefined) throw new Error(`the local issuer's key cannot be read back: ${file}`);
  return winner;
}

async function readKey(file: string): Promise<(JWK & { kid: string }) | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const key: unknown = JSON.parse(text);
  if (isRsaKey(key)) return key;
  throw new Error(`${file} is not the key of the local issuer: remove it, and a new one is made`);
}

function isRsaKey(key: unknown): key is JWK & { kid: string } {
  return typeof key === 'object' && key !== null && 'kty' in key && key.kty === 'RSA' && 'kid' in key && 'd' in key;
}

async function publish(folder: string, { kty, n, e, kid }: JWK & { kid: string }): Promise<void> {
  const file = join(folder, 'jwks.json');
  const text = `${JSON.stringify({ keys: [{ kty, n, e, kid, alg: ALGORITHM, use: 'sig' }] })}\n`;
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  const draft = join(folder, `.draft-${randomUUID()}`);
  await writeFile(draft, text, { mode: 0o644 });
  await rename(draft, file);
}
