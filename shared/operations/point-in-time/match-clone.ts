import { asFailure } from '../../domain/failure';
import { Later } from '../../domain/jobs/later';
import {
  compareServers,
  differentParameters,
  missingRules,
  type ParityItem,
  showRule,
} from '../../domain/point-in-time/parity';
import type { ServerAddress } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'flexServers' | 'settings'>;

/** What is written again and again and does not stay is given up and reported. */
const TRIES = 5;
const RESTARTS = 2;

interface Difference {
  readonly item: Omit<ParityItem, 'outcome' | 'detail'>;
  readonly apply: () => Promise<void>;
}

/** Gives the clone its source's firewall rules: before it has them, nobody can connect to it. */
export async function matchNetwork(
  systems: Needs,
  run: JobRun,
  source: ServerAddress,
  clone: ServerAddress,
): Promise<ParityItem[] | Later> {
  const { flexServers } = systems;
  const [wanted, there] = await Promise.all([
    flexServers.listFirewallRules(source, run.signal),
    flexServers.listFirewallRules(clone, run.signal),
  ]);
  const differences = missingRules(wanted, there).map((rule): Difference => {
    const found = there.find(({ name }) => name === rule.name);
    const ofClone = found === undefined ? 'none' : showRule(found);
    return {
      item: { kind: 'firewall-rule', name: rule.name, source: showRule(rule), clone: ofClone },
      apply: () => flexServers.beginFirewallRule(clone, rule, run.signal),
    };
  });
  return applyAll(systems, run, differences);
}

/**
 * Gives the clone the parameters that were set on its source, then restarts it once if static ones wait for that.
 *
 * @param only these; default: all
 */
export async function matchParameters(
  systems: Needs,
  run: JobRun,
  source: ServerAddress,
  clone: ServerAddress,
  only?: readonly string[],
): Promise<ParityItem[] | Later> {
  const { flexServers } = systems;
  const [ofSource, there] = await Promise.all([
    flexServers.listParameters(source, run.signal),
    flexServers.listParameters(clone, run.signal),
  ]);
  const wanted = ofSource.filter(({ name }) => only?.includes(name) ?? true);
  const differences = differentParameters(wanted, there).map(({ name, value }): Difference => {
    const ofClone = there.find((parameter) => parameter.name === name)?.value ?? '';
    return {
      item: { kind: 'parameter', name, source: value, clone: ofClone },
      apply: () => flexServers.beginParameter(clone, name, value, run.signal),
    };
  });
  const applied = await applyAll(systems, run, differences);
  if (applied instanceof Later) return applied;
  const waiting = there.filter(({ needsRestart }) => needsRestart);
  const restarts = Number(run.record.notes['restarts'] ?? 0);
  const server = await flexServers.find(clone, run.signal);
  const pollSeconds = systems.settings.get('ARM_POLL_SECONDS');
  if (server?.state !== 'Ready') return new Later(pollSeconds, `${clone.server} is ${server?.state ?? 'away'}`);
  if (waiting.length === 0 || restarts >= RESTARTS) return applied;
  await run.note({ restarts: restarts + 1 });
  try {
    await flexServers.beginRestart(clone, run.signal);
  } catch (error) {
    if (asFailure(error).code !== 'azure-busy') throw error;
    await run.note({ restarts });
  }
  return new Later(pollSeconds, `${clone.server} restarts for ${waiting.map(({ name }) => name).join(', ')}`);
}

/** Compares what is only reported. */
export async function compareClone(
  systems: Needs,
  run: JobRun,
  source: ServerAddress,
  clone: ServerAddress,
): Promise<ParityItem[]> {
  const side = async (address: ServerAddress): Promise<Parameters<typeof compareServers>[0]> => {
    const [server, administrators] = await Promise.all([
      systems.flexServers.find(address, run.signal),
      systems.flexServers.listAdministrators(address, run.signal),
    ]);
    return {
      administrators,
      tags: server?.tags ?? {},
      highAvailability: server?.highAvailability ?? 'unknown',
      maintenanceWindow: server?.maintenanceWindow ?? 'unknown',
    };
  };
  const [ofSource, ofClone] = await Promise.all([side(source), side(clone)]);
  return compareServers(ofSource, ofClone);
}

/**
 * Writes what differs, a write each look; the lists tell with the next ticket what has arrived, so nothing has to be
 * remembered of a write but how often it was tried. Azure changes one thing of a server at a time: then the rest waits.
 */
async function applyAll(
  systems: Needs,
  run: JobRun,
  differences: readonly Difference[],
): Promise<ParityItem[] | Later> {
  const tries = { ...(run.record.notes['tries'] as Record<string, number> | undefined) };
  const seen = { ...(run.record.notes['parity'] as Record<string, ParityItem> | undefined) };
  const open = differences.filter(({ item }) => seen[keyOf(item)]?.outcome !== 'not-applied');
  for (const { item, apply } of open) {
    const key = keyOf(item);
    tries[key] = (tries[key] ?? 0) + 1;
    seen[key] ??= { ...item, outcome: 'applied' };
    if (tries[key] > TRIES) {
      seen[key] = { ...item, outcome: 'not-applied', detail: `written ${TRIES} times, and it did not stay` };
      continue;
    }
    try {
      await apply();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === 'azure-busy') {
        tries[key] -= 1;
        break;
      }
      if (failure.code !== 'azure-refused') throw error;
      seen[key] = { ...item, outcome: 'not-applied', detail: failure.detail };
    }
  }
  if (open.length > 0) await run.note({ tries, parity: seen });
  if (open.some(({ item }) => seen[keyOf(item)]?.outcome !== 'not-applied')) {
    return new Later(
      systems.settings.get('ARM_POLL_SECONDS'),
      `${open.length} settings are on their way to the new server`,
    );
  }
  return Object.values(seen);
}

const keyOf = (item: Difference['item']): string => `${item.kind} ${item.name}`;
