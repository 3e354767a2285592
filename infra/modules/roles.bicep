// Who may do what. The custom roles come from ../roles.json, where each action stands beside the calls that need it.
param environmentName string
param dumpAccountName string
param hostAccountName string
param principalIds string[]

var roles = loadJsonContent('../roles.json')

resource dumpAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: dumpAccountName }
resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: hostAccountName }

resource dumpWriter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'dump-writer')
  properties: {
    roleName: '${roles.dumpWriter.title} (${environmentName})'
    description: roles.dumpWriter.description
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: map(roles.dumpWriter.actions, row => row.action)
        dataActions: map(roles.dumpWriter.dataActions, row => row.action)
      }
    ]
  }
}

resource dumpWriters 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in principalIds: {
    scope: dumpAccount
    name: guid(dumpAccount.id, principalId, dumpWriter.id)
    properties: { principalId: principalId, principalType: 'ServicePrincipal', roleDefinitionId: dumpWriter.id }
  }
]

// the host's own account: what the Functions host asks for with an identity, and more than our calls there need
var hostRoles = flatten(map(principalIds, principalId => map(roles.hostStorage, role => { principalId: principalId, id: role.id })))

resource hostAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in hostRoles: {
    scope: hostAccount
    name: guid(hostAccount.id, row.principalId, row.id)
    properties: {
      principalId: row.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.id)
    }
  }
]
