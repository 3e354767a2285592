export interface ArchiveScriptContents {
  readonly tables: readonly { readonly schema: string; readonly name: string; readonly rows: number }[];
  readonly largeObjects: number;
  readonly sequences: number;
}

export class ArchiveScript {
  push(_chunk: Uint8Array): void {
    throw new Error('not yet');
  }

  finish(): ArchiveScriptContents {
    throw new Error('not yet');
  }
}
