/** LifeBook's schema as far as a backup can tell: every kind of object that the app's database has (product.md §1). */
export const LIFEBOOK_SCHEMA = `
create type moment_kind as enum ('photo', 'voice', 'text', 'letter');
create domain email_address as text check (value like '%_@_%');

create table alembic_version (version_num varchar(32) primary key);
insert into alembic_version values ('7c1f0a9d2b44');

create table families (
  id bigint generated always as identity primary key,
  name text not null,
  settings jsonb not null default '{}',
  created_at timestamptz not null
);
create table users (
  id bigint generated always as identity primary key,
  family_id bigint not null references families on delete cascade,
  email email_address not null unique,
  display_name text not null,
  preferences jsonb not null default '{}',
  created_at timestamptz not null
);
create table people (
  id bigint generated always as identity primary key,
  family_id bigint not null references families on delete cascade,
  name text not null,
  born_on date,
  relations jsonb not null default '[]'
);
create table moments (
  id bigint generated always as identity primary key,
  family_id bigint not null references families on delete cascade,
  author_id bigint not null references users,
  kind moment_kind not null,
  title text not null,
  happened_on date,
  people_ids bigint[] not null default '{}',
  attributes jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  search tsvector generated always as (to_tsvector('simple', title)) stored
);
create table stories (
  moment_id bigint primary key references moments on delete cascade,
  body text not null,
  language text not null default 'en'
);
create table summaries (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments on delete cascade,
  summary text not null,
  model jsonb not null
);
create table session_turns (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments on delete cascade,
  turn integer not null,
  speaker text not null,
  said text not null,
  meta jsonb not null,
  unique (moment_id, turn)
);
create sequence reaction_number start 1000 increment 7;
create table reaction_log (
  number bigint primary key default nextval('reaction_number'),
  moment_id bigint not null references moments on delete cascade,
  user_id bigint not null references users,
  reaction text not null,
  at timestamptz not null
);
create table assets (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments on delete cascade,
  blob_url text not null,
  metadata jsonb not null,
  sha256 bytea not null
);
create table voice_participants (
  id bigint generated always as identity primary key,
  person_id bigint not null references people on delete cascade,
  voice_profile jsonb not null
);
create table voice_stories (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments on delete cascade,
  participant_id bigint references voice_participants,
  duration interval not null
);
create table transcripts (
  voice_story_id bigint primary key references voice_stories on delete cascade,
  body text not null,
  confidence numeric(4, 3) not null
);
create table links (
  id bigint generated always as identity primary key,
  from_moment bigint not null references moments on delete cascade,
  to_moment bigint not null references moments on delete cascade,
  note text,
  check (from_moment <> to_moment)
);

create function touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;
create trigger moments_touch before update on moments for each row execute function touch_updated_at();

create view family_overview as
  select f.id, f.name, count(m.id) as moments, max(m.created_at) as newest
    from families f left join moments m on m.family_id = f.id group by f.id, f.name;
create materialized view moments_by_year as
  select family_id, extract(year from happened_on)::int as year, count(*) as moments
    from moments group by 1, 2 with no data;

create table covers (family_id bigint primary key references families on delete cascade, picture oid not null);
comment on table moments is 'What a family remembers; the rest hangs on it';
comment on column assets.blob_url is 'Where the photo or recording lies in Blob Storage';
`;

/** After the data: indexes build faster so, and the materialized view has rows to show. */
export const LIFEBOOK_INDEXES = `
create index moments_search on moments using gin (search);
create index moments_attributes on moments using gin (attributes jsonb_path_ops);
create index moments_family on moments (family_id, happened_on desc);
create index assets_moment on assets (moment_id);
create index reactions_moment on reaction_log (moment_id);
refresh materialized view moments_by_year;
analyze;
`;
