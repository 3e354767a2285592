import { type GuardRules, type Place, whyGuarded } from '../../domain/restore/restore-guard';
import { isSameServer } from '../../domain/pg-connection';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'databases' | 'settings'>;

/** Why replacing or wiping this database needs its name typed. @throws Failure `invalid-settings`: then nothing may go on */
export function guardOf(systems: Needs, place: Place): string | undefined {
  const { databases, settings } = systems;
  const rules: GuardRules = {
    productionHosts: settings.get('PRODUCTION_HOST_PATTERN'),
    sources: databases.names().map((name) => databases.find(name).connection),
  };
  return whyGuarded(place, rules);
}

/** The configured name of the database in this place. */
export function configuredNameOf({ databases }: Pick<Systems, 'databases'>, place: Place): string | undefined {
  return databases.names().find((name) => {
    const { connection } = databases.find(name);
    return connection.database === place.database && isSameServer(connection, place);
  });
}
