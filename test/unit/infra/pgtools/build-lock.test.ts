import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBuildLock } from '../../../../infra/pgtools/build-lock';
import { PgToolsCancelled } from '../../../../infra/pgtools/failure';

describe('the lock around a build', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pgtools-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets a second build begin only when the first has ended, and says that it waits', async () => {
    const file = join(folder, 'lock');
    const events: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let entered = (): void => undefined;
    const isEntered = new Promise<void>((resolve) => (entered = resolve));
    const first = withBuildLock(
      file,
      undefined,
      () => events.push('first waits'),
      async () => {
        entered();
        await held;
        events.push('first ends');
      },
    );
    await isEntered;
    const onWaiting = (): void => {
      events.push('second waits');
      release();
    };
    await withBuildLock(file, undefined, onWaiting, async () => Promise.resolve(events.push('second begins')));
    await first;
    expect(events).toEqual(['second waits', 'first ends', 'second begins']);
  });

  it('gives the lock back when the build fails', async () => {
    const file = join(folder, 'lock');
    const failing = withBuildLock(
      file,
      undefined,
      () => undefined,
      () => Promise.reject(new Error('no space')),
    );
    await expect(failing).rejects.toThrow('no space');
    await expect(
      withBuildLock(
        file,
        undefined,
        () => undefined,
        () => Promise.resolve(42),
      ),
    ).resolves.toBe(42);
  });

  it('stops waiting when it is cancelled', async () => {
    const file = join(folder, 'lock');
    const controller = new AbortController();
    await withBuildLock(
      file,
      undefined,
      () => undefined,
      async () => {
        const waiting = withBuildLock(
          file,
          controller.signal,
          () => controller.abort(),
          () => Promise.resolve(),
        );
        await expect(waiting).rejects.toBeInstanceOf(PgToolsCancelled);
      },
    );
  });
});
