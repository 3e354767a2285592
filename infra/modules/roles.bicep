// Who may do what in storage. The custom role comes from ../roles.json, where each action stands beside the calls that need it.
param environmentName string
param dumpAccountName string
@description('The account of each app\'s host, in the order of the apps; the first also holds queues and job records.')
param hostAccountNames string[]
@description('The identity of each app, in the same order.')
param principalIds string[]
param stateContainer string
@description('With two apps: the queues of the second one in the first account.')
param recoveryQueues string[]

var roles = loadJsonContent('../roles.json')

resource dumpAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = { name: dumpAccountName }
resource hostAccounts 'Microsoft.Storage/storageAccounts@2024-01-01' existing = [for name in hostAccountNames: { name: name }]

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

// the account of each app's own host: what the Functions host asks for with an identity, and more than our calls there need
var hostRoles = flatten(map(range(0, length(principalIds)), index => map(roles.hostStorage, role => { index: index, id: role.id })))

resource hostAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for row in hostRoles: {
    scope: hostAccounts[row.index]
    name: guid(hostAccounts[row.index].id, principalIds[row.index], row.id)
    properties: {
      principalId: principalIds[row.index]
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', row.id)
    }
  }
]

// the second app: job records and its own queues, but not the package or the keys of the first one's host
resource records 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  name: '${hostAccountNames[0]}/default/${stateContainer}'
}

resource recordAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (length(principalIds) > 1) {
  scope: records
  name: guid(records.id, last(principalIds)!, roles.sharedState.blobs.id)
  properties: {
    principalId: last(principalIds)!
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.sharedState.blobs.id)
  }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' existing = [
  for queue in recoveryQueues: { name: '${hostAccountNames[0]}/default/${queue}' }
]

resource queueAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in recoveryQueues: if (length(principalIds) > 1) {
    scope: queues[index]
    name: guid(queues[index].id, last(principalIds)!, roles.sharedState.queues.id)
    properties: {
      principalId: last(principalIds)!
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.sharedState.queues.id)
    }
  }
]
