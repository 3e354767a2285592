import { Failure } from './failure';

export interface DumpMessages {
  readonly known: readonly { readonly code: string; readonly detail: string }[];
  readonly unknown: readonly string[];
  readonly errors: readonly string[];
}

export function readDumpMessages(_stderr: string): DumpMessages {
  return { known: [], unknown: [], errors: [] };
}

export function dumpFailure(_stderr: string, _exitCode: number | null, _signal: string | null): Failure {
  return new Failure('dump-failed', '');
}
