/** Why a build stopped: `detail` says what was found and why that ends it, `hint` what to do next. */
export class PgToolsError extends Error {
  override readonly name: string = 'PgToolsError';

  constructor(
    readonly detail: string,
    readonly hint: string,
    /** The full log of the build, where one had begun. */
    readonly logFile?: string,
  ) {
    super(`${detail} — ${hint}`);
  }
}

/** The build was asked to stop. Its own class, so that a caller can keep silent about what the user did on purpose. */
export class PgToolsCancelled extends PgToolsError {
  override readonly name: string = 'PgToolsCancelled';

  constructor() {
    super('the build of the client tools was cancelled', 'nothing is left behind: run the same command again');
  }
}
