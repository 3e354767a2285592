// A custom role of ../roles.json for one storage account, that of the photos and audio.
param environmentName string
@description('Its name in roles.json.')
param name string
param role object
param accountName string
param principalIds string[]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: accountName }

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, environmentName, name, accountName)
  properties: {
    roleName: '${role.title} (${environmentName}, ${accountName})'
    description: role.description
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ actions: map(role.actions, row => row.action), dataActions: map(role.dataActions, row => row.action) }]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    scope: account
    name: guid(account.id, principalId, definition.id)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: definition.id }
  }
]
