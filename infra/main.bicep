targetScope = 'subscription'

metadata description = 'Sessions on Azure Functions Flex Consumption over Cosmos DB, without a key or a connection string.'

@description('Names the environment and what is in it, as in `azd env new`.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region, one with Flex Consumption and Cosmos DB serverless.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Who deploys: may read and write secrets and sessions afterwards. Empty for nobody.')
param principalId string = ''

@description('The first account: its Bandwidth account id and tenant name.')
param accountId string = 'main'

@description('The first account: its SID, AC and 32 hexadecimal digits.')
@minLength(34)
@maxLength(34)
param accountSid string

@description('The first account: its password for Basic, plain or sha256: and its digest.')
@secure()
@minLength(1)
param accountSecret string

@description('The first account: what signs its callbacks and participant tokens.')
@secure()
@minLength(16)
param accountSigningSecret string

@description('Accept access tokens of this OpenID Connect issuer. Empty for none; then Bearer needs tokens of your own.')
param jwtIssuer string = ''

@description('The audience that they must name.')
param jwtAudience string = ''

@description('Where the issuer publishes its keys.')
param jwtJwksUri string = ''

@description('Who is told of alerts and of the budget. Empty for nobody.')
param alertEmail string = ''

@description('The budget a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int = 50

@description('The first day that the budget counts: the first of the month in which it is made. It can not be changed later.')
param budgetStart string

@description('Whether Cosmos DB, storage and secrets are reached through a virtual network alone.')
param vnetEnabled bool = false

@description('How reads see writes: Strong is what the app is made for; see docs/cosmos.md before you weaken it.')
@allowed(['Strong', 'BoundedStaleness', 'Session'])
param consistencyLevel string = 'Strong'

@description('Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances there may be at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('When expired sessions are closed for good. Readers see them closed at once in any case.')
param expirySchedule string = '0 */5 * * * *'

@description('When events that could not be sent at once are sent again.')
param outboxSchedule string = '0 * * * * *'

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-sessions-${token}'
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: 'vnet-sessions-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    isPrivate: vnetEnabled
  }
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: {
    name: 'cosmos-sessions-${token}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    principalId: principalId
    consistencyLevel: consistencyLevel
    isPrivate: vnetEnabled
    workspaceId: monitoring.outputs.workspaceId
  }
}

module secrets 'modules/secrets.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    principalId: principalId
    accountSecret: accountSecret
    accountSigningSecret: accountSigningSecret
    isPrivate: vnetEnabled
  }
}

module endpoints 'modules/endpoints.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    location: location
    tags: tags
    networkName: vnetEnabled ? network!.outputs.name : ''
    subnetId: vnetEnabled ? network!.outputs.endpointSubnetId : ''
    cosmosId: cosmos.outputs.id
    storageId: storage.outputs.id
    vaultId: secrets.outputs.id
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: 'func-sessions-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    packageContainer: storage.outputs.packageContainer
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    cosmosEndpoint: cosmos.outputs.endpoint
    cosmosDatabase: cosmos.outputs.database
    cosmosContainer: cosmos.outputs.container
    accountId: accountId
    accountSid: accountSid
    accountSecretUri: secrets.outputs.accountSecretUri
    accountSigningSecretUri: secrets.outputs.accountSigningSecretUri
    jwtIssuer: jwtIssuer
    jwtAudience: jwtAudience
    jwtJwksUri: jwtJwksUri
    expirySchedule: expirySchedule
    outboxSchedule: outboxSchedule
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
  }
  // What is read of the other modules waits for all of them, and so for their roles. Of the endpoints nothing is read.
  dependsOn: [endpoints]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    email: alertEmail
    cosmosId: cosmos.outputs.id
    insightsId: monitoring.outputs.insightsId
  }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: {
    name: 'budget-${environmentName}'
    amount: monthlyBudget
    start: budgetStart
    email: alertEmail
  }
}

@description('The region, which azd keeps.')
output AZURE_LOCATION string = location

@description('The resource group, which azd deploys to.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The function app that azd deploys the service `sessions` to.')
output SERVICE_SESSIONS_NAME string = app.outputs.name

@description('Where the service answers.')
output SERVICE_SESSIONS_URI string = app.outputs.uri

@description('The Cosmos DB account, for Cosmos__Endpoint on your own machine.')
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint
