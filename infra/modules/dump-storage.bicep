// The account of the dumps, and of nothing else. Infrastructure owns its protection: the app has no right to change any of it.
param name string
param location string
param tags object
param redundancy string
param immutability string
param immutabilityDays int
param softDeleteDays int
param coolAfterDays int
param publicAccess bool

var containerName = 'lifebook-db-backups'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Cool'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'None' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    // with versions, a lifecycle delete leaves the old version behind and paid for
    isVersioningEnabled: false
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: containerName
}

// Made unlocked. Locking is an action and no property, done by hand (az storage container immutability-policy lock). A locked policy refuses every PUT, so that
// from then on ("locked") the template leaves it alone.
resource policy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = if (immutability == 'unlocked') {
  parent: container
  name: 'default'
  properties: { immutabilityPeriodSinceCreationInDays: immutabilityDays, allowProtectedAppendWrites: false }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'dumps-stay'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'The backups of a database: remove this lock before you delete the account.' }
}

// Deletes what retention has marked and nobody holds, never by age or state: a mark that is missing keeps a dump.
var expiryRule = {
  name: 'delete-expired'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${containerName}/']
      blobIndexMatch: [
        { name: 'retention', op: '==', value: 'expired' }
        { name: 'hold', op: '==', value: 'none' }
      ]
    }
    actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: immutabilityDays } } }
  }
}

// The cool tier is read at once, as the hot one: a restore does not wait. Never the archive.
var coolRule = {
  name: 'cool-dumps'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['${containerName}/'] }
    actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: coolAfterDays } } }
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: coolAfterDays > 0 ? [expiryRule, coolRule] : [expiryRule]
    }
  }
  dependsOn: [blobs]
}

output id string = account.id
output name string = account.name
output blobUri string = account.properties.primaryEndpoints.blob
output container string = container.name
