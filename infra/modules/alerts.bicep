metadata description = 'Alerts: answers of 500 and above, throttling by Cosmos DB, and an expiry that does not come.'

@description('Ends the names.')
param token string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('Who is told. Empty for nobody.')
param email string

@description('The Cosmos DB account.')
param cosmosId string

@description('Application Insights.')
param insightsId string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-sessions-${token}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'sessions'
    enabled: true
    emailReceivers: empty(email) ? [] : [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'sessions-5xx-${token}'
  location: location
  tags: tags
  properties: {
    description: 'More than five answers of 500 and above in five minutes.'
    severity: 1
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'requests | where toint(resultCode) >= 500'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 5
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'sessions-429-${token}'
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

resource expiryLag 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'sessions-expiry-${token}'
  location: location
  tags: tags
  properties: {
    description: 'The sweep has not ended well for fifteen minutes: expired sessions are not closed for good.'
    severity: 2
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'requests | where name == "Expiry_Sweep" and success == true'
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
