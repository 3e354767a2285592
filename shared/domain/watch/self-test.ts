/** One step on the way from this app to what it needs. */
export const HOPS = [
  'dns',
  'tcp',
  'tls',
  'login',
  'rights',
  'client-tools',
  'admin-login',
  'arm',
  'dump-storage',
  'state-storage',
  'queue',
] as const;
export type Hop = (typeof HOPS)[number];

/** `not-tried`: a hop before it failed, so nothing can be said. */
export const HOP_STATES = ['ok', 'failed', 'not-configured', 'not-tried'] as const;

export interface HopResult {
  readonly hop: Hop;
  /** Configured name; none for what all databases share. */
  readonly database?: string;
  readonly state: (typeof HOP_STATES)[number];
  readonly durationMs: number;
  /** What was found, or what is wrong. Names no address and no secret. */
  readonly detail: string;
  /** What to do next, of one that failed or is not configured. */
  readonly hint?: string;
}

export interface SelfTest {
  /** `failed` when one hop is. */
  readonly state: 'ok' | 'failed';
  readonly items: readonly HopResult[];
}

/** Where the hint of the failure itself would say less; `database-unreachable` stands for three hops. */
export const HOP_HINTS: Readonly<Partial<Record<Hop, string>>> = {
  dns: "correct the host in the URL, or link the private DNS zone to the app's virtual network",
  tcp: "let the app's addresses or subnet through the server's firewall; check the port, and that the server runs",
  tls: 'turn on TLS at the server with a certificate for this host name; DATABASE_TLS=require does not check it',
};

/**
 * How long each may take, milliseconds: a call of HTTP ends after 230 s, and those of one database that wait for each
 * other (dns to rights) need 145 s at most.
 */
export const HOP_LIMITS_MS: Readonly<Record<Hop, number>> = {
  ...{ dns: 10_000, tcp: 15_000, tls: 15_000, login: 30_000, rights: 75_000 },
  ...{ 'client-tools': 30_000, 'admin-login': 30_000, arm: 60_000 },
  ...{ 'dump-storage': 60_000, 'state-storage': 60_000, queue: 60_000 },
};

export const judgeSelfTest = (items: readonly HopResult[]): SelfTest => ({
  state: items.some(({ state }) => state === 'failed') ? 'failed' : 'ok',
  items,
});
