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

@description('DATABASE_ADMIN_URL without a password: the login that may create, rename and drop databases, for restores. Given to the app that restores only.')
param databaseAdminUrl string = ''

@description('Resource group of the PostgreSQL servers, in this subscription. Gives the app the right to read them and to ask for an on-demand backup; without it there is no point-in-time restore.')
param postgresResourceGroup string = ''

@description('Name of the server, where the host of databaseUrl does not tell it (a name of one\'s own DNS).')
param postgresServer string = ''

@description('Resource group of the subnet and the DNS zone of a server with private access: a restored one has to join them.')
param postgresNetworkResourceGroup string = ''

@description('Storage account of the photos and audio.')
param contentAccountName string = ''

@description('Its resource group.')
param contentResourceGroup string = ''

@description('Lets the app turn on soft delete and add the lifecycle rule on the content account where they are missing; without it, it only reports.')
param storagePolicyWrite bool = false

@description('Who may call: Entra access tokens, or function keys.')
@allowed(['entra', 'keys'])
param authMode string = 'entra'

@description('Client id of the app registration that callers ask tokens for.')
param entraAudience string = ''

@description('Client id of the app registration that the console signs in with, where it is not that of entraAudience.')
param consoleClientId string = ''

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

@description('Days after which dumps move to the cool tier, which keeps them for less and bills at least 30 days there. 0: never.')
@minValue(0)
@maxValue(3650)
param coolAfterDays int = 0

@description('Hours without a verified backup after which the alert fires. The alert looks back two days at most.')
@minValue(1)
@maxValue(47)
param freshnessMaxHours int = 26

@description('Who gets the alerts.')
param alertEmail string

@description('Any other setting of docs/settings.md, by name.')
param extraSettings object = {}

@description('Also make a PostgreSQL flexible server, with seven days of point-in-time restore. Its endpoint is public: for network "public" or "vnet-nat".')
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
var roleTable = loadJsonContent('roles.json')
var serverGroup = createPostgres ? resourceGroupName : postgresResourceGroup
var stateContainer = 'lifebook-backup-state'
var recoveryQueues = splitRecovery ? queuesOf('lifebook-recovery-jobs') : []
var makesVnet = network != 'public' && empty(appSubnetId)
var hostAccount = take('sthost${suffix}', 24)
var appNames = splitRecovery
  ? [
      { role: 'backup', name: 'func-${environmentName}-${suffix}', hostAccount: hostAccount }
      // an account of its own: who may write a host's account runs code in its app
      { role: 'recovery', name: 'func-${environmentName}-rec-${suffix}', hostAccount: take('strec${suffix}', 24) }
    ]
  : [{ role: 'all', name: 'func-${environmentName}-${suffix}', hostAccount: hostAccount }]

@description('A queue and the one that the Functions host sets its failed messages aside in.')
func queuesOf(name string) string[] => [name, '${name}-poison']

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
    coolAfterDays: coolAfterDays
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

module hostStorages 'modules/host-storage.bicep' = [
  for (app, index) in appNames: {
    name: 'host-storage-${app.role}'
    scope: group
    params: {
      name: app.hostAccount
      location: location
      tags: allTags
      containers: index == 0 ? ['deploy-${app.role}', stateContainer] : ['deploy-${app.role}']
      queues: index == 0 ? concat(queuesOf('lifebook-backup-jobs'), recoveryQueues) : []
    }
  }
]

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
    hostAccountNames: map(appNames, app => app.hostAccount)
    principalIds: identities.outputs.principalIds
    stateContainer: stateContainer
    recoveryQueues: recoveryQueues
  }
  dependsOn: [hostStorages]
}

// who reads servers and who asks for Azure's backup of one: the servers' own group
module serverReader 'modules/group-role.bicep' = if (!empty(serverGroup)) {
  name: 'server-reader'
  scope: resourceGroup(serverGroup)
  params: {
    environmentName: environmentName
    name: 'server-reader'
    role: roleTable.serverReader
    principalIds: identities.outputs.principalIds
  }
}

module serverBackup 'modules/group-role.bicep' = if (!empty(serverGroup)) {
  name: 'server-backup'
  scope: resourceGroup(serverGroup)
  params: {
    environmentName: environmentName
    name: 'server-backup'
    role: roleTable.serverBackup
    principalIds: [first(identities.outputs.principalIds)!]
  }
}

// the only place where a server may be made, changed or deleted, and only by the identity that restores
module serverRestorer 'modules/group-role.bicep' = {
  name: 'server-restorer'
  scope: restoreGroup
  params: {
    environmentName: environmentName
    name: 'server-restorer'
    role: roleTable.serverRestorer
    principalIds: [last(identities.outputs.principalIds)!]
  }
}

module serverOperations 'modules/subscription-role.bicep' = if (!empty(serverGroup)) {
  name: 'server-operations-${environmentName}'
  params: {
    environmentName: environmentName
    name: 'server-operations'
    role: roleTable.serverOperations
    principalIds: identities.outputs.principalIds
  }
}

module networkJoiner 'modules/group-role.bicep' = if (!empty(postgresNetworkResourceGroup)) {
  name: 'network-joiner'
  scope: resourceGroup(postgresNetworkResourceGroup)
  params: {
    environmentName: environmentName
    name: 'network-joiner'
    role: roleTable.networkJoiner
    principalIds: [last(identities.outputs.principalIds)!]
  }
}

module contentRestorer 'modules/account-role.bicep' = if (!empty(contentAccountName)) {
  name: 'content-restorer'
  scope: resourceGroup(contentResourceGroup)
  params: {
    environmentName: environmentName
    name: 'content-restorer'
    role: roleTable.contentRestorer
    accountName: contentAccountName
    principalIds: [last(identities.outputs.principalIds)!]
  }
}

// how the accounts are protected: read of both, written on the content account only, and only where it is wanted
module dumpAccountReader 'modules/account-role.bicep' = {
  name: 'dump-account-reader'
  scope: group
  params: {
    environmentName: environmentName
    name: 'account-reader'
    role: roleTable.accountReader
    accountName: dumpStorage.outputs.name
    principalIds: [first(identities.outputs.principalIds)!]
  }
}

module contentAccountReader 'modules/account-role.bicep' = if (!empty(contentAccountName)) {
  name: 'content-account-reader'
  scope: resourceGroup(contentResourceGroup)
  params: {
    environmentName: environmentName
    name: 'account-reader'
    role: roleTable.accountReader
    accountName: contentAccountName
    principalIds: [first(identities.outputs.principalIds)!]
  }
}

module contentAccountProtector 'modules/account-role.bicep' = if (!empty(contentAccountName) && storagePolicyWrite) {
  name: 'content-account-protector'
  scope: resourceGroup(contentResourceGroup)
  params: {
    environmentName: environmentName
    name: 'account-protector'
    role: roleTable.accountProtector
    accountName: contentAccountName
    principalIds: [first(identities.outputs.principalIds)!]
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
      hostStorageName: hostStorages[index].outputs.name
      stateStorageName: hostStorages[0].outputs.name
      deploymentContainer: 'deploy-${app.role}'
      dumpBlobUri: dumpStorage.outputs.blobUri
      dumpContainer: dumpStorage.outputs.container
      insightsConnectionString: monitoring.outputs.connectionString
      databaseUrl: databaseAuth == 'password' ? keyVault!.outputs.databaseUrlReference : databaseUrl
      moreDatabaseUrls: moreDatabaseUrls
      databaseAdminUrl: app.role == 'backup' ? '' : databaseAdminUrl
      postgresResourceGroup: serverGroup
      postgresServer: postgresServer
      restoreResourceGroup: restoreGroup.name
      contentStorageName: contentAccountName
      storageResourceGroups: empty(contentResourceGroup) ? group.name : '${group.name},${contentResourceGroup}'
      storagePolicyWrite: storagePolicyWrite
      softDeleteDays: softDeleteDays
      coolAfterDays: coolAfterDays
      databaseAuth: databaseAuth
      authMode: authMode
      entraAudience: entraAudience
      consoleClientId: consoleClientId
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

module availability 'modules/availability-test.bicep' = [
  for (app, index) in appNames: {
    name: 'availability-test-${app.role}'
    scope: group
    params: {
      name: '${environmentName}-${app.role}'
      location: location
      tags: allTags
      insightsId: monitoring.outputs.insightsId
      actionGroupId: monitoring.outputs.actionGroupId
      healthUrl: 'https://${apps[index].outputs.hostName}/api/health'
    }
  }
]

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
    allowedAddress: network == 'public' ? '0.0.0.0' : makesVnet ? vnet!.outputs.outboundAddress : ''
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
    workspaceName: monitoring.outputs.workspaceName
    subnetId: makesVnet ? vnet!.outputs.jobSubnetId : ''
    jobs: [
      for index in range(0, length(appNames)): {
        role: appNames[index].role
        identityId: identities.outputs.ids[index]
        settings: apps[index].outputs.settings
      }
    ]
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output RESTORE_RESOURCE_GROUP string = restoreGroup.name
output API_URL string = 'https://${apps[0].outputs.hostName}/api'
output BACKUP_APPS string = join(map(appNames, app => app.name), ' ')
output HOSTING string = hosting
output IDENTITIES string = join(identities.outputs.names, ' ')
output DUMP_ACCOUNT string = dumpStorage.outputs.name
output POSTGRES_HOST string = createPostgres ? postgres!.outputs.host : ''
