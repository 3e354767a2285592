// Container Apps jobs, one for each app, started by hand, that run one recorded job where no platform ends it (npm run job).
param environmentName string
param location string
param tags object
param image string
param workspaceName string
param subnetId string
@description('For each app: its role, its identity and its settings.')
param jobs { role: string, identityId: string, settings: object }[]

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
var reference = '@Microsoft.KeyVault(SecretUri='
var secretName = 'database-url'

resource containerJobs 'Microsoft.App/jobs@2024-03-01' = [
  for job in jobs: {
    name: 'caj-${environmentName}-${job.role}'
    location: location
    tags: tags
    identity: { type: 'UserAssigned', userAssignedIdentities: { '${job.identityId}': {} } }
    properties: {
      environmentId: environment.id
      workloadProfileName: 'Consumption'
      configuration: {
        triggerType: 'Manual'
        replicaTimeout: 172800
        replicaRetryLimit: 0
        manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
        secrets: map(filter(items(job.settings), setting => startsWith(string(setting.value), reference)), setting => {
          name: secretName
          identity: job.identityId
          keyVaultUrl: replace(replace(string(setting.value), reference, ''), '/)', '')
        })
      }
      template: {
        containers: [
          {
            name: 'job'
            image: image
            resources: { cpu: json('2'), memory: '4Gi' }
            env: map(
              items(job.settings),
              setting => startsWith(string(setting.value), reference)
                ? { name: setting.key, secretRef: secretName }
                : { name: setting.key, value: string(setting.value) }
            )
          }
        ]
      }
    }
  }
]
