import { parseArgs } from 'node:util';
import { issueToken, LOCAL_ROLES } from './issuer/issuer';

const USAGE = `Prints an access token of the local issuer, for an app with AUTH_MODE=local.

  npm run --silent token -- --role Read|Release|Admin [--name NAME] [--minutes 1…1440]`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      name: { type: 'string' },
      minutes: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return console.log(USAGE);
  const role = LOCAL_ROLES.find((candidate) => candidate === values.role);
  if (role === undefined) throw new Error('--role must be Read, Release or Admin');
  const minutes = Number(values.minutes ?? 60);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) throw new Error('--minutes must be from 1 to 1440');
  console.log(await issueToken({ role, minutes, ...(values.name === undefined ? {} : { name: values.name }) }));
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
});
