/** A text in quotes with the colon that makes it a name, or what opens and closes an object or a list. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/**
 * The first name that an object of this JSON text has twice; undefined: none. `JSON.parse` takes the last one and says
 * nothing, and whoever looked at the first one before it came here has read another request.
 *
 * @param json a text that `JSON.parse` has taken
 */
export function repeatedName(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      // written otherwise, with \u0061 for a, it is the same name
      const name = JSON.parse(token.slice(0, token.length - colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}
