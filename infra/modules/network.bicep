// A VNet for the app: one subnet for its instances, one for private endpoints, one for Container Apps jobs.
param environmentName string
param location string
param tags object
param addressPrefix string
param hosting string
@description('A NAT gateway gives the app one outbound address, for a server with a firewall.')
param withNat bool

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2024-05-01' = if (withNat) {
  name: 'pip-${environmentName}-nat'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource nat 'Microsoft.Network/natGateways@2024-05-01' = if (withNat) {
  name: 'nat-${environmentName}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outboundAddress.id }] }
}

resource vnet 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${environmentName}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 0)
          natGateway: withNat ? { id: nat.id } : null
          delegations: [
            {
              name: 'functions'
              properties: { serviceName: hosting == 'flex' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms' }
            }
          ]
        }
      }
      { name: 'endpoints', properties: { addressPrefix: cidrSubnet(addressPrefix, 24, 1) } }
      {
        name: 'jobs'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 2)
          natGateway: withNat ? { id: nat.id } : null
          delegations: [{ name: 'container-apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
    ]
  }
}

output vnetId string = vnet.id
output appSubnetId string = vnet.properties.subnets[0].id
output endpointSubnetId string = vnet.properties.subnets[1].id
output jobSubnetId string = vnet.properties.subnets[2].id
@description('The one address that the app comes from; empty without NAT.')
output outboundAddress string = withNat ? outboundAddress!.properties.ipAddress : ''
