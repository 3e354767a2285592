import type { JSX } from 'preact';
import type { PolicyPlan } from '../../api/answers';
import { whyNot } from '../../parts/action';
import { Badge } from '../../parts/badge';
import { Facts } from '../../parts/facts';
import { PlanAndStart } from '../../parts/plan-and-start';
import { texts } from '../../texts';

const { storage: words } = texts;
type Account = PolicyPlan['accounts'][number];
type Drift = Account['drifts'][number];

/** How the storage accounts are protected, what differs from how they should be, and the job that mends it. */
export function StoragePage(): JSX.Element {
  const reason = whyNot('postStoragePolicies');
  return (
    <>
      <p>{words.lead}</p>
      {reason === undefined ? null : <p class="box plain">{reason}</p>}
      <PlanAndStart<PolicyPlan>
        operation="postStoragePolicies"
        path="/storage-policies/apply"
        body={{}}
        isReady
        startLabel={words.start}
        show={(plan) => <ShownPolicies plan={plan} />}
        confirm={() => null}
        refusals={() => []}
        blockedBy={blockedBy}
      />
    </>
  );
}

function blockedBy({ accounts, mayWrite }: PolicyPlan): string | undefined {
  const isMendable = accounts.some(({ drifts }) => drifts.some(({ remedy }) => remedy === 'app'));
  if (!isMendable) return words.nothingToMend;
  return mayWrite ? undefined : words.mayNotWrite;
}

function ShownPolicies({ plan }: { readonly plan: PolicyPlan }): JSX.Element {
  return (
    <div class="cards">
      {plan.accounts.map((account) => (
        <AccountCard key={account.purpose} account={account} />
      ))}
    </div>
  );
}

function AccountCard({
  account: { purpose, account, protection, drifts },
}: {
  readonly account: Account;
}): JSX.Element {
  return (
    <section class="card">
      <h3>{words.purposes[purpose]}</h3>
      <p>
        <code>{account}</code>{' '}
        {drifts.length === 0 ? (
          <Badge state={words.asItShouldBe} tone="good" />
        ) : (
          <Badge state={words.differs(drifts.length)} tone="warn" />
        )}
      </p>
      {protection === null ? null : <Protection protection={protection} />}
      {drifts.length === 0 ? null : (
        <ul class="checks">
          {drifts.map((drift) => (
            <DriftLine key={`${drift.what} ${drift.detail}`} drift={drift} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Protection({ protection }: { readonly protection: NonNullable<Account['protection']> }): JSX.Element {
  const { blobSoftDeleteDays, containerSoftDeleteDays, isVersioned, lifecycleRules, containers } = protection;
  const rules = lifecycleRules.filter(({ isEnabled }) => isEnabled).map(({ name }) => name);
  return (
    <Facts
      facts={[
        [words.blobSoftDelete, words.days(blobSoftDeleteDays)],
        [words.containerSoftDelete, words.days(containerSoftDeleteDays)],
        [words.versions, isVersioned ? words.on : words.off],
        [words.rules, rules.length === 0 ? texts.none : rules.join(', ')],
        ...containers.map(({ name, isThere, immutability }): [string, string] => [
          name,
          isThere ? words.immutable(immutability?.days ?? 0, immutability?.isLocked === true) : words.missing,
        ]),
      ]}
    />
  );
}

function DriftLine({ drift: { what, detail, remedy } }: { readonly drift: Drift }): JSX.Element {
  return (
    <li>
      <Badge state={what} tone="warn" /> {detail}
      <p class="muted">{words.remedies[remedy]}</p>
    </li>
  );
}
