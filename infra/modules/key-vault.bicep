// A database URL with a password lives here only; the app's setting is a reference to it.
param name string
param location string
param tags object
@secure()
param databaseUrl string
param principalIds string[]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'database-url'
  properties: { value: databaseUrl, contentType: 'DATABASE_URL' }
}

@description('Key Vault Secrets User')
var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    scope: vault
    name: guid(vault.id, principalId, secretsUser)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: secretsUser }
  }
]

// without a version, so that a rotated password is taken over within a day
output databaseUrlReference string = '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${secret.name}/)'
