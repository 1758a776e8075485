metadata description = 'The Flex Consumption plan and the function app with its settings.'

@sealed()
@description('What the app signs in with.')
type identityType = { id: string, clientId: string }

@sealed()
@description('Where the host keeps the package and the state of the timers.')
type storageType = { blobEndpoint: string, packageContainer: string }

@sealed()
@description('Where the sessions are.')
type cosmosType = { endpoint: string, database: string, container: string }

@sealed()
@description('The regions that have them, the app\'s own first, and how many request units a second there are.')
type capacityType = { regions: string[], units: int }

@sealed()
@description('An account. What ends in Uri is where the value is in Key Vault.')
type accountType = { id: string, sid: string, secretUri: string, signingSecretUri: string }

@sealed()
@description('A bearer token of the account. Scopes and phone numbers are lists with commas.')
type tokenType = { uri: string, subject: string, role: string, scopes: string, phoneNumbers: string }

@sealed()
@description('The OpenID Connect issuer whose tokens are accepted. Empty for none.')
type jwtType = { issuer: string, audience: string, jwksUri: string }

@sealed()
@description('The LiveKit server, or the word that there is none.')
type liveKitType = {
  isSimulated: bool
  url: string
  apiKey: string
  apiSecretUri: string
  hlsBaseUrl: string
  s3: s3Type
  azure: azureType
}

@sealed()
@description('The S3 bucket of HLS and recordings. An empty name for none.')
type s3Type = { bucket: string, region: string, endpoint: string, accessKey: string, secretUri: string }

@sealed()
@description('The Azure Blob Storage container of HLS and recordings. An empty name for none.')
type azureType = { containerName: string, accountName: string, accountKeyUri: string }

@sealed()
@description('The carrier of the first account. An empty name for none.')
type carrierType = {
  name: string
  accountSid: string
  baseUrl: string
  authTokenUri: string
  apiKeySid: string
  apiKeySecretUri: string
  signatureHeader: string
  signingSecretUri: string
  webhookUrlUri: string
}

@sealed()
@description('When the timers run.')
type schedulesType = { expiry: string, outbox: string, liveStream: string }

@sealed()
@description('How large an instance is, what it takes on at once, and how many there are always and at most.')
type scaleType = {
  memoryMB: int
  httpConcurrency: int
  alwaysReady: int
  maximumCount: int
  isZoneRedundant: bool
}

@description('The app\'s name.')
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('The app\'s identity.')
param identity identityType

@description('The storage account.')
param storage storageType

@description('Where telemetry goes.')
param insightsConnectionString string

@description('The Cosmos DB container.')
param cosmos cosmosType

@description('What the container can do.')
param capacity capacityType

@description('The first account.')
param account accountType

@description('The first account\'s first token.')
param token tokenType

@description('Whose tokens are accepted, too.')
param jwt jwtType

@description('The LiveKit server.')
param liveKit liveKitType

@description('Who carries Proxy\'s calls and texts.')
param carrier carrierType

@description('Where Proxy\'s outgoing messages are posted. Empty for nowhere.')
param messagingWebhookUrl string

@description('The origins of the pages that may call, a list with commas. Empty for none.')
param corsOrigins string

@description('The OpenTelemetry collector that takes traces, metrics and logs. Empty for none.')
param otlpEndpoint string

@description('When the timers run.')
param schedules schedulesType

@description('How it grows.')
param scale scaleType

@description('Whether a waiting process of the platform becomes the app, which starts sooner.')
param usePlaceholder bool

@description('The subnet that the app goes out by. Empty for none.')
param subnetId string

// azd holds texts, and .NET configuration numbers the items of a list.
func numbered(name string, list string) object =>
  toObject(range(0, empty(list) ? 0 : length(split(list, ','))), i => '${name}__${i}', i => trim(split(list, ',')[i]))

func secret(uri string) string => '@Microsoft.KeyVault(SecretUri=${uri})'

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: scale.isZoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'sessions' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.memoryMB
        maximumInstanceCount: scale.maximumCount
        alwaysReady: scale.alwaysReady == 0 ? [] : [{ name: 'http', instanceCount: scale.alwaysReady }]
        // A stream of events is one call of up to 215 seconds, which holds a slot and does next to nothing. What the
        // platform takes by itself, 16 for 2 GB, would make an instance for every 16 readers.
        triggers: { http: { perInstanceConcurrency: scale.httpConcurrency } }
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.blobEndpoint}${storage.packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      {
        AzureWebJobsStorage__blobServiceUri: storage.blobEndpoint
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
        AZURE_CLIENT_ID: identity.clientId
        AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
        Cosmos__Endpoint: cosmos.endpoint
        Cosmos__Database: cosmos.database
        Cosmos__Container: cosmos.container
        Cosmos__ConnectionMode: 'Direct'
        Cosmos__UnitsPerSecond: string(capacity.units)
        Accounts__0__Id: account.id
        Accounts__0__Sid: account.sid
        Accounts__0__Secrets__0: secret(account.secretUri)
        Accounts__0__SigningSecret: secret(account.signingSecretUri)
        Accounts__0__Tokens__0__Token: secret(token.uri)
        Accounts__0__Tokens__0__Subject: token.subject
        Accounts__0__Tokens__0__Role: token.role
        Jwt__Issuer: jwt.issuer
        Jwt__Audience: jwt.audience
        Jwt__JwksUri: jwt.jwksUri
        Messaging__WebhookUrl: messagingWebhookUrl
        // Without underscores: the scale controller, which wakes the app for its timers, does not resolve nested names.
        ExpirySchedule: schedules.expiry
        OutboxSchedule: schedules.outbox
        LiveStreamSchedule: schedules.liveStream
        Public__BaseUrl: 'https://${app.properties.defaultHostName}'
      },
      numbered('Accounts__0__Tokens__0__Scopes', token.scopes),
      numbered('Accounts__0__Tokens__0__PhoneNumbers', token.phoneNumbers),
      numbered('Cors__Origins', corsOrigins),
      // With one region there is nothing to choose from.
      length(capacity.regions) > 1 ? numbered('Cosmos__Regions', join(capacity.regions, ',')) : {},
      empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint },
      liveKit.isSimulated
        ? { LiveKit__Simulated: 'true' }
        : {
            LiveKit__Url: liveKit.url
            LiveKit__ApiKey: liveKit.apiKey
            LiveKit__ApiSecret: secret(liveKit.apiSecretUri)
            LiveKit__HlsBaseUrl: liveKit.hlsBaseUrl
          },
      liveKit.isSimulated || empty(liveKit.s3.bucket)
        ? {}
        : {
            LiveKit__S3__Bucket: liveKit.s3.bucket
            LiveKit__S3__Region: liveKit.s3.region
            LiveKit__S3__Endpoint: liveKit.s3.endpoint
            LiveKit__S3__AccessKey: liveKit.s3.accessKey
            LiveKit__S3__Secret: secret(liveKit.s3.secretUri)
          },
      liveKit.isSimulated || empty(liveKit.azure.containerName)
        ? {}
        : {
            LiveKit__Azure__ContainerName: liveKit.azure.containerName
            LiveKit__Azure__AccountName: liveKit.azure.accountName
            LiveKit__Azure__AccountKey: secret(liveKit.azure.accountKeyUri)
          },
      empty(carrier.name)
        ? {}
        : {
            Accounts__0__Carrier__Name: carrier.name
            Accounts__0__Carrier__AccountSid: carrier.accountSid
            Accounts__0__Carrier__BaseUrl: carrier.baseUrl
          },
      // What was not set is not in the vault, so there is nothing to refer to.
      empty(carrier.name) || carrier.name == 'webhook'
        ? {}
        : { Accounts__0__Carrier__AuthToken: secret(carrier.authTokenUri) },
      empty(carrier.apiKeySid)
        ? {}
        : {
            Accounts__0__Carrier__ApiKeySid: carrier.apiKeySid
            Accounts__0__Carrier__ApiKeySecret: secret(carrier.apiKeySecretUri)
          },
      empty(carrier.signatureHeader)
        ? {}
        : {
            Accounts__0__Carrier__SigningSecret: secret(carrier.signingSecretUri)
            Accounts__0__Carrier__SignatureHeader: carrier.signatureHeader
          },
      carrier.name == 'webhook' ? { Accounts__0__Carrier__WebhookUrl: secret(carrier.webhookUrlUri) } : {},
      // Workers that the platform starts this way have been seen to exit with 139:
      // https://github.com/Azure/azure-functions-dotnet-worker/issues/3335
      usePlaceholder ? {} : { WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED: '0' }
    )
  }
}

// Publishing is by identity, too.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

@description('Its name, which azd deploys to.')
output name string = app.name

@description('Where it answers.')
output uri string = 'https://${app.properties.defaultHostName}'
