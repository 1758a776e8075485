metadata description = 'What the scales are made of, and which settings do not go together.'

@export()
@description('The regions that hold the data, as Azure writes their names; the one that is written to comes first.')
func regionsOf(location string, further string) string[] =>
  map(
    concat([location], empty(further) ? [] : split(further, ',')),
    name => toLower(replace(name, ' ', ''))
  )

@export()
@description('What small cannot have: it is serverless, which has one region and no ceiling to set. Empty for nothing.')
func problemOfSmall(units int, further string, alwaysReady int) string =>
  units > 0
    ? 'SESSIONS_MAXIMUM_UNITS needs SESSIONS_SCALE standard: small is serverless.'
    : !empty(further)
        ? 'SESSIONS_REGIONS needs SESSIONS_SCALE standard: serverless has one region.'
        : alwaysReady > 0 ? 'SESSIONS_ALWAYS_READY needs SESSIONS_SCALE standard.' : ''

@export()
@description('What is wrong with how standard is set. Empty for nothing.')
func problemOfStandard(
  units int,
  regions string[],
  consistency string,
  alwaysReady int,
  maximumInstances int
) string =>
  units % 1000 != 0
    ? 'SESSIONS_MAXIMUM_UNITS goes by whole thousands.'
    : contains(regions, '') || length(union(regions, regions)) < length(regions)
        ? 'SESSIONS_REGIONS names each further region once, and not the one of AZURE_LOCATION.'
        : consistency == 'Strong' && length(regions) == 2
            ? 'Strong over two regions takes no write when either is lost: name two in SESSIONS_REGIONS, or none.'
            : alwaysReady > maximumInstances ? 'SESSIONS_ALWAYS_READY is more than SESSIONS_MAXIMUM_INSTANCES.' : ''
