/** One thing in which a restored server was not like its source, and what became of it. */
export interface ParityItem {
  readonly kind:
    | 'firewall-rule'
    | 'parameter'
    | 'administrator'
    | 'tag'
    | 'high-availability'
    | 'maintenance-window'
    | 'diagnostic-settings';
  readonly name: string;
  readonly source: string;
  readonly clone: string;
  readonly outcome: 'applied' | 'not-applied' | 'differs' | 'not-compared';
  readonly detail?: string;
}

interface Rule {
  readonly name: string;
  readonly startIp: string;
  readonly endIp: string;
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly isSet: boolean;
  readonly isReadOnly: boolean;
}

interface ServerSide {
  readonly tags: Readonly<Record<string, string>>;
  readonly highAvailability: string;
  readonly maintenanceWindow: string;
  readonly administrators: readonly { readonly objectId: string; readonly name: string }[];
}

export const showRule = (rule: Rule): string => `${rule.startIp}–${rule.endIp}`;

/** Rules of the source that the clone has not, or has otherwise. */
export function missingRules<R extends Rule>(source: readonly R[], clone: readonly Rule[]): R[] {
  const there = new Map(clone.map((rule) => [rule.name, showRule(rule)]));
  return source.filter((rule) => there.get(rule.name) !== showRule(rule));
}

/** Parameters that somebody has set on the source and that have another value on the clone; read-only ones follow others. */
export function differentParameters<P extends Parameter>(source: readonly P[], clone: readonly Parameter[]): P[] {
  const there = new Map(clone.map(({ name, value }) => [name, value]));
  return source.filter(({ name, value, isSet, isReadOnly }) => isSet && !isReadOnly && there.get(name) !== value);
}

/** What is only reported: each has a cost or a consequence that a person decides about. */
export function compareServers(source: ServerSide, clone: ServerSide): ParityItem[] {
  const items: ParityItem[] = [];
  const tell = (kind: ParityItem['kind'], name: string, ofSource: string, ofClone: string): void => {
    if (ofSource === ofClone) return;
    items.push({ kind, name, source: ofSource, clone: ofClone, outcome: 'differs' });
  };
  for (const { objectId, name } of source.administrators) {
    const isThere = clone.administrators.some((other) => other.objectId === objectId);
    tell('administrator', name, 'administrator', isThere ? 'administrator' : 'none');
  }
  for (const [name, value] of Object.entries(source.tags)) tell('tag', name, value, clone.tags[name] ?? '');
  tell('high-availability', 'mode', source.highAvailability, clone.highAvailability);
  tell('maintenance-window', 'window', source.maintenanceWindow, clone.maintenanceWindow);
  const detail = 'Azure Monitor keeps them; look at them in the portal and set them on the new server';
  items.push({
    ...{ kind: 'diagnostic-settings', name: 'all', source: '', clone: '', outcome: 'not-compared', detail },
  });
  return items;
}
