// The identities of the apps, in the order of the apps: backup first.
param environmentName string
param location string
param tags object
param splitRecovery bool

var identityNames = splitRecovery ? ['id-${environmentName}', 'id-${environmentName}-recovery'] : ['id-${environmentName}']

resource identities 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = [
  for name in identityNames: { name: name, location: location, tags: tags }
]

output ids string[] = [for (name, index) in identityNames: identities[index].id]
output names string[] = [for (name, index) in identityNames: identities[index].name]
output clientIds string[] = [for (name, index) in identityNames: identities[index].properties.clientId]
output principalIds string[] = [for (name, index) in identityNames: identities[index].properties.principalId]
