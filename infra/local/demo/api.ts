import type { Manifest } from '../../../shared/domain/backup/manifest';
import type { PublicJob } from '../../../shared/domain/jobs/job';
import { issueToken, type LocalRole } from '../issuer/issue-token';

/** The app's API as a pipeline would call it. */
export class Api {
  private readonly tokens = new Map<string, Promise<string>>();

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

  /** Asks for work as an admin. */
  start(path: string, body: object): Promise<PublicJob> {
    return this.call('POST', path, 'Admin', JSON.stringify(body));
  }

  private get<T>(path: string): Promise<T> {
    return this.call('GET', path, 'Read');
  }

  private async call<T>(method: string, path: string, role: LocalRole, body?: string): Promise<T> {
    const token = this.tokens.get(role) ?? issueToken({ role, name: 'demo' });
    this.tokens.set(role, token);
    const headers = { authorization: `Bearer ${await token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
