import { parseArgs } from 'node:util';
import { LOCAL_ROLES, type LocalRole, type TokenRequest } from './issue-token';

export const TOKEN_USAGE = `npm run token -- --role ROLE [--name NAME] [--minutes N]

Prints an access token for an app that was started by "npm start" or otherwise has AUTH_MODE=local.

  --role ROLE     ${LOCAL_ROLES.join(', ')}: each includes those before it
  --name NAME     who it is for, as the audit shows it (default: your user name)
  --minutes N     how long it is valid (default: 60)
`;

/** @throws Error whose message says what is wrong with the arguments; undefined means: show the usage. */
export function parseTokenArguments(args: readonly string[]): TokenRequest | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      role: { type: 'string' },
      name: { type: 'string' },
      minutes: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  return { role: parseRole(values.role), name: parseName(values.name), minutes: parseMinutes(values.minutes) };
}

function parseRole(text: string | undefined): LocalRole {
  const role = LOCAL_ROLES.find((candidate) => candidate.toLowerCase() === text?.toLowerCase());
  if (role === undefined) throw new Error(`--role must be one of ${LOCAL_ROLES.join(', ')}`);
  return role;
}

function parseName(text: string | undefined): string | undefined {
  if (text?.trim() === '') throw new Error('--name must not be empty');
  return text;
}

const MOST_MINUTES = 7 * 24 * 60;

function parseMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const minutes = Number(text);
  if (/^\d+$/.test(text) && minutes >= 1 && minutes <= MOST_MINUTES) return minutes;
  throw new Error(`--minutes must be a whole number from 1 to ${MOST_MINUTES}`);
}
