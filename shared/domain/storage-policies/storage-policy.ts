/** What an account is for; the dumps need more than the photos and audio. */
export type AccountPurpose = 'dumps' | 'content';

/** An account whose protection is compared: the name, and the containers of it that matter. */
export interface ProtectedAccount {
  readonly purpose: AccountPurpose;
  readonly account: string;
  readonly containers: readonly string[];
}

/** How an account is protected, as Azure Resource Manager tells. */
export interface AccountProtection {
  /** 0: off. */
  readonly blobSoftDeleteDays: number;
  readonly containerSoftDeleteDays: number;
  /** What is soft-deleted may be deleted for good before its time. */
  readonly allowsPermanentDelete: boolean;
  readonly isVersioned: boolean;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly containers: readonly ContainerProtection[];
}

export interface ContainerProtection {
  readonly name: string;
  readonly isThere: boolean;
  /** Time-based, of the whole container; null: none. */
  readonly immutability: { readonly days: number; readonly isLocked: boolean } | null;
  readonly hasLegalHold: boolean;
}

export interface LifecycleRule {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly blobTypes: readonly string[];
  /** Begin with the container's name; none: the whole account. */
  readonly prefixes: readonly string[];
  /** A blob must have all of them. */
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  /** Of current blobs, not of snapshots and versions. */
  readonly deletes: boolean;
  readonly archives: boolean;
  /** Moves to the cool tier when last modified so long ago; null: never. */
  readonly coolsAfterDays: number | null;
}

/** A rule of ours, for blobs below the prefix that have all of the tags. */
export interface OwnRule {
  readonly name: string;
  readonly prefix: string;
  readonly tags: LifecycleRule['tags'];
  readonly action: 'delete' | 'cool';
  readonly afterDays: number;
}

/** Ways in which an account differs from what protects it. `app`: mended where STORAGE_POLICY_WRITE allows; else by a person. */
export const DRIFTS = {
  'blob-soft-delete': 'app',
  'container-soft-delete': 'app',
  'expiry-rule': 'app',
  'cool-rule': 'app',
  'permanent-delete': 'person',
  'deletes-kept-dumps': 'person',
  'archives-dumps': 'person',
  versioning: 'person',
  immutability: 'person',
  'container-missing': 'person',
  'rules-full': 'person',
  unreadable: 'person',
} as const satisfies Record<string, 'app' | 'person'>;
export type DriftKind = keyof typeof DRIFTS;

export interface Drift {
  readonly what: DriftKind;
  /** What is and what should be. */
  readonly detail: string;
  readonly remedy: 'app' | 'person';
}

/** What was last found, for the check and `/health`, which ask storage alone. */
export interface PolicyReport {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly accounts: readonly {
    readonly purpose: AccountPurpose;
    /** null: could not be read. */
    readonly blobSoftDeleteDays: number | null;
    readonly drifts: readonly Drift[];
  }[];
}

const EXPIRY_RULE = 'lifebook-backup-delete-expired';
const COOL_RULE = 'lifebook-backup-cool-dumps';
const EXPIRED: LifecycleRule['tags'] = [
  { name: 'retention', value: 'expired' },
  { name: 'hold', value: 'none' },
];
/** Azure's limit for one account. */
const MOST_RULES = 100;

export const drift = (what: DriftKind, detail: string): Drift => ({ what, detail, remedy: DRIFTS[what] });

/** What the settings want. */
export interface WantedPolicy {
  readonly softDeleteDays: number;
  /** 0: dumps stay in their tier. */
  readonly coolAfterDays: number;
}

/**
 * What makes the account weaker than it should be. More protection than asked for is no drift: longer soft delete, a locked
 * policy, rules for other containers.
 */
export function findDrifts(
  { purpose, containers }: ProtectedAccount,
  found: AccountProtection,
  { softDeleteDays, coolAfterDays }: WantedPolicy,
): Drift[] {
  const days = (what: 'blob-soft-delete' | 'container-soft-delete', has: number): Drift[] =>
    has >= softDeleteDays
      ? []
      : [drift(what, `${what.replaceAll('-', ' ')} is ${has === 0 ? 'off' : `${has} days`}, not ${softDeleteDays}`)];
  return [
    ...days('blob-soft-delete', found.blobSoftDeleteDays),
    ...days('container-soft-delete', found.containerSoftDeleteDays),
    ...(found.allowsPermanentDelete
      ? [drift('permanent-delete', 'what is soft-deleted may be deleted for good before its time')]
      : []),
    ...found.containers
      .filter(({ isThere }) => !isThere)
      .map(({ name }) => drift('container-missing', `there is no container ${name}`)),
    ...(purpose === 'dumps' ? containers.flatMap((container) => ofDumps(container, found, coolAfterDays)) : []),
  ];
}

function ofDumps(container: string, found: AccountProtection, coolAfterDays: number): Drift[] {
  const drifts: Drift[] = [];
  const { lifecycleRules, containers } = found;
  if (!lifecycleRules.some((rule) => expires(rule, container))) {
    const what = lifecycleRules.length < MOST_RULES ? 'expiry-rule' : 'rules-full';
    const full = what === 'rules-full' ? `, and the account has ${MOST_RULES} already` : '';
    drifts.push(drift(what, `no enabled lifecycle rule deletes what is expired and not held${full}`));
  }
  if (coolAfterDays > 0 && !lifecycleRules.some((rule) => cools(rule, container, coolAfterDays))) {
    const detail = `no enabled lifecycle rule moves dumps to the cool tier after ${coolAfterDays} days`;
    const isFull = lifecycleRules.length >= MOST_RULES && !lifecycleRules.some(({ name }) => name === COOL_RULE);
    drifts.push(drift(isFull ? 'rules-full' : 'cool-rule', detail));
  }
  for (const rule of lifecycleRules.filter((one) => one.isEnabled && mayTouch(one, container) && !isForExpired(one))) {
    if (rule.deletes) drifts.push(drift('deletes-kept-dumps', `the lifecycle rule ${rule.name} deletes dumps by age`));
    if (rule.archives) {
      drifts.push(
        drift('archives-dumps', `the lifecycle rule ${rule.name} archives dumps, which cannot be read for hours then`),
      );
    }
  }
  if (found.isVersioned) {
    drifts.push(drift('versioning', 'versioning is on: expired dumps stay as versions and are paid for'));
  }
  const held = containers.find(({ name }) => name === container);
  if (held?.isThere === true && held.immutability === null) {
    drifts.push(drift('immutability', 'the container has no immutability policy: a dump can be overwritten'));
  }
  return drifts;
}

/** Whether every expired dump of the container falls under the rule. */
function expires(rule: LifecycleRule, container: string): boolean {
  const { isEnabled, deletes, blobTypes, tags } = rule;
  const wantsNoOther = tags.every((tag) => EXPIRED.some((wanted) => isSame(tag, wanted)));
  return (
    isEnabled &&
    deletes &&
    blobTypes.includes('blockBlob') &&
    coversAll(rule, container) &&
    wantsNoOther &&
    isForExpired(rule)
  );
}

/** Whether every dump of the container moves in time; sooner is no drift. */
function cools(rule: LifecycleRule, container: string, afterDays: number): boolean {
  const { isEnabled, blobTypes, coolsAfterDays, tags } = rule;
  const isInTime = coolsAfterDays !== null && coolsAfterDays <= afterDays;
  return isEnabled && isInTime && blobTypes.includes('blockBlob') && tags.length === 0 && coversAll(rule, container);
}

const coversAll = ({ prefixes }: LifecycleRule, container: string): boolean =>
  prefixes.length === 0 || prefixes.some((prefix) => `${container}/`.startsWith(prefix));

/** Whether it leaves alone whatever is not expired, or held. */
const isForExpired = ({ tags }: LifecycleRule): boolean =>
  EXPIRED.every((wanted) => tags.some((tag) => isSame(tag, wanted)));

const mayTouch = ({ prefixes, blobTypes }: LifecycleRule, container: string): boolean =>
  blobTypes.includes('blockBlob') &&
  (prefixes.length === 0 ||
    prefixes.some((prefix) => `${container}/`.startsWith(prefix) || prefix.startsWith(`${container}/`)));

const isSame = (a: { name: string; value: string }, b: { name: string; value: string }): boolean =>
  a.name === b.name && a.value === b.value;

/** What the app writes when no rule expires the dumps. An immutable blob cannot be deleted sooner than its policy says. */
export function expiryRule(container: string, found: AccountProtection): OwnRule {
  const immutableDays = found.containers.find(({ name }) => name === container)?.immutability?.days ?? 0;
  const afterDays = Math.max(1, immutableDays);
  return { name: EXPIRY_RULE, prefix: `${container}/`, tags: EXPIRED, action: 'delete', afterDays };
}

/** What the app writes when dumps are to move to the cool tier and no rule does it in time. Held or not: they stay readable. */
export const coolRule = (container: string, afterDays: number): OwnRule => ({
  ...{ name: COOL_RULE, prefix: `${container}/`, tags: [], action: 'cool', afterDays },
});

const STALE_MS = 50 * 3_600_000;

/** What the check says of the last comparison; empty: all is as it should be. */
export function policyTroubles(report: PolicyReport, now: Date): string[] {
  const isStale = now.getTime() - Date.parse(report.at) > STALE_MS;
  const drifts = report.accounts.flatMap(({ purpose, drifts: found }) =>
    found.map(({ detail }) => `${purpose} account: ${detail}`),
  );
  return [...(isStale ? [`the policies were last compared at ${report.at}`] : []), ...drifts];
}
