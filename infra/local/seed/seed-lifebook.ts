import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { Prose } from './prose';
import { LIFEBOOK_INDEXES, LIFEBOOK_SCHEMA } from './schema';

export interface SeedOptions {
  /** URL of an empty database, as its owner or a superuser. */
  readonly url: string;
  /** Bytes of row text to write, about. */
  readonly sizeBytes: number;
  /** Where the photos that the rows name are, and how many different ones; default: an account that is not there. */
  readonly photos?: { readonly containerUrl: string; readonly count: number };
  readonly onProgress?: (doneBytes: number) => void;
  /** Ends it between two batches; the database is then of no use. */
  readonly signal?: AbortSignal;
}

const FAMILIES = 40;
const USERS_PER_FAMILY = 3;
const PEOPLE_PER_FAMILY = 8;
const MOMENTS_PER_BATCH = 200;

/** Writes LifeBook's schema and believable data, the same for the same size. */
export async function seedLifeBook(options: SeedOptions): Promise<void> {
  const client = new Client({ connectionString: options.url });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off');
    await client.query(LIFEBOOK_SCHEMA);
    // no foreign key is checked row by row: half of the time; a restore, which adds them again, checks them all
    await client.query('set session_replication_role = replica');
    const prose = new Prose(20_261_123);
    await seedFamilies(client, prose);
    for (let written = 0, first = 1; written < options.sizeBytes; first += MOMENTS_PER_BATCH) {
      options.signal?.throwIfAborted();
      written += await seedMoments(client, prose, first, options.photos);
      options.onProgress?.(Math.min(written, options.sizeBytes));
    }
    await client.query(LIFEBOOK_INDEXES);
  } finally {
    await client.end();
  }
}

/**
 * The login that only reads, as the app's documentation asks for it.
 *
 * @returns its name and a random password
 */
export async function createBackupLogin(url: string): Promise<{ user: string; password: string }> {
  const user = 'lifebook_backup';
  const password = randomBytes(18).toString('base64url');
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create role ${user} login password '${password}'`);
    await client.query(`grant pg_read_all_data to ${user}`);
    const { rows } = await client.query<{ oid: string }>('select oid::text from pg_largeobject_metadata');
    for (const { oid } of rows) await client.query(`grant select on large object ${oid} to ${user}`);
  } finally {
    await client.end();
  }
  return { user, password };
}

async function seedFamilies(client: Client, prose: Prose): Promise<void> {
  const families = range(FAMILIES).map(() => `The ${prose.word()} family`);
  await client.query(
    `insert into families (name, settings, created_at)
       select name, jsonb_build_object('language', 'en', 'theme', n % 4), timestamptz '2019-01-01 08:00Z' + n * interval '9 days'
         from unnest($1::text[]) with ordinality f(name, n)`,
    [families],
  );
  const users = range(FAMILIES * USERS_PER_FAMILY).map(() => prose.word());
  await client.query(
    `insert into users (family_id, email, display_name, preferences, created_at)
       select 1 + (n - 1) % ${FAMILIES}, lower(name) || n || '@example.org', name, '{"digest": "weekly"}',
              timestamptz '2019-02-01 08:00Z' + n * interval '5 days'
         from unnest($1::text[]) with ordinality u(name, n)`,
    [users],
  );
  const people = range(FAMILIES * PEOPLE_PER_FAMILY).map(() => prose.word());
  const born = people.map(() => prose.date());
  await client.query(
    `insert into people (family_id, name, born_on, relations)
       select 1 + (n - 1) % ${FAMILIES}, name, born, jsonb_build_array(jsonb_build_object('kind', 'cousin', 'of', n))
         from unnest($1::text[], $2::date[]) with ordinality p(name, born, n)`,
    [people, born],
  );
  await client.query(`insert into voice_participants (person_id, voice_profile)
    select id, jsonb_build_object('pitch', id % 7, 'name', name) from people where id % 2 = 0`);
  await client.query(`insert into covers select id, lo_from_bytea((100000 + id)::oid, decode(repeat(md5(id::text), 3000), 'hex')) from families
    where id <= 5`);
}

/** One batch of moments with everything that hangs on them. @returns bytes of text written, about */
async function seedMoments(
  client: Client,
  prose: Prose,
  first: number,
  photos: SeedOptions['photos'],
): Promise<number> {
  const titles = range(MOMENTS_PER_BATCH).map(() => prose.title());
  const dates = titles.map(() => prose.date());
  const stories = titles.map(() => prose.text(4 + prose.below(12)));
  const turns = titles
    .map((_title, index) =>
      range(3 + prose.below(6)).map((turn) => ({ index, turn, said: prose.text(1 + prose.below(5)) })),
    )
    .flat();
  const transcripts = titles.filter((_title, index) => index % 3 === 0).map(() => prose.text(10 + prose.below(20)));
  await client.query('begin');
  await client.query(MOMENTS, [titles, dates, first]);
  await client.query(
    `insert into stories (moment_id, body) select $2::int + n - 1, body from unnest($1::text[]) with ordinality s(body, n)`,
    [stories, first],
  );
  await client.query(TURNS, [
    turns.map(({ index }) => index),
    turns.map(({ turn }) => turn),
    turns.map(({ said }) => said),
    first,
  ]);
  for (const statement of AROUND) await client.query(statement, [first, MOMENTS_PER_BATCH]);
  const { containerUrl, count } = photos ?? {
    containerUrl: 'https://lifebook.blob.core.windows.net/photos',
    count: null,
  };
  await client.query(ASSETS, [first, MOMENTS_PER_BATCH, containerUrl, count]);
  await client.query(TRANSCRIPTS, [transcripts, first]);
  await client.query('commit');
  const texts = [...titles, ...stories, ...transcripts, ...turns.map(({ said }) => said)];
  return texts.reduce((sum, text) => sum + text.length, 0) + MOMENTS_PER_BATCH * 900;
}

const MOMENTS = `
  insert into moments (family_id, author_id, kind, title, happened_on, people_ids, attributes, created_at, updated_at)
  select 1 + m % ${FAMILIES}, 1 + m % ${FAMILIES * USERS_PER_FAMILY}, (enum_range(null::moment_kind))[1 + m % 4], title, happened,
         array[1 + m % 50, 1 + m % 77], jsonb_build_object('place', md5((m % 97)::text), 'mood', m % 5, 'tags', jsonb_build_array('t' || m % 13, 'u' || m % 7)),
         timestamptz '2020-01-01 09:00Z' + m * interval '17 minutes', timestamptz '2020-01-01 09:00Z' + m * interval '18 minutes'
    from (select title, happened, $3::int + n - 1 as m
            from unnest($1::text[], $2::date[]) with ordinality t(title, happened, n)) x order by m`;
const TURNS = `
  insert into session_turns (moment_id, turn, speaker, said, meta)
  select $4::int + i, turn, case turn % 2 when 0 then 'LifeBook' else 'family' end, said,
         jsonb_build_object('tokens', length(said) / 4, 'model', 'narrator-2', 'latencyMs', (i * 37 + turn * 11) % 900)
    from unnest($1::int[], $2::int[], $3::text[]) t(i, turn, said)`;
/** $1: the first moment of the batch, $2: how many. */
const AROUND = [
  `insert into summaries (moment_id, summary, model)
     select moment_id, left(body, 220), '{"name": "narrator-2", "temperature": 0.4}' from stories
      where moment_id >= $1::int and moment_id < $1::int + $2::int`,
  `insert into reaction_log (moment_id, user_id, reaction, at)
     select m, 1 + (m * r) % ${FAMILIES * USERS_PER_FAMILY}, (array['heart', 'tears', 'laughter', 'hug'])[1 + (m + r) % 4],
            timestamptz '2021-01-01 09:00Z' + m * r * interval '1 minute'
       from generate_series($1::int, $1::int + $2::int - 1) m, generate_series(1, 3) r`,
  `insert into voice_stories (moment_id, participant_id, duration)
     select m, 1 + m % ${(FAMILIES * PEOPLE_PER_FAMILY) / 2}, (30 + m % 600) * interval '1 second'
       from generate_series($1::int, $1::int + $2::int - 1) m where (m - $1::int) % 3 = 0`,
  `insert into links (from_moment, to_moment, note)
     select m, m - 1, case when m % 4 = 0 then 'the same day' end
       from generate_series(greatest($1::int, 2), $1::int + $2::int - 1) m where m % 5 = 0`,
];
/** $3: where the photos are; $4: how many different ones, null for one each. */
const ASSETS = `
  insert into assets (moment_id, blob_url, metadata, sha256)
  select m, $3::text || '/' || md5(coalesce(m % $4::int, m)::text) || '.jpg',
         jsonb_build_object('width', 4032, 'height', 3024, 'camera', 'K' || m % 9, 'bytes', 1000000 + m * 17),
         sha256(m::text::bytea)
    from generate_series($1::int, $1::int + $2::int - 1) m`;
const TRANSCRIPTS = `
  insert into transcripts (voice_story_id, body, confidence)
  select v.id, t.body, 0.8 + (v.id % 200) / 1000.0
    from (select id, row_number() over (order by id) as n from voice_stories where moment_id >= $2::int) v
    join unnest($1::text[]) with ordinality t(body, n) using (n)`;

const range = (length: number): number[] => Array.from({ length }, (_value, index) => index);
