import type { IncomingMessage } from 'node:http';
import { refusal, success } from './answers';
import type { Answer } from './azurite-account';
import type { Account } from './blob-operations';
import { type BlobContent, daysLeft, type Generation } from './kept-blobs';

interface DeletedContainer {
  readonly name: string;
  readonly version: string;
  readonly deletedAt: Date;
  readonly live: ReadonlyMap<string, BlobContent>;
  readonly kept: ReadonlyMap<string, readonly Generation[]>;
}

/** Deleted containers with all that was in them. */
export class DeletedContainers {
  private all: DeletedContainer[] = [];

  constructor(private readonly account: Account) {}

  async remove(incoming: IncomingMessage, body: Buffer, name: string): Promise<Answer> {
    const { azurite, kept, policy } = this.account;
    const live =
      policy.containerSoftDeleteDays === undefined ? new Map<string, BlobContent>() : await this.readAll(name);
    const answer = await azurite.forward(incoming, body);
    if (answer.status !== 202) return answer;
    const generations = kept.takeContainer(name);
    if (policy.containerSoftDeleteDays !== undefined) {
      const version = this.account.nextId().replaceAll(/\D/g, '');
      this.all.push({ name, version, deletedAt: this.account.now(), live, kept: generations });
    }
    return answer;
  }

  /** Restore Container: the request names the deleted container and its version in headers. */
  async restore(incoming: IncomingMessage, body: Buffer, name: string): Promise<Answer> {
    const { azurite, kept } = this.account;
    const answer = await azurite.forward(incoming, body);
    if (answer.status !== 501) return answer;
    const wanted = incoming.headers['x-ms-deleted-container-name'];
    const version = incoming.headers['x-ms-deleted-container-version'];
    const found = this.current().find((one) => one.name === wanted && one.version === version);
    if (found === undefined) return refusal(404, 'ContainerNotFound', 'there is no such deleted container');
    const container = azurite.service.getContainerClient(name);
    if (await container.exists()) return refusal(409, 'ContainerAlreadyExists', 'a container of that name exists');
    await container.create();
    for (const [blob, content] of found.live) await azurite.write(name, blob, content);
    for (const [blob, generations] of found.kept) kept.set(name, blob, generations);
    this.all = this.all.filter((one) => one !== found);
    return success(201);
  }

  /** Azurite's list of containers with the deleted ones at its end. */
  addTo(xml: string, prefix: string): string {
    const { now, policy } = this.account;
    const deleted = this.current().filter(({ name }) => name.startsWith(prefix));
    const entries = deleted.map(
      ({ name, version, deletedAt }) =>
        `<Container><Name>${name}</Name><Deleted>true</Deleted><Version>${version}</Version><Properties>` +
        `<Last-Modified>${deletedAt.toUTCString()}</Last-Modified><Etag>"0x0"</Etag><LeaseStatus>unlocked</LeaseStatus>` +
        `<LeaseState>expired</LeaseState><DeletedTime>${deletedAt.toUTCString()}</DeletedTime>` +
        `<RemainingRetentionDays>${daysLeft(deletedAt, now(), policy.containerSoftDeleteDays)}</RemainingRetentionDays>` +
        '</Properties></Container>',
    );
    return xml
      .replace(/<Containers\s*\/>/, '<Containers></Containers>')
      .replace('</Containers>', () => `${entries.join('')}</Containers>`);
  }

  private current(): DeletedContainer[] {
    const { now, policy } = this.account;
    return this.all.filter(({ deletedAt }) => daysLeft(deletedAt, now(), policy.containerSoftDeleteDays) > 0);
  }

  private async readAll(name: string): Promise<Map<string, BlobContent>> {
    const { azurite } = this.account;
    const found = new Map<string, BlobContent>();
    const container = azurite.service.getContainerClient(name);
    if (!(await container.exists())) return found;
    for await (const { name: blob } of container.listBlobsFlat()) {
      const content = await azurite.read(name, blob);
      if (content !== undefined) found.set(blob, content);
    }
    return found;
  }
}
