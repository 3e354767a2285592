// One page: how old the newest backup is, how large, how long jobs take, what failed, whether health answered.
param environmentName string
param location string
param tags object
param workspaceId string

var charts = [
  { title: 'Age of the newest verified backup', query: loadTextContent('../queries/backup-age.kql'), view: 'table' }
  { title: 'Size of backups', query: loadTextContent('../queries/backup-sizes.kql'), view: 'timechart' }
  { title: 'Restore drills', query: loadTextContent('../queries/drills.kql'), view: 'table' }
  { title: 'What is watched and fails', query: loadTextContent('../queries/failing-checks.kql'), view: 'table' }
  { title: 'Duration of jobs', query: loadTextContent('../queries/job-durations.kql'), view: 'timechart' }
  { title: 'Jobs, newest first', query: loadTextContent('../queries/job-outcomes.kql'), view: 'table' }
  { title: 'Health, asked from outside', query: loadTextContent('../queries/availability.kql'), view: 'timechart' }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'backup-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'LifeBook Backup (${environmentName})'
    category: 'workbook'
    sourceId: workspaceId
    version: '1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: map(range(0, length(charts)), index => {
        type: 3
        name: 'chart-${index}'
        content: {
          version: 'KqlItem/1.0'
          title: charts[index].title
          query: charts[index].query
          size: 0
          timeContext: { durationMs: 2592000000 }
          queryType: 0
          resourceType: 'microsoft.operationalinsights/workspaces'
          visualization: charts[index].view
        }
      })
    })
  }
}
