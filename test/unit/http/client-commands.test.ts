import { beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../shared/client/command-table';
import { EXITS } from '../../../shared/client/exits';
import { buildProgram } from '../../../shared/client/program';
import type { Route } from '../../../shared/http/route';
import { servedRoutes } from '../../../infra/bundle/served-routes';

let routes: readonly Route[];
beforeAll(async () => {
  routes = await servedRoutes();
});

describe('the commands of the client', () => {
  it.each(COMMANDS.map((command) => [command.words, command] as const))(
    '%s calls a route that there is, with the very schemas that parse it',
    (_words, { method, path, query, body, startsJob }) => {
      const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
      expect(route).toBeDefined();
      expect([route?.query === query, route?.body === body]).toEqual([true, true]);
      expect(startsJob === true).toBe(route?.startsJob === true);
    },
  );

  it('can each be built, and say what they take', () => {
    const program = buildProgram({}, () => undefined);
    const help = program.commands.find((command) => command.name() === 'restore')?.helpInformation() ?? '';
    for (const words of ['<backup-id>', '--mode <text>', '"swap"', '--tables <value...>', '--dry-run', '--wait']) {
      expect(help).toContain(words);
    }
    expect(help).toMatch(/backup-id +the backup that is restored\n/);
    expect(help).toMatch(/--dry-run +tell what would be done, and do nothing\n/);
    expect(Object.values(EXITS).map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 130]);
  });

  it('say what each argument and option is', () => {
    const commands = buildProgram({}, () => undefined).commands.flatMap((command) => [command, ...command.commands]);
    const silent = commands.flatMap((command) => {
      const parts = [...command.registeredArguments, ...command.options];
      return parts.filter(({ description }) => !description).map((part) => `${command.name()} ${part.name()}`);
    });
    expect(silent).toEqual([]);
  });
});
