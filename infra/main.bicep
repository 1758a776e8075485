targetScope = 'subscription'

import { problemOfSmall, problemOfStandard, regionsOf } from 'modules/scale.bicep'

metadata description = 'Sessions on Azure Functions Flex Consumption over Cosmos DB, without keys of theirs.'

@description('Names the environment and what is in it, as in `azd env new`.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('The region, one with Flex Consumption and Cosmos DB. It is the one that is written to.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Who deploys: may read and write secrets and sessions afterwards. Empty for nobody.')
param principalId string = ''

@description('What that is to Entra ID: a person, or what a pipeline signs in as.')
@allowed(['User', 'ServicePrincipal', 'Group'])
param principalType string = 'User'

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

@description('The first account: what signs its callbacks.')
@secure()
@minLength(16)
param accountSigningSecret string

@description('The first bearer token, plain or sha256: and its digest. It opens what Basic does not.')
@secure()
@minLength(20)
param token string

@description('Who bears it.')
@minLength(1)
param tokenSubject string = 'owner'

@description('The bearer\'s role.')
param tokenRole string = 'admin'

@description('What it may do, a list with commas; * is everything.')
param tokenScopes string = '*'

@description('The numbers that the bearer may call from, in E.164, a list with commas.')
param tokenPhoneNumbers string = ''

@description('Accept access tokens of this OpenID Connect issuer, beside tokens of your own. Empty for none.')
param jwtIssuer string = ''

@description('The audience that they must name.')
param jwtAudience string = ''

@description('Where the issuer publishes its keys.')
param jwtJwksUri string = ''

@description('A LiveKit server, such as wss://livekit.example.com, or simulated: then no stream is real.')
@minLength(1)
param liveKitUrl string

@description('The LiveKit server\'s API key.')
param liveKitApiKey string = ''

@description('That key\'s secret.')
@secure()
param liveKitApiSecret string = ''

@description('Where viewers find HLS and recordings, such as https://cdn.example.com/live. Empty: nowhere.')
param hlsBaseUrl string = ''

@description('The S3 bucket that HLS and recordings go to. Empty: where LiveKit\'s egress service is configured to.')
param s3Bucket string = ''

@description('That bucket\'s region.')
param s3Region string = ''

@description('The address of a storage that speaks like S3 and is not Amazon\'s.')
param s3Endpoint string = ''

@description('The key that may write to the bucket.')
param s3AccessKey string = ''

@description('That key\'s secret.')
@secure()
param s3Secret string = ''

@description('The Azure Blob Storage container that HLS and recordings go to, instead of a bucket.')
param hlsContainerName string = ''

@description('The storage account of that container.')
param hlsAccountName string = ''

@description('That account\'s key.')
@secure()
param hlsAccountKey string = ''

@description('Who carries Proxy\'s calls and texts: twilio, twilio-compatible or webhook. Empty for nobody.')
@allowed(['', 'twilio', 'twilio-compatible', 'webhook'])
param carrier string = ''

@description('The account at the carrier. Empty: the first account\'s SID.')
param carrierAccountSid string = ''

@description('Where a compatible carrier\'s API is, what stands before /2010-04-01. Empty: Twilio.')
param carrierBaseUrl string = ''

@description('The auth token of the account at the carrier, which signs what it sends when nothing else does.')
@secure()
param carrierAuthToken string = ''

@description('An API key of the account at the carrier, to call it with instead of the auth token.')
param carrierApiKeySid string = ''

@description('That key\'s secret.')
@secure()
param carrierApiKeySecret string = ''

@description('What the carrier signs with, when that is not its auth token.')
@secure()
param carrierSigningSecret string = ''

@description('The header that has the signature made with it, such as X-Twilio-Signature.')
param carrierSignatureHeader string = ''

@description('Where the carrier named webhook has texts posted; user:password@ in it is sent as Basic.')
@secure()
param carrierWebhookUrl string = ''

@description('Where Proxy\'s outgoing messages are posted, to go on to a carrier. Empty: they stay queued.')
param messagingWebhookUrl string = ''

@description('The pages that may call, such as https://app.example.com, a list with commas. Empty for none.')
param corsOrigins string = ''

@description('The OpenTelemetry collector that takes traces, metrics and logs beside Application Insights. Empty for none.')
param otlpEndpoint string = ''

@description('Who is told of alerts and of the budget. Empty for nobody.')
param alertEmail string = ''

@description('The budget a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int = 50

@description('The first day that the budget counts, the first of this month. It can not be changed later.')
param budgetStart string

@description('Whether Cosmos DB, storage and secrets are reached through a virtual network alone.')
param vnetEnabled bool = false

@description('How reads see writes: Strong is what the app is made for; see docs/cosmos.md before you weaken it.')
@allowed(['Strong', 'BoundedStaleness', 'Session'])
param consistencyLevel string = 'Strong'

@description('How large it is: small pays for what is used, standard keeps more ready and has a ceiling of its own.')
@allowed(['small', 'standard'])
param scale string = 'small'

@description('Standard: how many request units a second Cosmos DB may use at most, in whole thousands. 0: 10,000.')
@minValue(0)
@maxValue(1000000)
param maximumUnits int = 0

@description('Standard: further regions that hold the data, a list with commas. Empty for none.')
param furtherRegions string = ''

@description('Standard: whether the app and its data are spread over the zones of their regions.')
param zoneRedundant bool = true

@description('Standard: how many instances are always ready. 0: two.')
@minValue(0)
@maxValue(1000)
param alwaysReady int = 0

@description('Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances there may be at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('How many calls an instance takes on at once; an open stream is one for minutes.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 100

@description('Whether a waiting process of the platform becomes the app, which starts sooner.')
param usePlaceholder bool = true

@description('When expired sessions are closed for good, which readers see at once. Empty: every five minutes.')
param expirySchedule string = ''

@description('When events are sent again that could not be sent at once. Empty: every minute.')
param outboxSchedule string = ''

@description('When live sessions are compared with LiveKit. Empty: every minute, or never without a LiveKit server.')
param liveStreamSchedule string = ''

var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var isSimulated = toLower(liveKitUrl) == 'simulated'
var tags = { 'azd-env-name': environmentName }
var isTwilioLike = !empty(carrier) && carrier != 'webhook'

var isSmall = scale == 'small'
var problem = isSmall
  ? problemOfSmall(maximumUnits, furtherRegions, alwaysReady)
  : problemOfStandard(
      maximumUnits,
      regionsOf(location, furtherRegions),
      consistencyLevel,
      alwaysReady,
      maximumInstanceCount
    )
var regions = empty(problem) ? regionsOf(location, furtherRegions) : fail(problem)
var units = isSmall ? 0 : maximumUnits == 0 ? 10000 : maximumUnits
var isZoneRedundant = !isSmall && zoneRedundant

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-sessions-${suffix}'
    location: location
    tags: tags
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: 'vnet-sessions-${suffix}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${suffix}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    isPrivate: vnetEnabled
    isZoneRedundant: isZoneRedundant
  }
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: {
    name: 'cosmos-sessions-${suffix}'
    location: location
    regions: regions
    isZoneRedundant: isZoneRedundant
    maximumUnits: units
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
    name: 'kv-${suffix}'
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    principalId: principalId
    principalType: principalType
    accountSecret: accountSecret
    accountSigningSecret: accountSigningSecret
    token: token
    liveKitApiSecret: isSimulated
      ? ''
      : empty(liveKitApiKey) || empty(liveKitApiSecret)
          ? fail('A LiveKit server needs its key: set SESSIONS_LIVEKIT_API_KEY and SESSIONS_LIVEKIT_API_SECRET.')
          : liveKitApiSecret
    hasBucket: !isSimulated && !empty(s3Bucket)
    s3Secret: !empty(s3Bucket) && (empty(s3AccessKey) || empty(s3Secret))
      ? fail('A bucket needs its key: set SESSIONS_HLS_BUCKET_ACCESS_KEY and SESSIONS_HLS_BUCKET_SECRET.')
      : s3Secret
    hasContainer: !isSimulated && !empty(hlsContainerName)
    hlsAccountKey: !empty(hlsContainerName) && (empty(hlsAccountName) || empty(hlsAccountKey))
      ? fail('A container needs its account: set SESSIONS_HLS_ACCOUNT and SESSIONS_HLS_ACCOUNT_KEY.')
      : hlsAccountKey
    carrierAuthToken: !isTwilioLike
      ? ''
      : empty(carrierAuthToken)
          ? fail('A carrier signs with its auth token: set SESSIONS_CARRIER_AUTH_TOKEN.')
          : carrierAuthToken
    carrierApiKeySecret: !isTwilioLike || empty(carrierApiKeySid)
      ? ''
      : empty(carrierApiKeySecret)
          ? fail('A key of the carrier needs its secret: set SESSIONS_CARRIER_API_KEY_SECRET.')
          : carrierApiKeySecret
    hasCarrierSigning: isTwilioLike && !empty(carrierSignatureHeader)
    carrierSigningSecret: !isTwilioLike
      ? ''
      : empty(carrierSigningSecret) != empty(carrierSignatureHeader)
          ? fail('SESSIONS_CARRIER_SIGNING_SECRET and SESSIONS_CARRIER_SIGNATURE_HEADER go together.')
          : carrierSigningSecret
    hasCarrierWebhook: carrier == 'webhook'
    carrierWebhookUrl: carrier != 'webhook'
      ? ''
      : empty(carrierWebhookUrl)
          ? fail('The carrier named webhook needs an address: set SESSIONS_CARRIER_WEBHOOK_URL.')
          : carrierWebhookUrl
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
    name: 'func-sessions-${suffix}'
    location: location
    tags: tags
    identity: { id: identity.outputs.id, clientId: identity.outputs.clientId }
    storage: storage.outputs.store
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    cosmos: cosmos.outputs.store
    // Serverless has so many, in a partition: https://learn.microsoft.com/azure/cosmos-db/serverless-performance
    capacity: { regions: regions, units: isSmall ? 5000 : units }
    account: {
      id: accountId
      sid: accountSid
      secretUri: secrets.outputs.accountSecretUri
      signingSecretUri: secrets.outputs.accountSigningSecretUri
    }
    token: {
      uri: secrets.outputs.tokenUri
      subject: tokenSubject
      role: tokenRole
      scopes: tokenScopes
      phoneNumbers: tokenPhoneNumbers
    }
    jwt: { issuer: jwtIssuer, audience: jwtAudience, jwksUri: jwtJwksUri }
    liveKit: {
      isSimulated: isSimulated
      url: liveKitUrl
      apiKey: liveKitApiKey
      apiSecretUri: secrets.outputs.liveKitApiSecretUri
      hlsBaseUrl: hlsBaseUrl
      s3: {
        bucket: s3Bucket
        region: s3Region
        endpoint: s3Endpoint
        accessKey: s3AccessKey
        secretUri: secrets.outputs.s3SecretUri
      }
      azure: {
        containerName: hlsContainerName
        accountName: hlsAccountName
        accountKeyUri: secrets.outputs.hlsAccountKeyUri
      }
    }
    carrier: {
      name: carrier
      accountSid: isTwilioLike ? carrierAccountSid : ''
      baseUrl: carrier != 'twilio-compatible'
        ? isTwilioLike ? carrierBaseUrl : ''
        : empty(carrierBaseUrl)
            ? fail('A compatible carrier needs its address: set SESSIONS_CARRIER_BASE_URL.')
            : carrierBaseUrl
      authTokenUri: secrets.outputs.carrierAuthTokenUri
      apiKeySid: isTwilioLike ? carrierApiKeySid : ''
      apiKeySecretUri: secrets.outputs.carrierApiKeySecretUri
      signatureHeader: isTwilioLike ? carrierSignatureHeader : ''
      signingSecretUri: secrets.outputs.carrierSigningSecretUri
      webhookUrlUri: secrets.outputs.carrierWebhookUrlUri
    }
    messagingWebhookUrl: messagingWebhookUrl
    corsOrigins: corsOrigins
    otlpEndpoint: otlpEndpoint
    // An empty schedule would leave its timer disabled, with one line in a log.
    schedules: {
      expiry: empty(expirySchedule) ? '0 */5 * * * *' : expirySchedule
      outbox: empty(outboxSchedule) ? '0 * * * * *' : outboxSchedule
      // Once a year, when there is nothing to compare with: a timer that is called wakes the app.
      liveStream: empty(liveStreamSchedule) ? (isSimulated ? '0 0 0 1 1 *' : '0 * * * * *') : liveStreamSchedule
    }
    scale: {
      memoryMB: instanceMemoryMB
      httpConcurrency: httpConcurrency
      // With zones the platform keeps two in any case.
      alwaysReady: isSmall ? 0 : alwaysReady == 0 ? 2 : alwaysReady
      maximumCount: maximumInstanceCount
      isZoneRedundant: isZoneRedundant
    }
    usePlaceholder: usePlaceholder
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
  }
  // What is read of the other modules waits for all of them, and so for their roles. Of the endpoints nothing is read.
  dependsOn: [endpoints]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    email: alertEmail
    cosmosId: cosmos.outputs.id
    hasCeiling: !isSmall
    workspaceId: monitoring.outputs.workspaceId
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
output COSMOS_ENDPOINT string = cosmos.outputs.store.endpoint
