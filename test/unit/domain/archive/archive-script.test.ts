import fc from 'fast-check';
import { ArchiveScript } from '../../../../shared/domain/archive/archive-script';
import { Failure } from '../../../../shared/domain/failure';

function read(text: string | Buffer, chunkBytes = Number.MAX_SAFE_INTEGER): ReturnType<ArchiveScript['finish']> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const script = new ArchiveScript();
  for (let at = 0; at < bytes.length; at += chunkBytes) script.push(bytes.subarray(at, at + chunkBytes));
  return script.finish();
}

function failureOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'none';
}

/** A text as pg_restore prints it, with rows that count and many that only look so. */
const SCRIPT = String.raw`--
-- PostgreSQL database dump
--

\restrict jmhVbmHi4oKS

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

-- Name: COPY public.comment (a) FROM stdin; Type: TABLE; it's "odd" $$ /* 
CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
COPY public.body (a) FROM stdin;
1
\.
 perform $1; -- ' $$ "
end $_$;

CREATE FUNCTION public.begin(integer DEFAULT 1) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT setval('public.s'::regclass, (1)::bigint) AS setval;
 SELECT
         CASE
             WHEN ($1 > 0) THEN 1
             ELSE 0
         END AS "case";
 SELECT t.begin FROM public.t;
 SELECT pg_catalog.setval('public.s', 1, true);
END;

CREATE FUNCTION public.begin(text) RETURNS text
    LANGUAGE sql
    AS $$ select begin $$;

COMMENT ON TABLE public.t IS 'it''s
COPY public.quoted (a) FROM stdin;
x
\.
SELECT pg_catalog.setval(''public.q'', 1, true);
';
CREATE VIEW public.v AS
 SELECT E'a\'b;\\'::text, E'it''s \'; ' AS "COPY ""public"".ident (a) FROM stdin;
\.
",
    date'2020-01-01' AS d, /* nested /* COPY public.block (a) FROM stdin; */ ' ; */ 1 - 1 AS "n", 4 / 2 AS m;
CREATE RULE r AS ON INSERT TO public.t DO ALSO ( SELECT 1;
 SELECT 2; );
SELECT pg_catalog.lo_create('16400');

--
-- Data for Name: t; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.t (id, "COPY x FROM stdin;") FROM stdin;
1	\\.
2	\N
\.


COPY "Sch""e ma"."né;
line" (a) FROM stdin;
\.


COPY public.zero_columns  FROM stdin;



\.


COPY public.stdin ("from") FROM stdin;
SELECT pg_catalog.setval('public.data', 1, true);
COPY public.inner (a) FROM stdin;
\\.
'
$$
--
\.


SELECT pg_catalog.setval('public.s', 1, true);
SELECT pg_catalog.setval('public."odd ''s"', 1, false);
BEGIN;

SELECT pg_catalog.lo_open('16400', 131072);
SELECT pg_catalog.lowrite(0, '\x00');
SELECT pg_catalog.lo_close(0);

COMMIT;

-- load via partition root public.root
COPY public.root (e) FROM stdin;
a
\.


-- load via partition root public.root
COPY public.root (e) FROM stdin;
b
c
\.


--
-- PostgreSQL database dump complete
--

\unrestrict jmhVbmHi4oKS

`;

const CONTENTS = {
  tables: [
    { schema: 'public', name: 't', rows: 2, bytes: 14 },
    { schema: 'Sch"e ma', name: 'né;\nline', rows: 0, bytes: 3 },
    { schema: 'public', name: 'zero_columns', rows: 3, bytes: 6 },
    { schema: 'public', name: 'stdin', rows: 6, bytes: 99 },
    { schema: 'public', name: 'root', rows: 3, bytes: 12 },
  ],
  copyBlocks: 6,
  largeObjects: 1,
  sequences: 2,
};

describe('reading the text of an archive', () => {
  it('counts the rows of COPY blocks, and nothing that only looks like one', () => {
    expect(read(SCRIPT)).toEqual(CONTENTS);
  });

  it('reads the same when the text arrives byte by byte', () => {
    expect(read(SCRIPT, 1)).toEqual(CONTENTS);
  });

  it('reads the same however the text is cut into chunks', () => {
    const bytes = Buffer.from(SCRIPT);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const script = new ArchiveScript();
        const offsets = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        offsets.forEach((offset, i) => script.push(bytes.subarray(offset, offsets[i + 1] ?? bytes.length)));
        expect(script.finish()).toEqual(CONTENTS);
      }),
      { numRuns: 300 },
    );
  });

  it('counts any rows as COPY writes them', () => {
    const cell = fc.array(
      fc.constantFrom('\\', '.', '\n', '\r', '\t', 'N', '$$', "'", '"', ';', 'é', 'COPY a FROM stdin;', ''),
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (rows, chunkBytes) => {
        const lines = rows.map((parts) => `${copyText(parts.join(''))}\n`).join('');
        const text = `COPY public.t (a) FROM stdin;\n${lines}\\.\n\n\nSELECT pg_catalog.setval('a', 1, true);\n`;
        expect(read(text, chunkBytes)).toEqual({
          tables: [{ schema: 'public', name: 't', rows: rows.length, bytes: Buffer.byteLength(lines) + 3 }],
          copyBlocks: 1,
          largeObjects: 0,
          sequences: 1,
        });
      }),
    );
  });

  it('is not fooled by any text within quotes', () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          ';',
          '\n',
          '\\.',
          '\n\\.\n',
          'COPY public.x (a) FROM stdin;\n',
          '"',
          "'",
          '$$',
          '$a$',
          '$1',
          '--',
          '/*',
          '*/',
          '\\',
          'E',
          '(',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 9 }), (text, chunkBytes) => {
        const quoted = [
          `COMMENT ON TABLE t IS '${text.replaceAll("'", "''")}';\n`,
          `COMMENT ON TABLE t IS E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}';\n`,
          `COMMENT ON TABLE t IS E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';\n`,
          `CREATE TABLE "${text.replaceAll('"', '""')}" (a$b$ int);\n`,
          `CREATE FUNCTION f() RETURNS void AS $_x$${text}$_x$ LANGUAGE sql;\n`,
          `-- ${text.replaceAll('\n', ' ')}\n`,
          `SELECT pg_catalog.lo_open('1', 131072);\n`,
        ].join('');
        expect(read(quoted, chunkBytes)).toEqual({ tables: [], copyBlocks: 0, largeObjects: 1, sequences: 0 });
      }),
    );
  });

  it('takes a backslash in any string for an escape once standard_conforming_strings is off', () => {
    const rest = `COMMENT ON TABLE t IS 'a\\'; ';\nSELECT pg_catalog.setval('s', 1, true);\n`;
    expect(read(`SET standard_conforming_strings = off;\n${rest}`).sequences).toBe(1);
    expect(failureOf(() => read(`SET standard_conforming_strings = on;\n${rest}`))).toBe('archive-undecodable');
  });

  it('knows an escape string after a doubled quote in it', () => {
    expect(read("SELECT E'it''s \\'; ';\nSELECT pg_catalog.setval('s', 1, true);\n").sequences).toBe(1);
  });

  it('reads names in the encoding of the script', () => {
    const latin1 = Buffer.from(
      `SET client_encoding = 'LATIN1';\nCOPY public."Stra\xdfe" (a) FROM stdin;\n\\.\n`,
      'latin1',
    );
    expect(read(latin1).tables).toEqual([{ schema: 'public', name: 'Straße', rows: 0, bytes: 3 }]);
    const cyrillic = Buffer.concat([
      Buffer.from(`SET client_encoding = 'WIN1251';\nCOPY public."`),
      Buffer.from([0xe4, 0xe0]),
      Buffer.from('" (a) FROM stdin;\n\\.\n'),
    ]);
    expect(read(cyrillic).tables).toEqual([{ schema: 'public', name: 'да', rows: 0, bytes: 3 }]);
  });

  it('takes the schema from the search path where an old pg_dump wrote none', () => {
    const text = 'SET search_path = "My schema", pg_catalog;\nCOPY t (a) FROM stdin;\n1\n\\.\n';
    expect(read(text).tables).toEqual([{ schema: 'My schema', name: 't', rows: 1, bytes: 5 }]);
  });

  it('keeps only a head of a statement of many megabytes', () => {
    const script = new ArchiveScript();
    script.push(Buffer.from("SELECT pg_catalog.lowrite(0, '\\x"));
    const hex = Buffer.alloc(1 << 20, 'a;');
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 64; i++) script.push(hex);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
    script.push(Buffer.from("');\nSELECT pg_catalog.setval('s', 1, true);\n"));
    expect(script.finish().sequences).toBe(1);
  });

  it('refuses a text that ends in the middle, wherever it was cut', () => {
    const cuts = [
      'COPY public.t (a) FROM stdin;',
      'COPY public.t (a) FROM stdin;\n',
      'COPY public.t (a) FROM stdin;\n1\n',
      'COPY public.t (a) FROM stdin;\n1\n\\.',
      'COPY public.t (a) FROM std',
      "SELECT 'a",
      "SELECT E'a\\';",
      'SELECT "a;',
      'DO $$ begin; end',
      'SELECT 1',
      '/* comment',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;',
    ];
    expect(cuts.filter((text) => failureOf(() => read(text)) !== 'archive-undecodable')).toEqual([]);
  });

  it('refuses a COPY statement that pg_restore does not print', () => {
    const odd = [
      'COPY public.t (a) FROM stdin WITH (FORMAT binary);\n',
      'COPY public.t (a) FROM stdin (FORMAT csv);\n',
      'COPY public.t (a) FROM stdin ();\n',
      'COPY public.t (a) TO stdout;\n',
      'COPY (SELECT 1) TO stdout;\n',
      'COPY public.t (a) "from" stdin;\n',
    ];
    for (const text of odd) {
      expect(() => read(text)).toThrow('it has a COPY statement of a form that pg_restore does not print');
    }
    expect(() => read('COPY public.t (a) FROM stdin; \n\\.\n')).toThrow('is not followed by its rows');
  });
});

/** A value as COPY … TO writes it in text format. */
function copyText(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
