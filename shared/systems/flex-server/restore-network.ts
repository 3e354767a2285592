import type { Server } from '@azure/arm-postgresql-flexible';
import type { FlexServer } from './flex-server';

/** A restored server has its source's kind of network: Azure does not cross public and private access. */
export function networkOf({ network }: FlexServer): Pick<Server, 'network'> {
  if (network.kind === 'public') return {};
  if (network.kind === 'private-endpoint') return { network: { publicNetworkAccess: 'Disabled' } };
  const { subnetId, dnsZoneId } = network;
  return {
    network: {
      delegatedSubnetResourceId: subnetId,
      ...(dnsZoneId === undefined ? {} : { privateDnsZoneArmResourceId: dnsZoneId }),
    },
  };
}
