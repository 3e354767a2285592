import { Failure } from '../domain/failure';

/** A container that a caller names; only those of CONTENT_CONTAINERS are anybody's business here. */
export function chooseContainer(asked: string, known: readonly string[]): string {
  if (known.includes(asked)) return asked;
  throw new Failure('invalid-request', `container: is none of CONTENT_CONTAINERS (${known.join(', ')})`);
}
