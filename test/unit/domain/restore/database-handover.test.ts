import { describe, expect, it } from '@jest/globals';
import {
  compareIdentities,
  type DatabaseIdentity,
  handOverSql,
} from '../../../../shared/domain/restore/database-handover';

describe('the identity of a database', () => {
  const fresh: DatabaseIdentity = { owner: 'admin', grants: null, connectionLimit: -1, settings: [] };

  it('is handed over in statements that quote everything', () => {
    const identity: DatabaseIdentity = {
      owner: 'the "owner"',
      connectionLimit: 42,
      grants: [
        { grantor: 'app', grantee: 'reader', privilege: 'CONNECT', isGrantable: false },
        { grantor: 'the "owner"', grantee: 'app', privilege: 'CONNECT', isGrantable: true },
        { grantor: 'the "owner"', grantee: null, privilege: 'TEMPORARY', isGrantable: false },
      ],
      settings: [
        { role: null, name: 'search_path', value: 'app, "with ""quotes"", and comma"' },
        { role: 'reader', name: 'app.note', value: "it's here" },
        { role: null, name: 'session_preload_libraries', value: '' },
      ],
    };
    const current = { ...fresh, settings: [{ role: 'reader', name: 'work_mem', value: '4MB' }] };
    expect(handOverSql('new', identity, current)).toEqual([
      'ALTER DATABASE "new" OWNER TO "the ""owner"""',
      'ALTER DATABASE "new" CONNECTION LIMIT 42',
      'ALTER ROLE "reader" IN DATABASE "new" RESET "work_mem"',
      `ALTER DATABASE "new" SET "search_path" TO 'app', 'with "quotes", and comma'`,
      `ALTER ROLE "reader" IN DATABASE "new" SET "app"."note" TO 'it''s here'`,
      `ALTER DATABASE "new" SET "session_preload_libraries" TO ''`,
      'REVOKE ALL ON DATABASE "new" FROM PUBLIC, "the ""owner"""',
      'GRANT CONNECT ON DATABASE "new" TO "app" WITH GRANT OPTION',
      'GRANT TEMPORARY ON DATABASE "new" TO PUBLIC',
      'SET LOCAL ROLE "app"',
      'GRANT CONNECT ON DATABASE "new" TO "reader"',
      'RESET ROLE',
    ]);
  });

  it('is the same in any order of grants and settings', () => {
    const one = { role: null, name: 'a', value: '1' };
    const other = { role: null, name: 'b', value: '2' };
    expect(compareIdentities({ ...fresh, settings: [one, other] }, { ...fresh, settings: [other, one] })).toEqual([]);
  });

  it('differs in words', () => {
    expect(compareIdentities({ ...fresh, owner: 'app' }, { ...fresh, connectionLimit: 3 })).toEqual([
      'the owner is "admin" instead of "app"',
      'the connection limit is 3 instead of -1',
    ]);
  });
});
