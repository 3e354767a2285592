import { ROLES, type Role, rolesOf } from '../../domain/access/roles';

interface Claims {
  readonly name: string;
  readonly role: Role | undefined;
}

/** What a token says of its holder, to show it. Whether it is true the API decides, with each call. */
export function readClaims(token: string): Claims {
  const claims = decode(token);
  const appRoles = Array.isArray(claims['roles']) ? claims['roles'].filter((role) => typeof role === 'string') : [];
  const roles = rolesOf(appRoles);
  const name = claims['name'] ?? claims['preferred_username'] ?? claims['sub'];
  return {
    name: typeof name === 'string' ? name : '',
    role: ROLES.findLast((role) => roles.has(role)),
  };
}

function decode(token: string): Readonly<Record<string, unknown>> {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
