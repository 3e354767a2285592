import type { BlobServiceClient } from '@azure/storage-blob';
import type { LifecycleRuleBody, SimulatedAccount } from './arm-storage';

const DAY_MS = 86_400_000;

/**
 * One daily run of an account's lifecycle policy over the blobs that play it: deletes, with plain Delete Blob, what a rule
 * with an action on base blobs matches. Through the account of `blob-recovery/` that is a soft delete.
 *
 * @returns container and name of what was deleted
 */
export async function runLifecycle(
  account: SimulatedAccount,
  service: BlobServiceClient,
  now: Date,
): Promise<string[]> {
  const deleted: string[] = [];
  for (const containerName of account.containers.keys()) {
    const container = service.getContainerClient(containerName);
    for await (const { name, tags, properties } of container.listBlobsFlat({ includeTags: true })) {
      const blob: SeenBlob = {
        ...{ path: `${containerName}/${name}`, type: properties.blobType ?? '', tags: tags ?? {} },
        ageDays: (now.getTime() - properties.lastModified.getTime()) / DAY_MS,
      };
      if (!(account.lifecycle ?? []).some((rule) => deletes(rule, blob))) continue;
      await container.getBlobClient(name).delete({ deleteSnapshots: 'include' });
      deleted.push(blob.path);
    }
  }
  return deleted;
}

interface SeenBlob {
  readonly path: string;
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly ageDays: number;
}

function deletes({ enabled, definition }: LifecycleRuleBody, blob: SeenBlob): boolean {
  const { filters, actions } = definition;
  const after = actions.baseBlob?.delete?.daysAfterModificationGreaterThan;
  if (enabled === false || after === undefined || blob.ageDays <= after) return false;
  const types = filters?.blobTypes.map((type) => type.toLowerCase()) ?? ['blockblob'];
  if (!types.includes(blob.type.toLowerCase())) return false;
  const prefixes = filters?.prefixMatch ?? [];
  if (prefixes.length > 0 && !prefixes.some((prefix) => blob.path.startsWith(prefix))) return false;
  return (filters?.blobIndexMatch ?? []).every(({ name, value }) => blob.tags[name] === value);
}
