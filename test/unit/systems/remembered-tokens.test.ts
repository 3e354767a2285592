import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AccessToken } from '@azure/identity';
import { RememberedTokens } from '../../../shared/systems/identity/remembered-tokens';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-11-29T02:00:00Z');
beforeEach(() => void jest.useFakeTimers({ now: START }));
afterEach(() => void jest.useRealTimers());

/** Gives these in turn: minutes of life from now, an error, or nothing at all. */
function identity(...answers: (number | Error | 'silence')[]): { tokens: RememberedTokens; asked: string[] } {
  const asked: string[] = [];
  const getToken = (scopes: string | string[]): Promise<AccessToken> => {
    const answer = answers[asked.push(String(scopes)) - 1];
    if (answer === 'silence') return new Promise(() => undefined);
    if (typeof answer !== 'number') return Promise.reject(answer ?? new Error('asked once too often'));
    const expiresOnTimestamp = Date.now() + answer * MINUTE_MS;
    return Promise.resolve({ token: `token-${asked.length}`, expiresOnTimestamp });
  };
  return { tokens: new RememberedTokens({ getToken }, 5_000), asked };
}
const down = Object.assign(new Error('network'), { cause: { errorCode: 'network_error' } });
const later = (minutes: number): void => jest.setSystemTime(Date.now() + minutes * MINUTE_MS);

describe('a token of the identity', () => {
  it('is asked for once for each scope, by however many at once', async () => {
    const { tokens, asked } = identity(60, 60);
    const given = await Promise.all([tokens.getToken('a'), tokens.getToken(['a']), tokens.getToken('b')]);
    expect(given.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-2']);
    expect((await tokens.getToken('a')).token).toBe('token-1');
    expect(asked).toEqual(['a', 'b']);
  });

  it('is renewed ten minutes before its end, and when a service refuses it', async () => {
    const { tokens } = identity(60, 60, 60);
    await tokens.getToken('a');
    later(49);
    expect((await tokens.getToken('a')).token).toBe('token-1');
    later(2);
    expect((await tokens.getToken('a')).token).toBe('token-2');
    expect((await tokens.getToken('a', { claims: '{}' })).token).toBe('token-3');
  });

  it('is asked for once more when the library gives the old one of a renewal', async () => {
    const { tokens, asked } = identity(9, 1440);
    expect((await tokens.getToken('a')).token).toBe('token-2');
    expect(asked).toHaveLength(2);
  });

  it('serves on while the endpoint is down, but not to its last minute', async () => {
    const { tokens } = identity(60, down, down);
    await tokens.getToken('a');
    later(55);
    expect((await tokens.getToken('a')).token).toBe('token-1');
    later(4);
    await expect(tokens.getToken('a')).rejects.toMatchObject({ code: 'azure-unavailable' });
  });

  it('is not waited for when the endpoint never answers, and can be had afterwards', async () => {
    const { tokens } = identity('silence', 60);
    const asked = expect(tokens.getToken('a')).rejects.toMatchObject({
      code: 'azure-unavailable',
      detail: "the app's identity got no token: no answer within 5000 ms",
    });
    await jest.advanceTimersByTimeAsync(5_000);
    await asked;
    expect((await tokens.getToken('a')).token).toBe('token-2');
  });

  it('is refused in one line without a URL', async () => {
    const { tokens } = identity(new Error('see https://aka.ms/x?y=z for more\nand a stack'));
    await expect(tokens.getToken('a')).rejects.toMatchObject({
      code: 'azure-refused',
      detail: "the app's identity got no token: see (URL) for more",
    });
  });
});
