metadata description = 'A Key Vault with the secrets, which the app reads by reference.'

@description('The vault\'s name.')
@maxLength(24)
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

@description('The app\'s identity, which reads secrets.')
param identityPrincipalId string

@description('Somebody who may set them. Empty for nobody.')
param principalId string

@description('What that is to Entra ID.')
param principalType string

@description('The account\'s password for Basic.')
@secure()
param accountSecret string

@description('What signs for the account.')
@secure()
param accountSigningSecret string

@description('The account\'s first bearer token.')
@secure()
param token string

@description('The secret of the LiveKit server\'s key. Empty for none.')
@secure()
param liveKitApiSecret string

@description('Whether HLS and recordings go to a bucket.')
param hasBucket bool

@description('The secret of the key that writes to it.')
@secure()
param s3Secret string

@description('Whether they go to a container.')
param hasContainer bool

@description('The key of its storage account.')
@secure()
param hlsAccountKey string

@description('The auth token of the account at the carrier. Empty for none.')
@secure()
param carrierAuthToken string

@description('The secret of the API key at the carrier. Empty for none.')
@secure()
param carrierApiKeySecret string

@description('Whether the carrier signs with something else than its auth token.')
param hasCarrierSigning bool

@description('What that is.')
@secure()
param carrierSigningSecret string

@description('Whether the carrier is an address that texts are posted to.')
param hasCarrierWebhook bool

@description('That address, perhaps with a password in it.')
@secure()
param carrierWebhookUrl string

@description('Whether it is reached through private endpoints alone.')
param isPrivate bool

var liveKitSecretName = 'livekit-api-secret'
var s3SecretName = 'livekit-s3-secret'
var hlsAccountKeyName = 'livekit-azure-account-key'
var carrierAuthTokenName = 'account-0-carrier-auth-token'
var carrierApiKeySecretName = 'account-0-carrier-api-key-secret'
var carrierSigningSecretName = 'account-0-carrier-signing-secret'
var carrierWebhookUrlName = 'account-0-carrier-webhook-url'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // The shortest there is: for so long the name is taken when all is taken down, and nobody can shorten it.
    softDeleteRetentionInDays: 7
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource password 'secrets' = {
    name: 'account-0-secret'
    properties: { value: accountSecret }
  }

  resource signing 'secrets' = {
    name: 'account-0-signing-secret'
    properties: { value: accountSigningSecret }
  }

  resource firstToken 'secrets' = {
    name: 'account-0-token-0'
    properties: { value: token }
  }

  resource liveKit 'secrets' = if (!empty(liveKitApiSecret)) {
    name: liveKitSecretName
    properties: { value: liveKitApiSecret }
  }

  resource s3 'secrets' = if (hasBucket) {
    name: s3SecretName
    properties: { value: s3Secret }
  }

  resource hlsAccount 'secrets' = if (hasContainer) {
    name: hlsAccountKeyName
    properties: { value: hlsAccountKey }
  }

  resource carrierToken 'secrets' = if (!empty(carrierAuthToken)) {
    name: carrierAuthTokenName
    properties: { value: carrierAuthToken }
  }

  resource carrierKey 'secrets' = if (!empty(carrierApiKeySecret)) {
    name: carrierApiKeySecretName
    properties: { value: carrierApiKeySecret }
  }

  resource carrierSigning 'secrets' = if (hasCarrierSigning) {
    name: carrierSigningSecretName
    properties: { value: carrierSigningSecret }
  }

  resource carrierWebhook 'secrets' = if (hasCarrierWebhook) {
    name: carrierWebhookUrlName
    properties: { value: carrierWebhookUrl }
  }
}

resource appRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identityPrincipalId, secretsUser)
  scope: vault
  properties: {
    principalId: identityPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource personRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(principalId)) {
  name: guid(vault.id, principalId, secretsOfficer)
  scope: vault
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

@description('The resource, for its endpoint.')
output id string = vault.id

@description('Where the password is; without a version, so that a new one is found.')
output accountSecretUri string = vault::password.properties.secretUri

@description('Where the signing secret is.')
output accountSigningSecretUri string = vault::signing.properties.secretUri

@description('Where the token is.')
output tokenUri string = vault::firstToken.properties.secretUri

@description('Where the secret of the LiveKit server\'s key is, when there is one.')
output liveKitApiSecretUri string = '${vault.properties.vaultUri}secrets/${liveKitSecretName}'

@description('Where the secret of the S3 key is, when there is one.')
output s3SecretUri string = '${vault.properties.vaultUri}secrets/${s3SecretName}'

@description('Where the key of the storage account is, when there is one.')
output hlsAccountKeyUri string = '${vault.properties.vaultUri}secrets/${hlsAccountKeyName}'

@description('Where the auth token at the carrier is, when there is one.')
output carrierAuthTokenUri string = '${vault.properties.vaultUri}secrets/${carrierAuthTokenName}'

@description('Where the secret of the API key at the carrier is, when there is one.')
output carrierApiKeySecretUri string = '${vault.properties.vaultUri}secrets/${carrierApiKeySecretName}'

@description('Where the carrier\'s signing secret is, when there is one.')
output carrierSigningSecretUri string = '${vault.properties.vaultUri}secrets/${carrierSigningSecretName}'

@description('Where the carrier\'s address for texts is, when there is one.')
output carrierWebhookUrlUri string = '${vault.properties.vaultUri}secrets/${carrierWebhookUrlName}'
