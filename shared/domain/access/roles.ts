/** Roles of callers (product.md §5): Admin includes both others, Release includes Read. */
export const ROLES = ['Read', 'Release', 'Admin'] as const;
export type Role = (typeof ROLES)[number];

const APP_ROLES: Readonly<Record<string, readonly Role[]>> = {
  'Backup.Read': ['Read'],
  'Backup.Release': ['Read', 'Release'],
  'Backup.Admin': ['Read', 'Release', 'Admin'],
};

export interface Caller {
  /** What names the same person or app every time: the token's `oid`, else its `sub`. */
  readonly subject: string;
  /** For records: the subject, with the token's name before it where it has one. */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
}

/** What the app roles of a token allow; unknown ones allow nothing. */
export function rolesOf(appRoles: readonly string[]): ReadonlySet<Role> {
  return new Set(appRoles.flatMap((role) => APP_ROLES[role] ?? []));
}
