/** What a call is answered with, as data. */
export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ArmCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export const problem = (status: number, code: string, message: string): ArmAnswer => ({
  status,
  body: { error: { code, message } },
});
