import { INSTALLATION_TAG, JOB_TAG, UNTIL_TAG } from './clone-tags';

export interface ReapFacts {
  readonly now: Date;
  readonly installation: string;
  readonly server: {
    readonly name: string;
    readonly host: string | undefined;
    readonly tags: Readonly<Record<string, string>>;
  };
  /** Hosts of every URL that is configured; null: they cannot all be read. */
  readonly configuredHosts: readonly string[] | null;
  /** Jobs that have not ended. */
  readonly unfinishedJobs: ReadonlySet<string>;
}

export type ReapDecision =
  | { readonly do: 'keep'; readonly reason: string; readonly isOverdue: boolean }
  /** Everything but the sessions speaks for it; nobody may be connected. */
  | { readonly do: 'delete-if-idle'; readonly reason: string };

/** Whether a server of the restore resource group may go. In doubt it stays. */
export function decideReaping({ now, installation, server, configuredHosts, unfinishedJobs }: ReapFacts): ReapDecision {
  const keep = (reason: string, isOverdue = false): ReapDecision => ({ do: 'keep', reason, isOverdue });
  if (server.tags[INSTALLATION_TAG] !== installation) return keep('it is not of this installation');
  const until = server.tags[UNTIL_TAG];
  if (until === undefined) return keep('it was made to stay');
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs)) return keep('its time cannot be read', true);
  if (now.getTime() < untilMs) return keep(`its time is ${until}`);
  if (unfinishedJobs.has(server.tags[JOB_TAG] ?? '')) return keep('its job is not done', true);
  if (configuredHosts === null) return keep('the configured URLs cannot all be read, and one may name it', true);
  const isNamed = configuredHosts.some((host) => namesServer(host, server));
  if (isNamed) return keep('a configured URL names it', true);
  return { do: 'delete-if-idle', reason: `its time was ${until}` };
}

/** By its host, or by its name as the first part of a host. */
function namesServer(host: string, server: ReapFacts['server']): boolean {
  const lower = host.toLowerCase();
  return lower === server.host?.toLowerCase() || lower.split('.')[0] === server.name.toLowerCase();
}
