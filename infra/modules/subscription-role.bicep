// A custom role of ../roles.json for what Azure has at the subscription only.
targetScope = 'subscription'

param environmentName string
@description('Its name in roles.json.')
param name string
param role object
param principalIds string[]

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, environmentName, name)
  properties: {
    roleName: '${role.title} (${environmentName})'
    description: role.description
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [{ actions: map(role.actions, row => row.action), dataActions: map(role.dataActions, row => row.action) }]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    name: guid(subscription().id, principalId, definition.id)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: definition.id }
  }
]
