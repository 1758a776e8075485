metadata description = 'A virtual network: one subnet that the app goes out by, one for the private endpoints.'

@description('Its name.')
param name string

@description('The region.')
param location string

@description('The tags of the environment.')
param tags object

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/24'
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.0.1.0/24', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

@description('Its name, for the name zones.')
output name string = network.name

@description('What the app goes out by.')
output appSubnetId string = network::appSubnet.id

@description('Where private endpoints are.')
output endpointSubnetId string = network::endpointSubnet.id
