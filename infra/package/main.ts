import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePgTools } from '../pgtools/ensure';
import { packageApp } from './package-app';

const USAGE = `Makes the deployment zip: bundle, host.json, package.json and client tools.

  npm run package -- [MAJOR…] [--out FILE]

MAJOR   majors of the client tools that go into it; default 17 18
--out   where it goes; default package/lifebook-backup.zip`;
/** Flex Consumption loads the package at each cold start, so it stays small. */
const SIZE_LIMIT_BYTES = 60 * 1024 * 1024;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: join(__dirname, '..', '..', 'package', 'lifebook-backup.zip') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const majors = positionals.length === 0 ? [17, 18] : [...new Set(positionals)].map(readMajor);
  const { dir } = await ensurePgTools(majors, (line) => console.log(line));
  const content = await packageApp({ toolsDir: dir, majors });
  if (content.length > SIZE_LIMIT_BYTES) {
    throw new Error(`the package would have ${megabytes(content.length)}, and 60 MB is the limit: take fewer majors`);
  }
  const target = resolve(values.out);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  console.log(`${target}\n${megabytes(content.length)}, sha256 ${sha256}`);
}

function readMajor(text: string): number {
  if (/^[1-9]\d$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no major version of PostgreSQL`);
}

const megabytes = (sizeBytes: number): string => `${(sizeBytes / 1024 / 1024).toFixed(1)} MB`;

main().catch((error: unknown) => {
  const { message, hint } = error as { message?: string; hint?: string };
  console.error(`${message ?? String(error)}${hint === undefined ? '' : `\nHINT: ${hint}`}`);
  process.exitCode = 1;
});
