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
    # runs from a blob that its identity reads (WEBSITE_RUN_FROM_PACKAGE)
    az storage blob upload --auth-mode login --account-name "${HOST_ACCOUNT:?is an output of infra/main.bicep}" \
      --container-name "deploy-$(az functionapp config appsettings list --resource-group "$AZURE_RESOURCE_GROUP" \
        --name "$app" --query "[?name=='APP_ROLE'].value" --output tsv)" \
      --name lifebook-backup.zip --file package/lifebook-backup.zip --overwrite
    az functionapp restart --resource-group "$AZURE_RESOURCE_GROUP" --name "$app"
  fi
done
