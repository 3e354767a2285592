import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ArmAnswer, type ArmCall, problem } from './arm-answer';
import { answerChild } from './arm-children';
import { answerStorage, type SimulatedAccount } from './arm-storage';
import { CanceledOperation, createServerInGroup, type NewServerData, type NewServerOrder } from './arm-create';
import { serverBody, type SimulatedOperation, type SimulatedServer } from './arm-state';

/** Comes before an answer: its own answer, `reset` for a broken connection, or undefined to go on. */
export type ArmFault = (
  call: ArmCall,
  stage: 'before' | 'after',
) => ArmAnswer | 'reset' | undefined | Promise<undefined>;

export interface ArmOptions {
  readonly subscriptionId: string;
  /** What the signed URLs of operations begin with; default: this simulator's own. */
  readonly endpoint?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Makes the data of a restored server. Default: none, a server in name only. */
  readonly recover?: (time: Date) => Promise<Pick<SimulatedServer, 'host' | 'admit' | 'remove'>>;
  /** Makes a new, empty server. Default: none, a server in name only. */
  readonly make?: (order: NewServerOrder) => Promise<NewServerData>;
  /** How long operations take at least. */
  readonly latencyMs?: number;
}

/** How the next creation of a server is accepted, and how it ends. */
export interface ArmBehaviour {
  accept: '202' | '202 with Location alone' | '201 without headers';
  ends: 'Succeeded' | 'Failed' | 'Canceled';
}

/** Azure Resource Manager for flexible servers and storage accounts, as far as the app uses it, without Azure. */
export class ArmSimulator {
  readonly servers = new Map<string, SimulatedServer>();
  readonly accounts = new Map<string, SimulatedAccount>();
  readonly operations = new Map<string, SimulatedOperation>();
  /** Every call, in order. */
  readonly calls: ArmCall[] = [];
  /** As one of Entra: its middle part says whose it is. */
  readonly token = ['{"typ":"JWT"}', JSON.stringify({ oid: randomUUID(), tid: randomUUID() }), randomBytes(24)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  readonly takenNames = new Set<string>();
  behaviour: ArmBehaviour = { accept: '202', ends: 'Succeeded' };
  fault: ArmFault | undefined;
  /** Ends with what it works on. */
  readonly working = new Set<Promise<void>>();

  private constructor(
    readonly options: ArmOptions,
    readonly url: string,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(options: ArmOptions): Promise<ArmSimulator> {
    const made: { simulator?: ArmSimulator } = {};
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      void made.simulator?.serve(request, response);
    };
    const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    made.simulator = new ArmSimulator(
      options,
      `http${options.tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
      close,
    );
    return made.simulator;
  }

  async stop(): Promise<void> {
    await this.close();
    await Promise.all(this.working);
    for (const server of this.servers.values()) await server.remove?.();
  }

  add(server: SimulatedServer): void {
    this.servers.set(server.name, server);
  }

  /** Begins an operation that ends when `work` is done, and answers as ARM does: two signed URLs of about 3 kB each. */
  begin(operationName: string, work: () => Promise<void>, accept: ArmBehaviour['accept'] = '202'): ArmAnswer {
    const operation: SimulatedOperation = {
      ...{ id: randomUUID(), status: 'InProgress', startTime: new Date().toISOString() },
    };
    this.operations.set(operation.id, operation);
    const done = this.finish(operation, work).finally(() => this.working.delete(done));
    this.working.add(done);
    const body = { operation: operationName, startTime: operation.startTime };
    if (accept === '201 without headers') return { status: 201, body };
    const location = this.signed('operationResults', operation.id);
    const both = { 'azure-asyncoperation': this.signed('azureAsyncOperation', operation.id), location };
    return { status: 202, body, headers: { ...(accept === '202' ? both : { location }), 'retry-after': '1' } };
  }

  private async finish(operation: SimulatedOperation, work: () => Promise<void>): Promise<void> {
    try {
      await sleep(this.options.latencyMs ?? 0);
      await work();
      operation.status = 'Succeeded';
    } catch (error) {
      operation.status = error instanceof CanceledOperation ? 'Canceled' : 'Failed';
      operation.error = { code: 'InternalServerError', message: error instanceof Error ? error.message : 'unknown' };
    }
  }

  private signed(kind: 'azureAsyncOperation' | 'operationResults', id: string): string {
    const place = `/subscriptions/${this.options.subscriptionId}/providers/Microsoft.DBforPostgreSQL/locations/eastus`;
    const signature = `t=639119755015053912&c=${randomBytes(2025).toString('base64url')}&s=${randomBytes(256).toString('base64url')}`;
    return `${this.options.endpoint ?? this.url}${place}/${kind}/${id}?api-version=2025-08-01&${signature}&h=${randomBytes(32).toString('base64url')}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', this.url);
    if (url.pathname === '/msi/token') return send(response, this.identity(url.searchParams.get('resource')));
    const text = Buffer.concat(chunks).toString('utf8');
    const call: ArmCall = {
      ...{ method: request.method ?? 'GET', path: url.pathname, query: url.searchParams },
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
    this.calls.push(call);
    const early = await this.fault?.(call, 'before');
    if (early === 'reset') return void request.socket.destroy();
    const isLetIn = request.headers.authorization === `Bearer ${this.token}`;
    const answer = early ?? (isLetIn ? this.answer(call) : problem(401, 'AuthenticationFailed', 'no valid token'));
    const late = early === undefined ? await this.fault?.(call, 'after') : undefined;
    if (late === 'reset') return void request.socket.destroy();
    send(response, late ?? answer);
  }

  /** The managed identity of an app: App Service's endpoint for tokens. */
  private identity(resource: string | null): ArmAnswer {
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    return { status: 200, body: { access_token: this.token, expires_on, resource, token_type: 'Bearer' } };
  }

  private answer(call: ArmCall): ArmAnswer {
    const { method, path } = call;
    const operation = /\/(azureAsyncOperation|operationResults)\/([0-9a-f-]+)$/.exec(path);
    if (operation !== null) return this.answerOperation(operation[1] ?? '', operation[2] ?? '');
    const aboutStorage = answerStorage(this.accounts, this.options.subscriptionId, call);
    if (aboutStorage !== undefined) return aboutStorage;
    if (path.endsWith('/checkNameAvailability')) return this.answerName(call);
    const match =
      /\/resourceGroups\/([^/]+)\/providers\/Microsoft\.DBforPostgreSQL\/flexibleServers(?:\/([^/]+)(\/.*)?)?$/i.exec(
        path,
      );
    const [, group = '', name, child] = match ?? [];
    if (match === null) return problem(404, 'InvalidResourceType', path);
    if (name === undefined) {
      const inGroup = [...this.servers.values()].filter(({ resourceGroup }) => resourceGroup === group);
      return { status: 200, body: { value: inGroup.map((server) => serverBody(this.options.subscriptionId, server)) } };
    }
    const server = this.servers.get(name);
    if (method === 'PUT' && child === undefined) return createServerInGroup(this, call, group, name);
    if (server?.resourceGroup !== group) {
      return method === 'DELETE'
        ? { status: 204 }
        : problem(404, 'ResourceNotFound', `The Resource 'flexibleServers/${name}' was not found.`);
    }
    if (child !== undefined) return answerChild(this, server, child, call);
    if (method === 'GET') return { status: 200, body: serverBody(this.options.subscriptionId, server) };
    if (method === 'DELETE') return this.drop(server);
    return problem(405, 'MethodNotAllowed', method);
  }

  private answerOperation(kind: string, id: string): ArmAnswer {
    const operation = this.operations.get(id);
    if (operation === undefined) return problem(404, 'OperationNotFound', id);
    const { status, startTime, error } = operation;
    if (kind === 'operationResults') return status === 'InProgress' ? { status: 202 } : { status: 204 };
    return { status: 200, body: { name: id, status, startTime, ...(error === undefined ? {} : { error }) } };
  }

  private answerName({ body }: ArmCall): ArmAnswer {
    const { name, type } = body as { name: string; type: string };
    const isTaken = this.servers.has(name) || this.takenNames.has(name);
    const message = isTaken ? `Specified server name is already used.` : '';
    const reason = isTaken ? { reason: 'AlreadyExists' } : {};
    return { status: 200, body: { name, type, nameAvailable: !isTaken, message, ...reason } };
  }

  private drop(server: SimulatedServer): ArmAnswer {
    server.state = 'Dropping';
    return this.begin('DropServerManagementOperation', async () => {
      await server.remove?.();
      this.servers.delete(server.name);
    });
  }
}

function send(response: ServerResponse, { status, body, headers }: ArmAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-ms-request-id': randomUUID(), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
