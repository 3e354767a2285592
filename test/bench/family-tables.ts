import type { Prose } from './prose';

/** One table of the data set: its share of the bytes, and one row of it as a line of COPY text. */
export interface FamilyTable {
  readonly name: string;
  readonly columns: string;
  readonly share: number;
  /** Writes row `id` at `target[at]`, without a line feed; needs at most 32 KiB; returns where it ended. */
  readonly writeRow: (prose: Prose, id: number, target: Buffer, at: number) => number;
}

const text = (target: Buffer, at: number, value: string): number => at + target.write(value, at, 'latin1');

/** Most stories are short, some are long: 300 to 9,000 bytes, half of them below 1,300. */
const storyLength = (prose: Prose): number => Math.round(300 * Math.exp((prose.below(1000) / 1000) ** 1.2 * 3.4));

const time = (prose: Prose): string =>
  new Date(1_600_000_000_000 + prose.below(200_000_000) * 1000 + prose.below(1000)).toISOString();

const MOODS = ['happy', 'wistful', 'proud', 'funny', 'sad', 'grateful'];
const MODELS = ['story-large-2', 'story-small-1', 'whisper-3'];

function details(prose: Prose): string {
  const people = Array.from({ length: 1 + prose.below(4) }, () => 1 + prose.below(50_000));
  return JSON.stringify({
    mood: MOODS[prose.below(MOODS.length)],
    tags: prose.words(2 + prose.below(4)).split(' '),
    place: { name: prose.words(2), lat: 40 + prose.below(1_500_000) / 100_000, lon: prose.below(2_000_000) / 100_000 },
    people,
    model: { name: MODELS[prose.below(MODELS.length)], promptTokens: prose.below(4000), tokens: prose.below(2000) },
    followUps: [prose.words(9), prose.words(12)],
  });
}

/** LifeBook's tables as far as they differ for a dump: long text, jsonb, many small rows. */
export const FAMILY_TABLES: readonly FamilyTable[] = [
  {
    name: 'moments',
    columns:
      'id bigint, family_id bigint, happened_at timestamptz, title text, story text, summary text, details jsonb',
    share: 0.61,
    writeRow(prose, id, target, at) {
      const to = text(target, at, `${id}\t${1 + prose.below(2000)}\t${time(prose)}\t${prose.words(5)}\t`);
      const afterStory = prose.write(target, to, storyLength(prose));
      const afterSummary = prose.write(target, text(target, afterStory, '\t'), 160);
      return text(target, afterSummary, `\t${details(prose)}`);
    },
  },
  {
    name: 'session_turns',
    columns: 'id bigint, moment_id bigint, role text, said_at timestamptz, said text',
    share: 0.17,
    writeRow(prose, id, target, at) {
      const role = prose.below(2) === 0 ? 'user' : 'assistant';
      const to = text(target, at, `${id}\t${1 + prose.below(200_000)}\t${role}\t${time(prose)}\t`);
      return prose.write(target, to, 40 + prose.below(500));
    },
  },
  {
    name: 'transcripts',
    columns: 'id bigint, voice_story_id bigint, language text, words text, segments jsonb',
    share: 0.12,
    writeRow(prose, id, target, at) {
      const to = text(target, at, `${id}\t${1 + prose.below(20_000)}\ten\t`);
      const afterWords = prose.write(target, to, 2 * storyLength(prose));
      const segments = Array.from({ length: 12 }, (_, i) => ({
        at: i * 4 + prose.below(400) / 100,
        said: prose.words(6),
      }));
      return text(target, afterWords, `\t${JSON.stringify(segments)}`);
    },
  },
  {
    name: 'assets',
    columns: 'id bigint, moment_id bigint, url text, created_at timestamptz, metadata jsonb',
    share: 0.07,
    writeRow(prose, id, target, at) {
      const file = `${prose.below(0x7fffffff).toString(16)}${prose.below(0x7fffffff).toString(16)}`;
      const url = `https://lifebook.blob.core.windows.net/photos/${1 + prose.below(2000)}/${file}.jpg`;
      const metadata = {
        width: 4032,
        height: 3024,
        bytes: prose.below(8_000_000),
        camera: 'iPhone 14',
        takenAt: time(prose),
      };
      const moment = 1 + prose.below(200_000);
      return text(target, at, `${id}\t${moment}\t${url}\t${time(prose)}\t${JSON.stringify(metadata)}`);
    },
  },
  {
    name: 'reaction_log',
    columns: 'id bigint, moment_id bigint, person_id bigint, reaction text, at timestamptz',
    share: 0.03,
    writeRow(prose, id, target, at) {
      const [moment, person] = [1 + prose.below(200_000), 1 + prose.below(50_000)];
      const reaction = ['heart', 'laugh', 'tear', 'wow'][prose.below(4)] ?? 'heart';
      return text(target, at, `${id}\t${moment}\t${person}\t${reaction}\t${time(prose)}`);
    },
  },
];
