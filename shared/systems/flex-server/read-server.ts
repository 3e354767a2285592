import type { Server } from '@azure/arm-postgresql-flexible';
import type { FlexServer, ServerNetwork } from './flex-server';

/** A server as ARM describes it, in our words. */
export function readServer(server: Server): FlexServer {
  const { highAvailability, backup } = server;
  return {
    id: server.id ?? '',
    name: server.name ?? '',
    location: server.location,
    state: server.state ?? 'Unknown',
    host: server.fullyQualifiedDomainName,
    tier: server.sku?.tier ?? 'Unknown',
    storageGb: server.storage?.storageSizeGB,
    earliestRestoreAt: backup?.earliestRestoreDate === undefined ? undefined : roundUp(backup.earliestRestoreDate),
    backupRetentionDays: backup?.backupRetentionDays,
    network: readNetwork(server),
    tags: server.tags ?? {},
    highAvailability: highAvailability?.mode ?? 'Disabled',
    maintenanceWindow: describeWindow(server.maintenanceWindow),
  };
}

/**
 * ARM writes seven digits of a second and a Date keeps three, so what was read is earlier than what is possible: the next
 * millisecond is not (azure-facts.md, "ARM: flexible servers").
 */
function roundUp(date: Date): string {
  return new Date(date.getTime() + 1).toISOString();
}

function readNetwork({ network }: Server): ServerNetwork {
  const subnetId = network?.delegatedSubnetResourceId;
  if (subnetId !== undefined) {
    return { kind: 'virtual-network', subnetId, dnsZoneId: network?.privateDnsZoneArmResourceId };
  }
  return { kind: network?.publicNetworkAccess === 'Disabled' ? 'private-endpoint' : 'public' };
}

function describeWindow(window: Server['maintenanceWindow']): string {
  if (window?.customWindow !== 'Enabled') return 'chosen by Azure';
  const two = (part: number | undefined): string => String(part ?? 0).padStart(2, '0');
  return `day ${window.dayOfWeek ?? 0}, ${two(window.startHour)}:${two(window.startMinute)} UTC`;
}
