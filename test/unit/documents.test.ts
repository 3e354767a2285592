import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { scripts } from '../../package.json';
import { EXITS } from '../../shared/client/exits';
import { commandsOf, PAGES, readPage } from '../fixtures/documents/commands';

const ROOT = join(__dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const all = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([, found]) => found ?? '');
const template = read('infra', 'main.bicep');
const parameters = all(/^param (\w+) /gm, template);
const environment = all(/readEnvironmentVariable\('(\w+)'/g, read('infra', 'main.bicepparam'));

/** Programs that the pages ask for; test/e2e/documents.test.ts runs what can be run without Azure. */
const TOOL =
  /^(az|azd|azcopy|npm|npx|git|curl|docker|lifebook-backup|psql|pg_dump|pg_restore|sha256sum) |^(TOKEN=\$\((az|npm) |API=http|export LIFEBOOK_|set -a; \. )/;

describe.each(PAGES)('the commands of %s', (page) => {
  const text = readPage(page);
  const commands = commandsOf(page);
  const joined = commands.join('\n');

  it('are of tools that it asks for', () => {
    expect(commands.length).toBeGreaterThan(4);
    expect(commands.filter((command) => !TOOL.test(command))).toEqual([]);
    // a block of another language, or of none, could hide a command
    const languages = all(/^ *```(\w*)\n[\s\S]*?^ *```$/gm, text).filter((language) => language !== 'sh');
    expect(languages.filter((language) => language !== '' && language !== 'sql')).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const called = [...all(/npm run (?:--silent )?([\w:]+)/g, text), ...all(/npm (test|start)\b/g, text)];
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('set what the parameter file reads, and parameters that the template has', () => {
    const set = all(/azd env set (\w+)/g, text);
    expect(set.filter((name) => !environment.includes(name))).toEqual([]);
    const given = commands.flatMap((command) =>
      all(/--parameters (\w+=.*)/g, command).flatMap((rest) => rest.split(' ')),
    );
    const named = [...given, ...all(/`([a-z]\w*=\w[\w-]*)`/g, text)].map((pair) => pair.split('=')[0] ?? '');
    expect(named.filter((name) => !parameters.includes(name))).toEqual([]);
  });

  it('name files, outputs and queues that exist', () => {
    const paths = all(/(?:@|[ (`])(?:\.\.\/)?(infra\/[\w./-]+\w)/g, text);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const outputs = all(/get-value (\w+)/g, text);
    expect(outputs.filter((name) => !template.includes(`output ${name} `))).toEqual([]);
    expect(all(/--queue-name (\S+)/g, joined).filter((name) => name !== 'lifebook-backup-jobs-poison')).toEqual([]);
  });

  it('link to places that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.filter(([, file = '', anchor]) => {
      const target = file === '' ? page : join(page, '..', file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(readPage(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('docs/deploy.md', () => {
  const text = readPage('docs/deploy.md');

  it('opens with the choice of the network, each with its price', () => {
    const [opening = '', ...steps] = text.split(/^## /m).slice(1);
    expect(opening).toMatch(/^Choose the network\n/);
    const rows = all(/^\| \*\*([\w ]+)\*\* .*\| [^|]*\$[^|]*\|$/gm, opening);
    expect(rows).toEqual(['public', 'VNet', 'VNet with NAT']);
    expect(steps.filter((step) => /^\d+\./.test(step)).length).toBeGreaterThan(8);
  });

  it('has in each step how to check it and what it costs', () => {
    for (const step of text.split(/^## (?=\d+\.)/m).slice(1)) {
      const [title] = step.split('\n');
      const [checks, costs] = [/\bcheck|\bwait for/i.test(step), /\bcosts?\b|\$|\bfree\b/i.test(step)];
      expect([title, checks, costs]).toEqual([title, true, true]);
    }
  });

  it('fires every alert of the template once', () => {
    const alerts = all(/name: '([\w-]+)'\n/g, read('infra', 'modules', 'alerts.bicep').split('var presences')[1] ?? '');
    const named = [...alerts.map((name) => name.replace('-', ' ')), 'health', 'no verified\nbackup'];
    expect(named.length).toBe(6);
    expect(named.filter((name) => !new RegExp(`(\\*\\*|\\| )${name}`).test(text))).toEqual([]);
  });

  it('names every variable of the parameter file, so that azd can set it', () => {
    const unnamed = environment.filter((name) => name !== 'AZURE_ENV_NAME' && !text.includes(name));
    expect(unnamed).toEqual([]);
  });
});

describe('docs/client.md', () => {
  const text = readPage('docs/client.md');

  it('has every exit code', () => {
    const codes = all(/^\| (\d+) \| /gm, text).map(Number);
    expect(codes).toEqual(Object.values(EXITS).map(({ code }) => code));
  });

  it('has every setting of the client, and no other', () => {
    const program = read('shared', 'client', 'program.ts');
    const named = all(/^\| `(LIFEBOOK_\w+)`/gm, text);
    expect(new Set(named)).toEqual(new Set(all(/(LIFEBOOK_BACKUP_\w+)/g, program)));
  });
});

describe('docs/runbook.md', () => {
  it('has a way without this app for every situation', () => {
    const sections = readPage('docs/runbook.md').split(/^##+ /m).slice(1);
    const lacking = sections.filter((section) => !/\*\*Without:?\*\*|without this app/i.test(section));
    expect(sections.length).toBeGreaterThan(14);
    expect(lacking.map((section) => section.split('\n')[0])).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): string[] =>
  all(/^#{1,6} (.*)$/gm, markdown).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
