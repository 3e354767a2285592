import { setTimeout as sleep } from 'node:timers/promises';

/** Answers that may be others in a moment. 503 is none while sign-in is not set up, but then its hint says so at the end. */
const PASSING = [429, 500, 502, 503, 504];
/** How long one failing call is repeated, and how long one may take; the app waits 60 s at most for a job. */
const PATIENCE_MS = 5 * 60_000;
const CALL_MS = 100_000;
const PAUSE_MS = Number(process.env.GATE_PAUSE_MS ?? 5000);

/** The backup API, with every passing failure repeated until it is none. Jobs are asked for under a key, so nothing is begun twice. */
export class Backup {
  constructor({ apiUrl, deadline }, token) {
    Object.assign(this, { apiUrl, deadline, token });
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body, headers = {}) {
    return this.call('POST', path, body, headers);
  }

  async call(method, path, body, headers = {}) {
    const giveUpAt = Math.min(Date.now() + PATIENCE_MS, this.deadline);
    for (;;) {
      const found = await this.tryCall(method, path, body, headers);
      if (found.ok) return found.body;
      if (!found.isPassing || Date.now() + PAUSE_MS > giveUpAt) throw new Error(`${method} ${path}: ${found.problem}`);
      console.log(`${method} ${path}: ${found.problem}; trying again`);
      await sleep(PAUSE_MS);
    }
  }

  async tryCall(method, path, body, headers) {
    const authorization = `Bearer ${await this.token()}`;
    try {
      const response = await fetch(this.apiUrl + path, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...{ redirect: 'error', signal: AbortSignal.timeout(CALL_MS) },
      });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) return { ok: true, body: answer };
      const said = [answer.code, answer.detail, answer.hint].filter(Boolean).join(' – ');
      return { problem: `HTTP ${response.status} ${said}`.trim(), isPassing: PASSING.includes(response.status) };
    } catch (error) {
      return { problem: `no answer (${error.cause?.code ?? error.name})`, isPassing: true };
    }
  }

  /** @throws when the pipeline's time is over */
  async pause(what) {
    if (Date.now() + PAUSE_MS > this.deadline) throw new Error(`the time is over (timeout-minutes) while ${what}`);
    await sleep(PAUSE_MS);
  }
}
