import { assessPreflight, preflightFailure, type PreflightFacts } from '../../../../shared/domain/backup/preflight';

const FACTS: PreflightFacts = {
  server: { version: '17.5', versionNumber: 170005, major: 17 },
  inRecovery: false,
  login: { name: 'Back "up"', superuser: false },
  database: 'lifebook',
  databaseSizeBytes: 1,
  unreadableTables: [],
  unreadableSequences: [],
  unusableSchemas: [],
  tablesWithHiddenRows: [],
  unreadableLargeObjects: { count: 0, oids: [], owners: [] },
  extensions: [],
  subscriptions: [],
  userMappingsWithHiddenOptions: [],
  foreignTables: [],
  unloggedTables: [],
  eventTriggers: [],
  otherOwners: [],
};
const t = (name: string): { schema: string; name: string } => ({ schema: 'public', name });

describe('deciding before a dump', () => {
  it('lets a readable database pass without a word', () => {
    expect(assessPreflight(FACTS)).toEqual({ blocking: [], notIncluded: [], warnings: [] });
  });

  it('stops for everything that pg_dump could not read, with the SQL that grants it', () => {
    const { blocking } = assessPreflight({
      ...FACTS,
      unusableSchemas: ['a b'],
      unreadableTables: [t('x')],
      unreadableSequences: [t('s')],
      tablesWithHiddenRows: [t('r')],
      unreadableLargeObjects: { count: 1, oids: ['16400'], owners: ['app'] },
    });
    const readAll = 'GRANT pg_read_all_data TO "Back ""up""";';
    expect(blocking).toEqual([
      { code: 'schema-not-usable', objects: ['"a b"'], count: 1, fix: readAll },
      { code: 'table-not-readable', objects: ['"public"."x"'], count: 1, fix: readAll },
      { code: 'sequence-not-readable', objects: ['"public"."s"'], count: 1, fix: readAll },
      {
        code: 'rows-hidden-by-row-level-security',
        objects: ['"public"."r"'],
        count: 1,
        fix: 'ALTER ROLE "Back ""up""" BYPASSRLS; /* Azure, 15 and older: GRANT azure_pg_admin TO "Back ""up"""; */',
      },
      {
        code: 'large-object-not-readable',
        objects: ['16400'],
        count: 1,
        fix: 'GRANT SELECT ON LARGE OBJECT 16400 TO "Back ""up""";',
      },
    ]);
  });

  it('grants many large objects in a loop, and from 18 on those that come later too', () => {
    const fixOn = (major: number): string | undefined =>
      assessPreflight({
        ...FACTS,
        server: { ...FACTS.server, major },
        unreadableLargeObjects: { count: 21, oids: ['1'], owners: ['app', 'o"o'] },
      }).blocking[0]?.fix;
    const unreadableLargeObjects = { count: 21, oids: ['1'], owners: ['app'] };
    expect(preflightFailure(assessPreflight({ ...FACTS, unreadableLargeObjects }).blocking).detail).toBe(
      'large-object-not-readable (21): 1 and 20 more',
    );
    expect(fixOn(17)).toMatch(
      /^DO \$fix\$ .*'GRANT SELECT ON LARGE OBJECT ' \|\| o \|\| ' TO "Back ""up"""'; .*\$fix\$;$/,
    );
    expect(fixOn(18)).toContain(
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app", "o""o" GRANT SELECT ON LARGE OBJECTS TO "Back ""up""";',
    );
  });

  it('goes on without what no dump of this login can hold, and names it', () => {
    const { blocking, notIncluded } = assessPreflight({
      ...FACTS,
      foreignTables: [t('far')],
      subscriptions: ['sub'],
      userMappingsWithHiddenOptions: ['app at remote'],
      unloggedTables: [t('u')],
    });
    expect(blocking).toEqual([]);
    expect(notIncluded.map(({ kind, name }) => [kind, name])).toEqual([
      ['foreign-table-data', '"public"."far"'],
      ['subscription', '"sub"'],
      ['user-mapping-options', 'app at remote'],
      ['unlogged-table-data', '"public"."u"'],
    ]);
  });

  it('warns of what a restore will need', () => {
    expect(assessPreflight({ ...FACTS, eventTriggers: ['e'], otherOwners: ['app'] }).warnings).toEqual([
      { code: 'event-triggers', detail: 'only a superuser can restore event triggers: "e"' },
      { code: 'roles-needed', detail: 'a restore needs these roles, which own objects: "app"' },
    ]);
  });

  it('fails with twenty objects of each kind, their number, and each grant once', () => {
    const tables = Array.from({ length: 22 }, (_, i) => t(`t${i + 1}`));
    const { blocking } = assessPreflight({ ...FACTS, unreadableTables: tables, unreadableSequences: [t('s')] });
    const failure = preflightFailure(blocking);
    expect(failure.code).toBe('dump-would-be-incomplete');
    expect(failure.detail).toMatch(
      /^table-not-readable \(22\): "public"\."t1", .*, "public"\."t20" and 2 more; sequence-not-readable \(1\): "public"\."s"$/,
    );
    expect(failure.hint).toBe('run as an administrator: GRANT pg_read_all_data TO "Back ""up""";');
  });
});
