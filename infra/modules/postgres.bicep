// A PostgreSQL flexible server for who has none yet: Entra sign-in only, seven days of point-in-time restore.
param name string
param location string
param tags object
param admin { objectId: string, name: string, type: string }
@description('The address that is let in; 0.0.0.0 means every one of Azure, because the app has no fixed one without NAT.')
param allowedAddress string

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

resource appAddress 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (!empty(allowedAddress)) {
  parent: server
  name: 'backup-app'
  properties: { startIpAddress: allowedAddress, endIpAddress: allowedAddress }
  dependsOn: [database]
}

output host string = server.properties.fullyQualifiedDomainName
