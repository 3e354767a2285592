/** How the client ends, for scripts. docs/client.md and `--help` have this table. */
export const EXITS = {
  ok: { code: 0, means: 'done, or with --wait: the job has succeeded' },
  failed: { code: 1, means: 'the job failed or was canceled, or health is failing' },
  usage: { code: 2, means: 'the command line or the settings of the client cannot be used; nothing was changed' },
  refused: { code: 3, means: 'the app refused: no or a bad token, a role missing, a plan with refusals, any 4xx' },
  unreachable: { code: 4, means: 'the app could not be reached, or answered with a 5xx' },
  'timed-out': { code: 5, means: 'the job had not ended when the time of --timeout was up; it goes on' },
  interrupted: { code: 130, means: 'Ctrl-C; a job that was started goes on' },
} as const;
export type Exit = keyof typeof EXITS;

/** Why the client ends without what was asked for, in the words of the app where it said why. */
export class ClientError extends Error {
  constructor(
    readonly exit: Exit,
    /** The failure's code, as docs/errors.md has it, or the client's own. */
    readonly code: string,
    readonly detail: string,
    readonly hint: string,
    /** When the app said so, in seconds: a try before that is refused again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(`${code}: ${detail}`);
  }
}
