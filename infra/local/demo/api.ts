import type { Manifest } from '../../../shared/domain/manifest';
import type { PublicJob } from '../../../shared/domain/job';
import { issueToken } from '../issuer/issue-token';

/** The app's API as a pipeline would call it. */
export class Api {
  private token: Promise<string> | undefined;

  constructor(
    private readonly url: string,
    private readonly masterKey: string,
  ) {}

  /** Fires a timer function, as `POST /admin/functions/{name}` does on every Functions host. */
  async fire(functionName: string): Promise<void> {
    const answer = await fetch(`${this.url}/admin/functions/${functionName}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-functions-key': this.masterKey },
      body: JSON.stringify({ input: '' }),
    });
    if (answer.status !== 202) throw new Error(`the host did not start ${functionName}: it answered ${answer.status}`);
  }

  jobs(): Promise<{ items: PublicJob[] }> {
    return this.get('/api/jobs');
  }

  job(jobId: string): Promise<PublicJob> {
    return this.get(`/api/jobs/${jobId}`);
  }

  backup(backupId: string): Promise<{ state: string; manifest: Manifest; commands: string[] }> {
    return this.get(`/api/backups/${backupId}`);
  }

  private async get<T>(path: string): Promise<T> {
    this.token ??= issueToken({ role: 'Read', name: 'demo' });
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${await this.token}` } });
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
