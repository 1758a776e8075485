metadata description = 'The Cosmos DB account, database and container, as functions/Storage/Cosmos expects them.'

@description('The account\'s name.')
param name string

@description('The region that is written to.')
param location string

@description('All regions that hold the data, in the order in which they take over. The first is the one written to.')
param regions string[]

@description('Whether each region keeps it in several zones.')
param isZoneRedundant bool

@description('How many request units a second it may use at most, by autoscale; 0 for serverless.')
param maximumUnits int

@description('The tags of the environment.')
param tags object

@description('The app\'s identity, which reads and writes items.')
param identityPrincipalId string

@description('Somebody who may look at items, too. Empty for nobody.')
param principalId string

@description('How reads see writes.')
param consistencyLevel string

@description('Whether it is reached through private endpoints alone.')
param isPrivate bool

@description('Where its logs go.')
param workspaceId string

var databaseName = 'sessions'
var containerName = 'sessions'
var isServerless = maximumUnits == 0

// Cosmos DB Built-in Data Contributor: items and queries, and no more of the account than the client has to know.
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: isServerless ? [{ name: 'EnableServerless' }] : []
    locations: [
      for (region, index) in regions: {
        locationName: region
        failoverPriority: index
        isZoneRedundant: isZoneRedundant
      }
    ]
    // One region is written to. Several would each take the same name, or the same version, and settle it afterwards.
    enableMultipleWriteLocations: false
    enableAutomaticFailover: length(regions) > 1
    // A partition that is much used takes more by itself; else all of them would be paid for as much as it takes.
    enablePerRegionPerPartitionAutoscale: !isServerless
    // The least that is allowed, for one region and for several.
    consistencyPolicy: {
      defaultConsistencyLevel: consistencyLevel
      maxStalenessPrefix: length(regions) > 1 ? 100000 : 10
      maxIntervalInSeconds: length(regions) > 1 ? 300 : 5
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    backupPolicy: { type: 'Continuous', continuousModeProperties: { tier: 'Continuous7Days' } }
  }

  resource database 'sqlDatabases' = {
    name: databaseName
    properties: { resource: { id: databaseName } }

    resource container 'containers' = {
      name: containerName
      properties: {
        options: isServerless ? {} : { autoscaleSettings: { maxThroughput: maximumUnits } }
        resource: {
          id: containerName
          partitionKey: { paths: ['/partition'], kind: 'Hash', version: 2 }
          uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/key'] }] }
          defaultTtl: -1
          indexingPolicy: {
            automatic: true
            indexingMode: 'consistent'
            includedPaths: [
              { path: '/partition/?' }
              { path: '/key/?' }
              { path: '/kind/?' }
              { path: '/account/?' }
              { path: '/status/?' }
              { path: '/createdAt/?' }
              { path: '/dueAt/?' }
              { path: '/purgeAt/?' }
              { path: '/terms/[]/?' }
            ]
            excludedPaths: [
              { path: '/*' }
            ]
            compositeIndexes: [
              [
                { path: '/partition', order: 'ascending' }
                { path: '/kind', order: 'ascending' }
                { path: '/createdAt', order: 'ascending' }
                { path: '/id', order: 'ascending' }
              ]
              [
                { path: '/partition', order: 'ascending' }
                { path: '/kind', order: 'ascending' }
                { path: '/status', order: 'ascending' }
                { path: '/createdAt', order: 'ascending' }
                { path: '/id', order: 'ascending' }
              ]
              [
                { path: '/account', order: 'ascending' }
                { path: '/createdAt', order: 'ascending' }
                { path: '/id', order: 'ascending' }
                { path: '/partition', order: 'ascending' }
              ]
              [
                { path: '/kind', order: 'ascending' }
                { path: '/dueAt', order: 'ascending' }
                { path: '/partition', order: 'ascending' }
                { path: '/id', order: 'ascending' }
              ]
            ]
          }
        }
      }
    }
  }

  resource appRole 'sqlRoleAssignments' = {
    name: guid(account.id, identityPrincipalId, dataContributor)
    properties: {
      principalId: identityPrincipalId
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: account.id
    }
  }

  resource personRole 'sqlRoleAssignments' = if (!empty(principalId)) {
    name: guid(account.id, principalId, dataContributor)
    properties: {
      principalId: principalId
      roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
      scope: account.id
    }
    // Two at once can be refused.
    dependsOn: [appRole]
  }
}

// Of this type there is nothing newer that goes on: 2016-09-01, the only one without preview, has been left behind.
#disable-next-line use-recent-api-versions
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    // In tables of their own, which the alert asks. How large partitions are costs a line for each of the largest.
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      { category: 'ControlPlaneRequests', enabled: true }
      { category: 'PartitionKeyStatistics', enabled: !isServerless }
    ]
  }
}

@description('The resource, for alerts and endpoints.')
output id string = account.id

@sealed()
@description('What the app is told of it.')
output store { endpoint: string, database: string, container: string } = {
  endpoint: account.properties.documentEndpoint
  database: databaseName
  container: containerName
}
