// A Container Apps job, started by hand, that runs one recorded job where no platform ends it (npm run job).
param environmentName string
param location string
param tags object
param image string
param identityId string
param workspaceName string
param subnetId string
param settings object

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = { name: workspaceName }

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${environmentName}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: workspace.properties.customerId
        sharedKey: workspace.listKeys().primarySharedKey
      }
    }
    vnetConfiguration: empty(subnetId) ? null : { infrastructureSubnetId: subnetId }
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
  }
}

// a reference to the Key Vault is resolved by the Functions host only; here it has to be a secret of the job
var plain = filter(items(settings), setting => !startsWith(string(setting.value), '@Microsoft.KeyVault('))
var referenced = filter(items(settings), setting => startsWith(string(setting.value), '@Microsoft.KeyVault('))
var secretName = 'database-url'

resource job 'Microsoft.App/jobs@2024-03-01' = {
  name: 'caj-${environmentName}'
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 172800
      replicaRetryLimit: 0
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      secrets: [
        for reference in referenced: {
          name: secretName
          identity: identityId
          keyVaultUrl: replace(replace(string(reference.value), '@Microsoft.KeyVault(SecretUri=', ''), '/)', '')
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'job'
          image: image
          resources: { cpu: json('2'), memory: '4Gi' }
          env: concat(
            map(plain, setting => { name: setting.key, value: string(setting.value) }),
            map(referenced, setting => { name: setting.key, secretRef: secretName })
          )
        }
      ]
    }
  }
}

output name string = job.name
