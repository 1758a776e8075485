metadata description = 'Application Insights and the workspace behind it. Data is taken from identities alone.'

@description('Ends the names.')
param suffix string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('The app\'s identity, which sends telemetry.')
param identityPrincipalId string

// Monitoring Metrics Publisher.
var publisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: 'log-sessions-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    workspaceCapping: { dailyQuotaGb: 1 }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-sessions-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identityPrincipalId, publisher)
  scope: insights
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', publisher)
  }
}

@description('Where logs go.')
output workspaceId string = workspace.id

@description('Where telemetry goes, for alerts.')
output insightsId string = insights.id

@description('APPLICATIONINSIGHTS_CONNECTION_STRING: an address, since keys are not taken.')
output insightsConnectionString string = insights.properties.ConnectionString
