/** One file of the web page, as the browser gets it. */
export interface ConsoleAsset {
  readonly contentType: string;
  readonly content: Buffer;
  /** The same in gzip: no Functions host compresses answers. */
  readonly gzipped: Buffer;
}

/** The built web page (infra/bundle/console.ts). */
export interface ConsoleAssets {
  /** The file of this name below the page's own folder, `index.html` or `assets/…`; undefined when there is none. */
  find(name: string): Promise<ConsoleAsset | undefined>;
}
