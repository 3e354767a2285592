// Log alerts. Each query stands in ../queries and is checked against the tables of Application Insights by a test.
param environmentName string
param location string
param tags object
param workspaceId string
param actionGroupId string
param freshnessMaxHours int

// Absence: "less than one row", without a dimension, so that it also fires when nothing at all is sent. A window is a
// fixed size (26 hours is none), so the query says the hours and overrideQueryTimeRange lets it see two days.
resource freshness 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-${environmentName}-no-verified-backup'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'No verified backup in ${freshnessMaxHours} hours'
    description: 'Nothing said that a backup was verified. It also fires when the app is dead and sends nothing.'
    severity: 0
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    windowSize: 'P1D'
    overrideQueryTimeRange: 'P2D'
    criteria: {
      allOf: [
        {
          query: replace(loadTextContent('../queries/verified-backups.kql'), '26h', '${freshnessMaxHours}h')
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    // a new workspace does not know the table before the first event
    skipQueryValidation: true
    actions: { actionGroups: [actionGroupId] }
  }
}

var presences = [
  {
    name: 'job-failed'
    title: 'A backup or recovery job failed'
    severity: 1
    query: loadTextContent('../queries/failed-jobs.kql')
  }
  {
    name: 'drill-failed'
    title: 'A restore drill failed'
    severity: 1
    query: loadTextContent('../queries/failed-drills.kql')
  }
  {
    // told again every day while it fails
    name: 'check-failed'
    title: 'Something that is watched is not as it should be'
    severity: 2
    query: loadTextContent('../queries/failing-checks.kql')
  }
  {
    name: 'poison-message'
    title: 'A job ticket failed five times and was set aside'
    severity: 1
    query: loadTextContent('../queries/poison-messages.kql')
  }
]

resource happened 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in presences: {
    name: 'alert-${environmentName}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.title
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT30M'
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      skipQueryValidation: true
      actions: { actionGroups: [actionGroupId] }
    }
  }
]
