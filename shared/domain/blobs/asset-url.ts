/** A column whose values are blob URLs (ASSET_URL_COLUMNS). */
export interface AssetColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

export const columnText = ({ schema, table, column }: AssetColumn): string => `${schema}.${table}.${column}`;

/** Where an asset is, or why it cannot be looked for. */
export type AssetPlace =
  | { readonly container: string; readonly name: string }
  | { readonly reason: 'not a URL' | 'another account' | 'another container' };

/**
 * The blob that a stored URL means, whatever its query (a SAS, a snapshot). `serviceUrl` is the content account's:
 * `https://ACCOUNT.blob.core.windows.net`, locally with the account as a path. A relative one begins with the container.
 */
export function locateAsset(url: string, serviceUrl: string, containers: readonly string[]): AssetPlace {
  const base = serviceUrl.endsWith('/') ? serviceUrl : `${serviceUrl}/`;
  try {
    const { href } = new URL(url, base);
    if (!href.startsWith(base)) return { reason: 'another account' };
    const [path = ''] = href.slice(base.length).split(/[?#]/);
    const [container = '', ...parts] = path.split('/').map(decodeURIComponent);
    const name = parts.join('/');
    return containers.includes(container) && name !== '' ? { container, name } : { reason: 'another container' };
  } catch {
    return { reason: 'not a URL' };
  }
}

/** For messages and results: the query may hold a signature. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');
