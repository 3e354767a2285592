#!/bin/sh
# Makes the deployment package and puts it on the apps that infra/main.bicep made. `azd up` calls it with the outputs of
# the template as environment variables; by hand: AZURE_RESOURCE_GROUP=… BACKUP_APPS="…" HOSTING=flex infra/deploy-package.sh
set -eu
cd "$(dirname "$0")/.."
: "${AZURE_RESOURCE_GROUP:?is an output of infra/main.bicep}" "${BACKUP_APPS:?is an output of infra/main.bicep}"

[ -d node_modules ] || npm ci
npm run package
for app in $BACKUP_APPS; do
  echo "deploying to $app"
  if [ "${HOSTING:-flex}" = flex ]; then
    az functionapp deployment source config-zip --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" \
      --src package/lifebook-backup.zip
  else
    # runs from a blob that its identity reads
    az storage blob upload --auth-mode login --overwrite --file package/lifebook-backup.zip \
      --blob-url "$(az functionapp config appsettings list --resource-group "$AZURE_RESOURCE_GROUP" --name "$app" \
        --query "[?name=='WEBSITE_RUN_FROM_PACKAGE'].value" --output tsv)"
    az functionapp restart --resource-group "$AZURE_RESOURCE_GROUP" --name "$app"
  fi
done
