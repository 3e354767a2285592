// A PostgreSQL flexible server for who has none yet: Entra sign-in only, seven days of point-in-time restore.
param name string
param location string
param tags object
param admin { objectId: string, name: string, type: string }
@description('Lets every address of Azure in: the app has no fixed one outside a VNet.')
param allowAzure bool

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '17'
    storage: { storageSizeGB: 32, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' }
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: tenant().tenantId }
    network: { publicNetworkAccess: 'Enabled' }
  }
}

resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2024-08-01' = {
  parent: server
  name: admin.objectId
  properties: { principalName: admin.name, principalType: admin.type, tenantId: tenant().tenantId }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: server
  name: 'lifebook'
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  // the server takes one change at a time
  dependsOn: [administrator]
}

resource azureAddresses 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (allowAzure) {
  parent: server
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [database]
}

output host string = server.properties.fullyQualifiedDomainName
