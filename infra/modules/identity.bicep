metadata description = 'Who the app is to Cosmos DB, storage, Key Vault and Application Insights.'

@description('Its name.')
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('The resource, which the app is given.')
output id string = identity.id

@description('What roles are assigned to.')
output principalId string = identity.properties.principalId

@description('What the app asks for tokens with.')
output clientId string = identity.properties.clientId
