metadata description = 'The Flex Consumption plan and the function app with its settings.'

@description('The app\'s name.')
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('The app\'s identity: the resource.')
param identityId string

@description('The app\'s identity: its client id.')
param identityClientId string

@description('Where the storage account\'s blobs are.')
param blobEndpoint string

@description('The container that packages are put in.')
param packageContainer string

@description('Where telemetry goes.')
param insightsConnectionString string

@description('The Cosmos DB account\'s address.')
param cosmosEndpoint string

@description('The database.')
param cosmosDatabase string

@description('The container.')
param cosmosContainer string

@description('The first account\'s id.')
param accountId string

@description('The first account\'s SID.')
param accountSid string

@description('Where the first account\'s password is in Key Vault.')
param accountSecretUri string

@description('Where the first account\'s signing secret is in Key Vault.')
param accountSigningSecretUri string

@description('The OpenID Connect issuer whose tokens are accepted. Empty for none.')
param jwtIssuer string

@description('The audience that they must name.')
param jwtAudience string

@description('Where the issuer publishes its keys.')
param jwtJwksUri string

@description('When expired sessions are closed for good.')
param expirySchedule string

@description('When events that could not be sent at once are sent again.')
param outboxSchedule string

@description('Memory of one instance, in MB.')
param instanceMemoryMB int

@description('How many instances there may be at most.')
param maximumInstanceCount int

@description('The subnet that the app goes out by. Empty for none.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'sessions' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: { instanceMemoryMB: instanceMemoryMB, maximumInstanceCount: maximumInstanceCount }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__blobServiceUri: blobEndpoint
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      AZURE_CLIENT_ID: identityClientId
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
      Cosmos__Endpoint: cosmosEndpoint
      Cosmos__Database: cosmosDatabase
      Cosmos__Container: cosmosContainer
      Cosmos__ConnectionMode: 'Direct'
      Accounts__0__Id: accountId
      Accounts__0__Sid: accountSid
      Accounts__0__Secrets__0: '@Microsoft.KeyVault(SecretUri=${accountSecretUri})'
      Accounts__0__SigningSecret: '@Microsoft.KeyVault(SecretUri=${accountSigningSecretUri})'
      Jwt__Issuer: jwtIssuer
      Jwt__Audience: jwtAudience
      Jwt__JwksUri: jwtJwksUri
      // Without underscores: the scale controller, which wakes the app for its timers, does not resolve nested names.
      ExpirySchedule: expirySchedule
      OutboxSchedule: outboxSchedule
      Public__BaseUrl: 'https://${app.properties.defaultHostName}'
    }
  }
}

// Publishing is by identity, too.
resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for kind in ['ftp', 'scm']: {
    parent: app
    name: kind
    properties: { allow: false }
  }
]

@description('Its name, which azd deploys to.')
output name string = app.name

@description('Where it answers.')
output uri string = 'https://${app.properties.defaultHostName}'
