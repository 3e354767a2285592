import { createHash } from 'node:crypto';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { Client } from 'pg';
import { inParallel } from '../../../shared/operations/blobs/in-parallel';

const AT_ONCE = 8;
/** Different ones that the rows name: as many as can be uploaded in a few seconds. */
export const PHOTOS = 300;

/** The family's photos, small stand-ins whose content follows from their name. */
export class FamilyPhotos {
  private readonly service: BlobServiceClient;
  private readonly container: ContainerClient;
  private readonly names = Array.from({ length: PHOTOS }, (_, index) => photoName(index));

  constructor(
    connectionString: string,
    private readonly signal: AbortSignal,
  ) {
    this.service = BlobServiceClient.fromConnectionString(connectionString);
    this.container = this.service.getContainerClient('photos');
  }

  /** Makes the containers and all photos. */
  async upload(): Promise<void> {
    await this.container.create();
    await this.service.getContainerClient('audio').create();
    await this.each(this.names, (name) => this.write(name, contentOf(name)));
  }

  /** Deletes every third one, and paints over every third one. */
  async damage(): Promise<{ deleted: number; overwritten: number }> {
    const ofRest = (rest: number): string[] => this.names.filter((_name, index) => index % 3 === rest);
    const [deleted, overwritten] = [ofRest(1), ofRest(2)];
    await this.each(deleted, (name) => this.container.deleteBlob(name));
    await this.each(overwritten, (name) => this.write(name, Buffer.from('painted over')));
    return { deleted: deleted.length, overwritten: overwritten.length };
  }

  /** Follows every URL of the rows. @returns how many there are, and how many have the photo that was uploaded */
  async follow(databaseUrl: string): Promise<{ urls: number; equal: number }> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client
      .query<{ url: string }>('select distinct blob_url as url from assets')
      .finally(() => client.end());
    const isEqual = await this.each(rows, async ({ url }) => {
      const name = url.split('/').at(-1) ?? '';
      const blob = this.container.getBlobClient(name);
      if (blob.url !== url || !(await blob.exists())) return false;
      return (await blob.downloadToBuffer()).equals(contentOf(name));
    });
    return { urls: rows.length, equal: isEqual.filter(Boolean).length };
  }

  private async write(name: string, bytes: Buffer): Promise<void> {
    const type = { blobContentType: 'image/jpeg' };
    await this.container.getBlockBlobClient(name).upload(bytes, bytes.length, { blobHTTPHeaders: type });
  }

  private each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return inParallel(items, AT_ONCE, this.signal, work);
  }
}

/** As the seed names them in `assets.blob_url`. */
const photoName = (number: number): string => `${createHash('md5').update(String(number)).digest('hex')}.jpg`;

const contentOf = (name: string): Buffer => Buffer.from(name.repeat(200));
