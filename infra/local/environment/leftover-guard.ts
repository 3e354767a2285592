import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';

/**
 * What the guard runs. It reads its orders from standard input: `watch PID SIGNAL` adds a process group, `done` ends it.
 * The end of the input without `done` means that whoever started it is gone, however it died: then it ends the groups,
 * waits up to six seconds for them, and removes the folder.
 */
const GUARD_SCRIPT = `
groups=
while read -r order pid signal; do
  case $order in
    watch) groups="$groups $pid:$signal" ;;
    done) exit 0 ;;
  esac
done
runs() { [ -r "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status"; } # a zombie has ended
for entry in $groups; do kill -s "\${entry#*:}" -- "-\${entry%:*}" 2>/dev/null; done
for entry in $groups; do
  tries=0
  while runs "\${entry%:*}" && [ $tries -lt 60 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL -- "-\${entry%:*}" 2>/dev/null
done
[ $# -eq 0 ] || rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; } # a last writer may just have been there
`;

/** Ends processes and removes a folder, if one is given, when this process dies without having done so itself. */
export interface LeftoverGuard {
  /** Also ends the process group `pid`, first by `signal` (a name without SIG), at last by KILL. */
  watch(pid: number, signal: 'TERM' | 'INT' | 'QUIT' | 'KILL'): void;
  /** Everything is tidy: the guard itself ends, too. */
  release(): Promise<void>;
}

/**
 * A server outlives a parent that crashes or is killed, and `process.on('exit')` does not run on SIGKILL. A pipe does
 * notice: a small shell in a session of its own holds the other end of it.
 */
export function guardLeftovers(folder?: string): LeftoverGuard {
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'lifebook-guard', ...(folder === undefined ? [] : [folder])], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  const ended = once(guard, 'exit').catch(() => undefined);
  guard.stdin.on('error', () => undefined); // it may end before it has read the last order
  guard.unref(); // neither the guard nor its pipe keeps this process alive
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return {
    watch: (pid, signal) => guard.stdin.write(`watch ${pid} ${signal}\n`),
    async release() {
      guard.ref();
      guard.stdin.end('done\n');
      await ended;
    },
  };
}
