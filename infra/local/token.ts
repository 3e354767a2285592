import { issueToken } from './issuer/issue-token';
import { parseTokenArguments, TOKEN_USAGE } from './issuer/token-arguments';

/** `npm run token`: the token alone on standard output, so that `$(npm run -s token -- --role Read)` works. */
async function main(): Promise<void> {
  const request = parseTokenArguments(process.argv.slice(2));
  process.stdout.write(request === undefined ? TOKEN_USAGE : `${await issueToken(request)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${TOKEN_USAGE}`);
  process.exitCode = 2;
});
