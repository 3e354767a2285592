import { readFileSync } from 'node:fs';
import { app } from '../../shared/app';
import { asFailure, Failure } from '../../shared/domain/failure';
import { hasEnded } from '../../shared/domain/job';
import { isJobId } from '../../shared/domain/job-id';
import { findJob } from '../../shared/operations/jobs';
import { reopenJob } from '../../shared/operations/reopen-job';
import { runTicket, stopRunningJobs } from '../../shared/running-jobs';

/** `npm run job -- JOBID`: runs a recorded job in this process, with the same code and locks as the host. */
async function main(jobId: string | undefined): Promise<number> {
  if (jobId === undefined || !isJobId(jobId)) {
    throw new Failure('invalid-request', 'JOBID: usage is npm run job -- JOBID', {
      hint: 'GET /api/jobs lists the ids',
    });
  }
  readLocalSettings();
  // nobody ends this process at a platform's whim; a deadline of one's own is still obeyed
  process.env['JOB_DEADLINE_MINUTES'] ??= '100000';
  const { systems } = app();
  await reopenJob(systems, jobId);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopRunningJobs().finally(() => process.exit(1)));
  }
  for (;;) {
    await runTicket(jobId);
    const record = await findJob(systems, jobId);
    if (hasEnded(record)) {
      console.log(JSON.stringify(record.result ?? record.error, null, 2));
      return record.state === 'succeeded' ? 0 : 1;
    }
    const seconds =
      record.waitingFor === undefined
        ? systems.settings.get('JOB_RETRY_DELAY_SECONDS')
        : systems.settings.get('JOB_WAIT_SECONDS');
    console.log(
      `${record.state}${record.waitingFor === undefined ? '' : ` behind ${record.waitingFor}`}; again in ${seconds} s`,
    );
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** Values of local.settings.json, as the Functions host would set them; what is set already stays. */
function readLocalSettings(): void {
  let text: string;
  try {
    text = readFileSync('local.settings.json', 'utf8');
  } catch {
    return;
  }
  const { Values: values = {} } = JSON.parse(text) as { Values?: Record<string, string> };
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

main(process.argv[2]).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const failure = asFailure(error);
    console.error(`${failure.code}: ${failure.detail}\nHINT: ${failure.hint}`);
    process.exit(2);
  },
);
