import { addressOf } from '../../route';

const PAGE_OF: Readonly<Record<string, string>> = {
  '/api/restores': 'restore',
  '/api/pitr-restores': 'pitr',
  '/api/undeletes': 'undelete',
  '/api/reconciliations': 'reconcile',
};

interface Call {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/** The page that makes the call of an advice, with everything that the advice knows filled in; undefined: there is none. */
export function dialogOf({ call }: { readonly call: Call | null }): string | undefined {
  const page = call === null ? undefined : PAGE_OF[call.path];
  if (call === null || page === undefined) return undefined;
  const filled = Object.entries(call.body ?? {}).filter(
    // what is in angle brackets the advice does not know
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !/^<.*>$/.test(entry[1]),
  );
  return addressOf(['recover', page], Object.fromEntries(filled));
}
