import { guardLeftovers } from '../environment/leftover-guard';
import { startOwned, type OwnedProcess, type ProcessEnd } from '../environment/owned-process';
import type { ServerUser } from '../environment/server-user';
import { buildHostProgram } from './host-program';
import type { HostKeys } from './keys';

export interface SpawnHostOptions {
  readonly appDir: string;
  /**
   * The app's whole environment, besides PATH, HOME and the like: nothing else of ours reaches it, so that a stray
   * DATABASE_URL of the developer's shell is never dumped.
   */
  readonly settings: Readonly<Record<string, string>>;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Fire timers by their schedules. Default true. */
  readonly timers?: boolean;
  /** How long a queue message stays invisible when the host dies. Default 10 minutes, as in the real host. */
  readonly queueLockMs?: number;
  /** How long running functions may take to end after SIGTERM. Default 10 s. */
  readonly drainMs?: number;
  readonly logLevel?: 'debug' | 'information' | 'warning' | 'error';
  /** Run as this user instead of ourselves; only root may. It must be able to read `program`. */
  readonly user?: ServerUser;
  /** A bundle of the host (`bundleHost`). Default: one in node_modules/.cache. */
  readonly program?: string;
  /** Everything that the host and the app write, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** A local host in a process of its own. */
export interface SpawnedHost {
  readonly url: string;
  readonly keys: HostKeys;
  readonly masterKey: string;
  readonly pid: number;
  readonly functions: readonly { readonly name: string; readonly kind: 'http' | 'timer' | 'queue' }[];
  readonly inError: readonly { readonly name: string; readonly reason: string }[];
  readonly startupErrors: readonly string[];
  readonly ended: Promise<ProcessEnd>;
  /** The last 64 KiB of what it has written. */
  output(): string;
  /** SIGTERM: hooks, bounded drain, exit. Killed 5 s after the drain time. */
  stop(): Promise<ProcessEnd>;
  /** SIGKILL, as when the instance dies; resolves when it is gone. */
  kill(): Promise<ProcessEnd>;
}

const READY_TIMEOUT_MS = 30_000;
const OUTPUT_KEPT = 64 * 1024;
const DRAIN_MS = 10_000;
const INHERITED = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME'];

/** Starts a host and waits until it listens, also when its app is broken (`startupErrors`). */
export async function spawnHost(options: SpawnHostOptions): Promise<SpawnedHost> {
  const guard = guardLeftovers();
  const output = new OutputTail(options.onOutput);
  try {
    const program = options.program ?? (await buildHostProgram());
    const child = await startOwned(process.execPath, [program, ...argumentsFor(options)], {
      cwd: options.appDir,
      ...options.user,
      env: { ...inheritedEnvironment(), ...options.settings },
      output: { onOutput: (text, stream) => output.add(text, stream) },
    });
    guard.watch(child.pid, 'TERM');
    void child.ended.then(() => guard.release());
    const ready = await waitUntilReady(child, output);
    child.unref();
    return describe(child, ready, output, options.drainMs ?? DRAIN_MS);
  } catch (error) {
    await guard.release();
    throw error;
  }
}

function argumentsFor(options: SpawnHostOptions): string[] {
  return [
    ...['--app', options.appDir, '--port', String(options.port ?? 0), '--print-keys'],
    ...(options.timers === false ? ['--no-timers'] : []),
    ...(options.queueLockMs === undefined ? [] : ['--queue-lock-ms', String(options.queueLockMs)]),
    ...(options.drainMs === undefined ? [] : ['--drain-ms', String(options.drainMs)]),
    ...(options.logLevel === undefined ? [] : ['--log-level', options.logLevel]),
  ];
}

function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

interface ReadyLine {
  readonly url: string;
  readonly keys: HostKeys;
  readonly functions: SpawnedHost['functions'];
  readonly inError: SpawnedHost['inError'];
  readonly startupErrors: readonly string[];
}

class OutputTail {
  readonly ready: Promise<ReadyLine>;
  #stdout = '';
  #tail = '';
  #resolveReady: (line: ReadyLine) => void = () => undefined;
  readonly #onOutput: ((text: string) => void) | undefined;

  constructor(onOutput: ((text: string) => void) | undefined) {
    this.#onOutput = onOutput;
    this.ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
  }

  /** The line with the keys is for us and is not passed on. */
  add(text: string, stream: 'stdout' | 'stderr'): void {
    if (stream === 'stderr') return this.#pass(text);
    const lines = (this.#stdout + text).split('\n');
    this.#stdout = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{"event":"ready"')) this.#resolveReady(JSON.parse(line) as ReadyLine);
      else this.#pass(`${line}\n`);
    }
  }

  toString(): string {
    return this.#tail;
  }

  #pass(text: string): void {
    this.#tail = (this.#tail + text).slice(-OUTPUT_KEPT);
    this.#onOutput?.(text);
  }
}

async function waitUntilReady(child: OwnedProcess, output: OutputTail): Promise<ReadyLine> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READY_TIMEOUT_MS);
  });
  const ready = await Promise.race([output.ready, child.ended.then(() => undefined), tooLate]);
  clearTimeout(timer);
  if (ready !== undefined) return ready;
  await child.stop([], 1_000);
  throw new Error(`the local host did not start: ${output.toString().slice(-2_000).trim()}`);
}

function describe(child: OwnedProcess, ready: ReadyLine, output: OutputTail, drainMs: number): SpawnedHost {
  return {
    ...{ url: ready.url, keys: ready.keys, masterKey: ready.keys.master, pid: child.pid, ended: child.ended },
    ...{ functions: ready.functions, inError: ready.inError, startupErrors: ready.startupErrors },
    output: () => output.toString(),
    async stop() {
      await child.stop(['SIGTERM'], drainMs + 5_000);
      return await child.ended;
    },
    async kill() {
      await child.stop([], 1_000);
      return await child.ended;
    },
  };
}
