import type { Role } from '../../shared/domain/access/roles';
import type { Route } from '../../shared/http/route';

/**
 * Who may call what: written by hand, not read from the routes, so that a role that changes by mistake is seen. Each row
 * and column is tested, in-process with Entra tokens and over HTTP with local ones; docs/authorization.md is made of it.
 */
export const AUTHORIZATION: Readonly<Record<string, Route['role']>> = {
  'GET /health': 'none',
  'GET /openapi.json': 'none',
  'GET /console': 'none',
  'GET /console/config.json': 'none',
  'GET /console/{*path}': 'none',
  'GET /jobs': 'Read',
  'GET /jobs/{jobId}': 'Read',
  'POST /jobs/{jobId}/cancel': 'Admin',
  'GET /audit': 'Admin',
  'POST /pitr-restores': 'Admin',
  'POST /backups': 'Release',
  'GET /backups': 'Read',
  'GET /backups/{backupId}': 'Read',
  'POST /backups/{backupId}/verify': 'Release',
  'POST /backups/{backupId}/download': 'Admin',
  'POST /adoptions': 'Admin',
  'PUT /backups/{backupId}/hold': 'Admin',
  'DELETE /backups/{backupId}/hold': 'Admin',
  'POST /backups/{backupId}/accept': 'Admin',
  'POST /releases/{version}/verified': 'Release',
  'GET /releases/{version}/rollback-plan': 'Read',
  'GET /retention-plan': 'Read',
  'GET /checks': 'Read',
  'POST /self-test': 'Admin',
  'GET /deleted-blobs': 'Read',
  'POST /undeletes': 'Admin',
  'POST /reconciliations': 'Admin',
  'POST /restores': 'Admin',
  'POST /restores/{jobId}/undo': 'Admin',
  'POST /wipe-checks': 'Admin',
  'POST /drills': 'Admin',
  'GET /drills': 'Read',
  'GET /drills/{id}': 'Read',
  'POST /storage-policies/apply': 'Admin',
  'GET /databases': 'Read',
  'GET /recovery-points': 'Read',
  'GET /recovery-advice': 'Read',
};

/** The key of a route in the table. */
export const rowOf = ({ method, path }: Route): string => `${method} /${path}`;

/** Callers that nobody knows: a token that is missing, forged, or meant for somebody else. */
export const STRANGERS = {
  'no token': 'no `Authorization` header',
  garbage: 'a text that is no token',
  'alg none': 'an unsigned token that says `Backup.Admin`',
  'HS256 with the public key': 'signed with the public key as if it were a shared secret',
  'another key': "signed by a key of the forger's own, under the real key's id",
  'unknown kid': 'signed by a key that the issuer does not publish',
  'wrong issuer': 'from another issuer, with the right key',
  'wrong audience': 'for another API',
  'wrong tenant': 'of another tenant (Entra only)',
  'wrong version': 'a v1.0 token (Entra only)',
  'ID token': 'what tells a web page who signed in: no right to call (Entra only)',
  expired: 'its time is over',
  'not yet valid': 'its time has not come',
} as const;

/** Callers that are known, with the app role that they have. */
export const KNOWN = { 'no role': undefined, Read: 'Read', Release: 'Release', Admin: 'Admin' } as const;

export type Stranger = keyof typeof STRANGERS;
export type Known = keyof typeof KNOWN;

const INCLUDES: Readonly<Record<Role, readonly Known[]>> = {
  Read: ['Read', 'Release', 'Admin'],
  Release: ['Release', 'Admin'],
  Admin: ['Admin'],
};

/** What the door answers; `in`: the request goes on to be read. */
export function expectedAnswer(role: Route['role'], caller: Stranger | Known): 'in' | 401 | 403 {
  if (role === 'none') return 'in';
  if (caller in STRANGERS) return 401;
  return INCLUDES[role].includes(caller as Known) ? 'in' : 403;
}

/** The same with `AUTH_MODE=keys`: the host asks for the function's own key. */
export function expectedAnswerToKey(
  role: Route['role'],
  key: 'none' | 'of another function' | 'its own',
): 'in' | 401 | 403 {
  if (role === 'none') return 'in';
  if (key !== 'its own') return 401;
  return role === 'Admin' ? 403 : 'in';
}

/** docs/authorization.md */
export function authorizationPage(): string {
  const known = Object.keys(KNOWN) as Known[];
  const rows = Object.entries(AUTHORIZATION).map(([row, role]) => {
    const cells = [
      expectedAnswer(role, 'no token'),
      ...known.map((caller) => expectedAnswer(role, caller)),
      ...(['none', 'its own'] as const).map((key) => expectedAnswerToKey(role, key)),
    ];
    return `| \`${row.replace(' /', ' /api/')}\` | ${role} | ${cells.join(' | ')} |`;
  });
  const strangers = Object.entries(STRANGERS).map(([name, doc]) => `| ${name} | ${doc} |`);
  return `# Who may call what

Made from \`infra/bundle/authorization-table.ts\` by \`npm run docs:settings\`; change it there. Tests try every cell:
\`test/unit/http/authorization.test.ts\` with tokens as Microsoft Entra makes them, \`test/e2e/authorization.test.ts\` over HTTP.
"in" means that the request goes on to be read; a wrong one then gets its 400 or 404.

| call | least role | a stranger | no role | Read | Release | Admin | \`keys\`: none or another function's | \`keys\`: its own |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

A stranger is each of these, and all get the same answer:

| stranger | who that is |
|---|---|
${strangers.join('\n')}

## AUTH_MODE=entra (default)

Microsoft Entra access tokens, RS256 only. The API's app registration needs

1. \`requestedAccessTokenVersion: 2\` in its manifest (\`api\` section): tokens are then v2.0, their issuer is
   \`https://login.microsoftonline.com/<tenant>/v2.0\` and their audience the client id. v1.0 tokens are refused;
2. the app roles \`Backup.Read\`, \`Backup.Release\`, \`Backup.Admin\`, for users and applications. Admin includes Release, Release includes Read.
   An app without an assignment can get a token, and a 403;
3. "Assignment required" on its enterprise application, so that strangers of the tenant do not even get a token;
4. a scope for people (\`infra/app-api.json\`) and the clients that may ask for it without a consent of each person's: the Azure CLI (\`infra/app-clients.json\`),
   so that \`az account get-access-token\` and the command-line client get tokens. A scope gives no right by itself, the app roles do;
5. for the web page the redirect address \`https://HOST/api/console\` of the kind "single-page application", here or on the registration that
   \`ENTRA_CONSOLE_CLIENT_ID\` names. [deploy.md](deploy.md) has the commands for all five.

\`ENTRA_TENANT_ID\` and \`ENTRA_AUDIENCE\` (the client id) tell the app. Without them, or with bad ones, everybody gets a 503. Clocks may differ by 30 s.
The tenant's keys are kept for an hour and fetched again when a token names an unknown one, at most every 30 s. When they cannot be had:
503 \`auth-keys-unavailable\`. Pipelines use workload identity federation: no stored secret.

## Rights on storage accounts

The daily comparison of storage policies (docs/checks.md) asks Azure Resource Manager with the app's identity. It needs, on the dump and the content account,

| action | for |
|---|---|
| \`Microsoft.Storage/storageAccounts/blobServices/read\` | soft delete, versioning |
| \`Microsoft.Storage/storageAccounts/blobServices/containers/read\` | immutability |
| \`Microsoft.Storage/storageAccounts/managementPolicies/read\` | lifecycle rules |
| \`Microsoft.Storage/storageAccounts/blobServices/write\`, \`Microsoft.Storage/storageAccounts/managementPolicies/write\` | only with \`STORAGE_POLICY_WRITE=true\`: whoever has these can turn soft delete off and have dumps deleted |

On the account of \`SECOND_COPY_STORAGE\` copying needs \`blobs/read\`, \`blobs/write\` and \`blobs/tags/write\` (data actions below
\`Microsoft.Storage/storageAccounts/blobServices/containers/\`), and no \`blobs/delete\`.

## AUTH_MODE=keys

Without an app registration. Functions are registered with \`authLevel: function\`, the Functions host checks each function's own key
(\`x-functions-key\`, or \`?code=\`; host and master key open all). A key carries no person: Admin calls answer 403, the audit says
\`function-key\`, and all key holders share one limit of unfinished jobs and one space of idempotency keys. \`func start\` on a developer's machine checks keys
only with \`--enableAuth\`.

## AUTH_MODE=local

For a developer's machine: tokens of \`npm run token\`, refused where Azure runs the app. What signs them is in no deployment
(\`test/integration/deployment-bundle.test.ts\`).
`;
}
