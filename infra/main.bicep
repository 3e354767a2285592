// LifeBook Backup in Azure. `azd up` deploys it. It has never run against Azure yet.
targetScope = 'subscription'

@description('Name of this installation; azd gives its environment name. Resources are named after it.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Region of the app and the dumps.')
param location string

@description('Resource group of the app.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Resource group that restored servers go to, the only one where the app may make and delete servers.')
param restoreResourceGroupName string = 'rg-${environmentName}-restore'

@description('Hosting plan: Flex Consumption, or Elastic Premium for one that is always warm.')
@allowed(['flex', 'premium'])
param hosting string = 'flex'

@description('Memory of a Flex Consumption instance.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Size of an Elastic Premium instance.')
@allowed(['EP1', 'EP2', 'EP3'])
param premiumSku string = 'EP1'

@description('Two apps with two identities: one backs up, the other restores.')
param splitRecovery bool = false

@description('How the app reaches the database: over the public endpoint, from a VNet, or from a VNet with a fixed outbound address.')
@allowed(['public', 'vnet', 'vnet-nat'])
param network string = 'public'

@description('An existing subnet for the app instead of a new VNet, with the delegation that the hosting plan needs. For a server with private access.')
param appSubnetId string = ''

@description('Address range of the new VNet.')
param vnetAddressPrefix string = '10.90.0.0/22'

@description('A private endpoint for the dump account, which then has no public one. Needs network "vnet" or "vnet-nat" without appSubnetId.')
param privateEndpoints bool = false

@description('DATABASE_URL without a password, as databaseAuth "entra" needs it: postgresql://IDENTITY@SERVER.postgres.database.azure.com/DATABASE?sslmode=require')
param databaseUrl string = ''

@description('More databases, by the NAME of DATABASE_URL_<NAME>; URLs without passwords.')
param moreDatabaseUrls object = {}

@description('How the app signs in to PostgreSQL. "password" takes databaseUrlWithPassword, which goes to a Key Vault.')
@allowed(['entra', 'password'])
param databaseAuth string = 'entra'

@description('With databaseAuth "password": the whole DATABASE_URL. Kept in the Key Vault only.')
@secure()
param databaseUrlWithPassword string = ''

@description('Who may call: Entra access tokens, or function keys.')
@allowed(['entra', 'keys'])
param authMode string = 'entra'

@description('Client id of the app registration that callers ask tokens for.')
param entraAudience string = ''

@description('Redundancy of the dump account. GRS keeps a copy in the paired region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param dumpRedundancy string = 'Standard_ZRS'

@description('Immutability of the dumps: no dump can be overwritten, nor deleted within immutabilityDays. "locked": the policy has been locked by hand, for ever, and is left alone.')
@allowed(['unlocked', 'locked'])
param immutability string = 'unlocked'

@description('Days in which no dump can be deleted by anybody.')
@minValue(1)
@maxValue(365)
param immutabilityDays int = 1

@description('Days that a deleted dump can still be undeleted.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 14

@description('Hours without a verified backup after which the alert fires. The alert looks back two days at most.')
@minValue(1)
@maxValue(47)
param freshnessMaxHours int = 26

@description('Who gets the alerts.')
param alertEmail string

@description('Any other setting of docs/settings.md, by name.')
param extraSettings object = {}

@description('Also make a PostgreSQL flexible server, with seven days of point-in-time restore.')
param createPostgres bool = false

@description('With createPostgres: object id and name of its Entra administrator.')
param postgresAdmin { objectId: string, name: string, type: 'User' | 'Group' | 'ServicePrincipal' } = {
  objectId: ''
  name: ''
  type: 'Group'
}

@description('Also make a Container Apps job that runs a recorded job, for databases too large for a Functions instance. Gives the image.')
param jobImage string = ''

@description('Tags of every resource.')
param tags object = {}

var allTags = union(tags, { 'azd-env-name': environmentName })
var suffix = uniqueString(subscription().id, resourceGroupName, location)
var makesVnet = network != 'public' && empty(appSubnetId)
var appNames = splitRecovery
  ? [{ role: 'backup', name: 'func-${environmentName}-${suffix}' }, { role: 'recovery', name: 'func-${environmentName}-rec-${suffix}' }]
  : [{ role: 'all', name: 'func-${environmentName}-${suffix}' }]

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

resource restoreGroup 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: restoreResourceGroupName
  location: location
  tags: allTags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { environmentName: environmentName, location: location, tags: allTags, splitRecovery: splitRecovery }
}

module vnet 'modules/network.bicep' = if (makesVnet) {
  name: 'network'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    addressPrefix: vnetAddressPrefix
    hosting: hosting
    withNat: network == 'vnet-nat'
  }
}

module dumpStorage 'modules/dump-storage.bicep' = {
  name: 'dump-storage'
  scope: group
  params: {
    name: take('stdump${suffix}', 24)
    location: location
    tags: allTags
    redundancy: dumpRedundancy
    immutability: immutability
    immutabilityDays: immutabilityDays
    softDeleteDays: softDeleteDays
    publicAccess: !(privateEndpoints && makesVnet)
  }
}

module dumpEndpoint 'modules/private-endpoint.bicep' = if (privateEndpoints && makesVnet) {
  name: 'dump-endpoint'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    storageAccountId: dumpStorage.outputs.id
    vnetId: vnet!.outputs.vnetId
    subnetId: vnet!.outputs.endpointSubnetId
  }
}

module hostStorage 'modules/host-storage.bicep' = {
  name: 'host-storage'
  scope: group
  params: {
    name: take('sthost${suffix}', 24)
    location: location
    tags: allTags
    deploymentContainers: [for app in appNames: 'deploy-${app.role}']
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: { environmentName: environmentName, location: location, tags: allTags, alertEmail: alertEmail }
}

module keyVault 'modules/key-vault.bicep' = if (databaseAuth == 'password') {
  name: 'key-vault'
  scope: group
  params: {
    name: take('kv-${suffix}', 24)
    location: location
    tags: allTags
    databaseUrl: databaseUrlWithPassword
    principalIds: identities.outputs.principalIds
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    environmentName: environmentName
    dumpAccountName: dumpStorage.outputs.name
    hostAccountName: hostStorage.outputs.name
    principalIds: identities.outputs.principalIds
  }
}

module apps 'modules/function-app.bicep' = [
  for (app, index) in appNames: {
    name: 'function-app-${app.role}'
    scope: group
    params: {
      name: app.name
      location: location
      tags: allTags
      role: app.role
      hosting: hosting
      instanceMemoryMB: instanceMemoryMB
      premiumSku: premiumSku
      subnetId: makesVnet ? vnet!.outputs.appSubnetId : appSubnetId
      identityId: identities.outputs.ids[index]
      identityClientId: identities.outputs.clientIds[index]
      hostStorageName: hostStorage.outputs.name
      deploymentContainer: 'deploy-${app.role}'
      dumpBlobUri: dumpStorage.outputs.blobUri
      dumpContainer: dumpStorage.outputs.container
      insightsConnectionString: monitoring.outputs.connectionString
      databaseUrl: databaseAuth == 'password' ? keyVault!.outputs.databaseUrlReference : databaseUrl
      moreDatabaseUrls: moreDatabaseUrls
      databaseAuth: databaseAuth
      authMode: authMode
      entraAudience: entraAudience
      freshnessMaxHours: freshnessMaxHours
      extraSettings: extraSettings
    }
    dependsOn: [roles]
  }
]

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    actionGroupId: monitoring.outputs.actionGroupId
    freshnessMaxHours: freshnessMaxHours
  }
}

module availability 'modules/availability-test.bicep' = {
  name: 'availability-test'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    insightsId: monitoring.outputs.insightsId
    actionGroupId: monitoring.outputs.actionGroupId
    healthUrl: 'https://${apps[0].outputs.hostName}/api/health'
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: { environmentName: environmentName, location: location, tags: allTags, workspaceId: monitoring.outputs.workspaceId }
}

module postgres 'modules/postgres.bicep' = if (createPostgres) {
  name: 'postgres'
  scope: group
  params: {
    name: 'psql-${environmentName}-${suffix}'
    location: location
    tags: allTags
    admin: postgresAdmin
    allowAzure: network == 'public'
  }
}

module job 'modules/container-job.bicep' = if (jobImage != '') {
  name: 'container-job'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    image: jobImage
    identityId: identities.outputs.ids[0]
    workspaceName: monitoring.outputs.workspaceName
    subnetId: makesVnet ? vnet!.outputs.jobSubnetId : ''
    settings: apps[0].outputs.settings
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output RESTORE_RESOURCE_GROUP string = restoreGroup.name
output API_URL string = 'https://${apps[0].outputs.hostName}/api'
output BACKUP_APPS string = join(map(appNames, app => app.name), ' ')
output HOSTING string = hosting
output HOST_ACCOUNT string = hostStorage.outputs.name
output BACKUP_IDENTITY string = identities.outputs.names[0]
output DUMP_ACCOUNT string = dumpStorage.outputs.name
