/** Jobs that hold locks in a database or change it: a migration must not meet one. Drills and verifications use others. */
const IN_THE_WAY = ['backup', 'restore', 'undo', 'drop-previous'];

/**
 * Takes the pre-release backup, waits until it is verified, then until nothing else dumps or restores that database:
 * pg_dump's locks would make the migration wait, and everything behind it.
 */
export async function backUp(api, inputs, pipeline) {
  const { version, commit, database, runningRelease, createAzureBackup, attempt } = inputs;
  const order = {
    kind: 'pre-release',
    release: { version, ...(commit === undefined ? {} : { commit }) },
    ...(database === undefined ? {} : { database }),
    ...(runningRelease === undefined ? {} : { runningRelease }),
    ...(createAzureBackup ? { createAzureBackup } : {}),
  };
  // one key for each database and attempt of the pipeline: a call repeated after a lost answer gives the same job
  const key = `release-${version}-${database ?? ''}-${attempt}`.slice(0, 128);
  const asked = await api.post('/backups', order, { 'idempotency-key': key });
  console.log(`backup job ${asked.jobId} of ${asked.database} for release ${version}`);
  const job = await ended(api, asked.jobId);
  if (job.state !== 'succeeded') {
    const { code, detail, hint } = job.error ?? { code: job.state, detail: 'it gave no reason', hint: '' };
    throw new Error(`no backup, no release: job ${job.jobId} ${job.state}: ${code} – ${detail} – ${hint}`);
  }
  const { backupId } = job.result;
  const { state, manifest } = await api.get(`/backups/${backupId}`);
  if (state !== 'verified') throw new Error(`no backup, no release: ${backupId} is ${state} and not verified`);
  await clear(api, job.database);
  pipeline.output({ 'backup-id': backupId, 'job-id': job.jobId, 'snapshot-at': manifest.snapshotAt });
  pipeline.page(`Backup before release ${version}`, [
    ['Backup', backupId],
    ['Database', job.database],
    ['State', `${state} (${manifest.verification.level})`],
    ['Snapshot', manifest.snapshotAt],
    ['Size', `${(manifest.dump.sizeBytes / 1_048_576).toFixed(1)} MB`],
    ['Tables', String(manifest.contents.tables.length)],
    ['Rows', String(manifest.contents.tables.reduce((sum, { rows }) => sum + rows, 0))],
    ['Runs now', manifest.runningRelease?.version ?? 'not known'],
    ...job.result.warnings.map(({ code, detail }) => ['Warning', `${code}: ${detail}`]),
  ]);
}

async function ended(api, jobId) {
  let shown = '';
  for (;;) {
    const job = await api.get(`/jobs/${jobId}?wait=60`);
    if (!['queued', 'running'].includes(job.state)) return job;
    const { phase, percent } = job.progress;
    const now = job.waitingFor === undefined ? `${phase} ${percent ?? ''}` : `waits for ${job.waitingFor}`;
    if (now !== shown) console.log(`${job.state}: ${now}`);
    shown = now;
    await api.pause(`backup job ${jobId} is ${job.state}`);
  }
}

async function clear(api, database) {
  for (;;) {
    const { items } = await api.get(`/jobs?state=running&limit=200&database=${encodeURIComponent(database)}`);
    const busy = items.find(({ kind }) => IN_THE_WAY.includes(kind));
    if (busy === undefined) return;
    console.log(`${busy.kind} job ${busy.jobId} is at work on ${database}`);
    await api.pause(`${busy.kind} job ${busy.jobId} is at work on ${database}`);
  }
}
