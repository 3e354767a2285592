import { signal } from '@preact/signals';
import { ROLES, type Role } from '../../domain/access/roles';
import { session } from '../session/session';
import { call } from './call';

interface Operation {
  readonly operationId: string;
  readonly security: readonly { readonly bearer?: readonly string[] }[];
}
type Document = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }>;

const roles = signal<ReadonlyMap<string, Role> | undefined>(undefined);

/** Who may call what is read from the app's own description, so that the page knows no more than the API does. */
export async function loadPermissions(): Promise<void> {
  const { paths } = await call<Document>('GET', '/openapi.json');
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  roles.value = new Map(
    operations.flatMap(({ operationId, security }): [string, Role][] => {
      const role = ROLES.find((known) => security[0]?.bearer?.[0] === `Backup.${known}`);
      return role === undefined ? [] : [[operationId, role]];
    }),
  );
}

export type Permission = 'yes' | 'not-served' | { readonly needs: Role };

/** Whether the user may start this operation (`postRestore`), and what is missing. */
export function permission(operationId: string): Permission {
  if (roles.value === undefined) return 'yes'; // the API answers for itself
  const needs = roles.value.get(operationId);
  if (needs === undefined) return 'not-served';
  const has = session.value?.role;
  return has !== undefined && ROLES.indexOf(has) >= ROLES.indexOf(needs) ? 'yes' : { needs };
}
