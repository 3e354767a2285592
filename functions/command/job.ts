import { readLocalSettings } from '../../shared/config/local-settings';
import { asFailure, Failure } from '../../shared/domain/failure';
import { isJobId } from '../../shared/domain/jobs/job-id';
import { runRecordedJob } from '../../shared/run-recorded-job';
import { stopRunningJobs } from '../../shared/running-jobs';

/** `npm run job -- JOBID`: the same job outside the host, for databases too large for an instance's grace. */
async function main(jobId: string | undefined): Promise<number> {
  if (jobId === undefined || !isJobId(jobId)) {
    throw new Failure('invalid-request', 'JOBID: usage is npm run job -- JOBID', {
      hint: 'GET /api/jobs lists the ids',
    });
  }
  readLocalSettings('local.settings.json', process.env);
  // no platform ends this process; a deadline that was set is still obeyed
  process.env['JOB_DEADLINE_MINUTES'] ??= '100000';
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopRunningJobs().finally(() => process.exit(1)));
  }
  const record = await runRecordedJob(jobId, ({ state, waitingFor }, seconds) => {
    console.log(`${state}${waitingFor === undefined ? '' : ` behind ${waitingFor}`}; again in ${seconds} s`);
  });
  console.log(JSON.stringify(record.result ?? record.error, null, 2));
  return record.state === 'succeeded' ? 0 : 1;
}

main(process.argv[2]).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    const { code, detail, hint } = asFailure(error);
    console.error(`${code}: ${detail}\nHINT: ${hint}`);
    process.exit(2);
  },
);
