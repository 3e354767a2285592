import { Argument, Command, Option } from 'commander';
import { paramNames, PARAMETERS } from '../http/route';
import { Api } from './api';
import { type ClientCommand, COMMANDS } from './command-table';
import { ClientError, type Exit, EXITS } from './exits';
import { type Field, fieldsOf, flagOf } from './fields';
import { type Given, runCommand, waitFor } from './run-command';
import { Screen } from './screen';
import { Credentials } from './sign-in';

type Environment = Readonly<Record<string, string | undefined>>;
/** Runs a command once its options are read; the exit is told to `end`. */
type Run = (
  given: Given,
  app: ClientCommand['app'],
  work: (api: Api, screen: Screen) => Promise<Exit>,
) => Promise<void>;

/** The command line: one command for each row of the table, and `wait`. */
export function buildProgram(environment: Environment, end: (exit: Exit) => void): Command {
  const program = new Command('lifebook-backup')
    .description('Backups, recoveries and their proof, over the API of LifeBook Backup.')
    .addHelpText('after', afterHelp)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false });
  const run: Run = async (given, app, work) => {
    const screen = new Screen(given['json'] === true);
    try {
      end(await work(connect(given, app, environment), screen));
    } catch (error) {
      end(tell(error, screen));
    }
  };
  for (const command of COMMANDS) addCommand(program, command, run);
  const wait = program
    .command('wait')
    .description('wait until a job has ended, with a progress bar')
    .argument('<job-id>', PARAMETERS['jobId']);
  addConnection(wait.option('--timeout <minutes>', 'give up after so long; the job goes on (default: never)'));
  wait.action((jobId: string, options: Given) => {
    const given = byFlag(options);
    return run(given, undefined, (api, screen) => waitFor(jobId, given, api, screen));
  });
  return program;
}

function addCommand(program: Command, row: ClientCommand, run: Run): void {
  const words = row.words.split(' ');
  const group = words.length === 1 ? program : groupOf(program, words[0] ?? '');
  const command = group.command(words.at(-1) ?? '').description(row.summary);
  const fields = [...fieldsOf(row.query), ...fieldsOf(row.body)];
  const names = [...paramNames(row.path), ...(row.positional ?? [])].map((name) => flagOf([name]));
  for (const name of paramNames(row.path)) command.argument(`<${flagOf([name])}>`, PARAMETERS[name]);
  for (const name of row.positional ?? []) {
    command.addArgument(
      argumentOf(
        flagOf([name]),
        fields.find(({ path }) => path[0] === name),
      ),
    );
  }
  for (const field of fields) if (!names.includes(field.flag)) command.addOption(optionOf(field));
  if (row.startsJob) addJobOptions(command);
  if (fields.some(({ flag }) => flag === 'dry-run')) command.option('--yes', 'start without being asked');
  addConnection(command);
  command.action((...all: unknown[]) => {
    const options = byFlag(all[names.length] as Given);
    const given = { ...options, ...Object.fromEntries(names.map((name, index) => [name, all[index]])) };
    return run(given, row.app, (api, screen) => runCommand(row, given, api, screen));
  });
}

const groupOf = (program: Command, name: string): Command =>
  program.commands.find((command) => command.name() === name) ?? program.command(name).description(`${name} …`);

function argumentOf(name: string, field: Field | undefined): Argument {
  const argument = new Argument(`<${name}>`, field?.description ?? '');
  return field?.choices === undefined ? argument : argument.choices(field.choices);
}

function optionOf({ flag, type, choices, description }: Field): Option {
  const value = type === 'flag' ? '' : type === 'list' ? ' <value...>' : ` <${type === 'number' ? 'number' : 'text'}>`;
  const option = new Option(`--${flag}${value}`, description);
  return choices === undefined || type === 'list' ? option : option.choices(choices);
}

function addJobOptions(command: Command): void {
  command
    .option('--wait', 'wait until the job has ended')
    .option('--timeout <minutes>', 'with --wait: give up after so long; the job goes on (default: never)')
    .option('--idempotency-key <text>', 'the same key gives the same job for 7 days (default: a new one each time)');
}

function addConnection(command: Command): void {
  command
    .option('--json', 'the answer as JSON, and no questions')
    .option('--url <url>', 'where the app is (LIFEBOOK_BACKUP_URL)')
    .option('--audience <id>', "the API's client id, to sign in with Azure (LIFEBOOK_BACKUP_AUDIENCE)")
    .option('--token-file <file>', 'a file with an access token (LIFEBOOK_BACKUP_TOKEN_FILE)');
}

/** commander names options in camelCase; the fields of the schemas are told apart by their flags. */
const byFlag = (options: Given): Given =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [flagOf([name]), value]));

function connect(given: Given, app: ClientCommand['app'], environment: Environment): Api {
  const setting = (flag: string, name: string): string | undefined => {
    const value = typeof given[flag] === 'string' ? given[flag] : environment[name];
    return value?.trim() === '' ? undefined : value;
  };
  const recovery = app === 'recovery' ? environment['LIFEBOOK_BACKUP_RECOVERY_URL'] : undefined;
  const url = setting('url', 'LIFEBOOK_BACKUP_URL');
  const credentials = new Credentials({
    token: given['token-file'] === undefined ? environment['LIFEBOOK_BACKUP_TOKEN'] : undefined,
    tokenFile: setting('token-file', 'LIFEBOOK_BACKUP_TOKEN_FILE'),
    key: environment['LIFEBOOK_BACKUP_KEY'],
    audience: setting('audience', 'LIFEBOOK_BACKUP_AUDIENCE'),
  });
  return new Api(readUrl(given['url'] === undefined ? (recovery ?? url) : url), credentials);
}

/** A token is worth as much as the database: it crosses no network in the clear. */
function readUrl(text: string | undefined): string {
  const hint =
    'set LIFEBOOK_BACKUP_URL, for example https://func-lifebook.azurewebsites.net; after npm start: http://127.0.0.1:7071';
  if (text === undefined) throw new ClientError('usage', 'no-url', 'it is not said where the app is', hint);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback))
    return url.href.replace(/\/(api\/?)?$/, '');
  throw new ClientError(
    'usage',
    'no-url',
    'the address of the app must begin with https:// (http:// on this machine alone)',
    hint,
  );
}

function tell(error: unknown, screen: Screen): Exit {
  const known =
    error instanceof ClientError
      ? error
      : new ClientError(
          'failed',
          'defect',
          error instanceof Error ? error.message : String(error),
          'this is a bug of the client: report it',
        );
  const { exit, code, detail, hint, retryAfterSeconds } = known;
  const later = retryAfterSeconds === undefined ? '' : `; try again after ${retryAfterSeconds} s`;
  screen.error(
    {
      ...{ code, detail, hint, exit: EXITS[exit].code },
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
    [`${exit}: ${code}: ${detail}`, `HINT: ${hint}${later}`],
  );
  return exit;
}

const afterHelp = `
Every command has --help. Sign-in: az login and LIFEBOOK_BACKUP_AUDIENCE, or LIFEBOOK_BACKUP_TOKEN, or --token-file.

Exit codes:
${Object.values(EXITS)
  .map(({ code, means }) => `  ${String(code).padEnd(4)} ${means}`)
  .join('\n')}
`;
