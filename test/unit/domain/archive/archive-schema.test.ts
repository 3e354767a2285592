import { describe, expect, it } from '@jest/globals';
import { readArchiveSchema } from '../../../../shared/domain/archive/archive-schema';

const SQL = `
-- Name: people; Type: TABLE; Schema: app; Owner: app owner
CREATE TABLE app.people (id integer);
ALTER TABLE app.people OWNER TO "app owner";
-- Name: orders of_person; Type: FK CONSTRAINT; Schema: app; Owner: x
CREATE POLICY readers ON app.people FOR SELECT TO analyst, "big reader" USING (true);
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT SELECT ON TABLE app.people TO reader WITH GRANT OPTION;
GRANT ALL ON SCHEMA public TO PUBLIC;
SET SESSION AUTHORIZATION reader;
SET SESSION AUTHORIZATION DEFAULT;
ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA app GRANT SELECT ON TABLES TO "say ""hi""";
CREATE USER MAPPING FOR mapped SERVER elsewhere OPTIONS (user 'x');
`;

describe('the schema of an archive', () => {
  const schema = readArchiveSchema(SQL);

  it('names the roles that own something', () => {
    expect(schema.owners).toEqual(['app owner', 'maker']);
  });

  it('names every other role, and not PUBLIC', () => {
    expect(schema.roles).toEqual(['analyst', 'app owner', 'big reader', 'maker', 'mapped', 'reader', 'say "hi"']);
  });

  it('names relations and foreign keys', () => {
    expect(schema.relations).toEqual([{ schema: 'app', name: 'people' }]);
    expect(schema.foreignKeys).toEqual(['app orders of_person']);
  });
});
