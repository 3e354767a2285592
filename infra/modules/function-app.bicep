// One Function App with its plan and settings. test/integration/infrastructure.test.ts compares the settings with shared/config/settings-table.ts.
param name string
param location string
param tags object
param role string
param hosting string
param instanceMemoryMB int
param premiumSku string
param subnetId string
param identityId string
param identityClientId string
param hostStorageName string
@description('The account of queues and job records, where it is not the host\'s own.')
param stateStorageName string
param deploymentContainer string
param dumpBlobUri string
param dumpContainer string
param insightsConnectionString string
param databaseUrl string
param moreDatabaseUrls object
@description('The login that may create, rename and drop databases, for the app that restores; empty without one.')
param databaseAdminUrl string
param databaseAuth string
param postgresResourceGroup string
param postgresServer string
param restoreResourceGroup string
param contentStorageName string
param storageResourceGroups string
param storagePolicyWrite bool
param softDeleteDays int
param coolAfterDays int
param authMode string
param entraAudience string
param consoleClientId string
param freshnessMaxHours int
param extraSettings object

var storageSuffix = environment().suffixes.storage

// what the Functions host reads; the app finds queue and job records by the same connection
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${storageSuffix}'
  AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${storageSuffix}'
  AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${storageSuffix}'
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
}

// Flex Consumption has these in functionAppConfig and refuses them here. Premium's usual file share needs the account's
// key, and this account takes none: the package is a blob that the identity reads.
var premiumHostSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'node'
  WEBSITE_RUN_FROM_PACKAGE: 'https://${hostStorageName}.blob.${storageSuffix}/${deploymentContainer}/lifebook-backup.zip'
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
  WEBSITE_SKIP_CONTENTSHARE_VALIDATION: '1'
}

var appSettings = {
  BACKUP_STORAGE__blobServiceUri: dumpBlobUri
  BACKUP_STORAGE__credential: 'managedidentity'
  BACKUP_STORAGE__clientId: identityClientId
  AZURE_STORAGE_BACKUP_CONTAINER: dumpContainer
  AZURE_CLIENT_ID: identityClientId
  DATABASE_AUTH: databaseAuth
  APP_ROLE: role
  AUTH_MODE: authMode
  ENTRA_TENANT_ID: tenant().tenantId
  ENTRA_AUDIENCE: entraAudience
  FRESHNESS_MAX_HOURS: string(freshnessMaxHours)
  AZURE_SUBSCRIPTION_ID: subscription().subscriptionId
  RESTORE_RESOURCE_GROUP: restoreResourceGroup
  STORAGE_RESOURCE_GROUP: storageResourceGroups
  STORAGE_POLICY_WRITE: string(storagePolicyWrite)
  SOFT_DELETE_DAYS: string(softDeleteDays)
  DUMP_COOL_AFTER_DAYS: string(coolAfterDays)
}

var stateSettings = stateStorageName == hostStorageName
  ? {}
  : {
      STATE_STORAGE__blobServiceUri: 'https://${stateStorageName}.blob.${storageSuffix}'
      STATE_STORAGE__queueServiceUri: 'https://${stateStorageName}.queue.${storageSuffix}'
      STATE_STORAGE__credential: 'managedidentity'
      STATE_STORAGE__clientId: identityClientId
    }
var contentSettings = empty(contentStorageName)
  ? {}
  : {
      CONTENT_STORAGE__blobServiceUri: 'https://${contentStorageName}.blob.${storageSuffix}'
      CONTENT_STORAGE__credential: 'managedidentity'
      CONTENT_STORAGE__clientId: identityClientId
    }
var consoleSettings = empty(consoleClientId) ? {} : { ENTRA_CONSOLE_CLIENT_ID: consoleClientId }
var serverGroupSettings = empty(postgresResourceGroup) ? {} : { POSTGRES_RESOURCE_GROUP: postgresResourceGroup }
var serverSettings = empty(postgresServer) ? {} : { POSTGRES_SERVER: postgresServer }
var adminSettings = empty(databaseAdminUrl)
  ? {}
  : { DATABASE_ADMIN_URL: databaseAdminUrl, DATABASE_ADMIN_AUTH: databaseAuth }

var databaseSettings = empty(databaseUrl) ? {} : { DATABASE_URL: databaseUrl }
var moreDatabaseSettings = toObject(items(moreDatabaseUrls), url => 'DATABASE_URL_${url.key}', url => url.value)
var allSettings = union(
  hostSettings,
  hosting == 'premium' ? premiumHostSettings : {},
  appSettings,
  stateSettings,
  contentSettings,
  consoleSettings,
  serverGroupSettings,
  serverSettings,
  databaseSettings,
  moreDatabaseSettings,
  adminSettings,
  extraSettings
)
var settingList = [for setting in items(allSettings): { name: setting.key, value: setting.value }]

resource flexPlan 'Microsoft.Web/serverfarms@2024-04-01' = if (hosting == 'flex') {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource premiumPlan 'Microsoft.Web/serverfarms@2024-04-01' = if (hosting == 'premium') {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'elastic'
  sku: { name: premiumSku, tier: 'ElasticPremium' }
  properties: { reserved: true, maximumElasticWorkerCount: 5 }
}

resource flexApp 'Microsoft.Web/sites@2024-04-01' = if (hosting == 'flex') {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: flexPlan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: { name: 'node', version: '24' }
      // a job runs alone on its instance (host.json, batchSize 1); jobs of several databases run side by side
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: 40 }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostStorageName}.blob.${storageSuffix}/${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
    }
    siteConfig: { minTlsVersion: '1.2', appSettings: settingList }
  }
}

resource premiumApp 'Microsoft.Web/sites@2024-04-01' = if (hosting == 'premium') {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: premiumPlan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    vnetRouteAllEnabled: !empty(subnetId)
    siteConfig: {
      linuxFxVersion: 'NODE|24'
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      minimumElasticInstanceCount: 1
      // the platform scales the queue function by the queue, also inside a VNet
      functionsRuntimeScaleMonitoringEnabled: true
      appSettings: settingList
    }
  }
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = if (hosting == 'premium') {
  parent: premiumApp
  name: 'ftp'
  properties: { allow: false }
}

resource noBasicAuth 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = if (hosting == 'premium') {
  parent: premiumApp
  name: 'scm'
  properties: { allow: false }
}

output name string = name
output hostName string = hosting == 'flex' ? flexApp!.properties.defaultHostName : premiumApp!.properties.defaultHostName
@description('The same settings, for a Container Apps job beside the app.')
output settings object = allSettings
