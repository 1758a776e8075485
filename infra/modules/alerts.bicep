metadata description = 'Alerts: answers of 500 and above, processes that die, throttling, a late expiry, and limits ahead.'

@description('Ends the names.')
param suffix string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('Who is told. Empty for nobody.')
param email string

@description('The Cosmos DB account.')
param cosmosId string

@description('Whether Cosmos DB has a ceiling of its own, and so something to be told before it is reached.')
param hasCeiling bool

@description('Where Cosmos DB\'s logs go.')
param workspaceId string

@description('Application Insights.')
param insightsId string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-sessions-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'sessions'
    enabled: true
    emailReceivers: empty(email) ? [] : [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'sessions-5xx-${suffix}'
  location: location
  tags: tags
  properties: {
    description: 'More than five answers of 500 and above in five minutes, by the host\'s count or the app\'s own.'
    severity: 1
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
            let counted = customMetrics
              | where name == "sessions.request.duration"
              | where toint(customDimensions["http.response.status_code"]) >= 500
              | project timestamp, failed = toint(valueCount);
            let seen = requests | where toint(resultCode) >= 500 | project timestamp, failed = itemCount;
            union counted, seen
          '''
          metricMeasureColumn: 'failed'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 5
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource workerExits 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'sessions-exits-${suffix}'
  location: location
  tags: tags
  properties: {
    description: 'A process of the app has died. 143 is the platform that ends it, which is how instances go.'
    severity: 1
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
            exceptions
            | where type endswith "WorkerProcessExitException" or outerType endswith "WorkerProcessExitException"
            | where outerMessage !has "exited with code 143"
          '''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'sessions-429-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Cosmos DB refuses more than a hundred requests in five minutes with 429.'
    severity: 2
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricName: 'TotalRequests'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 100
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource usedUnits 'Microsoft.Insights/metricAlerts@2026-01-01' = if (hasCeiling) {
  name: 'sessions-units-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The most used partition of Cosmos DB takes over 70 % of its units for a quarter of an hour.'
    severity: 3
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'units'
          metricName: 'NormalizedRUConsumption'
          // Of each minute it is the fullest second of the fullest partition.
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: 70
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource fullPartition 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = if (hasCeiling) {
  name: 'sessions-partition-${suffix}'
  location: location
  tags: tags
  properties: {
    description: 'A logical partition of Cosmos DB holds over 15 of the 20 GB that it can.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    windowSize: 'P1D'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
            CDBPartitionKeyStatistics
            | where SizeKb > 15 * 1024 * 1024
          '''
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource noSweep 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'sessions-sweep-${suffix}'
  location: location
  tags: tags
  properties: {
    description: 'No sweep has come to its end for half an hour: the timer sleeps, or the store refuses.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '''
            customMetrics
            | where name == "sessions.expiry.sweeps"
            | where tostring(customDimensions["sessions.expiry.outcome"]) == "done"
          '''
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource expiryLag 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'sessions-expiry-${suffix}'
  location: location
  tags: tags
  properties: {
    description: 'A session was closed for good more than a quarter of an hour after it had expired.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: 'customMetrics | where name == "sessions.expiry.lag"'
          metricMeasureColumn: 'valueMax'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 900
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}
