import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { buildApp } from '../bundle/bundle';
import { makeScratchFolder } from '../local/environment/scratch-folder';
import { TOOL_NAMES } from '../pgtools/manifest';
import { thirdPartyNotices } from './notices';
import { zip, type ZipEntry } from './zip';

const ROOT = join(__dirname, '..', '..');
const projectShape = z.object({ name: z.string(), version: z.string(), main: z.string(), engines: z.unknown() });

export interface PackageOptions {
  /** Folder of built client tools, `<major>/bin/…`. */
  readonly toolsDir: string;
  readonly majors: readonly number[];
}

/**
 * The deployment zip: what a Functions host needs and nothing else. The bundle carries every production dependency, so
 * there is no node_modules and nothing for a remote build to install. The same sources and tools give the same bytes.
 */
export async function packageApp({ toolsDir, majors }: PackageOptions): Promise<Buffer> {
  const tools = await Promise.all(majors.map((major) => toolEntries(toolsDir, major)));
  return zip([
    file('host.json', await readFile(join(ROOT, 'host.json'))),
    file('package.json', await packageJson()),
    ...(await bundleEntries()),
    ...tools.flat(),
  ]);
}

async function packageJson(): Promise<Buffer> {
  const { name, version, main, engines } = projectShape.parse(
    JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')),
  );
  return Buffer.from(`${JSON.stringify({ name, version, private: true, main, engines }, null, 2)}\n`);
}

async function bundleEntries(): Promise<ZipEntry[]> {
  const folder = await makeScratchFolder('package');
  try {
    const sources = await buildApp(folder, { sourcemap: false });
    const notices = file('THIRD-PARTY-NOTICES.txt', Buffer.from(thirdPartyNotices(sources)));
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const bundle = files.map(async (path) => file(`dist/${relative(folder, path)}`, await readFile(path)));
    return [notices, ...(await Promise.all(bundle))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function toolEntries(toolsDir: string, major: number): Promise<ZipEntry[]> {
  const folder = join(toolsDir, String(major));
  const binaries = TOOL_NAMES.map(async (name) => ({
    name: `pgtools/${major}/bin/${name}`,
    content: await readFile(join(folder, 'bin', name)),
    isExecutable: true,
  }));
  const manifest = file(`pgtools/${major}/manifest.json`, await readFile(join(folder, 'manifest.json')));
  return [manifest, ...(await Promise.all(binaries))];
}

const file = (name: string, content: Buffer): ZipEntry => ({ name, content, isExecutable: false });
