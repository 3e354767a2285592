import { readFileSync } from 'node:fs';
import { z } from 'zod';

const fileShape = z.looseObject({ Values: z.record(z.string(), z.string()).default({}) });

/** Takes over the values of local.settings.json, as the Functions host does; what is set already stays. */
export function readLocalSettings(file: string, environment: Record<string, string | undefined>): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const { Values: values } = fileShape.parse(JSON.parse(text));
  for (const [name, value] of Object.entries(values)) environment[name] ??= value;
}
