import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');
const packageShape = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });
const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotice)/i;

/** THIRD-PARTY-NOTICES.txt: the licences of the client tools, and of each npm package that a bundle is made of. */
export function thirdPartyNotices(bundledFiles: readonly string[]): string {
  const folders = [...new Set(bundledFiles.flatMap(packageFolder))];
  const packages = folders.map(describePackage).toSorted((one, other) => (one.title < other.title ? -1 : 1));
  const distinct = packages.filter(({ title }, index) => packages[index - 1]?.title !== title);
  const tools = readFileSync(join(ROOT, 'infra', 'pgtools', 'notices.txt'), 'utf8');
  const sections = distinct.map(({ title, text }) => `================ ${title}\n\n${text.trim()}\n`);
  return `${tools}\nThe npm packages that dist/ is made of.\n\n${sections.join('\n')}`;
}

/** `…/node_modules/@azure/identity` of a file somewhere in it; nothing for a file of our own. */
function packageFolder(file: string): string[] {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return folder === undefined ? [] : [folder];
}

function describePackage(folder: string): { title: string; text: string } {
  const { name, version, license } = packageShape.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries
    .map((entry) => entry.name)
    .filter((file) => LICENCE_FILE.test(file) && !/\.[cm]?js$/.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n'));
  if (license === undefined && texts.length === 0) throw new Error(`${name} ${version} has no licence`);
  // some packages of a repository leave the text to its root, and only name the licence
  return {
    title: `${name} ${version} (${license ?? 'see below'})`,
    text: texts.join('\n') || `${license ?? ''} licence.`,
  };
}
