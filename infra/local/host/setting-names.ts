/**
 * Replaces each `%NAME%` in a binding's value by that setting, as the host does in schedules and queue names.
 * @throws Error when the setting is absent or empty
 */
export function resolveSettingNames(value: string, settings: NodeJS.ProcessEnv): string {
  return value.replaceAll(/%([^%]+)%/g, (_whole, name: string) => {
    const found = settings[name];
    if (found === undefined || found === '') throw new Error(`'%${name}%' does not resolve to a value`);
    return found;
  });
}

/** The connection string that a binding's `connection` names: the setting of that name, or with `AzureWebJobs` before it. */
export function findConnectionString(connection: string, settings: NodeJS.ProcessEnv): string | undefined {
  return settings[connection] ?? settings[`AzureWebJobs${connection}`];
}

/** `AzureWebJobs.<function>.Disabled` turns one function off. */
export function isDisabled(functionName: string, settings: NodeJS.ProcessEnv): boolean {
  return ['true', '1'].includes(settings[`AzureWebJobs.${functionName}.Disabled`]?.toLowerCase() ?? '');
}
