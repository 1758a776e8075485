metadata description = 'What the Functions host keeps: the package and the state of the timers. Reached by identity.'

@description('The account\'s name.')
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('The app\'s identity.')
param identityPrincipalId string

@description('Whether it is reached through private endpoints alone.')
param isPrivate bool

@description('Whether it is kept in several zones.')
param isZoneRedundant bool

var packageContainerName = 'app-package'

// Storage Blob Data Owner: the host takes leases on blobs, so that a timer fires once.
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: isZoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: packageContainerName
    }
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, identityPrincipalId, blobOwner)
  scope: account
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobOwner)
  }
}

@description('The resource, for its endpoint.')
output id string = account.id

@sealed()
@description('What the app is told of it: where its blobs are, and the container that packages are put in.')
output store { blobEndpoint: string, packageContainer: string } = {
  blobEndpoint: account.properties.primaryEndpoints.blob
  packageContainer: packageContainerName
}
