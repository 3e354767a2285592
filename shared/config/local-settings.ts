import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from '../domain/failure';

const fileShape = z.looseObject({ Values: z.record(z.string(), z.string()).default({}) });

/** Takes over the values of local.settings.json, as the Functions host does; what is set already stays. */
export function readLocalSettings(file: string, environment: Record<string, string | undefined>): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const parsed = fileShape.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.map(String).join('.'));
    throw new Failure('invalid-settings', `${file}: ${names.join(', ')} must be text`);
  }
  const { Values: values } = parsed.data;
  for (const [name, value] of Object.entries(values)) environment[name] ??= value;
}
