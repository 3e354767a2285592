const VERSION = /^[\w.+-]{1,100}$/;

/** What the pipeline gave, all problems told together. */
export function readInputs(env) {
  const problems = [];
  const text = (name) => (env[name] ?? '').trim();
  const minutes = (name, fallback) => {
    const value = text(name) === '' ? fallback : Number(text(name));
    if (!(value > 0 && value <= 1440)) problems.push(`${name} must be minutes, more than 0 and 1440 at most`);
    return value;
  };
  const apiUrl = text('BACKUP_API_URL').replace(/\/+$/, '');
  if (!/^https:\/\/[^/]+\/api$/.test(apiUrl) && !/^http:\/\/127\.0\.0\.1:\d+\/api$/.test(apiUrl)) {
    problems.push('BACKUP_API_URL must be https://HOST/api');
  }
  const version = text('RELEASE_VERSION');
  if (!VERSION.test(version)) problems.push('RELEASE_VERSION must be 1 to 100 letters, digits, ".", "_", "+", "-"');
  const inputs = {
    ...{ apiUrl, version, commit: text('RELEASE_COMMIT') || undefined, database: text('DATABASE') || undefined },
    runningRelease: runningRelease(text('RUNNING_VERSION'), text('RUNNING_COMMIT')),
    createAzureBackup: text('CREATE_AZURE_BACKUP') === 'true',
    rolledBack: text('ROLLED_BACK') === 'true',
    attempt: text('PIPELINE_ATTEMPT') || `local-${Date.now()}`,
    deadline: Date.now() + minutes('TIMEOUT_MINUTES', 120) * 60_000,
  };
  if (problems.length > 0) throw new Error(problems.join('; '));
  return inputs;
}

const runningRelease = (version, commit) =>
  version === '' ? undefined : { version, ...(commit === '' ? {} : { commit }) };
