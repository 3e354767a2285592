import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../shared/domain/failure';
import { storageCall } from '../../../shared/systems/azure-storage/storage-call';

const patience = { tryTimeoutMs: 50, maxTries: 3, retryDelayMs: 1, retryMaxDelayMs: 2 };
const restError = (facts: object): Error =>
  Object.assign(new Error('secret=in-the-message'), { name: 'RestError' }, facts);

/** Fails with each of these in turn, then answers. */
function failing(...errors: Error[]): { call: () => Promise<string>; tries: () => number } {
  let tries = 0;
  return {
    call: () => {
      const error = errors[tries++];
      return error === undefined ? Promise.resolve('answer') : Promise.reject(error);
    },
    tries: () => tries,
  };
}

describe('a storage call', () => {
  it.each([
    ['a 500', restError({ statusCode: 500 })],
    ['a 503', restError({ statusCode: 503 })],
    ['a 429', restError({ statusCode: 429 })],
    ['a 408', restError({ statusCode: 408 })],
    ['a damaged block', restError({ statusCode: 400, code: 'Md5Mismatch' })],
    ['a reset', restError({ code: 'ECONNRESET' })],
    ['a broken body', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
  ])('is repeated after %s', async (_name, error) => {
    const { call, tries } = failing(error, error);
    await expect(storageCall('reading', patience, call)).resolves.toBe('answer');
    expect(tries()).toBe(3);
  });

  it('is repeated after a stall', async () => {
    let tries = 0;
    const stalling = (signal: AbortSignal): Promise<string> =>
      (tries += 1) < 3
        ? new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(Object.assign(new Error('x'), { name: 'AbortError' })));
          })
        : Promise.resolve('answer');
    await expect(storageCall('reading', patience, stalling)).resolves.toBe('answer');
  });

  it('gives up in the end, without what the service said', async () => {
    const error = restError({ statusCode: 503, details: { errorCode: 'ServerBusy' } });
    const { call } = failing(error, error, error);
    await expect(storageCall('reading x', patience, call)).rejects.toMatchObject({
      code: 'storage-unavailable',
      detail: 'reading x: answered 503 ServerBusy, after 3 tries',
    });
  });

  it.each([
    [{ statusCode: 403 }, 'storage-refused', 'reading: answered 403'],
    [{ statusCode: 404, code: 'ContainerNotFound' }, 'storage-refused', 'reading: the container does not exist'],
  ])('is not repeated after %j', async (facts, code, detail) => {
    const { call, tries } = failing(restError(facts));
    await expect(storageCall('reading', patience, call)).rejects.toMatchObject({ code, detail });
    expect(tries()).toBe(1);
  });

  it('leaves other answers to the caller', async () => {
    const error = restError({ statusCode: 412 });
    await expect(storageCall('reading', patience, failing(error).call)).rejects.toBe(error);
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    stop.abort(new Failure('shut-down', 'the host is stopping'));
    const { call, tries } = failing();
    await expect(storageCall('reading', patience, call, stop.signal)).rejects.toMatchObject({ code: 'shut-down' });
    expect(tries()).toBe(0);
  });
});
