metadata description = 'A budget of the resource group: tells at four fifths, and when it is likely to be exceeded.'

@description('Its name.')
param name string

@description('How much a month.')
param amount int

@description('The first day that it counts, the first of a month.')
param start string

@description('Who is told, beside the owners. Empty for nobody.')
param email string

var people = empty(email) ? [] : [email]

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    notifications: {
      fourFifths: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: people
        contactRoles: ['Owner']
      }
      likelyExceeded: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: people
        contactRoles: ['Owner']
      }
    }
  }
}
