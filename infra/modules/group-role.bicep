// A custom role of ../roles.json, made and given in one resource group.
param environmentName string
@description('Its name in roles.json.')
param name string
param role object
param principalIds string[]

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, environmentName, name)
  properties: {
    roleName: '${role.title} (${environmentName}, ${resourceGroup().name})'
    description: role.description
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [{ actions: map(role.actions, row => row.action), dataActions: map(role.dataActions, row => row.action) }]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    name: guid(resourceGroup().id, principalId, definition.id)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: definition.id }
  }
]
