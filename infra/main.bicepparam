using 'main.bicep'

// azd fills these from its environment: azd env set ALERT_EMAIL you@example.org
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'lifebook-backup')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', 'you@example.org')
param databaseUrl = readEnvironmentVariable('DATABASE_URL', '')
param databaseUrlWithPassword = readEnvironmentVariable('DATABASE_URL_WITH_PASSWORD', '')
param databaseAuth = readEnvironmentVariable('DATABASE_AUTH', 'entra')
param entraAudience = readEnvironmentVariable('ENTRA_AUDIENCE', '')
param consoleClientId = readEnvironmentVariable('ENTRA_CONSOLE_CLIENT_ID', '')
param network = readEnvironmentVariable('NETWORK', 'public')
param databaseAdminUrl = readEnvironmentVariable('DATABASE_ADMIN_URL', '')
param postgresResourceGroup = readEnvironmentVariable('POSTGRES_RESOURCE_GROUP', '')
param contentAccountName = readEnvironmentVariable('CONTENT_ACCOUNT', '')
param contentResourceGroup = readEnvironmentVariable('CONTENT_RESOURCE_GROUP', '')
param splitRecovery = bool(readEnvironmentVariable('SPLIT_RECOVERY', 'false'))
param appSubnetId = readEnvironmentVariable('APP_SUBNET_ID', '')
param postgresNetworkResourceGroup = readEnvironmentVariable('POSTGRES_NETWORK_RESOURCE_GROUP', '')
param hosting = readEnvironmentVariable('HOSTING', 'flex')
param privateEndpoints = bool(readEnvironmentVariable('PRIVATE_ENDPOINTS', 'false'))
param storagePolicyWrite = bool(readEnvironmentVariable('STORAGE_POLICY_WRITE', 'false'))
param dumpRedundancy = readEnvironmentVariable('DUMP_REDUNDANCY', 'Standard_ZRS')
param immutability = readEnvironmentVariable('IMMUTABILITY', 'unlocked')
param freshnessMaxHours = int(readEnvironmentVariable('FRESHNESS_MAX_HOURS', '26'))
param jobImage = readEnvironmentVariable('JOB_IMAGE', '')
param createPostgres = bool(readEnvironmentVariable('CREATE_POSTGRES', 'false'))
param postgresAdmin = {
  objectId: readEnvironmentVariable('POSTGRES_ADMIN_OBJECT_ID', '')
  name: readEnvironmentVariable('POSTGRES_ADMIN_NAME', '')
  type: 'Group'
}

// JSON: {"EU_WEST": "postgresql://…"} and {"SETTING": "value"}
param moreDatabaseUrls = json(readEnvironmentVariable('MORE_DATABASE_URLS', '{}'))
param extraSettings = json(readEnvironmentVariable('EXTRA_SETTINGS', '{}'))
